"""Changes between two readings of one profiler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from wfperf.results.profiled import CostChange, SourceLocation

C = TypeVar("C")


def differences(before: Mapping[SourceLocation, C], after: Mapping[SourceLocation, C]) -> tuple[CostChange[C], ...]:
    """Match two readings by location, and return all locations in the order of their first appearance.

    A location in both has the line number of the second reading.
    """
    locations = {location: location for location in before} | {location: location for location in after}
    return tuple(CostChange(location, before.get(location), after.get(location)) for location in locations.values())


def hottest(changes: Iterable[CostChange[C]], cost: Callable[[C], float], count: int) -> list[CostChange[C]]:
    """Return the costliest locations, ordered by the larger of their two costs."""
    return sorted(changes, key=lambda change: max(change.amounts(cost)), reverse=True)[:count]


def most_changed(
    changes: Iterable[CostChange[C]], counters: Callable[[C], float], cost: Callable[[C], float], count: int
) -> list[CostChange[C]]:
    """Return the locations whose counter changes by at least 1 per run, the largest change of cost first.

    A counter, such as calls, is the same in every run, so it tells a change from a disturbance, which a time cannot.
    The cost should be a location's own: a cumulative one repeats a change in every caller above it.
    """
    changed = [change for change in changes if abs(change.difference(counters)) >= 1]
    return sorted(changed, key=lambda change: abs(change.difference(cost)), reverse=True)[:count]
