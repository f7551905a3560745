"""What on a machine adds noise to measurements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from wfperf.stats.interval import Interval

# Version 1: the first format.
SCHEMA_VERSION = 1


class State(StrEnum):
    """What a check comes to."""

    QUIET = "quiet"
    NOISY = "noisy"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Check:
    """One source of noise.

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
        gain: what the second seems to gain, as a fraction; it gains nothing.
        scatter: of one block, as one standard deviation of log-ratios.
        blocks: how many were measured.
    """

    gain: Interval
    scatter: float
    blocks: int


def diagnosis_data(checks: Sequence[Check], floor: NoiseFloor | None) -> dict[str, Any]:
    """Return plain data for JSON, the schema's version first."""
    return {
        "schema_version": SCHEMA_VERSION,
        "kind": "diagnosis",
        "checks": [asdict(each) for each in checks],
        "noise_floor": asdict(floor) if floor else None,
    }
