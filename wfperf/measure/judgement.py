"""Judge blocks: intervals, controls and verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.measure.block_facts import (
    blocks_of_unequal_runs,
    clock_of,
    control_of,
    is_control_awaited,
    share_by_processor,
)
from wfperf.measure.blocks import Blocks, ComparedBenchmark
from wfperf.measure.contrasts import Contrast, Design, Ranking
from wfperf.measure.traps import traps_in
from wfperf.plan.metrics import OF_MEMORY
from wfperf.results.blocks import Block
from wfperf.results.comparison import Control, Finding, RankFinding
from wfperf.results.difference import text_differences
from wfperf.stats.interval import Interval
from wfperf.stats.order_statistics import median_interval
from wfperf.stats.sequence import fewest_blocks, median_sequence
from wfperf.stats.sequential import Analysis, shared_level, side_by_side
from wfperf.stats.speedup import saved_interval, speedup, speedup_interval, time_saved
from wfperf.stats.verdict import ClaimRule, NoClaim, Verdict, control_is_off, flips, judge_rank

PRECISION = 0.01
"""Half width, as a log-ratio, at which an interval is narrow enough: the smallest effect that counts."""

PRECISION_OF_EFFECT = 0.1
"""The share of an effect at which it is narrow enough, if that is more: nobody decides by a speedup's third digit."""

PRECISION_OF_CLAIM = 0.02
"""The same as `PRECISION`, beside a claim: its verdict is final, and answers the question."""


