"""What changed between two readings of one profiler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from wfperf.results.profiled import CostChange, SourceLocation

C = TypeVar("C")


def differences(before: Mapping[SourceLocation, C], after: Mapping[SourceLocation, C]) -> tuple[CostChange[C], ...]:
    """Match two readings location by location and return every location of either, in the order it was first met.

    Where both have a location, its line number is the later one's.
    """
    locations = {location: location for location in before} | {location: location for location in after}
    return tuple(CostChange(location, before.get(location), after.get(location)) for location in locations.values())


def hottest(changes: Iterable[CostChange[C]], cost: Callable[[C], float], count: int) -> list[CostChange[C]]:
    """Return the locations that cost most on the variant where they cost more, the costliest first."""
    return sorted(changes, key=lambda change: max(change.amounts(cost)), reverse=True)[:count]


def most_changed(
    changes: Iterable[CostChange[C]], counters: Callable[[C], float], cost: Callable[[C], float], count: int
) -> list[CostChange[C]]:
    """Return the locations that do at least one unit of work more or less in a run, the largest change of cost first.

    Work is a count, as of calls. It is the same in every run, so that it tells a change from a disturbance, which
    a time cannot. The cost should be a location's own: a cumulative one repeats a change in every caller above it.
    """
    changed = [change for change in changes if abs(change.difference(counters)) >= 1]
    return sorted(changed, key=lambda change: abs(change.difference(cost)), reverse=True)[:count]
