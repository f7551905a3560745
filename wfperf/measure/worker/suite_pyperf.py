"""Benchmarks of pyperf: scripts that call `Runner.bench_func` and such.

The script runs once for each benchmark, as pyperf's own workers run it, with a runner that measures that one alone.
pyperf itself is not needed; what else a script imports from it comes from the real one, where it is installed.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import runpy
import subprocess
import sys
import timeit
from collections.abc import Callable, Sequence
from functools import partial
from types import ModuleType
from typing import Any

from .failures import described
from .suites import Session

MODULE = "pyperf"


def run(session: Session) -> None:
    """Run the script for each benchmark that is wanted."""
    script = Script(session)
    try:
        script.run(None)
    except (Exception, SystemExit) as error:
        if not script.names:
            raise RuntimeError(described(error)) from error
    select = session.options.get("select", ())
    session.benchmarks = {
        name: "throughput" for name in script.names if all(text.lower() in name.lower() for text in select)
    }
    for name in session.wanted():
        try:
            script.run(name)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a script raises
            session.fail(described(error))


class Script:
    """A script whose runners list its benchmarks, or measure one of them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.wanted: str | None = None
        self.names: list[str] = []
        self._real = _real_pyperf()

    def run(self, wanted: str | None) -> None:
        """Run the script as `__main__`, with the benchmark that is to be measured; None to list them all."""
        self.wanted = wanted
        before = sys.argv, sys.path[:], sys.modules.get(MODULE)
        sys.argv = [self.session.path]
        sys.path.insert(0, os.path.dirname(self.session.path))  # noqa: PTH120 - a text
        sys.modules[MODULE] = self._pyperf()
        try:
            runpy.run_path(self.session.path, run_name="__main__")
        finally:
            sys.argv, sys.path[:] = before[0], before[1]
            sys.modules.pop(MODULE)
            if before[2] is not None:
                sys.modules[MODULE] = before[2]

    def _pyperf(self) -> ModuleType:
        module = ModuleType(MODULE)
        vars(module).update({} if self._real is None else vars(self._real))
        vars(module).update(Runner=partial(Runner, self), perf_counter=timeit.default_timer)
        return module


class Runner:
    """Stands for `pyperf.Runner`: measures the one benchmark that is wanted, and runs no other.

    Its methods return None, as pyperf's do in a process that runs another benchmark.
    """

    def __init__(self, script: Script, *_: Any, **__: Any) -> None:
        import argparse  # noqa: PLC0415 - only scripts of this kind pay for it

        self._script = script
        self.argparser = argparse.ArgumentParser()
        self.args: Any = None
        self.metadata: dict[str, Any] = {}

    def parse_args(self, args: Sequence[str] | None = None) -> Any:
        """Parse the script's own options, all at their defaults."""
        self.args = self.argparser.parse_args(args or [])
        return self.args

    def bench_func(self, name: str, func: Callable[..., Any], *args: Any, **_: Any) -> None:
        """Measure a function with arguments."""
        self._measure(name, run=partial(func, *args) if args else func)

    def bench_time_func(self, name: str, time_func: Callable[..., float], *args: Any, **_: Any) -> None:
        """Measure a function that takes a number of loops, and returns the seconds that they took."""
        timed = partial(_timed, time_func, args)
        self._measure(name, run=partial(timed, 1), timed=timed)

    def bench_async_func(
        self,
        name: str,
        func: Callable[..., Any],
        *args: Any,
        loop_factory: Callable[[], Any] = asyncio.new_event_loop,
        **_: Any,
    ) -> None:
        """Measure a coroutine function; all runs share an event loop."""
        if not self._is_wanted(name):
            return
        loop = loop_factory()
        try:
            self._measure(name, run=lambda: loop.run_until_complete(func(*args)))
        finally:
            loop.close()

    def bench_command(self, name: str, command: Sequence[str]) -> None:
        """Measure a command, from its start to its end."""
        self._measure(name, run=partial(_exit_code, command))

    def timeit(  # noqa: PLR0917 - as pyperf's
        self,
        name: str,
        stmt: str | None = None,
        setup: str = "pass",
        teardown: str = "pass",  # noqa: ARG002 - as pyperf's
        inner_loops: int | None = None,  # noqa: ARG002
        duplicate: int | None = None,  # noqa: ARG002
        metadata: Any = None,  # noqa: ARG002
        globals: dict[str, Any] | None = None,  # noqa: A002
    ) -> None:
        """Measure a statement."""
        timer = timeit.Timer(name if stmt is None else stmt, setup, globals=globals)
        self._measure(name, run=partial(timer.timeit, 1), timed=timer.timeit)

    def _is_wanted(self, name: str) -> bool:
        script = self._script
        if script.wanted is None:
            script.names.append(name)
        return script.wanted == name

    def _measure(self, name: str, **how: Any) -> None:
        if self._is_wanted(name):
            self._script.session.measure(**how, file=self._script.session.path)


def _exit_code(command: Sequence[str]) -> int:
    return subprocess.run(command, check=True, stdout=subprocess.DEVNULL).returncode  # noqa: S603 - the script's own


def _timed(time_func: Callable[..., float], args: Sequence[Any], loops: int) -> float:
    return time_func(loops, *args)


def _real_pyperf() -> ModuleType | None:
    return importlib.import_module(MODULE) if importlib.util.find_spec(MODULE) else None
