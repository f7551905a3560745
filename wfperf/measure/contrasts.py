"""The contrasts of a comparison: which effects it estimates, with the claims about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wfperf.errors import UsageError
from wfperf.plan import Claim, Configuration, Pair, Plan, RankClaim
from wfperf.results.comparison import Kind


@dataclass(frozen=True, slots=True)
class Contrast:
    """One effect to be estimated: that of `variant` over `baseline` on `benchmark`, claimed or not.

    `changes_results` are the optimizations in the variant that are known to change results. `kind` is the kind of
    variant: an optimization alone, a whole configuration, or a pair of functions.
    """

    variant: str
    title: str
    phase: int | None
    benchmark: str
    baseline: str
    metric: str = "throughput"
    claim: Claim | None = None
    changes_results: tuple[str, ...] = ()
    kind: Kind = "total"


@dataclass(frozen=True, slots=True)
class Ranking:
    """A claim that one variant gains more than its rivals, which are all measured."""

    claim: RankClaim
    rivals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Design:
    """All effects that one measurement estimates.

    `baseline` is what the A/A control of every benchmark repeats; `interactions` is the number of further intervals,
    for interactions of variants.
    """

    baseline: str
    contrasts: Sequence[Contrast]
    ranks: Sequence[Ranking] = ()
    interactions: int = 0

    def checked(self) -> Design:
        """Return this design if it can be measured.

        Raises:
            UsageError: it has no contrast, or one between the baseline and itself.
        """
        if not self.contrasts:
            raise UsageError(
                f"there is nothing to compare {self.baseline!r} with, because it is the only configuration; name "
                "another function, add a configuration to the plan or its factory, or compare revisions with --base REF"
            )
        if same := [each.variant for each in self.contrasts if each.variant == each.baseline]:
            raise UsageError(f"{same[0]!r} is the baseline itself; name another configuration")
        return self

    @property
    def intervals(self) -> int:
        """The number of intervals, which share the risk that one of them is wrong."""
        return len(self.contrasts) + sum(len(each.rivals) for each in self.ranks) + self.interactions


def everything(plan: Plan) -> Design:
    """Return every contrast of a plan, and its rank claims."""
    return Design(
        plan.baseline, all_contrasts(plan), [Ranking(claim, plan.rivals(claim)) for claim in plan.rank_claims]
    )


def default_contrasts(plan: Plan) -> list[Contrast]:
    """Return the default of `compare`: the contrasts of all configurations but the baseline."""
    others = [each for each in plan.configurations if each.name != plan.baseline]
    return [contrast for each in others for contrast in configuration_contrasts(plan, each)]


def all_contrasts(plan: Plan) -> list[Contrast]:
    """Return every contrast: each optimization alone, the pairs, and each configuration on all its benchmarks."""
    singles = [contrast for each in plan.optimizations for contrast in optimization_contrasts(plan, each.id)]
    pairs = [pair_contrast(each, plan.baseline) for each in plan.pairs]
    return [*singles, *pairs, *total_contrasts(plan)]


def total_contrasts(plan: Plan) -> list[Contrast]:
    """Return the contrasts of every configuration: with its claims, and on its other benchmarks."""
    contrasts = default_contrasts(plan)
    design = {(each.variant, each.benchmark) for each in contrasts}
    unclaimed = [
        _unclaimed(plan, each, benchmark)
        for each in plan.configurations
        for benchmark in _benchmarks(plan, each)
        if each.name != plan.baseline and (each.name, benchmark) not in design
    ]
    return [*contrasts, *unclaimed]


def phase_contrasts(plan: Plan, phase: int) -> list[Contrast]:
    """Return the contrasts of one phase: its optimizations alone, and its total.

    Raises:
        UsageError: the phase is empty.
    """
    singles = [
        contrast
        for each in plan.optimizations
        if each.phase == phase
        for contrast in optimization_contrasts(plan, each.id)
    ]
    totals = [
        contrast
        for each in plan.configurations
        if each.phase == phase
        for contrast in configuration_contrasts(plan, each)
    ]
    if not singles and not totals:
        raise UsageError(f"the plan has nothing in phase {phase}; see: wfperf plan")
    return [*singles, *totals]


def named_contrasts(plan: Plan, name: str) -> list[Contrast]:
    """Return the contrasts about one optimization, configuration or pair.

    Raises:
        UsageError: there is nothing of this name.
    """
    for pair in plan.pairs:
        if pair.id == name:
            return [pair_contrast(pair, plan.baseline)]
    if name in {each.id for each in plan.optimizations}:
        return optimization_contrasts(plan, name)
    return configuration_contrasts(plan, plan.configuration(name))


def optimization_contrasts(plan: Plan, name: str) -> list[Contrast]:
    """Return the contrasts of one optimization.

    Without a claim, it is measured on the benchmarks of claims about the same choice, or else on all.
    """
    optimization = plan.optimization(name)
    if optimization.claims:
        return [_claimed(plan, each, optimization.title, optimization.phase, "single") for each in optimization.claims]
    rivals = (each for each in plan.optimizations if each.choice == optimization.choice)
    claimed = dict.fromkeys(claim.benchmark for each in rivals for claim in each.claims)
    configuration = plan.configuration(name)
    return [
        _unclaimed(plan, configuration, benchmark, "single")
        for benchmark in claimed or [each.name for each in plan.benchmarks]
    ]


def configuration_contrasts(plan: Plan, configuration: Configuration) -> list[Contrast]:
    """Return the contrasts of a configuration: with its claims; without any, on all its benchmarks."""
    if configuration.claims:
        return [
            _claimed(plan, each, configuration.title, configuration.phase, "total") for each in configuration.claims
        ]
    return [_unclaimed(plan, configuration, benchmark) for benchmark in _benchmarks(plan, configuration)]


def pair_contrast(pair: Pair, baseline: str) -> Contrast:
    """Return the contrast of a pair of functions."""
    return Contrast(pair.id, pair.title, None, pair.id, baseline, pair.claim.metric, pair.claim, kind="pair")


def _benchmarks(plan: Plan, configuration: Configuration) -> Sequence[str]:
    return configuration.benchmarks or [each.name for each in plan.benchmarks]


def _claimed(plan: Plan, claim: Claim, title: str, phase: int | None, kind: Kind) -> Contrast:
    changes = _changes_results(plan, plan.configuration(claim.variant))
    return Contrast(claim.variant, title, phase, claim.benchmark, claim.baseline, claim.metric, claim, changes, kind)


def _unclaimed(plan: Plan, configuration: Configuration, benchmark: str, kind: Kind = "total") -> Contrast:
    changes = _changes_results(plan, configuration)
    name, title, phase = configuration.name, configuration.title, configuration.phase
    metric = plan.benchmark(benchmark).metric
    return Contrast(name, title, phase, benchmark, plan.baseline, metric, changes_results=changes, kind=kind)


def _changes_results(plan: Plan, configuration: Configuration) -> tuple[str, ...]:
    return tuple(each.id for each in plan.changes_results(configuration.choices))
