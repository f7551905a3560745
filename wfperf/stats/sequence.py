"""A confidence sequence for the median: an interval that holds at every block at once, so one may watch it and stop."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import count
from statistics import median

from wfperf.stats.interval import Interval


def median_sequence(values: Sequence[float], *, level: float = 0.95) -> Interval:
    """Return the sample median of block log-ratios, and the interval that a confidence sequence gives for the true one.

    With probability `level` no interval of the whole sequence misses, the one after the first block, the second and
    so on without end. So whoever looks after each block and stops whenever he likes is still wrong at most
    1 - `level` of the time. Nothing is assumed of how values are distributed, only that blocks are independent and
    have one median; ties are allowed.

    Method: if m is the true median, the number s of blocks up to m is that of heads in n throws of a fair coin.
    A bettor who spreads his stake evenly over all biases of the coin then owns M_n = 2^n / ((n + 1) * C(n, s)), a
    martingale that starts at 1 and by Ville's inequality ever passes 1 / alpha with probability at most alpha
    = 1 - `level`. The interval holds every m at which M_n has not passed, and its ends are order statistics.

    Source: D. Darling, H. Robbins, "Confidence sequences for mean, variance, and median", PNAS 58(1), 1967, pp. 66-68;
    H. Robbins, "Statistical methods related to the law of the iterated logarithm", Annals of Mathematical
    Statistics 41(5), 1970, pp. 1397-1409 (the uniform mixture for the coin); S. Howard, A. Ramdas, "Sequential
    estimation of quantiles with applications to A/B testing and best-arm identification", Bernoulli 28(3), 2022,
    pp. 1704-1728 (the beta-binomial bound; this is a = b = 1).

    Args:
        values: one number for each block, shape (n_blocks,); their order does not matter.
        level: the confidence wanted, between 0 and 1.

    Returns:
        The interval in the values' unit; its ends are infinite while there are too few blocks: below 8 at 95 %,
        below 14 at 99.9 %.

    Raises:
        ValueError: no value, or one that is not a finite number.
    """
    ranked = sorted(values)
    if not ranked or not all(map(math.isfinite, ranked)):
        raise ValueError("expected a finite number for each block, and at least one block")
    rank = excluded_ranks(len(ranked), level)
    low, high = (ranked[rank - 1], ranked[-rank]) if rank else (-math.inf, math.inf)
    return Interval(low, median(ranked), high, level)


def excluded_ranks(blocks: int, level: float) -> int:
    """Return k, so that the interval reaches from the k-th smallest of n values to the k-th largest; 0 for no ends.

    It is the number of s = 0, 1, ... for which (n + 1) * C(n, s) / 2^n <= alpha: see `median_sequence`.

    Raises:
        ValueError: `level` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"a level lies between 0 and 1, found {level}")
    bound = math.log(1 - level) + blocks * math.log(2) - math.log(blocks + 1)

    def log_ways(heads: int) -> float:
        return math.lgamma(blocks + 1) - math.lgamma(heads + 1) - math.lgamma(blocks - heads + 1)

    return bisect_right(range(blocks // 2), bound, key=log_ways)


def fewest_blocks(level: float) -> int:
    """Return the smallest number of blocks whose interval has ends.

    Raises:
        ValueError: `level` is not between 0 and 1.
    """
    return next(blocks for blocks in count(1) if excluded_ranks(blocks, level))


def simultaneous_level(level: float, intervals: int) -> float:
    """Return the level each of so many intervals needs for all of them to hold together at `level`.

    Source: the Bonferroni inequality, O. Dunn, "Multiple Comparisons Among Means", JASA 56(293), 1961, pp. 52-64. It
    needs no independence; the sides of one run share their blocks and their `original`.
    """
    return 1 - (1 - level) / max(intervals, 1)
