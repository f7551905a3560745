"""What a comparison is asked: claims, and things nobody claimed anything about."""

from __future__ import annotations

from dataclasses import dataclass

from wfperf.measure.blocks import ORIGINAL
from wfperf.plan import Claim, Idiom, Plan


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


def _claimed(claim: Claim, title: str, phase: int | None) -> Question:
    return Question(claim.subject, title, phase, claim.scenario, claim.base, claim.metric, claim)


def _configurations(plan: Plan) -> list[str]:
    return [each.name for each in plan.configurations if each.name != ORIGINAL]


def _phase(name: str) -> int | None:
    number = name.removeprefix("phase-")
    return int(number) if number.isdigit() else None
