"""What a variant runs: built from a target, with its outcome as data and what is known of its code."""

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
    """What one variant runs: `run` once a run; `data` turns an outcome into plain data.

    `counters` only it can take; `close` lets go of what it holds.
    """

    def __init__(self, made: Any, packages: Sequence[str], trees: Sequence[str] = ()) -> None:
        run = made if callable(made) else made.run
        self.run: Callable[[], Any] = _awaited(run) if iscoroutinefunction(run) else run
        self.data: Callable[[Any], Any] = getattr(made, "data", lambda outcome: outcome)
        self.counters: Mapping[str, Callable[[], int]] = getattr(made, "counters", {})
        self.close: Callable[[], Any] = getattr(made, "close", lambda: None)
        self.own = Own([home for package in packages for home in homes(package)], trees)

    def outcome(self) -> str:
        """Run once, and return the outcome as text: equal outcomes have equal ones, in any process."""
        return json.dumps(plain(self.data(self.run())), sort_keys=True, ensure_ascii=True)


def load_workload(
    target: str,
    arguments: dict[str, Any] | None,
    configuration: str | None,
    packages: Sequence[str],
    trees: Sequence[str] = (),
) -> Workload:
    """Return what a variant is to run.

    Args:
        target: `module:name` of a callable.
        arguments: what the callable is given to make the workload; None where it is itself what is run.
        configuration: where a mapping is made, the key of the one wanted.
        packages: whose functions are one's own.
        trees: source trees, all of whose functions are, too, but for those of libraries in them.

    Raises:
        LookupError: there is no such configuration.
        TypeError: what is made are no configurations.
        ModuleNotFoundError: there is no such package.
    """
    return Workload(_built(target, arguments, configuration), packages, trees)


def file_of(target: str) -> str:
    """Return the file that a target was imported from; empty where it has none."""
    return str(getattr(sys.modules[target.partition(":")[0]], "__file__", "") or "")


def configurations_of(target: str, arguments: dict[str, Any] | None) -> Mapping[str, Any]:
    """Return what a factory makes, by the names of its configurations.

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
    """Return what `module:name` is, or what it makes of arguments."""
    module, _, path = target.partition(":")
    made: Any = importlib.import_module(module)
    for name in path.split("."):
        made = getattr(made, name)
    return made if arguments is None else made(**arguments)


def _awaited(function: Callable[[], Any]) -> Callable[[], Any]:
    import asyncio  # noqa: PLC0415 - only asynchronous benchmarks pay for it

    loop = asyncio.new_event_loop()
    return lambda: loop.run_until_complete(function())
