"""What `profile` found: where the time and the memory of one configuration go, or of two, location by location."""

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
SCHEMA_VERSION = 2

C = TypeVar("C")

_BUILTIN = re.compile(r"<method '(\w+)' of '([\w.]+)' objects>|<built-in method (.+)>")
"""How cProfile names what is not written in Python."""


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A function or, with `text`, a line of it. Line numbers move with every edit, so they tell no locations apart.

    Args:
        path: the file, relative to the package or the library folder that holds it; empty for a built-in.
        function: the qualified name.
        line: the number of the line, of a function its first; 0 where there is none.
        is_users: whether the file is the user's, no library's.
        text: the source line without its indentation; empty for a whole function.
        occurrence: which one it is among the function's lines of the same text, from 0.
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
    """What a function costs a run: calls, seconds in it and all it calls, seconds in itself."""

    calls: float
    cumulative_s: float
    own_s: float

    def __add__(self, other: FunctionCost) -> FunctionCost:
        return FunctionCost(self.calls + other.calls, self.cumulative_s + other.cumulative_s, self.own_s + other.own_s)


@dataclass(frozen=True, slots=True)
class LineCost:
    """What a line costs a run: how often it is reached, and seconds in it and all it calls."""

    hits: float
    time_s: float


@dataclass(frozen=True, slots=True)
class SiteCost:
    """What the allocations of a line cost: how many and how many bytes a run; bytes of it alive at the peak."""

    allocations: float
    allocated_bytes: float
    peak_bytes: float


@dataclass(frozen=True, slots=True)
class CostChange(Generic[C]):
    """What a location costs a run, before and after; None where the run does not come there."""

    location: SourceLocation
    before: C | None
    after: C | None

    @property
    def status(self) -> str:
        """`new` or `gone` where only one side has the location, else empty."""
        if self.before is None:
            return "new"
        return "gone" if self.after is None else ""

    def amounts(self, cost: Callable[[C], float]) -> tuple[float, float]:
        """Return a cost before and after; a side without the location spends nothing there."""
        return (
            0.0 if self.before is None else cost(self.before),
            0.0 if self.after is None else cost(self.after),
        )

    def difference(self, cost: Callable[[C], float]) -> float:
        """Return what a cost grew by; below 0 where it shrank."""
        before, after = self.amounts(cost)
        return after - before


Changes = tuple[CostChange[FunctionCost], ...] | tuple[CostChange[LineCost], ...] | tuple[CostChange[SiteCost], ...]
"""Those that one profiler saw, in its own terms."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What one profiler saw: a file by configuration and the changes between them, or why it was skipped."""

    files: Mapping[str, Path]
    changes: Changes
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class MeasuredPair:
    """What the second configuration gains over the first, measured without a profiler.

    Args:
        speedup: throughput gained, as a fraction; None where results differ or there are too few blocks.
        blocks: how many it rests on.
        equal: whether all outcomes were the same.
        reason: why there is no speedup, in words; empty where there is one.
        seed: of orders and hash seeds.
    """

    speedup: Interval | None
    blocks: int
    equal: bool
    reason: str = ""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Profiled:
    """One configuration or two on one scenario, by profiler.

    Args:
        scenario: what was run.
        before: the configuration that the other is held against.
        after: the other one; None where there is none.
        runs: how many each profiler saw; costs are those of one run.
        profilers: what each one saw, by name.
        changes_results: the optimizations in `after` that are known to change results.
        environment: where it was profiled.
        notes: what the plan says to all of it.
        measured: the speedup that was measured apart; None where one configuration was profiled, or none yet.
    """

    scenario: str
    before: str
    after: str | None
    runs: int
    profilers: Mapping[str, Captured]
    changes_results: tuple[str, ...]
    environment: Environment
    notes: tuple[str, ...] = ()
    measured: MeasuredPair | None = None

    @property
    def sides(self) -> tuple[str, ...]:
        """The configurations, the one before first."""
        return (self.before, self.after) if self.after else (self.before,)
