"""What `compare` found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from wfperf.plan import Claim, RankClaim
from wfperf.results.ablation import Ablation
from wfperf.results.amdahl_bound import AmdahlBound
from wfperf.results.blocks import Block
from wfperf.results.environment import Environment
from wfperf.results.swept import SweptPoint
from wfperf.results.work import Work
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
SCHEMA_VERSION = 4

Kind = Literal["single", "total", "pair"]
"""What a finding is about: an optimization alone, a whole configuration, or a pair of functions."""


@dataclass(frozen=True, slots=True)
class Control:
    """The A/A control of a scenario: its base against itself, as a gain. Off: nothing there is judged."""

    scenario: str
    effect: Interval
    off: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One subject against its base on one scenario.

    Args:
        subject: what was measured.
        title: what it is, in words.
        phase: the one it belongs to.
        scenario: what it was measured on.
        base: what it was measured against.
        metric: `throughput` or `memory`.
        claim: what was promised, if anything.
        equal: whether all outcomes were the same; where not there is no speedup.
        effect: throughput gained as a fraction, or memory saved where that is the metric; of a confidence sequence.
        time_saved: the same as time saved.
        fixed_interval: what an interval for a number of blocks fixed beforehand would be, as `effect`; for reference,
            no basis of a verdict.
        verdict: None where nobody claimed anything, or where the control is off.
        flips: whether the claim read as time saved would be judged otherwise.
        dispersion: of the blocks' log-ratios, as one standard deviation.
        blocks: how many there are.
        remaining_s: about how many more seconds of measuring it takes until the verdict is one that stays; None where
            no time would do, 0.0 where nothing is missing or it is not known.
        changes_results: the optimizations in the subject that are known to change results.
        difference: the first place where outcomes differ, in words.
        autocorrelated: blocks look dependent on the ones before them, so the interval may be too narrow.
        not_warmed_up: in how many blocks a side was still getting faster when its warm-up was cut off.
        by_processor: the share of all samples beside it that were preempted, and whose cost is processor time.
        unequal_runs: in how many blocks its samples had another number of runs than its base's.
        kind: what it is about.
    """

    subject: str
    title: str
    phase: int | None
    scenario: str
    base: str
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
    autocorrelated: bool = False
    not_warmed_up: int = 0
    by_processor: float = 0.0
    unequal_runs: int = 0
    kind: Kind = "total"


@dataclass(frozen=True, slots=True)
class RankFinding:
    """Whether one optimization gains more than every rival on a scenario; `runner_up` is the best of the others."""

    claim: RankClaim
    rivals: tuple[str, ...]
    effect: Interval
    runner_up: str
    runner_up_effect: Interval
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Measured:
    """One trial's samples: what everything that is said of its scenario rests on.

    Args:
        scenario: what was run.
        base: the variant that the others are held against.
        metric: `throughput` or `memory`.
        blocks: in the order in which they were measured.
    """

    scenario: str
    base: str
    metric: str
    blocks: tuple[Block, ...]

    @property
    def variants(self) -> tuple[str, ...]:
        """What was measured, the base first."""
        return tuple(self.blocks[0].costs) if self.blocks else ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All findings of one `compare`, with what is needed to doubt or repeat them.

    Args:
        findings: what was asked, in that order.
        ranks: the claims of being first.
        controls: one for each scenario.
        seed: of orders and hash seeds.
        duration_s: of the whole.
        level: the confidence that all intervals hold together.
        intervals: how many share it.
        environment: where all this was measured.
        trials: the samples.
        notes: what the plan says to all of it.
        command: what measures it again.
        workload: the options that chose what was measured, such as `--a shop:old --b shop:new`; empty for the built-in
            engine, and for what was found in the folder.
        amdahl_bounds: the most that subjects could gain, where that is known.
        sweep: the scenarios that are one at several values, in their order.
        ablation: a configuration taken apart.
        work: what a run of each side does, by scenario.
        method: whether intervals hold whenever one stops, or only for a number of blocks that was fixed beforehand.
    """

    findings: tuple[Finding, ...]
    ranks: tuple[RankFinding, ...]
    controls: tuple[Control, ...]
    seed: int
    duration_s: float
    level: float
    intervals: int
    environment: Environment
    trials: tuple[Measured, ...]
    notes: tuple[str, ...] = ()
    command: str = ""
    workload: str = ""
    work: Mapping[str, Mapping[str, Work]] = field(default_factory=dict)
    amdahl_bounds: tuple[AmdahlBound, ...] = ()
    sweep: tuple[SweptPoint, ...] = ()
    ablation: Ablation | None = None
    method: Literal["sequence", "fixed"] = "sequence"
