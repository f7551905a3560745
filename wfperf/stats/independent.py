"""Two samples that were not taken side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

from wfperf.stats.interval import Interval
from wfperf.stats.sequence import median_sequence


def log_ratio_of_medians(over: Sequence[float], under: Sequence[float], *, level: float = 0.95) -> Interval:
    """Return the log of the ratio of two medians, and an interval for it.

    Each median has a confidence sequence at 1 - (1 - level) / 2, so both hold together at `level` whenever either stops
    (the Bonferroni inequality, O. Dunn, JASA 56(293), 1961, pp. 52-64); their difference then lies between the
    difference of the outer ends. That is wider than an interval of pairs: what slows a machine for a while is in it.

    Args:
        over: a cost for each block, above 0; shape (n_blocks,).
        under: those of the other sample, which may have another number of blocks.
        level: the confidence wanted, between 0 and 1.

    Raises:
        ValueError: a sample is empty, or a cost is not finite and above 0.
    """
    each = 1 - (1 - level) / 2
    above, below = (median_sequence([math.log(cost) for cost in costs], level=each) for costs in (over, under))
    return Interval(above.low - below.high, above.estimate - below.estimate, above.high - below.low, level)
