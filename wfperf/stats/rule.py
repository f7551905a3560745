"""What turns an interval into a decision: the verdict on a claim, the status of a budget."""

from __future__ import annotations

from itertools import pairwise
from typing import Protocol, TypeVar

D = TypeVar("D")
D_co = TypeVar("D_co", covariant=True)


class Rule(Protocol[D_co]):
    """How an interval is judged, whatever is asked.

    A rule judges effects in a unit of its own. For it to be watched block by block, it judges all single effects
    between two neighbouring edges alike.
    """

    @property
    def undecided(self) -> D_co:
        """The decision where an interval allows for several, or may not be judged."""

    @property
    def edges(self) -> tuple[float, ...]:
        """The effects at which the decision on a single effect changes, in any order."""

    def effect(self, log_ratio: float) -> float:
        """Return a log-ratio in the rule's unit; increasing."""

    def decide(self, low: float, high: float) -> D_co:
        """Return the decision on an interval of effects from `low` to `high`."""


def decisions_within(rule: Rule[D], low: float, high: float) -> tuple[D, ...]:
    """Return the decisions on the single effects in an interval, from the smallest effect to the largest.

    That the truth is exactly an edge is left out: no interval with a width ever says so.

    Args:
        rule: what decides.
        low: the smallest effect, in the rule's unit; may be infinite.
        high: the largest.
    """
    points = sorted({low, *(edge for edge in rule.edges if low < edge < high), high})
    effects = [_between(start, end) for start, end in pairwise(points)] or points
    return tuple(dict.fromkeys(rule.decide(each, each) for each in effects))


def _between(low: float, high: float) -> float:
    return 0.0 if low == -high else (low + high) / 2  # between two infinities, too
