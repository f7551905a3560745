"""The result of `profile`: where time and memory go in one or two configurations, by source location."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from wfperf.results.environment import Environment
from wfperf.stats.interval import Interval

# Version 1: the first format; `after` and `measured` are null where one configuration was profiled.
# Version 2: changes say `location`, not `place`, and a location says `is_users`; `changes_results` and `notes` stand
#            beside `runs`; a profiler has files, changes, and the reason why it was skipped, empty where it was not.
# Version 3: `benchmark`, which was `scenario`; `workload` says what was chosen.
# Version 4: `compare` says how to compare what was profiled.
SCHEMA_VERSION = 4

C = TypeVar("C")

_BUILTIN = re.compile(r"<method '(\w+)' of '([\w.]+)' objects>|<built-in method (.+)>")
"""How cProfile names functions that are not written in Python."""


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A function or, with `text`, a line of it. Line numbers do not distinguish locations, because edits shift them.

    Args:
        path: the file, relative to the package or the library folder that holds it; empty for a built-in.
        function: the qualified name.
        line: number of the line, or of the function's first line; 0 if there is none.
        is_users: whether the file belongs to the user, not to a library.
        text: the source line without its indentation; empty for a whole function.
        occurrence: index among the lines of the function with the same text, from 0.
    """

    path: str
    function: str
    line: int = field(compare=False)
    is_users: bool = field(compare=False)
    text: str = ""
    occurrence: int = 0

    @property
    def where(self) -> str:
        """The file and line, for reading."""
        if not self.path:
            return "(built-in)"
        return f"{self.path}:{self.line}" if self.line else self.path

    @property
    def name(self) -> str:
        """The function's name, for reading: `original.find` for `original.<locals>.find`."""
        if match := _BUILTIN.fullmatch(self.function):
            method, owner, function = match.groups()
            return function or f"{owner}.{method}"
        return self.function.replace(".<locals>", "")


@dataclass(frozen=True, slots=True)
class FunctionCost:
    """Cost of a function per run: calls, total time and self time in seconds."""

    calls: float
    cumulative_s: float
    own_s: float

    def __add__(self, other: FunctionCost) -> FunctionCost:
        return FunctionCost(self.calls + other.calls, self.cumulative_s + other.cumulative_s, self.own_s + other.own_s)


@dataclass(frozen=True, slots=True)
class LineCost:
    """Cost of a line per run: hits, and total time in seconds."""

    hits: float
    time_s: float


@dataclass(frozen=True, slots=True)
class SiteCost:
    """Cost of a line in memory: allocations and bytes per run, and its bytes in use at the peak."""

    allocations: float
    allocated_bytes: float
    peak_bytes: float


@dataclass(frozen=True, slots=True)
class CostChange(Generic[C]):
    """Cost of a location per run, before and after; None if the run does not reach it."""

    location: SourceLocation
    before: C | None
    after: C | None

    @property
    def status(self) -> str:
        """`new` or `gone` if only one configuration has the location, else empty."""
        if self.before is None:
            return "new"
        return "gone" if self.after is None else ""

    def amounts(self, cost: Callable[[C], float]) -> tuple[float, float]:
        """Return a cost before and after; 0.0 for a configuration without the location."""
        return (
            0.0 if self.before is None else cost(self.before),
            0.0 if self.after is None else cost(self.after),
        )

    def difference(self, cost: Callable[[C], float]) -> float:
        """Return the increase of a cost; below 0 if it fell."""
        before, after = self.amounts(cost)
        return after - before


Changes = tuple[CostChange[FunctionCost], ...] | tuple[CostChange[LineCost], ...] | tuple[CostChange[SiteCost], ...]
"""The changes that one profiler found."""


@dataclass(frozen=True, slots=True)
class Captured:
    """The output of one profiler: its file for each configuration and the changes, or the reason why it was skipped."""

    files: Mapping[str, Path]
    changes: Changes
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class MeasuredSpeedup:
    """The speedup of the second configuration over the first, measured without a profiler.

    Args:
        speedup: throughput gained, as a fraction; None if results differ or there are too few blocks.
        blocks: number of blocks.
        equal: whether all outcomes were the same.
        reason: why there is no speedup, as text; empty if there is one.
        seed: random seed of the sampling orders and hash seeds.
    """

    speedup: Interval | None
    blocks: int
    equal: bool
    reason: str = ""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Profiled:
    """The profiles of one or two configurations on one benchmark.

    Args:
        benchmark: the benchmark.
        before: the baseline.
        after: the other configuration; None if there is none.
        runs: number of runs under each profiler; all costs are per run.
        profilers: output of each profiler, by name.
        changes_results: optimizations in `after` that are known to change results.
        environment: machine and Python of the profiles.
        notes: notes from the plan.
        workload: options that chose what was profiled, such as `--plan shop.toml`; empty for a plan found in the
            folder.
        compare: command line that compares the same, for its claim and verdict; empty if there is nothing to compare.
        measured: speedup measured without a profiler; None for a single configuration, or before it is measured.
    """

    benchmark: str
    before: str
    after: str | None
    runs: int
    profilers: Mapping[str, Captured]
    changes_results: tuple[str, ...]
    environment: Environment
    notes: tuple[str, ...] = ()
    workload: str = ""
    compare: str = ""
    measured: MeasuredSpeedup | None = None

    @property
    def variants(self) -> tuple[str, ...]:
        """Names of the configurations, the baseline first."""
        return (self.before, self.after) if self.after else (self.before,)
