"""Distributions whose median is known, and how often something that happens by chance may be seen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

RARE = 0.0001

Draw = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.float64]]

CENTRED: Mapping[str, Draw] = {
    "normal": lambda rng, size: rng.normal(size=size),
    "t3": lambda rng, size: rng.standard_t(3, size=size),
    "uniform": lambda rng, size: rng.uniform(-1, 1, size=size),
    "exponential": lambda rng, size: rng.exponential(size=size) - math.log(2),
    "log-normal": lambda rng, size: rng.lognormal(size=size) - 1,
}
"""Draws whose median is 0, without repeated values."""


def most(rate: float, trials: int) -> int:
    """Return how often something of this rate is seen in so many trials, but for a chance of 1 in 10,000."""
    return _quantile(1 - RARE, rate, trials)


def fewest(rate: float, trials: int) -> int:
    """Return how often it is seen at least, but for the same chance."""
    return _quantile(RARE, rate, trials)


def _quantile(chance: float, rate: float, trials: int) -> int:
    logs = (
        math.lgamma(trials + 1) - math.lgamma(times + 1) - math.lgamma(trials - times + 1)
        + times * math.log(rate) + (trials - times) * math.log1p(-rate)
        for times in range(trials + 1)
    )  # fmt: skip
    return next(times for times, reached in enumerate(accumulate(map(math.exp, logs))) if reached >= chance)
