"""What a comparison is asked: claims, and things nobody claimed anything about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wfperf.errors import UsageError
from wfperf.plan import Claim, Configuration, Pair, Plan, RankClaim
from wfperf.results.comparison import Kind


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a measurement: what `subject` gains over `base` on `scenario`, claimed or not.

    `changes_results` are the optimizations in the subject that are known to change results. `kind` says what it is: an
    optimization alone, a whole configuration, or a pair of functions.
    """

    subject: str
    title: str
    phase: int | None
    scenario: str
    base: str
    metric: str = "throughput"
    claim: Claim | None = None
    changes_results: tuple[str, ...] = ()
    kind: Kind = "total"


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
                f"there is nothing to compare {self.base!r} with, because it is the only configuration; add another "
                "one to the plan or its factory, or compare revisions: wfperf gate --base REF"
            )
        if same := [each.subject for each in self.questions if each.subject == each.base]:
            raise UsageError(f"{same[0]!r} is the baseline itself; name another configuration")
        return self

    @property
    def intervals(self) -> int:
        """How many intervals it takes to answer, which share the risk that one of them is wrong."""
        return len(self.questions) + sum(len(each.rivals) for each in self.ranks) + self.interactions


def everything(plan: Plan) -> Asked:
    """Return every question of a plan, and its claims of being first."""
    return Asked(plan.base, all_questions(plan), [Ranking(claim, plan.rivals(claim)) for claim in plan.rank_claims])


def default_questions(plan: Plan) -> list[Question]:
    """Return what `compare` asks unless told otherwise: the phases' totals, and `optimized`."""
    others = [each for each in plan.configurations if each.name != plan.base]
    return [question for each in others for question in configuration_questions(plan, each)]


def all_questions(plan: Plan) -> list[Question]:
    """Return every question: each optimization alone, the pairs, and each configuration on all its benchmarks."""
    singles = [question for each in plan.optimizations for question in optimization_questions(plan, each.id)]
    pairs = [pair_question(each, plan.base) for each in plan.pairs]
    return [*singles, *pairs, *total_questions(plan)]


def total_questions(plan: Plan) -> list[Question]:
    """Return what can be asked of every configuration: its claims, and the benchmarks that it names beside them."""
    questions = default_questions(plan)
    asked = {(each.subject, each.scenario) for each in questions}
    unclaimed = [
        _unclaimed(plan, each, benchmark)
        for each in plan.configurations
        for benchmark in _benchmarks(plan, each)
        if each.name != plan.base and (each.name, benchmark) not in asked
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
        for question in configuration_questions(plan, each)
    ]
    if not singles and not totals:
        raise UsageError(f"the plan has nothing in phase {phase}; see: wfperf plan")
    return [*singles, *totals]


def named_questions(plan: Plan, name: str) -> list[Question]:
    """Return the questions about one optimization, configuration or pair.

    Raises:
        UsageError: there is nothing of this name.
    """
    for pair in plan.pairs:
        if pair.id == name:
            return [pair_question(pair, plan.base)]
    if name in {each.id for each in plan.optimizations}:
        return optimization_questions(plan, name)
    return configuration_questions(plan, plan.configuration(name))


def optimization_questions(plan: Plan, name: str) -> list[Question]:
    """Return what is asked of one optimization.

    Where it claims nothing it is asked where others promise something for the same choice; or else everywhere.
    """
    optimization = plan.optimization(name)
    if optimization.claims:
        return [_claimed(plan, each, optimization.title, optimization.phase, "single") for each in optimization.claims]
    rivals = (each for each in plan.optimizations if each.choice == optimization.choice)
    claimed = dict.fromkeys(claim.scenario for each in rivals for claim in each.claims)
    configuration = plan.configuration(name)
    return [
        _unclaimed(plan, configuration, benchmark, "single")
        for benchmark in claimed or [each.name for each in plan.benchmarks]
    ]


def configuration_questions(plan: Plan, configuration: Configuration) -> list[Question]:
    """Return what is asked of a configuration: its claims; without any, all benchmarks that it is measured on."""
    if configuration.claims:
        return [
            _claimed(plan, each, configuration.title, configuration.phase, "total") for each in configuration.claims
        ]
    return [_unclaimed(plan, configuration, benchmark) for benchmark in _benchmarks(plan, configuration)]


def pair_question(pair: Pair, base: str) -> Question:
    """Return what is asked of a pair of functions."""
    return Question(pair.id, pair.title, None, pair.id, base, pair.claim.metric, pair.claim, kind="pair")


def _benchmarks(plan: Plan, configuration: Configuration) -> Sequence[str]:
    return configuration.benchmarks or [each.name for each in plan.benchmarks]


def _claimed(plan: Plan, claim: Claim, title: str, phase: int | None, kind: Kind) -> Question:
    changes = _changes_results(plan, plan.configuration(claim.subject))
    return Question(claim.subject, title, phase, claim.scenario, claim.base, claim.metric, claim, changes, kind)


def _unclaimed(plan: Plan, configuration: Configuration, benchmark: str, kind: Kind = "total") -> Question:
    changes = _changes_results(plan, configuration)
    name, title, phase = configuration.name, configuration.title, configuration.phase
    return Question(name, title, phase, benchmark, plan.base, changes_results=changes, kind=kind)


def _changes_results(plan: Plan, configuration: Configuration) -> tuple[str, ...]:
    return tuple(each.id for each in plan.changes_results(configuration.choices))
