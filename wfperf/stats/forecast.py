"""How much more must be measured before an interval settles a question."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from statistics import NormalDist

from wfperf.stats.sequence import excluded_ranks

MOST_BLOCKS = 1 << 20
"""A million blocks take weeks: what needs more is not to be had."""

WIDEST = 8.0
"""A log-ratio: a factor of 3,000, wider than any interval from which something is to be learnt."""

STEPS = 40
"""Each halves what is left: after so many it is a millionth of a millionth."""


def decisive_half_width(settles: Callable[[float], bool]) -> float:
    """Return how far an interval may reach to either side of its estimate and still settle what is asked.

    Args:
        settles: whether an interval of this half width, as a log-ratio, would; once it does, narrower ones do.

    Returns:
        A log-ratio; 0.0 where the estimate lies on an edge, so that no interval would settle it.
    """
    low, high = 0.0, WIDEST
    if settles(high):
        return high
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if settles(middle) else (low, middle)
    return low


def blocks_needed(dispersion: float, half_width: float, level: float) -> int | None:
    """Return about how many blocks narrow the interval to so small a half width; None where no number will do.

    A forecast, not a bound. The k-th smallest of n blocks lies about where the quantile k / n of a normal distribution
    does, so the half width is about `dispersion` * Phi^-1(1 - k / n).

    Args:
        dispersion: standard deviation of the blocks, in the unit of `half_width`.
        half_width: what is wanted.
        level: of the interval.
    """
    if half_width <= 0:
        return None

    def reached(blocks: int) -> bool:
        rank = excluded_ranks(blocks, level)
        return rank > 0 and dispersion * NormalDist().inv_cdf(1 - rank / blocks) <= half_width

    found = bisect_left(range(MOST_BLOCKS), 1, key=reached)
    return found if found < MOST_BLOCKS else None