class Judgement:
    """Judges contrasts and rank claims by blocks.

    Args:
        design: the contrasts and rank claims, which share the risk of one wrong interval.
        precision: the half width, as a log-ratio, at which an interval is narrow enough; None for the default.
    """

    def __init__(self, design: Design, *, precision: float | None = None) -> None:
        self._design = design
        self._precision = precision
        self._level = shared_level(design.intervals)

    @property
    def fewest_blocks(self) -> int:
        """The smallest number of blocks that gives an interval."""
        return fewest_blocks(self._level)

    def is_decided(self, benchmark: ComparedBenchmark, blocks: Sequence[Block]) -> bool:
        """Return whether a benchmark needs no more blocks: all is decided, control included, or all results differ."""
        control = control_of(blocks, self._design.baseline)
        design = [
            self._analysis(each, blocks, control) for each in self._design.contrasts if each.benchmark == benchmark.name
        ]
        if design and not any(each.evidence.equal for each in design):
            return True
        return (
            (bool(design) or control.bounded or not is_control_awaited(blocks))
            and all(each.is_decided(self._narrow(each)) for each in design)
            and all(
                self._rank(each, blocks, control).verdict is not Verdict.INCONCLUSIVE
                for each in self._design.ranks
                if each.claim.benchmark == benchmark.name
            )
        )

    def controls(self, blocks: Blocks) -> tuple[Control, ...]:
        """Return the control of every benchmark."""
        intervals = {benchmark: control_of(each, self._design.baseline) for benchmark, each in blocks.items()}
        return tuple(
            Control(benchmark, speedup_interval(each), off=control_is_off(each))
            for benchmark, each in intervals.items()
        )

    def findings(self, blocks: Blocks, *, duration_s: float = 0.0) -> tuple[Finding, ...]:
        """Return the finding on each contrast.

        Args:
            blocks: what was measured.
            duration_s: how long all blocks took together, for the remaining time.
        """
        controls = {benchmark: control_of(each, self._design.baseline) for benchmark, each in blocks.items()}
        block_s = duration_s / max(1, *map(len, blocks.values()))
        return tuple(
            self._finding(contrast, blocks[contrast.benchmark], controls[contrast.benchmark], block_s)
            for contrast in self._design.contrasts
        )

    def ranks(self, blocks: Blocks) -> tuple[RankFinding, ...]:
        """Return the finding on each rank claim."""
        return tuple(
            self._rank(
                each, blocks[each.claim.benchmark], control_of(blocks[each.claim.benchmark], self._design.baseline)
            )
            for each in self._design.ranks
        )

    def _narrow(self, analysis: Analysis[Verdict] | Analysis[None]) -> float:
        """Return the half width, as a log-ratio, at which an interval is narrow enough."""
        if self._precision is not None:
            return self._precision
        least = PRECISION if isinstance(analysis.rule, NoClaim) else PRECISION_OF_CLAIM
        return max(least, PRECISION_OF_EFFECT * abs(analysis.evidence.interval.estimate))

    def _analysis(
        self, contrast: Contrast, blocks: Sequence[Block], control: Interval
    ) -> Analysis[Verdict] | Analysis[None]:
        ratios = _ratios(blocks, contrast.baseline, contrast.variant)
        evidence = side_by_side(
            ratios,
            level=self._level,
            control=control,
            is_awaited=is_control_awaited(blocks),
            equal=_equal(contrast, blocks),
        )
        effect = time_saved if contrast.metric in OF_MEMORY else speedup
        if contrast.claim is None:
            return Analysis(evidence, NoClaim(effect))
        return Analysis(evidence, ClaimRule(contrast.claim.low, contrast.claim.high, effect))

    def _finding(self, contrast: Contrast, blocks: Sequence[Block], control: Interval, block_s: float) -> Finding:
        analysis = self._analysis(contrast, blocks, control)
        evidence, claim = analysis.evidence, contrast.claim
        effect, saved = analysis.effect, saved_interval(evidence.interval)
        is_judged = evidence.equal and not control_is_off(control)
        fixed = median_interval(_ratios(blocks, contrast.baseline, contrast.variant), level=self._level)
        missing_blocks = analysis.missing_blocks
        return Finding(
            variant=contrast.variant,
            title=contrast.title,
            phase=contrast.phase,
            benchmark=contrast.benchmark,
            baseline=contrast.baseline,
            metric=contrast.metric,
            claim=claim,
            equal=evidence.equal,
            effect=effect if evidence.equal else None,
            time_saved=saved if evidence.equal else None,
            fixed_interval=fixed.through(analysis.rule.effect) if evidence.equal else None,
            verdict=analysis.decision if is_judged else None,
            flips=bool(claim and is_judged and flips(effect, saved, claim.low, claim.high, blocks=len(blocks))),
            dispersion=evidence.dispersion or 0.0,
            blocks=len(blocks),
            remaining_s=None if missing_blocks is None else missing_blocks * block_s,
            changes_results=contrast.changes_results,
            difference="" if evidence.equal else _difference(contrast, blocks),
            uncompared=_why_not_compared(contrast, blocks),
            autocorrelated=evidence.dependent,
            not_warmed_up=sum(
                not {contrast.baseline, contrast.variant}.isdisjoint(block.not_warmed_up) for block in blocks
            ),
            by_processor=share_by_processor(blocks),
            clock=clock_of(blocks),
            unequal_runs=blocks_of_unequal_runs(blocks, contrast.baseline, contrast.variant),
            kind=contrast.kind,
            traps=traps_in(blocks, {contrast.baseline, contrast.variant}),
        )

    def _rank(self, ranking: Ranking, blocks: Sequence[Block], control: Interval) -> RankFinding:
        claim = ranking.claim
        effects = {each: speedup_interval(self._interval(blocks, each)) for each in ranking.rivals}
        first = effects.pop(claim.variant)
        runner_up = max(effects, key=lambda name: effects[name].estimate)
        return RankFinding(
            claim=claim,
            rivals=ranking.rivals,
            effect=first,
            runner_up=runner_up,
            runner_up_effect=effects[runner_up],
            verdict=judge_rank(first, list(effects.values()), blocks=0 if control_is_off(control) else len(blocks)),
        )

    def _interval(self, blocks: Sequence[Block], variant: str) -> Interval:
        return median_sequence(_ratios(blocks, self._design.baseline, variant), level=self._level)


def _ratios(blocks: Sequence[Block], baseline: str, variant: str) -> list[float]:
    return [block.log_ratio(baseline, variant) for block in blocks]


def _equal(contrast: Contrast, blocks: Sequence[Block]) -> bool:
    return all(block.equal(contrast.baseline, contrast.variant) for block in blocks)


def _why_not_compared(contrast: Contrast, blocks: Sequence[Block]) -> str:
    reasons = (block.why_not_compared(contrast.baseline, contrast.variant) for block in blocks)
    return next(filter(None, reasons), "")


def _difference(contrast: Contrast, blocks: Sequence[Block]) -> str:
    """Return the first place where two outcomes differ, as text; empty if they were too long to keep."""
    for block in blocks:
        expected, got = (block.outcomes.get(variant) for variant in (contrast.baseline, contrast.variant))
        if expected is None or got is None or expected == got:
            continue
        for each in text_differences(expected, got):
            return f"{each.where}: {_cut(each.expected)} in {contrast.baseline}, {_cut(each.got)} in {contrast.variant}"
    return ""


def _cut(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
