"""Where the level of a series changed, with a stated chance of a false alarm."""

from __future__ import annotations

import math
import random
from bisect import insort
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from statistics import median
from typing import NamedTuple

ALPHA = 0.01
"""The chance that a series in which nothing changed has any change point."""

FEWEST_POINTS = 12
"""With fewer points nothing is said: of ten, even a clean step in the middle is there by chance in 1 of 126 orders."""

PERMUTATIONS = 999
"""With the series itself they make 1,000 orders, so a chance of 1 % is ten of them and no rounded number."""

DECAY = 1 / math.sqrt(2)
"""From the windows' lengths of one layer to those of the next, as the authors of seeded intervals advise."""

ROUNDS = 20
"""How often changes are put in their places again at most; two or three rounds do."""

ROUNDING = 1e-9
"""Numbers that differ by less count as equal: rounding errors are far smaller here, real differences larger."""


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

    Statistic: within a window of the series, the ranks of the values up to a point are compared with those behind it;
    the largest over all points and windows. Where the window is the whole series, that is the Mann-Whitney form of the
    change-point model (D. Hawkins, Q. Deng, "A Nonparametric Change-Point Control Chart", Journal of Quality Technology
    42(2), 2010, pp. 165-173): the statistic of A. Pettitt ("A Non-Parametric Approach to the Change-Point Problem",
    JRSS C 28(2), 1979, pp. 126-135) made as sensitive near the ends as in the middle. Ranks, so that an outlier counts
    for no more than any largest value. Windows, so that a change that is taken back later does not hide: the seeded
    intervals of S. Kovacs, P. Buehlmann, H. Li, A. Munk, "Seeded binary segmentation", Biometrika 110(1), 2023,
    pp. 249-256.

    Chance: the share of permutations, each within the pieces found so far, whose statistic is as large (b + 1 of m + 1:
    B. Phipson, G. Smyth, "Permutation P-values Should Never Be Zero", SAGMB 9(1), 2010, article 39), of which no more
    are drawn than it takes to see that it is above `alpha`. Where it is not, the series is split there and looked at
    again: binary segmentation (L. Vostrikova, "Detecting 'disorder' in multidimensional random processes", Soviet
    Mathematics Doklady 24, 1981, pp. 55-59), with one test for all pieces, so that the first one that fails ends it
    (D. Matteson, N. James, "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data",
    JASA 109(505), 2014, pp. 334-345). Last, each change is tested once more between its neighbours, and put in its
    place.

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
    series = [float(value) for value in values]
    if not all(map(math.isfinite, series)):
        raise ValueError("a value of the series is not a finite number")
    rng = random.Random(seed)  # noqa: S311 - permutations, no secrets
    edges = [0, len(series)]
    while (found := _clearest(series, edges, alpha, rng)) and found.p_value <= alpha:
        insort(edges, found.at)
    changes = _settled(series, edges, alpha, rng)
    bounds = [0, *(each.at for each in changes), len(series)]
    levels = [median(series[begin:end]) for begin, end in pairwise(bounds) if begin < end]
    return tuple(
        Change(each.at, before, after, each.p_value)
        for each, (before, after) in zip(changes, pairwise(levels), strict=True)
    )


def moves(values: Sequence[float]) -> tuple[Change, ...]:
    """Return every place where a number differs from the one before: of counts, which have no noise."""
    return tuple(
        Change(at, before, after, 0.0) for at, (before, after) in enumerate(pairwise(values), 1) if before != after
    )


Windows = tuple[tuple[int, int], ...]


class _Split(NamedTuple):
    at: int
    p_value: float


def _clearest(
    series: Sequence[float], edges: Sequence[int], alpha: float, rng: random.Random, *, whole: bool = False
) -> _Split | None:
    """Return the clearest split within the pieces between edges, and its chance; None where there is nothing to split.

    Args:
        series: the values.
        edges: where pieces begin and end.
        alpha: a chance above it need not be known, and is given as 1.
        rng: shuffles.
        whole: look at each piece as a whole, not at windows of it.
    """
    pieces = [(begin, end) for begin, end in pairwise(edges) if end - begin >= FEWEST_POINTS]
    best, at = 0.0, 0
    looked_at: list[tuple[list[float], Windows]] = []
    for begin, end in pieces:
        ranks = _ranks(series[begin:end])
        if not any(ranks):
            continue  # all are equal
        windows = ((0, len(ranks)),) if whole else tuple(_windows(len(ranks)))
        looked_at.append((ranks, windows))
        strength, place = _strongest(ranks, windows)
        if strength > best:
            best, at = strength, begin + place
    if not looked_at:
        return None
    most = math.floor(alpha * (PERMUTATIONS + 1) + ROUNDING)
    as_clear = 1
    for _ in range(PERMUTATIONS):
        as_clear += any(_is_as_clear(ranks, windows, best - ROUNDING, rng) for ranks, windows in looked_at)
        if as_clear > most:
            return _Split(at, 1.0)  # however the others come out
    return _Split(at, as_clear / (PERMUTATIONS + 1))


