"""Blocks: the samples of one set of fresh processes, from which all other numbers follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainSerializer

from wfperf.results.traps import Trap
from wfperf.stats.speedup import block_log_ratio

DIGITS = 9
"""Digits of a cost in a file. Samples differ in the second or third digit, and all 17 would double the file's size."""


def _short(cost: float) -> float:
    return float(f"{cost:.{DIGITS}g}")


Cost = Annotated[float, PlainSerializer(_short, return_type=float, when_used="json")]
"""Cost per run in one sample: nanoseconds, bytes, or allocations."""


class Clock(StrEnum):
    """What counts as the cost of a sample of time.

    `wall` is wall time. `own` is processor time and the run's own waiting. `mixed` is `own` in samples that other
    processes interrupted, and wall time in others. `cpu` is processor time alone.
    """

    WALL = "wall"
    MIXED = "mixed"
    OWN = "own"
    CPU = "cpu"


@dataclass(frozen=True, slots=True)
class CommandUse:
    """What a run of a command took in a block, beside wall time: the mean over its samples, and its memory.

    Args:
        user_ns: processor time of all its processes in their own code.
        system_ns: processor time of the system on their behalf.
        peak_bytes: the most memory that its processes had at a time, in one run; None if that was too short to see it.
    """

    user_ns: Cost
    system_ns: Cost
    peak_bytes: int | None


@dataclass(frozen=True, slots=True)
class Block:
    """The samples of one benchmark in one block, by variant.

    Args:
        hash_seed: PYTHONHASHSEED of all its processes.
        costs: one number per round and variant: nanoseconds per run, or bytes per run if the metric is memory, or
            allocations. Where runs are long, or memory is traced, only every second block has the control.
        digests: fingerprints of the outcomes; empty in results of version 1.
        uncompared: for variants whose outcomes cannot be compared or change from run to run, the reason; all such
            outcomes have one fingerprint.
        outcomes: outcomes as text, if they differ from the first variant's; a result file omits them.
        runs: number of runs in a sample; empty in results of version 1.
        pythons: versions of the interpreters.
        warm_up_runs: number of runs before the first sample.
        not_warmed_up: variants that were still getting faster when their warm-up ended.
        clock: what `costs` are; None if they are bytes, and in results of older versions.
        walls: wall time of all samples, if any of `costs` is processor time.
        processors: processor time of all samples, as the system tells it; empty in results of older versions.
        interrupted: numbers of the samples, from 0, that other processes interrupted; only of variants with some.
        by_processor: number of costs, over all variants, that are processor time because the sample was interrupted.
        cpu: processor that all variants shared; None if they could use all.
        commands: what runs of commands took beside wall time.
        traps: what its runs do beside what their time says.
        tracer: what has seen memory: `memray`, `tracemalloc`, or `processes`, the system, of commands; empty if nothing
            has, and in results of older versions.
        allocated_bytes: bytes that a run allocates in all, if `costs` are allocations.
    """

    hash_seed: int
    costs: Mapping[str, tuple[Cost, ...]]
    digests: Mapping[str, str]
    outcomes: Annotated[Mapping[str, str | None], Field(exclude=True)] = field(default_factory=dict)
    uncompared: Mapping[str, str] = field(default_factory=dict)
    runs: Mapping[str, int] = field(default_factory=dict)
    pythons: Mapping[str, str] = field(default_factory=dict)
    warm_up_runs: Mapping[str, int] = field(default_factory=dict)
    not_warmed_up: tuple[str, ...] = ()
    clock: Clock | None = None
    walls: Mapping[str, tuple[Cost, ...]] = field(default_factory=dict)
    processors: Mapping[str, tuple[Cost, ...]] = field(default_factory=dict)
    interrupted: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    by_processor: int = 0
    cpu: int | None = None
    commands: Mapping[str, CommandUse] = field(default_factory=dict)
    traps: tuple[Trap, ...] = ()
    tracer: str = ""
    allocated_bytes: Mapping[str, Cost] = field(default_factory=dict)

    def log_ratio(self, baseline: str, variant: str) -> float:
        """Return the median over rounds of log(cost of base / cost of variant): above 0 if `variant` is better."""
        return block_log_ratio(self.costs[baseline], self.costs[variant])

    def equal(self, baseline: str, variant: str) -> bool:
        """Return whether two variants had the same outcome, or one of them has none that can be compared."""
        return self.why_not_compared(baseline, variant) != "" or self.digests[baseline] == self.digests[variant]

    def why_not_compared(self, baseline: str, variant: str) -> str:
        """Return why the outcomes of two variants were not compared; empty if they were."""
        return self.uncompared.get(variant) or self.uncompared.get(baseline) or ""
