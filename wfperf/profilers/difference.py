"""What changed between two readings of one profiler."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from wfperf.profilers.places import Place

C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Change(Generic[C]):
    """What a place costs a run, before and after; None where the run does not come there."""

    place: Place
    before: C | None
    after: C | None

    @property
    def status(self) -> str:
        """`new` or `gone` where only one side has the place, else empty."""
        if self.before is None:
            return "new"
        return "gone" if self.after is None else ""

    def amounts(self, cost: Callable[[C], float]) -> tuple[float, float]:
        """Return a cost before and after; a side without the place spends nothing there."""
        return (
            0.0 if self.before is None else cost(self.before),
            0.0 if self.after is None else cost(self.after),
        )

    def difference(self, cost: Callable[[C], float]) -> float:
        """Return what a cost grew by; below 0 where it shrank."""
        before, after = self.amounts(cost)
        return after - before


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
