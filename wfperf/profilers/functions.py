"""Functions: how often each is called and how long it takes, by cProfile."""

from __future__ import annotations

import pstats
from pathlib import Path
from typing import Any

from wfperf.profilers.locations import function_location
from wfperf.results.profiled import FunctionCost, SourceLocation

LIBRARY = "cProfile"
SUFFIX = "prof"
VIEWERS: tuple[str, ...] = ("snakeviz", "python -m pstats")


def read(file: Path, runs: int, tree: Path | None = None) -> dict[SourceLocation, FunctionCost]:
    """Return the cost of every function per run. Those of one qualified name, such as lambdas, are one location."""
    costs: dict[SourceLocation, FunctionCost] = {}
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]  # absent from typeshed
    for (filename, first_line, name), (_, calls, own_s, cumulative_s, _) in stats.items():
        location = function_location(filename, first_line, name, tree)
        cost = FunctionCost(calls / runs, cumulative_s / runs, own_s / runs)
        costs[location] = costs[location] + cost if location in costs else cost
    return costs
