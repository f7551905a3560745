"""The result of `compare`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Literal

from wfperf.plan import Claim, RankClaim
from wfperf.results.ablation import Ablation
from wfperf.results.amdahl_bound import AmdahlBound
from wfperf.results.blocks import Block, Clock
from wfperf.results.counters import Counters
from wfperf.results.environment import Environment
from wfperf.results.swept import SweptPoint
from wfperf.results.traps import Trap
from wfperf.stats.interval import Interval
from wfperf.stats.verdict import Verdict

# Version 1: the first format: one number of blocks for all, samples by scenario and side beside `hash_seeds`.
# Version 2: `trials` hold the samples, each with its blocks, for trials that are settled early have fewer; findings
#            tell their own number of blocks, the fixed interval and the time that was missing.
# Version 3: the cost of a preempted sample can be processor time; sides then keep the wall time beside it, and trials
#            tell how many samples that are. Blocks tell which processor they ran on.
#            `work` says what of a run was not counted.
# Version 4: trials hold blocks as they are measured, with the runs of their warm-ups and the variants that were still
#            getting faster; before, each side held the samples of all blocks. `workload` says what was chosen, which
#            only `command` told, and `sweep` which scenarios are one at several values, which only their names told.
#            Names are the usual ones: `effect`, not `gain`. A finding tells its `kind`; `notes` in place of the number
#            of node types, of which only one note was made.
# Version 5: names as in the glossary: `benchmark`, `variant`, `baseline`, `benchmarks` and `counters`, which were
#            `scenario`, `subject`, `base`, `trials` and `work`. `uncompared` says why outcomes were not
#            compared; before, they always were.
SCHEMA_VERSION = 5

Kind = Literal["single", "total", "pair"]
"""The variant of a finding: an optimization alone, a whole configuration, or a pair of functions."""


@dataclass(frozen=True, slots=True)
class Control:
    """The A/A control of a benchmark: the effect of the baseline over itself. If it is off, nothing there is judged."""

    benchmark: str
    effect: Interval
    off: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """The effect of one variant over its baseline on one benchmark, and the verdict on its claim.

    Args:
        variant: name of the variant.
        title: what the variant is, as text.
        phase: the phase that it belongs to, or None.
        benchmark: the benchmark.
        baseline: the baseline.
        metric: `throughput`, `memory`, `peak-memory` or `allocations`.
        claim: the claim, or None.
        equal: whether all outcomes were the same; if not, there is no speedup.
        effect: throughput gained as a fraction; of another metric, what is saved of it; from a confidence sequence.
        time_saved: the same effect as time saved.
        fixed_interval: the interval of `effect` if the number of blocks had been fixed beforehand; for reference only,
            verdicts do not use it.
        verdict: the verdict on the claim; None if there is no claim, or if the control is off.
        flips: whether the claim, read as time saved, would get another verdict.
        dispersion: standard deviation of the blocks' log-ratios.
        blocks: number of blocks.
        remaining_s: approximate seconds of further measuring until the verdict can no longer change; None if no time is
            enough, 0.0 if none is needed or it is unknown.
        changes_results: optimizations in the variant that are known to change results.
        difference: the first place where outcomes differ, as text.
        uncompared: why the outcomes were not compared, as text; empty if they were.
        autocorrelated: whether blocks resemble the ones before them, so that the interval may be too narrow.
        not_warmed_up: number of blocks in which a variant was still getting faster when its warm-up ended.
        by_processor: share of the benchmark's samples that were preempted and whose cost is processor time.
        clock: what counts as time; None if nothing was timed, and in results of older versions.
        unequal_runs: number of blocks in which its samples had another number of runs than the baseline's.
        kind: the kind of variant.
        traps: why times of the variant or of its baseline may not mean what they seem to.
    """

    variant: str
    title: str
    phase: int | None
    benchmark: str
    baseline: str
    metric: str
    claim: Claim | None
    equal: bool
    effect: Interval | None
    time_saved: Interval | None
    fixed_interval: Interval | None
    verdict: Verdict | None
    flips: bool
    dispersion: float
    blocks: int
    remaining_s: float | None = 0.0
    changes_results: tuple[str, ...] = ()
    difference: str = ""
    uncompared: str = ""
    autocorrelated: bool = False
    not_warmed_up: int = 0
    by_processor: float = 0.0
    clock: Clock | None = None
    unequal_runs: int = 0
    kind: Kind = "total"
    traps: tuple[Trap, ...] = ()


@dataclass(frozen=True, slots=True)
class RankFinding:
    """Whether one optimization gains more than all rivals on a benchmark; `runner_up` is the best of the rivals."""

    claim: RankClaim
    rivals: tuple[str, ...]
    effect: Interval
    runner_up: str
    runner_up_effect: Interval
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class MeasuredBenchmark:
    """All samples of one benchmark; every finding about it follows from them.

    Args:
        name: name of the benchmark.
        baseline: the baseline.
        metric: `throughput`, `memory`, `peak-memory` or `allocations`.
        blocks: the blocks, in the order in which they were measured.
    """

    name: str
    baseline: str
    metric: str
    blocks: tuple[Block, ...]

    @property
    def variants(self) -> tuple[str, ...]:
        """Names of the variants that were measured, the baseline first."""
        return tuple(self.blocks[0].costs) if self.blocks else ()

    def cost(self, variant: str) -> float:
        """Return the cost of a run, in nanoseconds, bytes or allocations: the median over the blocks' medians."""
        return median(median(block.costs[variant]) for block in self.blocks if variant in block.costs)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All findings of one `compare`, with everything needed to check or repeat them.

    Args:
        findings: one finding for each contrast, in the order of the contrasts.
        ranks: findings on claims of the largest gain.
        controls: one A/A control for each benchmark.
        seed: random seed of the sampling orders and hash seeds.
        duration_s: duration of the whole measurement, in seconds.
        level: confidence with which all intervals hold together.
        intervals: number of intervals that share this confidence.
        environment: machine and Python of the measurement.
        benchmarks: the samples.
        notes: notes from the plan.
        command: command line that repeats the measurement.
        workload: options that chose what was measured, such as `--a shop:old --b shop:new`; empty for the built-in
            engine, and for a plan that was found in the folder.
        amdahl_bounds: Amdahl bounds of variants, where they are known.
        sweep: benchmarks that are one benchmark at several values of a parameter, in order.
        ablation: effects of the parts of a configuration, or None.
        counters: counters per run, by benchmark and variant.
        method: `sequence` if intervals hold whenever measuring stops, `fixed` if only for a number of blocks that was
            fixed beforehand.
    """

    findings: tuple[Finding, ...]
    ranks: tuple[RankFinding, ...]
    controls: tuple[Control, ...]
    seed: int
    duration_s: float
    level: float
    intervals: int
    environment: Environment
    benchmarks: tuple[MeasuredBenchmark, ...]
    notes: tuple[str, ...] = ()
    command: str = ""
    workload: str = ""
    counters: Mapping[str, Mapping[str, Counters]] = field(default_factory=dict)
    amdahl_bounds: tuple[AmdahlBound, ...] = ()
    sweep: tuple[SweptPoint, ...] = ()
    ablation: Ablation | None = None
    method: Literal["sequence", "fixed"] = "sequence"
