"""The workload of a variant: built from a target, with its outcome as data and its own code."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from inspect import iscoroutinefunction
from typing import Any

from .outcomes import plain
from .own import Own, homes


class Workload:
    """The workload of a variant: `run` runs it once; `data` turns an outcome into plain data.

    `counters` are counts that only it can take; `close` releases its resources.
    """

    def __init__(self, made: Any, packages: Sequence[str], trees: Sequence[str] = ()) -> None:
        run = made if callable(made) else made.run
        self.run: Callable[[], Any] = _awaited(run) if iscoroutinefunction(run) else run
        self.data: Callable[[Any], Any] = getattr(made, "data", lambda outcome: outcome)
        self.counters: Mapping[str, Callable[[], int]] = getattr(made, "counters", {})
        self.close: Callable[[], Any] = getattr(made, "close", lambda: None)
        self.own = Own([home for package in packages for home in homes(package)], trees)

    def outcome(self) -> str:
        """Run once, and return the outcome as text: equal outcomes have equal texts in any process."""
        return json.dumps(plain(self.data(self.run())), sort_keys=True, ensure_ascii=True)


def load_workload(
    target: str,
    arguments: dict[str, Any] | None,
    configuration: str | None,
    packages: Sequence[str],
    trees: Sequence[str] = (),
) -> Workload:
    """Return the workload of a variant.

    Args:
        target: `module:name` of a callable.
        arguments: arguments with which the callable makes the workload; None if it is the workload.
        configuration: key of the workload, if the callable makes a mapping.
        packages: packages of the user's own code.
        trees: source trees of the user's own code, except for libraries in them.

    Raises:
        LookupError: there is no such configuration.
        TypeError: the callable does not make a mapping of configurations.
        ModuleNotFoundError: there is no such package.
    """
    return Workload(_built(target, arguments, configuration), packages, trees)


def file_of(target: str) -> str:
    """Return the file that a target was imported from; empty if it has none."""
    return str(getattr(sys.modules[target.partition(":")[0]], "__file__", "") or "")


def configurations_of(target: str, arguments: dict[str, Any] | None) -> Mapping[str, Any]:
    """Return the configurations that a factory makes, by name.

    Raises:
        TypeError: it makes something else.
    """
    made = made_of(target, arguments)
    if not isinstance(made, Mapping) or not made:
        raise TypeError(f"{target} gave {type(made).__name__}, not a mapping of configurations to callables")
    return made


def _built(target: str, arguments: dict[str, Any] | None, configuration: str | None) -> Any:
    if configuration is None:
        return made_of(target, arguments)
    known = configurations_of(target, arguments)
    if configuration not in known:
        raise LookupError(f"{target} has no configuration {configuration!r}, only {', '.join(map(repr, known))}")
    return known[configuration]


def made_of(target: str, arguments: dict[str, Any] | None) -> Any:
    """Return the object `module:name`, or what it makes of arguments."""
    module, _, path = target.partition(":")
    made: Any = importlib.import_module(module)
    for name in path.split("."):
        made = getattr(made, name)
    return made if arguments is None else made(**arguments)


def _awaited(function: Callable[[], Any]) -> Callable[[], Any]:
    import asyncio  # noqa: PLC0415 - only asynchronous benchmarks pay for it

    loop = asyncio.new_event_loop()
    return lambda: loop.run_until_complete(function())
