"""The result of `doctor`: what adds noise to measurements on a machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wfperf.stats.interval import Interval

# Version 1: the first format.
# Version 2: of the noise floor, `effect` is not called `gain` any more, and `dispersion` not `scatter`.
SCHEMA_VERSION = 2


class State(StrEnum):
    """The outcome of a check."""

    QUIET = "quiet"
    NOISY = "noisy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SourceOfNoise:
    """One thing that can add noise.

    Args:
        name: what was checked.
        state: whether it adds noise.
        found: what was found, as text.
        remedy: what to do about it; empty if nothing needs to be done.
    """

    name: str
    state: State
    found: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    """The measured effect of identical code over itself.

    Args:
        effect: apparent effect, as a fraction; the true one is 0.
        dispersion: standard deviation of the blocks' log-ratios.
        blocks: number of blocks.
    """

    effect: Interval
    dispersion: float
    blocks: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All checks of a machine.

    Args:
        checks: one check for each source of noise.
        noise_floor: the measured noise floor; None if it was not measured.
    """

    checks: tuple[SourceOfNoise, ...]
    noise_floor: NoiseFloor | None = None
