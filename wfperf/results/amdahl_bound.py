"""The most that exchanging a part could give."""

from __future__ import annotations

import math
from dataclasses import dataclass

from wfperf.stats.bounds import Upper


@dataclass(frozen=True, slots=True)
class AmdahlBound:
    """What a subject could gain at most on a scenario, if all that it exchanges cost nothing any more.

    Source: G. Amdahl, "Validity of the single processor approach to achieving large scale computing capabilities",
    AFIPS 30, 1967, pp. 483-485: 1 / (1 - share). Of a driver, which exchanges the order of nodes, it is the law of work
    and span: the time of all nodes over that of the longest path (R. Brent, JACM 21(2), 1974, pp. 201-206).

    Args:
        scenario: where.
        subject: an optimization or a configuration.
        base: what it is held against.
        share: of the base's time, from 0 to 1, that passes in what is exchanged; None where the order is.
        samples: how often the base was looked at to find the share.
        effect: throughput gained at most, as a fraction; infinite where all time is exchanged.
    """

    scenario: str
    subject: str
    base: str
    share: float | None
    samples: int
    effect: Upper

    @property
    def highest(self) -> float:
        """The gain at most, if the share was seen three standard errors too small."""
        if self.share is None or self.samples == 0 or math.isinf(self.effect):
            return math.inf
        missed = 3 * math.sqrt(self.share * (1 - self.share) / self.samples)
        return (1 + self.effect) * (1 - self.share) / max(1 - self.share - missed, math.ulp(1.0)) - 1


def amdahl(share: float) -> float:
    """Return the throughput gained when this share of the time goes away."""
    return 1 / (1 - share) - 1 if share < 1 else math.inf
