"""What `history` shows: numbers of many runs as lines, each with the places where its level changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wfperf.stats.bounds import Lower, Upper

# Version 1: the first format.
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class LinePoint:
    """One number of one run: what of a history's entry is its own, and not that of the whole line."""

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
        before: the median from the change before, or the beginning, up to this one.
        after: the median from here up to the next change, or the end.
        p_value: how often a series without this change would show one as clear; 0.0 where there is no doubt.
        first: the id of the first entry of the new level.
    """

    at: int
    before: float
    after: float
    p_value: float
    first: str


@dataclass(frozen=True, slots=True)
class Line:
    """Numbers that differ in nothing but the code and the time.

    Args:
        workload: the options that chose what was measured; empty where there were none.
        scenario: what it was measured on.
        subject: what was measured.
        base: what that was held against; empty for a count.
        metric: what was measured of it.
        machine: its id, and all that makes it.
        changes: of the level, in order.
        entries: the oldest first.
    """

    workload: str
    scenario: str
    subject: str
    base: str
    metric: str
    machine: Mapping[str, str]
    changes: tuple[LevelChange, ...]
    entries: tuple[LinePoint, ...]


@dataclass(frozen=True, slots=True)
class History:
    """All lines, in the order in which they began."""

    trends: tuple[Line, ...]
