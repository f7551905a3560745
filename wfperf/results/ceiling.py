"""The most that exchanging a part could give."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ceiling:
    """What a subject could gain at most on a scenario, if all that it exchanges cost nothing any more.

    Source: G. Amdahl, "Validity of the single processor approach to achieving large scale computing capabilities",
    AFIPS 30, 1967, pp. 483-485: 1 / (1 - share). Of a driver, which exchanges the order of nodes, it is the law of work
    and span: the time of all nodes over that of the longest path (R. Brent, JACM 21(2), 1974, pp. 201-206).

    Args:
        scenario: where.
        subject: an optimization or a configuration.
        share: of the base's time, from 0 to 1, that passes in what is exchanged; None where the order is.
        samples: how often the base was looked at to find the share.
        gain: throughput gained at most, as a fraction; infinite where all time is exchanged.
    """

    scenario: str
    subject: str
    share: float | None
    samples: int
    gain: float


def amdahl(share: float) -> float:
    """Return the throughput gained when this share of the time goes away."""
    return 1 / (1 - share) - 1 if share < 1 else math.inf
