"""Lines of the engine: how often each is reached and how long it takes, by line_profiler, kernprof's engine."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType
from typing import Any

from wfperf.profilers.places import Place, line_place

LIBRARY = "line_profiler"
SUFFIX = "lprof"
VIEWERS: tuple[str, ...] = ("python -m line_profiler -z",)


@dataclass(frozen=True, slots=True)
class LineCost:
    """What a line costs a run: how often it is reached, and seconds in it and all it calls."""

    hits: float
    time_s: float


def require() -> None:
    """Import the profiler.

    Raises:
        ImportError: it is not installed.
    """
    import line_profiler  # noqa: F401, PLC0415 - loads Cython code


def capture(run: Callable[[], Any], turns: Iterable[int], file: Path, homes: Sequence[str]) -> None:
    """Profile the subject's own functions in every turn's runs into a file that `python -m line_profiler` opens.

    `run` must have run before: closures are profiled where they exist.
    """
    from line_profiler import LineProfiler  # noqa: PLC0415 - as in `require`

    profiler = LineProfiler()
    for function in _functions(homes):
        profiler.add_function(function)
    for runs in turns:
        profiler.enable_by_count()
        for _ in range(runs):
            run()
        profiler.disable_by_count()
    profiler.dump_stats(file)


def _functions(homes: Sequence[str]) -> Iterator[FunctionType]:
    """Give every live function that is defined in one of these folders or files.

    The seams' implementations are closures. A module's namespace, where kernprof looks, does not hold them.
    """
    own = tuple(homes)
    for found in gc.get_objects():
        if isinstance(found, FunctionType) and found.__code__.co_filename.startswith(own):
            yield found


def read(file: Path, runs: int) -> dict[Place, LineCost]:
    """Return what every line that was reached costs a run.

    The format is a pickle: read only files that `capture` wrote.
    """
    from line_profiler import load_stats  # noqa: PLC0415 - as in `require`

    stats = load_stats(file)
    return {
        line_place(filename, line, function): LineCost(hits / runs, time * stats.unit / runs)
        for (filename, _, function), timings in stats.timings.items()
        for line, hits, time in timings
    }
