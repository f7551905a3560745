"""Lines: how often each is reached and how long it takes, by line_profiler, kernprof's engine."""

from __future__ import annotations

import pickle
from pathlib import Path

from wfperf.profilers.locations import line_location
from wfperf.profilers.skipped import ProfilerSkippedError
from wfperf.results.profiled import LineCost, SourceLocation

LIBRARY = "line_profiler"
SUFFIX = "lprof"
VIEWERS: tuple[str, ...] = ("python -m line_profiler -z",)


def read(file: Path, runs: int, tree: Path | None = None) -> dict[SourceLocation, LineCost]:
    """Return the cost per run of every line that was reached.

    The format is a pickle: read only files that `wfperf profile` wrote.

    Raises:
        ProfilerSkippedError: another version of line_profiler wrote the file.
    """
    from line_profiler import load_stats  # noqa: PLC0415 - loads Cython code

    try:
        stats = load_stats(file)
    except (pickle.UnpicklingError, AttributeError, ImportError, TypeError) as error:
        raise ProfilerSkippedError(str(error)) from error
    return {
        line_location(filename, line, function, tree): LineCost(hits / runs, time * stats.unit / runs)
        for (filename, _, function), timings in stats.timings.items()
        for line, hits, time in timings
    }
