"""Blocks into findings: intervals, controls and verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.equivalence.outcome import text_differences
from wfperf.measure.blocks import CONTROL, Blocks, Trial, blocks_of_unequal_runs, share_by_processor
from wfperf.measure.questions import Asked, Question, Ranking
from wfperf.plan import Claim
from wfperf.results.blocks import Block
from wfperf.results.comparison import Control, Finding, RankFinding
from wfperf.stats.forecast import blocks_needed, decisive_half_width
from wfperf.stats.interval import Interval
from wfperf.stats.order_statistics import median_interval
from wfperf.stats.scatter import FEWEST_VALUES, block_scatter, blocks_hang_together
from wfperf.stats.sequence import median_sequence, simultaneous_level
from wfperf.stats.speedup import saved_interval, speedup_interval
from wfperf.stats.verdict import (
    CONTROL_LEVEL,
    LEVEL,
    Verdict,
    control_is_off,
    flips,
    judge,
    judge_rank,
    other_verdicts,
)


class Judgement:
    """What blocks say about questions and ranks.

    Args:
        asked: the questions, and the claims of being first: they share the risk of one wrong interval.
        precision: the half width, as a log-ratio, at which an interval is narrow enough.
    """

    def __init__(self, asked: Asked, *, precision: float) -> None:
        self._asked = asked
        self._precision = precision
        self._level = simultaneous_level(LEVEL, asked.intervals)

    def settled(self, trial: Trial, blocks: Sequence[Block]) -> bool:
        """Return whether a trial needs no more blocks: its questions are answered, and its control can be judged."""
        asked = [each for each in self._asked.questions if each.scenario == trial.name]
        if asked and not any(_equal(each, blocks) for each in asked):
            return True
        control = self._control(trial.name, blocks)
        return (
            control.gain.bounded
            and all(self._answered(each, blocks, control) for each in asked)
            and all(
                self._rank_answered(each, blocks, control)
                for each in self._asked.ranks
                if each.claim.scenario == trial.name
            )
        )

    def controls(self, blocks: Blocks) -> tuple[Control, ...]:
        """Return the control of every scenario."""
        return tuple(self._control(scenario, each) for scenario, each in blocks.items())

    def findings(self, blocks: Blocks, *, duration_s: float = 0.0) -> tuple[Finding, ...]:
        """Return what was found for each question.

        Args:
            blocks: what was measured.
            duration_s: how long all blocks took together, for what is still missing.
        """
        controls = {each.scenario: each for each in self.controls(blocks)}
        block_s = duration_s / max(1, *map(len, blocks.values()))
        return tuple(
            self._finding(question, blocks[question.scenario], controls[question.scenario], block_s)
            for question in self._asked.questions
        )

    def ranks(self, blocks: Blocks) -> tuple[RankFinding, ...]:
        """Return what was found for each claim of being first."""
        controls = {each.scenario: each for each in self.controls(blocks)}
        return tuple(
            self._rank(each, blocks[each.claim.scenario], controls[each.claim.scenario]) for each in self._asked.ranks
        )

    def _control(self, scenario: str, blocks: Sequence[Block]) -> Control:
        interval = median_sequence(_ratios(blocks, self._asked.base, CONTROL), level=CONTROL_LEVEL)
        return Control(scenario, speedup_interval(interval), off=control_is_off(interval))

    def _answered(self, question: Question, blocks: Sequence[Block], control: Control) -> bool:
        if not _equal(question, blocks):
            return True
        if control.off:
            return False  # as one in a thousand is by chance: more blocks bring it back
        interval = self._interval(blocks, question.base, question.subject)
        if not interval.high - interval.low <= 2 * self._precision:
            return False
        gain, _ = _gain_and_saved(question.metric, interval)
        return question.claim is None or _decided(gain, question.claim, len(blocks))

    def _finding(self, question: Question, blocks: Sequence[Block], control: Control, block_s: float) -> Finding:
        ratios = _ratios(blocks, question.base, question.subject)
        equal = _equal(question, blocks)
        interval = self._interval(blocks, question.base, question.subject)
        gain, saved = _gain_and_saved(question.metric, interval) if equal else (None, None)
        verdict, does_flip = None, False
        missing_s: float | None = 0.0
        scatter = block_scatter(ratios) if len(ratios) >= FEWEST_VALUES else 0.0
        if question.claim and gain and saved and not control.off:
            claim, count = question.claim, len(blocks)
            verdict = judge(gain, claim.low, claim.high, blocks=count)
            does_flip = flips(gain, saved, claim.low, claim.high, blocks=count)
            if not _decided(gain, claim, count):
                needed = blocks_needed(scatter, _decisive(question.metric, claim, interval), self._level)
                missing_s = None if needed is None else max(needed - count, 1) * block_s
        fixed, _ = _gain_and_saved(question.metric, median_interval(ratios, level=self._level))
        return Finding(
            subject=question.subject,
            title=question.title,
            phase=question.phase,
            scenario=question.scenario,
            base=question.base,
            metric=question.metric,
            claim=question.claim,
            equal=equal,
            gain=gain,
            saved=saved,
            fixed=fixed if equal else None,
            verdict=verdict,
            flips=does_flip,
            scatter=scatter,
            blocks=len(blocks),
            missing_s=missing_s,
            changes_results=question.changes_results,
            difference="" if equal else _difference(question, blocks),
            hangs_together=len(ratios) >= FEWEST_VALUES and blocks_hang_together(ratios),
            unsettled=sum(not {question.base, question.subject}.isdisjoint(block.unsettled) for block in blocks),
            by_processor=share_by_processor(blocks),
            unequal_runs=blocks_of_unequal_runs(blocks, question.base, question.subject),
        )

    def _rank(self, ranking: Ranking, blocks: Sequence[Block], control: Control) -> RankFinding:
        claim = ranking.claim
        gains = {each: speedup_interval(self._interval(blocks, self._asked.base, each)) for each in ranking.rivals}
        first = gains.pop(claim.subject)
        runner_up = max(gains, key=lambda name: gains[name].estimate)
        return RankFinding(
            claim=claim,
            rivals=ranking.rivals,
            gain=first,
            runner_up=runner_up,
            runner_up_gain=gains[runner_up],
            verdict=judge_rank(first, list(gains.values()), blocks=0 if control.off else len(blocks)),
        )

    def _rank_answered(self, ranking: Ranking, blocks: Sequence[Block], control: Control) -> bool:
        return self._rank(ranking, blocks, control).verdict is not Verdict.INCONCLUSIVE

    def _interval(self, blocks: Sequence[Block], base: str, side: str) -> Interval:
        return median_sequence(_ratios(blocks, base, side), level=self._level)


def _ratios(blocks: Sequence[Block], base: str, side: str) -> list[float]:
    return [block.log_ratio(base, side) for block in blocks]


def _equal(question: Question, blocks: Sequence[Block]) -> bool:
    return all(block.equal(question.base, question.subject) for block in blocks)


def _gain_and_saved(metric: str, interval: Interval) -> tuple[Interval, Interval]:
    saved = saved_interval(interval)
    return (saved if metric == "memory" else speedup_interval(interval)), saved


def _decided(gain: Interval, claim: Claim, blocks: int) -> bool:
    """Return whether measuring on would not change the verdict."""
    return not other_verdicts(gain, claim.low, claim.high, blocks=blocks)


def _decisive(metric: str, claim: Claim, interval: Interval) -> float:
    """Return the half width, as a log-ratio, at which an interval around this estimate would be judged for good."""

    def settles(half: float) -> bool:
        estimate = interval.estimate
        gain, _ = _gain_and_saved(metric, Interval(estimate - half, estimate, estimate + half, interval.level))
        return _decided(gain, claim, blocks=1 << 30)

    return decisive_half_width(settles)


def _difference(question: Question, blocks: Sequence[Block]) -> str:
    """Return the first place where two outcomes differ, in words; empty where they were too long to keep."""
    for block in blocks:
        expected, got = (block.outcomes.get(side) for side in (question.base, question.subject))
        if expected is None or got is None or expected == got:
            continue
        for each in text_differences(expected, got):
            return f"{each.where}: {_cut(each.expected)} in {question.base}, {_cut(each.got)} in {question.subject}"
    return ""


def _cut(text: str, longest: int = 60) -> str:
    return text if len(text) <= longest else f"{text[: longest - 3]}..."
