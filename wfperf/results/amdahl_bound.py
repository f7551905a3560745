"""Amdahl bounds: the most that exchanging a part of the code could give."""

from __future__ import annotations

import math
from dataclasses import dataclass

from wfperf.stats.bounds import Upper


@dataclass(frozen=True, slots=True)
class AmdahlBound:
    """The largest possible effect of a variant on a benchmark: its effect if the exchanged code took no time.

    Source: G. Amdahl, "Validity of the single processor approach to achieving large scale computing capabilities",
    AFIPS 30, 1967, pp. 483-485: 1 / (1 - share). For a driver, which changes the order of nodes, it is the law of
    work and span: the time of all nodes divided by that of the longest path (R. Brent, JACM 21(2), 1974, pp. 201-206).

    Args:
        benchmark: the benchmark.
        variant: the variant: an optimization or a configuration.
        baseline: the baseline.
        share: share of the baseline's time, from 0 to 1, that the exchanged code takes; None if the order is exchanged.
        samples: number of samples of the stack that gave the share.
        effect: largest possible throughput gained, as a fraction; infinite if the exchanged code takes all time.
    """

    benchmark: str
    variant: str
    baseline: str
    share: float | None
    samples: int
    effect: Upper

    @property
    def highest(self) -> float:
        """The bound if the true share is three standard errors larger than the sampled one."""
        if self.share is None or self.samples == 0 or math.isinf(self.effect):
            return math.inf
        missed = 3 * math.sqrt(self.share * (1 - self.share) / self.samples)
        return (1 + self.effect) * (1 - self.share) / max(1 - self.share - missed, math.ulp(1.0)) - 1


def amdahl(share: float) -> float:
    """Return the throughput gained, as a fraction, if this share of the time goes away."""
    return 1 / (1 - share) - 1 if share < 1 else math.inf
