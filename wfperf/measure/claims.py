"""Claims into trials, blocks into findings."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from wfperf.engine.nodes import NODE_TYPES
from wfperf.errors import NothingMeasuredError
from wfperf.measure.blocks import CONTROL, ORIGINAL, Block, Trial, measure
from wfperf.measure.questions import Question
from wfperf.measure.subject import Subject, engine_subject
from wfperf.plan import Idiom, Plan, RankClaim
from wfperf.results.comparison import Comparison, Control, Finding, RankFinding
from wfperf.results.environment import current_environment
from wfperf.stats.bootstrap import median_interval
from wfperf.stats.interval import Interval
from wfperf.stats.scatter import block_scatter, blocks_hang_together
from wfperf.stats.speedup import saved_interval, speedup_interval
from wfperf.stats.verdict import CONTROL_LEVEL, MINIMUM_BLOCKS, control_is_off, flips, judge, judge_rank

FEWEST_BLOCKS = 2


def compare(
    plan: Plan,
    questions: Sequence[Question],
    ranks: Sequence[RankClaim],
    db: str,
    *,
    blocks: int,
    max_time_s: float,
    seed: int,
    on_block: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Measure all questions together and judge their claims.

    Raises:
        NothingMeasuredError: a subject cannot be run, or the time was too short for an interval.
    """
    environment = current_environment()
    start_s = time.monotonic()
    trials = trials_for(plan, questions, ranks, db)
    measured = measure(trials, blocks=blocks, max_time_s=max_time_s, seed=seed, on_block=on_block)
    if len(measured) < FEWEST_BLOCKS:
        raise NothingMeasuredError(
            f"{max_time_s:.0f} s were too short for {FEWEST_BLOCKS} blocks; give --max-time more"
        )
    conclusion = conclude(plan, questions, ranks, measured, seed=seed)
    return Comparison(
        findings=conclusion.findings,
        ranks=conclusion.ranks,
        controls=conclusion.controls,
        blocks=len(measured),
        seed=seed,
        duration_s=time.monotonic() - start_s,
        node_types=len(NODE_TYPES),
        environment=environment,
        hash_seeds=tuple(block.hash_seed for block in measured),
        samples={
            trial.name: {side: [block.costs[trial.name][side] for block in measured] for side in trial.subjects}
            for trial in trials
        },
    )


class Conclusion(NamedTuple):
    """What blocks say about questions and ranks, and the control of every scenario."""

    findings: tuple[Finding, ...]
    ranks: tuple[RankFinding, ...]
    controls: tuple[Control, ...]


def conclude(
    plan: Plan, questions: Sequence[Question], ranks: Sequence[RankClaim], blocks: Sequence[Block], *, seed: int
) -> Conclusion:
    """Judge every question on measured blocks; `seed` is that of the intervals' resampling."""
    judged = _Judgement(plan, blocks, seed)
    controls = {scenario: judged.control(scenario) for scenario in blocks[0].costs}
    return Conclusion(
        findings=tuple(judged.finding(question, controls[question.scenario]) for question in questions),
        ranks=tuple(judged.rank(rank, controls[rank.scenario]) for rank in ranks),
        controls=tuple(controls.values()),
    )


