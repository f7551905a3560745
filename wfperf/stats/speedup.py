"""What a log-ratio says: log(t_original / t_new) as throughput gained and as time saved.

The log is what is averaged, resampled and compared, for it treats a thing and its reverse alike: twice as
fast and half as fast lie equally far from 0. These two are what a reader is shown.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wfperf.stats.interval import Interval


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
