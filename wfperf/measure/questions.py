"""What a comparison is asked: claims, and things nobody claimed anything about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wfperf.errors import UsageError
from wfperf.plan import Claim, Idiom, Plan, RankClaim


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a measurement: what `subject` gains over `base` on `scenario`, claimed or not.

    `changes_results` are the optimizations in the subject that are known to change results.
    """

    subject: str
    title: str
    phase: int | None
    scenario: str
    base: str
    metric: str = "throughput"
    claim: Claim | None = None
    changes_results: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Whether one subject gains more than any of its rivals; they are all measured."""

    claim: RankClaim
    rivals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """All that one measurement is asked.

    `base` is what every scenario's control is a copy of; `interactions` is how many intervals more it takes to say how
    the subjects act on each other.
    """

    base: str
    questions: Sequence[Question]
    ranks: Sequence[Ranking] = ()
    interactions: int = 0

    def checked(self) -> Asked:
        """Return the same, of which something can be measured.

        Raises:
            UsageError: nothing is asked, or what is asked about is the base itself.
        """
        if not self.questions:
            raise UsageError(
                f"there is nothing to compare {self.base!r} with: it is the only configuration; add another one to the "
                "plan or its factory, or hold it against an earlier revision of itself: wfperf gate --base REF"
            )
        if same := [each.subject for each in self.questions if each.subject == each.base]:
            raise UsageError(f"{same[0]!r} is what the others are held against; name one of those")
        return self

    @property
    def intervals(self) -> int:
        """How many intervals it takes to answer, which share the risk that one of them is wrong."""
        return len(self.questions) + sum(len(each.rivals) for each in self.ranks) + self.interactions


def everything(plan: Plan) -> Asked:
    """Return every question of a plan, and its claims of being first."""
    rivals = tuple(each.id for each in plan.optimizations if each.claims)
    return Asked(plan.base, all_questions(plan), [Ranking(claim, rivals) for claim in plan.rank_claims])


def default_questions(plan: Plan) -> list[Question]:
    """Return what `compare` asks unless told otherwise: the phases' totals, and `optimized`."""
    return [question for name in _configurations(plan) for question in configuration_questions(plan, name)]


def all_questions(plan: Plan) -> list[Question]:
    """Return every question: each optimization alone, the idioms, the phases; one's own on every scenario."""
    singles = [question for each in plan.optimizations for question in optimization_questions(plan, each.id)]
    idioms = [idiom_question(idiom, plan.base) for idiom in plan.idioms]
    questions = [*singles, *idioms, *default_questions(plan)]
    asked = {(each.subject, each.scenario) for each in questions}
    unclaimed = [
        _unclaimed(plan, each.name, each.title, each.phase, scenario.name)
        for each in plan.configurations
        for scenario in plan.scenarios
        if each.name != plan.base and (each.name, scenario.name) not in asked
    ]
    return [*questions, *unclaimed]


def phase_questions(plan: Plan, phase: int) -> list[Question]:
    """Return the questions of one phase: its optimizations alone, and its total.

    Raises:
        UsageError: nothing belongs to it.
    """
    singles = [
        question
        for each in plan.optimizations
        if each.phase == phase
        for question in optimization_questions(plan, each.id)
    ]
    totals = [
        question
        for each in plan.configurations
        if each.phase == phase
        for question in configuration_questions(plan, each.name)
    ]
    if not singles and not totals:
        raise UsageError(f"nothing belongs to phase {phase}; see: wfperf plan")
    return [*singles, *totals]


def named_questions(plan: Plan, name: str) -> list[Question]:
    """Return the questions about one optimization, configuration or idiom.

    Raises:
        UsageError: there is nothing of this name.
    """
    for idiom in plan.idioms:
        if idiom.id == name:
            return [idiom_question(idiom, plan.base)]
    if name in {each.id for each in plan.optimizations}:
        return optimization_questions(plan, name)
    return configuration_questions(plan, plan.configuration(name).name)


def optimization_questions(plan: Plan, name: str) -> list[Question]:
    """Return what is asked of one optimization; where it claims nothing, its seam's claimed scenarios are asked."""
    optimization = plan.optimization(name)
    if optimization.claims:
        return [_claimed(plan, claim, optimization.title, optimization.phase) for claim in optimization.claims]
    rivals = (claim.scenario for each in plan.optimizations if each.seam == optimization.seam for claim in each.claims)
    return [
        Question(name, optimization.title, optimization.phase, scenario, plan.base)
        for scenario in dict.fromkeys(rivals)
    ]


def configuration_questions(plan: Plan, name: str) -> list[Question]:
    """Return what is asked of a configuration; where it claims nothing, all scenarios that the plan is about are asked.

    Those are its own, or those of its configurations' claims where it brings none.
    """
    configuration = plan.configuration(name)
    if configuration.claims:
        return [_claimed(plan, claim, configuration.title, configuration.phase) for claim in configuration.claims]
    claimed = (claim.scenario for each in plan.configurations for claim in each.claims)
    scenarios = [each.name for each in plan.scenarios] or list(dict.fromkeys(claimed))
    return [_unclaimed(plan, name, configuration.title, configuration.phase, scenario) for scenario in scenarios]


def idiom_question(idiom: Idiom, base: str) -> Question:
    """Return what is asked of an idiom pair."""
    return Question(idiom.id, idiom.title, None, idiom.id, base, idiom.claim.metric, idiom.claim)


def _claimed(plan: Plan, claim: Claim, title: str, phase: int | None) -> Question:
    changes = _changes_results(plan, claim.subject)
    return Question(claim.subject, title, phase, claim.scenario, claim.base, claim.metric, claim, changes)


def _unclaimed(plan: Plan, name: str, title: str, phase: int | None, scenario: str) -> Question:
    return Question(name, title, phase, scenario, plan.base, changes_results=_changes_results(plan, name))


def _changes_results(plan: Plan, name: str) -> tuple[str, ...]:
    return tuple(each.id for each in plan.changes_results(plan.configuration(name).seams))


def _configurations(plan: Plan) -> list[str]:
    return [each.name for each in plan.configurations if each.name != plan.base]
