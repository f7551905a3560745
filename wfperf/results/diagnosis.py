"""What on a machine adds noise to measurements."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wfperf.stats.interval import Interval

# Version 1: the first format.
# Version 2: of the noise floor, `effect` is not called `gain` any more, and `dispersion` not `scatter`.
SCHEMA_VERSION = 2


class State(StrEnum):
    """What a check comes to."""

    QUIET = "quiet"
    NOISY = "noisy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SourceOfNoise:
    """One thing that can add noise.

    Args:
        name: what was looked at.
        state: whether it adds noise.
        found: what was found, in words.
        remedy: what to do about it; empty where there is nothing to do.
    """

    name: str
    state: State
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """Identical code held against itself.

    Args:
        effect: what the second seems to gain, as a fraction; it gains nothing.
        dispersion: of one block, as one standard deviation of log-ratios.
        blocks: how many were measured.
    """

    effect: Interval
    dispersion: float
    blocks: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that was looked at on a machine.

    Args:
        checks: one for each source of noise.
        noise_floor: what was measured; None where it was left out.
    """

    checks: tuple[SourceOfNoise, ...]
    noise_floor: NoiseFloor | None = None
