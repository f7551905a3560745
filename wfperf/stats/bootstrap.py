"""An interval for the median block log-ratio, by resampling blocks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from wfperf.stats.interval import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

RESAMPLES = 20_000
FEWEST_VALUES = 2
LOWEST_LEVEL = 0.5  # from here on an interval is sure to hold its estimate


def median_interval(values: Sequence[float] | NDArray[np.float64], *, level: float = 0.95, seed: int) -> Interval:
    """Return the sample median of block log-ratios, with a confidence interval for their true median.

    The method is the expanded percentile bootstrap over blocks; `median_bounds` says how and why.

    Args:
        values: one number for each block, shape (n_blocks,); their order does not matter.
        level: the confidence wanted, at least 0.5 and less than 1.
        seed: of the resampling; the same values, level and seed give the same interval.

    Raises:
        ValueError: fewer than two values, a value that is not finite, or a level out of range.
    """
    blocks = np.asarray(values, dtype=np.float64)
    if blocks.ndim != 1:
        raise ValueError(f"expected one number for each block, found an array of shape {blocks.shape}")
    lows, highs = median_bounds(blocks[np.newaxis], level=level, seed=seed)
    return Interval(float(lows[0]), float(np.median(blocks)), float(highs[0]), level)


def median_bounds(rows: ArrayLike, *, level: float, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the two ends of the median's interval for each of many samples of one size.

    Source: T. Hesterberg, "What Teachers Should Know About the Bootstrap", The American Statistician 69(4),
    2015, pp. 371-386 (arXiv:1411.5279), the expanded percentile interval: quantiles of the median over
    resamples, taken further out than the level says, because resamples of n blocks scatter less than samples
    do, by sqrt((n - 1) / n), and because n is small (Student's t for the normal quantile).

    A resample is the largest even number m of blocks up to n (m out of n: P. Bickel, F. Goetze, W. van Zwet,
    Statistica Sinica 7, 1997, pp. 1-31). The median of an odd number is one of only n values, and an interval
    that jumps from one to the next covers anything between 93 % and 98 %. The tail then is
    Phi(t(alpha / 2, n - 1) * sqrt(m / (n - 1))), Hesterberg's own where n is even.

    Which resamples' medians are the ends depends mostly on ranks, so the coverage hardly depends on how the values
    are distributed. Measured for every size from 10 to 41 on normal, t3, log-normal, uniform and exponential
    values: 95.1-97.3 % at 95 %, 99.7-99.97 % at 99.9 %. Passed over, at 95 %: the plain percentile interval covers
    90.6-96.5 %; at six sizes from 10 to 40, BCa covers 92.9-94.7 % and the basic interval 72-89 %. All this holds
    for a number of blocks fixed beforehand: of normal samples watched from 10 to 40 blocks, 16 in 100 have a 95 %
    interval that misses at some point.

    Args:
        rows: samples, shape (n_samples, n_blocks); all are resampled at the same places.
        level: the confidence wanted, at least 0.5 and less than 1.
        seed: of the resampling.

    Returns:
        Lower and upper ends, each of shape (n_samples,), in the unit of `rows`.

    Raises:
        ValueError: fewer than two blocks, a value that is not finite, or a level out of range.
    """
    # Sorted, so that a sample is resampled by rank and the order in which its blocks came is of no account.
    ranked = np.sort(np.asarray(rows, dtype=np.float64), axis=-1)
    n = ranked.shape[-1]
    if n < FEWEST_VALUES:
        raise ValueError(f"an interval takes at least {FEWEST_VALUES} blocks, found {n}")
    if not np.isfinite(ranked).all():
        raise ValueError("a block's value is not a finite number")
    if not LOWEST_LEVEL <= level < 1:
        raise ValueError(f"a level is at least {LOWEST_LEVEL} and less than 1, found {level}")
    from scipy.special import ndtr, stdtrit  # noqa: PLC0415 - a tenth of a second that few commands need

    m = n - n % 2
    places = np.sort(np.random.default_rng(seed).integers(n, size=(RESAMPLES, m)), axis=1)
    # A resample's median lies between its two middle places; as few pairs of places recur, each is looked at once.
    counts = np.bincount(places[:, m // 2 - 1] * n + places[:, m // 2])
    pairs = np.flatnonzero(counts)
    medians = (ranked[:, pairs // n] + ranked[:, pairs % n]) / 2
    order = np.argsort(medians, axis=1)
    medians = np.take_along_axis(medians, order, axis=1)
    reached = np.cumsum(counts[pairs][order], axis=1)
    tail = float(ndtr(stdtrit(n - 1, (1 - level) / 2) * math.sqrt(m / (n - 1))))
    beyond = int(tail * RESAMPLES)  # the resamples cut off at either end
    samples = np.arange(len(ranked))
    lows = medians[samples, (reached <= beyond).sum(axis=1)]
    highs = medians[samples, (reached < RESAMPLES - beyond).sum(axis=1)]
    return lows, highs
