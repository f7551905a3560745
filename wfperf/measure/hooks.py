"""A plan's hooks: its own functions, called in a worker of the plan's interpreter and source trees.

The coordinator imports none of them: its interpreter may be another one, and lack what they need.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.variant import Interpreter, Variant
from wfperf.plan import Plan
from wfperf.results.files import make_folder

PATIENCE_S = 3600.0
"""A hook does all its work in one answer, such as `verify` with a hundred thousand random cases."""

Prepared = Mapping[Interpreter, Mapping[str, Any]]
"""The parameters that a plan's `prepare` has returned for every benchmark, by interpreter."""

UNPREPARED: Prepared = {}
"""For a plan without `prepare`."""


def call_hook(
    target: str, interpreter: Interpreter, arguments: Mapping[str, Any], executor: Executor = DEFAULT_EXECUTOR
) -> Any:
    """Call a hook, and return its result as JSON holds it.

    Args:
        target: `module:function`.
        interpreter: runs it.
        arguments: its arguments by name; plain data.
        executor: starts the worker; but a hook may take an hour, on any processor.

    Raises:
        UsageError: it raises an exception (the message is its own), or returns no plain data.
        NothingMeasuredError: it cannot be imported, or its process ends.
    """
    patient = executor.unpinned().with_timeout(max(executor.timeout_s, PATIENCE_S))
    with patient.start({target: [Variant(target, interpreter=interpreter)]}, hash_seed=0) as workers:
        answer = workers.call(target, "hook", target=target, arguments=arguments)
    if "failed" in answer:
        raise UsageError(answer["failed"])
    return json.loads(answer["returned"])


def prepared(
    plan: Plan,
    interpreters: Iterable[Interpreter],
    folder: Path,
    options: Mapping[str, str],
    executor: Executor = DEFAULT_EXECUTOR,
) -> Prepared:
    """Call a plan's `prepare` once for each interpreter, and return the parameters.

    Args:
        plan: the plan with the hook.
        interpreters: interpreters of the plan's variants.
        folder: a folder for files of the hook; it is made.
        options: options of the command line for the hook, by name.
        executor: starts the workers.

    Raises:
        UsageError: the folder cannot be made; the hook fails (the message is its own), or returns no parameters.
        NothingMeasuredError: it cannot be run.
    """
    if not plan.prepare:
        return UNPREPARED
    make_folder(folder)
    found: dict[Interpreter, Mapping[str, Any]] = {}
    for interpreter in dict.fromkeys(interpreters):
        given = {"folder": str(folder.absolute()), "options": dict(options)}
        parameters = call_hook(plan.prepare, interpreter, given, executor)
        if not isinstance(parameters, dict):
            raise UsageError(
                f"the hook {plan.prepare} returned {parameters!r}; it must return a dict of parameters by name"
            )
        found[interpreter] = parameters
    return found


def source_of(target: str, interpreter: Interpreter, executor: Executor = DEFAULT_EXECUTOR) -> Mapping[str, Any]:
    """Return the source location and text of a function, and its helpers: `file`, `line`, `text`, `helpers`.

    Args:
        target: `module:function`.
        interpreter: imports it.
        executor: starts the worker.

    Raises:
        UsageError: it has no source.
        NothingMeasuredError: it cannot be imported.
    """
    with executor.start({target: [Variant(target, interpreter=interpreter)]}, hash_seed=0) as workers:
        try:
            return workers.call(target, "source", target=target)
        except NothingMeasuredError as error:
            raise UsageError(f"cannot show the source of {target}: {error}") from error
