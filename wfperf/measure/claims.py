"""Claims into trials, blocks into findings."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from wfperf.engine.nodes import NODE_TYPES
from wfperf.errors import NothingMeasuredError
from wfperf.measure.blocks import CONTROL, ORIGINAL, Block, Trial, measure
from wfperf.measure.subject import Subject, engine_subject
from wfperf.plan import Claim, Idiom, Plan, RankClaim
from wfperf.results.comparison import Comparison, Control, Finding, RankFinding
from wfperf.results.environment import current_environment
from wfperf.stats.bootstrap import median_interval
from wfperf.stats.interval import Interval
from wfperf.stats.scatter import block_scatter
from wfperf.stats.speedup import saved_interval, speedup_interval
from wfperf.stats.verdict import CONTROL_LEVEL, control_is_off, flips, judge, judge_rank

FEWEST_BLOCKS = 2


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a measurement: what `subject` gains over `base` on `scenario`, claimed or not."""

    subject: str
    title: str
    phase: int | None
    scenario: str
    base: str = ORIGINAL
    metric: str = "throughput"
    claim: Claim | None = None


def default_questions(plan: Plan) -> list[Question]:
    """Return what `compare` asks unless told otherwise: the phases' totals, and `optimized`."""
    return [question for name in _configurations(plan) for question in configuration_questions(plan, name)]


def all_questions(plan: Plan) -> list[Question]:
    """Return every question: each optimization alone, the idioms, the phases and `optimized`."""
    singles = [question for each in plan.optimizations for question in optimization_questions(plan, each.id)]
    idioms = [idiom_question(idiom) for idiom in plan.idioms]
    return [*singles, *idioms, *default_questions(plan)]


def phase_questions(plan: Plan, phase: int) -> list[Question]:
    """Return the questions of one phase: its optimizations alone, and its total."""
    singles = [
        question
        for each in plan.optimizations
        if each.phase == phase
        for question in optimization_questions(plan, each.id)
    ]
    total = f"phase-{phase}"
    return [*singles, *(configuration_questions(plan, total) if total in _configurations(plan) else [])]


def named_questions(plan: Plan, name: str) -> list[Question]:
    """Return the questions about one optimization, configuration or idiom.

    Raises:
        UsageError: there is nothing of this name.
    """
    for idiom in plan.idioms:
        if idiom.id == name:
            return [idiom_question(idiom)]
    if name in {each.id for each in plan.optimizations}:
        return optimization_questions(plan, name)
    return configuration_questions(plan, plan.configuration(name).name)


def optimization_questions(plan: Plan, name: str) -> list[Question]:
    """Return what is asked of one optimization; where it claims nothing, its seam's claimed scenarios are asked."""
    optimization = plan.optimization(name)
    if optimization.claims:
        return [_claimed(claim, optimization.title, optimization.phase) for claim in optimization.claims]
    rivals = (claim.scenario for each in plan.optimizations if each.seam == optimization.seam for claim in each.claims)
    return [Question(name, optimization.title, optimization.phase, scenario) for scenario in dict.fromkeys(rivals)]


def configuration_questions(plan: Plan, name: str) -> list[Question]:
    """Return what is asked of a configuration; where it claims nothing, every phase total's scenario is asked."""
    configuration = plan.configuration(name)
    if configuration.claims:
        return [_claimed(claim, configuration.title, _phase(name)) for claim in configuration.claims]
    scenarios = dict.fromkeys(claim.scenario for each in plan.configurations for claim in each.claims)
    return [Question(name, configuration.title, None, scenario) for scenario in scenarios]


def idiom_question(idiom: Idiom) -> Question:
    """Return what is asked of an idiom pair."""
    return _claimed(idiom.claim, idiom.title, None)


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
    trials = _trials(plan, questions, ranks, db)
    measured = measure(trials, blocks=blocks, max_time_s=max_time_s, seed=seed, on_block=on_block)
    if len(measured) < FEWEST_BLOCKS:
        raise NothingMeasuredError(
            f"{max_time_s:.0f} s were too short for {FEWEST_BLOCKS} blocks; give --max-time more"
        )
    judged = _Judgement(plan, measured, seed)
    controls = {trial.name: judged.control(trial.name) for trial in trials}
    return Comparison(
        findings=tuple(judged.finding(question, controls[question.scenario]) for question in questions),
        ranks=tuple(judged.rank(rank, controls[rank.scenario]) for rank in ranks),
        controls=tuple(controls.values()),
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


class _Judgement:
    """Intervals and verdicts from the blocks of one measurement."""

    def __init__(self, plan: Plan, blocks: Sequence[Block], seed: int) -> None:
        self._plan = plan
        self._blocks = blocks
        self._seed = seed

    def control(self, scenario: str) -> Control:
        strict = median_interval(self._ratios(scenario, ORIGINAL, CONTROL), level=CONTROL_LEVEL, seed=self._seed)
        return Control(scenario, speedup_interval(strict), control_is_off(strict))

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


def _trials(plan: Plan, questions: Sequence[Question], ranks: Sequence[RankClaim], db: str) -> list[Trial]:
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


def _claimed(claim: Claim, title: str, phase: int | None) -> Question:
    return Question(claim.subject, title, phase, claim.scenario, claim.base, claim.metric, claim)


def _configurations(plan: Plan) -> list[str]:
    return [each.name for each in plan.configurations if each.name != ORIGINAL]


def _phase(name: str) -> int | None:
    number = name.removeprefix("phase-")
    return int(number) if number.isdigit() else None
