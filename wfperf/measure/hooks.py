"""A plan's hooks: its own functions, called in a worker of the plan's interpreter and source trees.

The coordinator imports none of them: it may have another interpreter, and lack what they need.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.subject import Place, Subject
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions, Workers
from wfperf.plan import Plan

PATIENCE_S = 3600.0
"""A hook does all of its work in one answer, as `verify` with a hundred thousand random cases does."""

Prepared = Mapping[Place, Mapping[str, Any]]
"""What a plan's `prepare` has returned in each place: parameters that every benchmark there is given."""

UNPREPARED: Prepared = {}
"""Of a plan without `prepare`."""


def call_hook(
    target: str, place: Place, arguments: Mapping[str, Any], conditions: Conditions = DEFAULT_CONDITIONS
) -> Any:
    """Return what a hook returns, as JSON holds it.

    Args:
        target: `module:function`.
        place: where it is called.
        arguments: what it is given, by name; plain data.
        conditions: what holds for the process; but a hook may take an hour.

    Raises:
        UsageError: it raises something, in whose words, or returns no plain data.
        NothingMeasuredError: it cannot be imported, or its process ends.
    """
    patient = replace(conditions, cpu=None, timeout_s=max(conditions.timeout_s, PATIENCE_S))
    with Workers({target: [Subject(target, place=place)]}, hash_seed=0, conditions=patient) as workers:
        answer = workers.call(target, "hook", target=target, arguments=arguments)
    if "failed" in answer:
        raise UsageError(answer["failed"])
    return json.loads(answer["returned"])


def prepared(
    plan: Plan,
    places: Iterable[Place],
    folder: Path,
    options: Mapping[str, str],
    conditions: Conditions = DEFAULT_CONDITIONS,
) -> Prepared:
    """Have a plan's `prepare` make ready, once in each place, what its benchmarks need.

    Args:
        plan: whose hook it is.
        places: where variants of the plan run.
        folder: in which the hook may keep files; it is made.
        options: what the command line says to the hook, by the names of options.
        conditions: what holds for the processes.

    Raises:
        UsageError: the folder cannot be made; the hook fails, in its words, or returns no parameters.
        NothingMeasuredError: it cannot be run.
    """
    if not plan.prepare:
        return UNPREPARED
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot make the folder {folder}: {error.strerror}") from error
    found: dict[Place, Mapping[str, Any]] = {}
    for place in dict.fromkeys(places):
        given = {"folder": str(folder.absolute()), "options": dict(options)}
        parameters = call_hook(plan.prepare, place, given, conditions)
        if not isinstance(parameters, dict):
            raise UsageError(
                f"the hook {plan.prepare} returned {parameters!r}; it must return a dict of parameters by name"
            )
        found[place] = parameters
    return found


def source_of(target: str, place: Place) -> Mapping[str, Any]:
    """Return where a function stands, its source, and that of the helpers it uses: `file`, `line`, `text`, `helpers`.

    Args:
        target: `module:function`.
        place: from where it is imported.

    Raises:
        UsageError: it has no source.
        NothingMeasuredError: it cannot be imported.
    """
    with Workers({target: [Subject(target, place=place)]}, hash_seed=0) as workers:
        try:
            return workers.call(target, "source", target=target)
        except NothingMeasuredError as error:
            raise UsageError(f"cannot show the source of {target}: {error}") from error
