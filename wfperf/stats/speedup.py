"""What a log-ratio says: log(t_original / t_new) as throughput gained and as time saved.

The log is what is averaged, resampled and compared, for it treats a thing and its reverse alike: twice as
fast and half as fast lie equally far from 0. These two are what a reader is shown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wfperf.stats.interval import Interval


def block_log_ratio(base: Sequence[float], side: Sequence[float]) -> float:
    """Return what one block says: the median over its rounds of log(cost of base / cost of side).

    Each round's two samples lie milliseconds apart, so what slows the machine for longer cancels in their ratio, and
    what slows only one of them is a single round among many, which a median hardly sees (its breakdown point is half of
    the rounds: P. Huber, E. Ronchetti, "Robust Statistics", 2nd ed., 2009, section 1.4).

    Args:
        base: costs a run, one for each round, above 0; shape (n_rounds,).
        side: those of the other side in the same rounds.

    Raises:
        ValueError: the sides have unlike numbers of rounds, or a cost is not above 0.
    """
    return median(math.log(a) - math.log(b) for a, b in zip(base, side, strict=True))


def speedup(log_ratio: float) -> float:
    """Return the throughput gained, t_original / t_new - 1: 0.46 is +46 % or 1.46x. Above -1, no upper end."""
    return math.expm1(log_ratio)


def time_saved(log_ratio: float) -> float:
    """Return the time saved, 1 - t_new / t_original: 0.315 is 31.5 %. Below 1, no lower end."""
    return -math.expm1(-log_ratio)


def speedup_interval(log_ratio: Interval) -> Interval:
    """Return an interval of log-ratios as one of throughput gained."""
    return log_ratio.through(speedup)


def saved_interval(log_ratio: Interval) -> Interval:
    """Return an interval of log-ratios as one of time saved."""
    return log_ratio.through(time_saved)
