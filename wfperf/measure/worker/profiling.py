"""A profiler's capture stays open from one turn of runs to the next; the profiler is the interpreter's own.

Such a process times nothing, and a process that times has no profiler.
"""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

from .own import Own

if TYPE_CHECKING:
    from .variant import Variant
    from .workload import Workload

Turn = Callable[[int], None]
"""Profiles a number of runs."""

Capture = Callable[["Workload", Path], AbstractContextManager[Turn]]
"""Profiles a workload into a file, which is written at the end."""


class Profile(NamedTuple):
    """An open capture, and its workload."""

    workload: Workload
    capture: AbstractContextManager[Turn]
    turn: Turn


def profile(variant: Variant, name: str, library: str, file: str) -> dict[str, Any]:
    """Open a profiler's capture of a benchmark that has run before.

    Raises:
        RuntimeError: this process counts or profiles already; two instruments would see each other.
    """
    if variant.instrument:
        raise RuntimeError("a process carries one profiler alone")
    try:
        importlib.import_module(library)
    except ImportError as error:
        return {"missing": str(error)}
    variant.instrument = "profiling"
    workload = variant.workloads[name]
    capture = CAPTURES[library](workload, Path(file))
    variant.profile = Profile(workload, capture, capture.__enter__())
    return {}


def profile_turn(variant: Variant, runs: int) -> dict[str, Any]:
    """Profile a number of runs."""
    _open(variant).turn(runs)
    return {}


def profile_end(variant: Variant) -> dict[str, Any]:
    """Write the file, and close the benchmark."""
    ended, variant.profile = _open(variant), None
    ended.capture.__exit__(None, None, None)
    ended.workload.close()
    return {}


def _open(variant: Variant) -> Profile:
    if variant.profile is None:
        raise RuntimeError("no profile has been begun")
    return variant.profile


@contextmanager
def _functions(workload: Workload, file: Path) -> Iterator[Turn]:
    """Profile calls into a file that pstats and snakeviz open."""
    import cProfile  # noqa: PLC0415 - some distributions ship Python without it

    profiler = cProfile.Profile()

    def turn(runs: int) -> None:
        for prepared in workload.batches(runs):
            profiler.enable()
            for run in prepared:
                run()
            profiler.disable()

    yield turn
    profiler.dump_stats(file)


@contextmanager
def _lines(workload: Workload, file: Path) -> Iterator[Turn]:
    """Profile the lines of the user's own functions into a file that `python -m line_profiler` opens.

    The workload must have run before: only closures that exist are profiled.
    """
    from line_profiler import LineProfiler  # noqa: PLC0415 - only if this interpreter has it

    profiler = LineProfiler()
    for function in _own_functions(workload.own):
        profiler.add_function(function)

    def turn(runs: int) -> None:
        for prepared in workload.batches(runs):
            profiler.enable_by_count()
            for run in prepared:
                run()
            profiler.disable_by_count()

    yield turn
    profiler.dump_stats(file)


def _own_functions(own: Own) -> list[FunctionType]:
    """Return every live function of the user's own code.

    The seams' implementations are closures. A module's namespace, where kernprof looks, does not hold them.
    """
    gc.unfreeze()  # frozen objects are not found
    found = [each for each in gc.get_objects() if isinstance(each, FunctionType) and each.__code__ in own]
    gc.freeze()
    return found


@contextmanager
def _allocations(workload: Workload, file: Path) -> Iterator[Turn]:
    """Track allocations into a file that memray's reporters open."""
    import memray  # noqa: PLC0415 - only if this interpreter has it

    def turn(runs: int) -> None:
        for prepared in workload.batches(runs):
            for run in prepared:
                run()

    # Compressing would use a second file, which an interrupt could leave behind.
    destination = memray.FileDestination(file, overwrite=True, compress_on_exit=False)
    with memray.Tracker(destination=destination, trace_python_allocators=True):
        yield turn


CAPTURES: Mapping[str, Capture] = {"cProfile": _functions, "line_profiler": _lines, "memray": _allocations}
"""The capture of each profiler, by its library."""
