"""What changed between two readings of one profiler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from wfperf.results.profiled import Change, Place

C = TypeVar("C")


def differences(before: Mapping[Place, C], after: Mapping[Place, C]) -> tuple[Change[C], ...]:
    """Match two readings place by place and return every place of either, in the order it was first met.

    Where both have a place, its line number is the later one's.
    """
    places = {place: place for place in before} | {place: place for place in after}
    return tuple(Change(place, before.get(place), after.get(place)) for place in places.values())


def hottest(changes: Iterable[Change[C]], cost: Callable[[C], float], count: int) -> list[Change[C]]:
    """Return the places that cost most on the side where they cost more, the costliest first."""
    return sorted(changes, key=lambda change: max(change.amounts(cost)), reverse=True)[:count]


def most_changed(
    changes: Iterable[Change[C]], work: Callable[[C], float], cost: Callable[[C], float], count: int
) -> list[Change[C]]:
    """Return the places that do at least one unit of work more or less in a run, the largest change of cost first.

    Work is a count, as of calls. It is the same in every run, so that it tells a change from a disturbance, which
    a time cannot. The cost should be a place's own: a cumulative one repeats a change in every caller above it.
    """
    changed = [change for change in changes if abs(change.difference(work)) >= 1]
    return sorted(changed, key=lambda change: abs(change.difference(cost)), reverse=True)[:count]
