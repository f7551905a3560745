"""What the parts of a configuration are worth, alone and beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from wfperf.stats.interval import Interval
from wfperf.stats.verdict import SMALLEST_EFFECT


@dataclass(frozen=True, slots=True)
class Part:
    """One optimization of a configuration; all numbers are throughput gained, as fractions.

    Args:
        name: which.
        alone: over the base, with nothing else changed.
        within: what it adds beside the others: as the last of all, or next in turn.
        running: the total over the base when it is added in turn.
        interaction: how much more `within` is than `alone`; below 0 where others have taken its gain already.
    """

    name: str
    alone: Interval
    within: Interval | None
    running: Interval | None
    interaction: Interval | None


@dataclass(frozen=True, slots=True)
class Ablation:
    """A configuration taken apart.

    Args:
        configuration: which.
        base: what gains are over.
        scenario: where.
        mode: `solo`, `leave-one-out` or `cumulative`.
        total: what all parts gain together.
        multiplied: what they would if their gains alone multiplied up.
        interaction: how much more the total is than that.
        parts: in plan order.
    """

    configuration: str
    base: str
    scenario: str
    mode: str
    total: Interval
    multiplied: Interval
    interaction: Interval
    parts: tuple[Part, ...]


def interacts(interaction: Interval) -> bool:
    """Return whether an interaction is one: its interval lies beyond the smallest effect that counts."""
    return interaction.low > SMALLEST_EFFECT or interaction.high < -SMALLEST_EFFECT