class _Judgement:
    """Intervals and verdicts from the blocks of one measurement."""

    def __init__(self, plan: Plan, blocks: Sequence[Block], seed: int) -> None:
        self._plan = plan
        self._blocks = blocks
        self._seed = seed

    def control(self, scenario: str) -> Control:
        strict = median_interval(self._ratios(scenario, ORIGINAL, CONTROL), level=CONTROL_LEVEL, seed=self._seed)
        enough = len(self._blocks) >= MINIMUM_BLOCKS  # of a few blocks some control is always off
        return Control(scenario, speedup_interval(strict), off=enough and control_is_off(strict))

    def finding(self, question: Question, control: Control) -> Finding:
        ratios = self._ratios(question.scenario, question.base, question.subject)
        equal = all(block.equal(question.scenario, question.base, question.subject) for block in self._blocks)
        gain, saved = self._gain_and_saved(question.metric, ratios) if equal else (None, None)
        verdict, does_flip = None, False
        if question.claim and gain and saved and not control.off:
            claim, count = question.claim, len(self._blocks)
            verdict = judge(gain, claim.low, claim.high, blocks=count)
            does_flip = flips(gain, saved, claim.low, claim.high, blocks=count)
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
            verdict=verdict,
            flips=does_flip,
            scatter=block_scatter(ratios),
            changes_results=self._changes_results(question.subject),
            hangs_together=blocks_hang_together(ratios),
        )

    def rank(self, claim: RankClaim, control: Control) -> RankFinding:
        gains = {each: self._gain(claim.scenario, each) for each in _rivals(self._plan)}
        first = gains.pop(claim.subject)
        runner_up = max(gains, key=lambda name: gains[name].estimate)
        blocks = 0 if control.off else len(self._blocks)
        return RankFinding(
            subject=claim.subject,
            text=claim.text,
            reading=claim.reading,
            scenario=claim.scenario,
            gain=first,
            runner_up=runner_up,
            runner_up_gain=gains[runner_up],
            verdict=judge_rank(first, list(gains.values()), blocks=blocks),
        )

    def _gain(self, scenario: str, side: str) -> Interval:
        return speedup_interval(median_interval(self._ratios(scenario, ORIGINAL, side), seed=self._seed))

    def _gain_and_saved(self, metric: str, ratios: Sequence[float]) -> tuple[Interval, Interval]:
        interval = median_interval(ratios, seed=self._seed)
        saved = saved_interval(interval)
        return (saved if metric == "memory" else speedup_interval(interval)), saved

    def _ratios(self, scenario: str, base: str, side: str) -> list[float]:
        return [block.log_ratio(scenario, base, side) for block in self._blocks]

    def _changes_results(self, subject: str) -> tuple[str, ...]:
        if subject in {idiom.id for idiom in self._plan.idioms}:
            return ()
        return tuple(each.id for each in self._plan.changes_results(self._plan.configuration(subject)))


def trials_for(plan: Plan, questions: Sequence[Question], ranks: Sequence[RankClaim], db: str) -> list[Trial]:
    """Return one trial for each scenario that is asked about: the sides named, `original` and its control."""
    idioms = {idiom.id: idiom for idiom in plan.idioms}
    sides: dict[str, list[str]] = {}
    for question in questions:
        sides.setdefault(question.scenario, []).extend((question.base, question.subject))
    for rank in ranks:
        sides.setdefault(rank.scenario, []).extend(_rivals(plan))
    trials = []
    for scenario, names in sides.items():
        if scenario in idioms:
            trials.append(_idiom_trial(idioms[scenario]))
            continue
        wanted = dict.fromkeys([ORIGINAL, CONTROL, *names])
        subjects = {name: engine_subject(scenario, _seams(plan, name), db) for name in wanted}
        trials.append(Trial(scenario, subjects))
    return trials


def _idiom_trial(idiom: Idiom) -> Trial:
    metric = idiom.claim.metric
    factory = f"wfperf.fixtures.workload:{'record' if metric == 'memory' else 'idiom'}_workload"

    def side(name: str) -> Subject:
        return Subject(factory, {"idiom": idiom.id, "side": name})

    return Trial(idiom.id, {ORIGINAL: side("before"), CONTROL: side("before"), idiom.id: side("after")}, metric)


def _seams(plan: Plan, name: str) -> Mapping[str, str]:
    return plan.configuration(ORIGINAL if name == CONTROL else name).seams


def _rivals(plan: Plan) -> list[str]:
    """Every single proposal of the review that fills a seam."""
    return [each.id for each in plan.optimizations if each.claims]
