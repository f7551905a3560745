"""The result of `history`: series of numbers of many runs, with the points where their level changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wfperf.stats.bounds import Lower, Upper

# Version 1: the first format.
# Version 2: names as in the glossary: `benchmark`, `variant` and `baseline`.
SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class LinePoint:
    """One number of one run: the fields of a history entry that differ within a series."""

    id: str
    at: str
    run: str
    command: str
    revision: str
    estimate: float
    low: Lower
    high: Upper
    level: float
    blocks: int
    verdict: str
    wfperf: str
    against: str


@dataclass(frozen=True, slots=True)
class LevelChange:
    """One change of level.

    Args:
        at: the index of the first entry of the new level.
        before: median from the previous change, or the beginning, up to this one.
        after: median from this change up to the next one, or the end.
        p_value: probability that a series without this change shows one as clear; 0.0 if there is no doubt.
        first: id of the first entry of the new level.
    """

    at: int
    before: float
    after: float
    p_value: float
    first: str


@dataclass(frozen=True, slots=True)
class Line:
    """A series of numbers that differ only in the code and the time.

    Args:
        workload: options that chose what was measured; empty if there were none.
        benchmark: the benchmark.
        variant: name of the variant.
        baseline: the baseline; empty for a count.
        metric: the metric.
        machine: id of the machine, and the facts that identify it.
        changes: changes of the level, in order.
        entries: the numbers, the oldest first.
    """

    workload: str
    benchmark: str
    variant: str
    baseline: str
    metric: str
    machine: Mapping[str, str]
    changes: tuple[LevelChange, ...]
    entries: tuple[LinePoint, ...]


@dataclass(frozen=True, slots=True)
class History:
    """All series, in the order in which they began."""

    trends: tuple[Line, ...]
