"""What one set of fresh processes gave: the samples that everything else rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import Field, PlainSerializer

from wfperf.stats.speedup import block_log_ratio

DIGITS = 9
"""Of a cost in a file. Two samples differ in the second or third; a float's other eight would make half of the file."""


def _short(cost: float) -> float:
    return float(f"{cost:.{DIGITS}g}")


Cost = Annotated[float, PlainSerializer(_short, return_type=float, when_used="json")]
"""What a run costs in one sample: nanoseconds, or bytes."""


@dataclass(frozen=True, slots=True)
class Block:
    """What one block saw of one benchmark, by variant: as it is measured, and as a result keeps it.

    Args:
        hash_seed: of all its processes.
        costs: of each variant one number a round: nanoseconds a run, or bytes a run where the metric is memory.
        digests: the fingerprints of outcomes; none in results of version 1.
        outcomes: their texts where they differ from the first variant's; too long for a result, which leaves them out.
        runs: how many make up a sample; none in results of version 1.
        pythons: the versions of the interpreters.
        warm_up_runs: how many came before the first sample.
        not_warmed_up: the variants that were still getting faster when their warm-up was cut off.
        walls: all costs by the wall clock, where any of `costs` is processor time.
        by_processor: of how many costs, over all variants, that is so, since the sample was preempted.
        cpu: the processor that all variants shared; None where they were free.
    """

    hash_seed: int
    costs: Mapping[str, tuple[Cost, ...]]
    digests: Mapping[str, str]
    outcomes: Annotated[Mapping[str, str | None], Field(exclude=True)] = field(default_factory=dict)
    runs: Mapping[str, int] = field(default_factory=dict)
    pythons: Mapping[str, str] = field(default_factory=dict)
    warm_up_runs: Mapping[str, int] = field(default_factory=dict)
    not_warmed_up: tuple[str, ...] = ()
    walls: Mapping[str, tuple[Cost, ...]] = field(default_factory=dict)
    by_processor: int = 0
    cpu: int | None = None

    def log_ratio(self, base: str, side: str) -> float:
        """Return the median over rounds of log(cost of base / cost of side): above 0 where side is better."""
        return block_log_ratio(self.costs[base], self.costs[side])

    def equal(self, base: str, side: str) -> bool:
        """Return whether two variants had the same outcome."""
        return self.digests[base] == self.digests[side]
