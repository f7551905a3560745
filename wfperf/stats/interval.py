"""An estimate and how far to trust it: always together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from wfperf.stats.bounds import Lower, Upper


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval around its estimate, all three in the same unit; `level` is its confidence (0.95).

    Its ends are infinite while too little has been seen to bound anything.

    Raises:
        ValueError: the estimate is not finite, they are not in order, or `level` is not between 0 and 1.
    """

    low: Lower
    estimate: float
    high: Upper
    level: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.estimate) and self.low <= self.estimate <= self.high):
            raise ValueError(f"not an interval: {self.low} <= {self.estimate} <= {self.high}")
        if not 0 < self.level < 1:
            raise ValueError(f"a level lies between 0 and 1, found {self.level}")

    @property
    def bounded(self) -> bool:
        """Whether both ends are known."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def through(self, increasing: Callable[[float], float]) -> Interval:
        """Return this interval in another unit, at the same level.

        An increasing function takes quantiles to quantiles, so the median and the confidence stay what they were.
        """
        # In order again: rounding may swap values that differ in their last digit.
        low, estimate, high = sorted(map(increasing, (self.low, self.estimate, self.high)))
        return Interval(low, estimate, high, self.level)