def _settled(series: Sequence[float], edges: Sequence[int], alpha: float, rng: random.Random) -> list[_Split]:
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


def _between(series: Sequence[float], before: int, at: int, after: int, rng: random.Random) -> _Split:
    """Return the change between two others, in its place."""
    found = _clearest(series, [before, after], 1.0, rng, whole=True)
    if found is None:
        return _Split(at, 1.0)
    left, right = median(series[before : found.at]), median(series[found.at : after])
    low, high = sorted((left, right))
    nearer_left = [
        (min(max(value, low), high) - (left + right) / 2) * (1 if left > right else -1)
        for value in series[before:after]
    ]
    *sums, _ = accumulate(nearer_left)
    return _Split(before + 1 + sums.index(max(sums)), found.p_value)


def _ranks(values: Sequence[float]) -> list[float]:
    """Return ranks scaled to mean 0 and variance 1, with equal values sharing theirs; zeros where all are equal."""
    counts = Counter(values)
    if len(counts) == 1:
        return [0.0] * len(values)
    ordered = sorted(counts)
    below = accumulate((counts[value] for value in ordered), initial=0)
    middle = len(values) / 2
    centred = {value: count + counts[value] / 2 - middle for value, count in zip(ordered, below, strict=False)}
    scale = math.sqrt(sum(counts[value] * rank * rank for value, rank in centred.items()) / len(values))
    return [centred[value] / scale for value in values]


def _strongest(ranks: Sequence[float], windows: Windows) -> tuple[float, int]:
    """Return the largest statistic of scaled ranks in any window, and the index of the first value behind its point."""
    sums = list(accumulate(ranks, initial=0.0))
    best, place = 0.0, 0
    for begin, end in windows:
        strengths = [abs(each) for each in _strengths(sums, begin, end)]
        strength = max(strengths)
        if strength > best + ROUNDING:
            best, place = strength, begin + 1 + strengths.index(strength)
    return best, place


def _is_as_clear(ranks: Sequence[float], windows: Windows, strength: float, rng: random.Random) -> bool:
    """Return whether ranks, shuffled, reach a strength within any window."""
    # By keys, as `rng.shuffle` takes half as long again, and most of the time goes here.
    sums = list(accumulate(sorted(ranks, key=lambda _: rng.random()), initial=0.0))
    # A difference D between l ranks and the L - l behind them is at most the span of the sums in their window, and
    # at most l (L - l) / L times the span of the ranks, so that D^2 L / (l (L - l)) is at most both spans multiplied.
    least = strength * strength / (max(ranks) - min(ranks))
    if max(sums) - min(sums) < least:
        return False
    for begin, end in windows:
        within = sums[begin : end + 1]
        if max(within) - min(within) >= least:
            strengths = _strengths(sums, begin, end)
            if max(strengths) >= strength or -min(strengths) >= strength:
                return True
    return False


def _strengths(sums: Sequence[float], begin: int, end: int) -> list[float]:
    """Return for each point within a window how far the ranks before it lie from their share, in standard deviations.

    Args:
        sums: of the ranks before each index.
        begin: the window's first index.
        end: the one behind its last.
    """
    first, slope = sums[begin], (sums[end] - sums[begin]) / (end - begin)
    return [
        (reached - first - slope * left) * weight
        for reached, (left, weight) in zip(sums[begin + 1 : end], _weights(end - begin), strict=True)
    ]


@lru_cache(maxsize=1024)
def _weights(length: int) -> tuple[tuple[int, float], ...]:
    """Return for each point of a window how many ranks lie before it, and 1 over the deviation of their sum."""
    return tuple((left, math.sqrt(length / (left * (length - left)))) for left in range(1, length))


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
