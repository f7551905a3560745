"""Where the level of a series changed, with a stated chance of a false alarm."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

ALPHA = 0.01
"""The chance that a series in which nothing changed has any change point."""

FEWEST_POINTS = 12
"""With fewer points nothing is said: of ten, even a clean step in the middle is there by chance in 1 of 126 orders."""

PERMUTATIONS = 999
DECAY = 1 / math.sqrt(2)  # of the windows' lengths from one layer to the next
ROUNDS = 20  # of putting changes in their places; two or three do
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """One change of level.

    Args:
        at: the index of the first value of the new level.
        before: the median from the change before (or the beginning) up to this one, in the values' unit.
        after: the median from here up to the next change, or the end.
        p_value: how often a series without this change would show one as clear; 0.0 where there is no doubt.
    """

    at: int
    before: float
    after: float
    p_value: float


def change_points(values: Sequence[float], *, alpha: float = ALPHA, seed: int) -> tuple[Change, ...]:
    """Return the changes of level in a series, in order; none of fewer than 12 values.

    A series of independent values of one distribution, whatever it is, has any change point with probability at most
    `alpha`; one with changes is given more than it has about as rarely. Values that depend on the ones before them
    break the promise, for they wander.

    Statistic: within a window of the series, the ranks of the values up to a point are held against those behind it;
    the largest over all points and windows. Where the window is the whole series, that is the Mann-Whitney form of the
    change-point model (D. Hawkins, Q. Deng, "A Nonparametric Change-Point Control Chart", Journal of Quality Technology
    42(2), 2010, pp. 165-173): the statistic of A. Pettitt ("A Non-Parametric Approach to the Change-Point Problem",
    JRSS C 28(2), 1979, pp. 126-135) made as sensitive near the ends as in the middle. Ranks, so that an outlier counts
    for no more than any largest value. Windows, so that a change that is taken back later does not hide: the seeded
    intervals of S. Kovacs, P. Buehlmann, H. Li, A. Munk, "Seeded binary segmentation", Biometrika 110(1), 2023,
    pp. 249-256.

    Chance: the share of permutations, each within the pieces found so far, whose statistic is as large (b + 1 of m + 1:
    B. Phipson, G. Smyth, "Permutation P-values Should Never Be Zero", SAGMB 9(1), 2010, article 39). Where it is at
    most `alpha`, the series is split there and looked at again: binary segmentation (L. Vostrikova, "Detecting
    'disorder' in multidimensional random processes", Soviet Mathematics Doklady 24, 1981, pp. 55-59), with one test for
    all pieces, so that the first one that fails ends it (D. Matteson, N. James, "A Nonparametric Approach for Multiple
    Change Point Analysis of Multivariate Data", JASA 109(505), 2014, pp. 334-345). Last, each change is tested once
    more between its neighbours, and put in its place.

    Place: where values are on the whole nearest to the median of their own side: the maximum likelihood of D. Hinkley,
    "Inference About the Change-Point in a Sequence of Random Variables", Biometrika 57(1), 1970, pp. 1-17, for levels
    that are known, of values cut off at both levels, so that no outlier moves it. Ranks alone cannot tell where a clean
    step is: one value of it more on the other side leaves them as clean.

    Args:
        values: in the order of time, shape (n_points,).
        alpha: the chance of a false alarm that is allowed, for the whole series.
        seed: of the permutations; the same values and seed give the same changes.

    Raises:
        ValueError: a value is not a finite number.
    """
    series = np.asarray(values, dtype=np.float64)
    if not np.isfinite(series).all():
        raise ValueError("a value of the series is not a finite number")
    rng = np.random.default_rng(seed)
    edges = [0, len(series)]
    while (found := _clearest(series, edges, rng)) and found.p_value <= alpha:
        insort(edges, found.at)
    changes = _settled(series, edges, alpha, rng)
    bounds = [0, *(each.at for each in changes), len(series)]
    levels = [float(np.median(series[begin:end])) for begin, end in pairwise(bounds) if begin < end]
    return tuple(
        Change(each.at, before, after, each.p_value)
        for each, (before, after) in zip(changes, pairwise(levels), strict=True)
    )


def moves(values: Sequence[float]) -> tuple[Change, ...]:
    """Return every place where a number differs from the one before: of counts, which have no noise."""
    return tuple(
        Change(at, before, after, 0.0) for at, (before, after) in enumerate(pairwise(values), 1) if before != after
    )


class _Split(NamedTuple):
    at: int
    p_value: float


def _clearest(series: Numbers, edges: Sequence[int], rng: np.random.Generator, *, whole: bool = False) -> _Split | None:
    """Return the clearest split within the pieces between edges, and its chance; None where all are too short.

    Args:
        series: the values.
        edges: where pieces begin and end.
        rng: shuffles.
        whole: look at each piece as a whole, not at windows of it.
    """
    pieces = [(begin, end) for begin, end in pairwise(edges) if end - begin >= FEWEST_POINTS]
    if not pieces:
        return None
    best, at = 0.0, 0
    by_chance = np.zeros(PERMUTATIONS)
    for begin, end in pieces:
        ranks = _ranks(series[begin:end])
        if not ranks.any():
            continue  # all are equal
        windows = [(0, len(ranks))] if whole else list(_windows(len(ranks)))
        (strength,), (place,) = _strongest(ranks[np.newaxis], windows)
        if strength > best:
            best, at = float(strength), begin + int(place)
        shuffled = rng.permuted(np.tile(ranks, (PERMUTATIONS, 1)), axis=1)
        by_chance = np.maximum(by_chance, _strongest(shuffled, windows)[0])
    as_clear = int((by_chance >= best - ROUNDING).sum())
    return _Split(at, (as_clear + 1) / (PERMUTATIONS + 1))


def _settled(series: Numbers, edges: Sequence[int], alpha: float, rng: np.random.Generator) -> list[_Split]:
    """Return the changes at the inner edges, each in its place between its neighbours.

    A change that was found before its neighbours were may lie beside its place, or be none now that they are known. The
    least clear of those goes, and the others are looked at again.
    """
    inner, placed = list(edges[1:-1]), list[_Split]()
    for _ in range(ROUNDS):
        bounds = [0, *inner, len(series)]
        placed = [
            _between(series, before, at, after, rng)
            for before, at, after in zip(bounds, inner, bounds[2:], strict=False)
        ]
        doubtful = max(placed, key=lambda each: each.p_value, default=_Split(0, 0.0))
        if doubtful.p_value > alpha:
            del inner[placed.index(doubtful)]
        elif [each.at for each in placed] == inner:
            break
        else:
            inner = sorted({each.at for each in placed})
    return sorted({each.at: each for each in placed if each.p_value <= alpha}.values())


def _between(series: Numbers, before: int, at: int, after: int, rng: np.random.Generator) -> _Split:
    """Return the change between two others, in its place."""
    found = _clearest(series, [before, after], rng, whole=True)
    if found is None:
        return _Split(at, 1.0)
    left, right = np.median(series[before : found.at]), np.median(series[found.at : after])
    values = np.clip(series[before:after], min(left, right), max(left, right))
    nearer = np.cumsum((values - (left + right) / 2) * np.sign(left - right))[:-1]
    return _Split(before + 1 + int(nearer.argmax()), found.p_value)


def _ranks(values: Numbers) -> Numbers:
    """Return ranks scaled to mean 0 and variance 1, with equal values sharing theirs; zeros where all are equal."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(counts) == 1:
        return np.zeros(len(values))
    ranks = (np.cumsum(counts) - counts / 2)[places]
    scaled: Numbers = (ranks - ranks.mean()) / ranks.std()
    return scaled


def _strongest(rows: Numbers, windows: Sequence[tuple[int, int]]) -> tuple[Numbers, NDArray[np.int64]]:
    """Return for each row of scaled ranks the largest statistic, and the index of the first value behind its point."""
    sums = np.concatenate([np.zeros((len(rows), 1)), np.cumsum(rows, axis=1)], axis=1)
    best, places = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.int64)
    for begin, end in windows:
        length = end - begin
        left = np.arange(1, length)
        total = sums[:, [end]] - sums[:, [begin]]
        excess = np.abs(sums[:, begin + 1 : end] - sums[:, [begin]] - left * total / length)
        excess /= np.sqrt(left * (length - left) / length)
        split = excess.argmax(axis=1)
        strength = excess[np.arange(len(rows)), split]
        better = strength > best + ROUNDING
        best[better], places[better] = strength[better], begin + 1 + split[better]
    return best, places


def _windows(size: int) -> Iterator[tuple[int, int]]:
    """Yield the seeded intervals of so many points: all of them, then layer by layer shorter ones that overlap."""
    yield 0, size
    layer = 1
    while (length := size * DECAY**layer) >= FEWEST_POINTS - ROUNDING:
        count = 2 * math.ceil(DECAY**-layer - ROUNDING) - 1
        step = (size - length) / (count - 1)
        for number in range(count):
            yield math.floor(number * step + ROUNDING), math.ceil(number * step + length - ROUNDING)
        layer += 1
