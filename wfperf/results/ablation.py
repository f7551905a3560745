"""The effect of each part of a configuration, alone and with the other parts."""

from __future__ import annotations

from dataclasses import dataclass

from wfperf.stats.interval import Interval
from wfperf.stats.verdict import SMALLEST_EFFECT


@dataclass(frozen=True, slots=True)
class Part:
    """One optimization of a configuration; all numbers are throughput gained, as fractions.

    Args:
        name: name of the optimization.
        alone: effect over the baseline, with nothing else changed.
        within: effect when it is added to the other parts: as the last of all, or in plan order.
        running: effect of all parts so far over the baseline, when they are added in plan order.
        interaction: how much `within` exceeds `alone`; below 0 if other parts have already given its effect.
    """

    name: str
    alone: Interval
    within: Interval | None
    running: Interval | None
    interaction: Interval | None


@dataclass(frozen=True, slots=True)
class Ablation:
    """The effects of the parts of a configuration.

    Args:
        configuration: name of the configuration.
        baseline: the baseline.
        benchmark: the benchmark.
        mode: `solo`, `leave-one-out` or `cumulative`.
        total: effect of all parts together.
        multiplied: product of the effects of the parts alone.
        interaction: how much `total` exceeds `multiplied`.
        parts: the parts, in plan order.
    """

    configuration: str
    baseline: str
    benchmark: str
    mode: str
    total: Interval
    multiplied: Interval
    interaction: Interval
    parts: tuple[Part, ...]


def interacts(interaction: Interval) -> bool:
    """Return whether parts interact: the whole interval exceeds the smallest effect that counts."""
    return interaction.low > SMALLEST_EFFECT or interaction.high < -SMALLEST_EFFECT
