"""Budgets that only time can tell of, as rules for intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wfperf.gate.variants import BASE, HEAD, Pair, VariantKey
from wfperf.results.blocks import Block
from wfperf.results.budget import Budget, BudgetKind
from wfperf.results.decision import SPEEDUP, WALL_TIME, Status
from wfperf.stats.sequential import Evidence, Obstacle
from wfperf.stats.speedup import speedup
from wfperf.stats.verdict import MINIMUM_BLOCKS

HOLDS_BUDGET = "its interval contains the budget"


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """A budget that only time can tell of, which is a rule for intervals.

    Args:
        benchmark: what is run.
        metric: `wall_time`: a run of head takes at most `fraction` more time than one of base. `speedup`: the
            configuration gains at least `fraction` over the plan's baseline, both of head.
        variant: the variant whose budget it is.
        against: the variant it is compared with.
        fraction: how much that is: 0.02 is 2 %.
    """

    benchmark: str
    metric: str
    variant: VariantKey
    against: VariantKey
    fraction: float

    @property
    def configuration(self) -> str:
        """The configuration whose budget it is."""
        return self.variant.configuration

    @property
    def pair(self) -> Pair:
        """The benchmark and configuration it is about."""
        return self.benchmark, self.configuration

    @property
    def allowed(self) -> Budget:
        """The budget as a check tells it."""
        is_time = self.metric == WALL_TIME
        return Budget(BudgetKind.MOST_RELATIVE_INCREASE if is_time else BudgetKind.LEAST_SPEEDUP, self.fraction)

    @property
    def undecided(self) -> Status:
        """The status while an interval holds the budget itself."""
        return Status.INCONCLUSIVE

    @property
    def edges(self) -> tuple[float, ...]:
        """The budget."""
        return (self.fraction,)

    def effect(self, log_ratio: float) -> float:
        """Return how much more time a run takes, or how much more throughput there is, as a fraction."""
        return speedup(log_ratio)

    def decide(self, low: float, high: float) -> Status:
        """Return what an interval of effects says: nothing, while it holds the budget itself."""
        if self.metric == WALL_TIME:
            kept, broken = high <= self.fraction, low > self.fraction
        else:
            kept, broken = low >= self.fraction, high < self.fraction
        return Status.PASS if kept else Status.FAIL if broken else Status.INCONCLUSIVE

    def log_ratios(self, blocks: Sequence[Block]) -> list[float]:
        """Return for each block how much more time a run takes, or how much more throughput there is."""
        over, under = (self.variant, self.against) if self.metric == WALL_TIME else (self.against, self.variant)
        return [block.log_ratio(str(over), str(under)) for block in blocks]

    def equal(self, blocks: Sequence[Block]) -> bool:
        """Return whether both variants had the same outcome in every block."""
        return all(block.equal(str(self.against), str(self.variant)) for block in blocks)


def time_budget(pair: Pair, most: float) -> TimeBudget:
    """Return the budget of the time that a pair's runs may take more than base's, as a fraction."""
    benchmark, configuration = pair
    return TimeBudget(benchmark, WALL_TIME, VariantKey(HEAD, configuration), VariantKey(BASE, configuration), most)


def speedup_budget(pair: Pair, over: str, least: float) -> TimeBudget:
    """Return the budget of what a configuration must gain over another one of the same tree, as a fraction."""
    benchmark, configuration = pair
    return TimeBudget(benchmark, SPEEDUP, VariantKey(HEAD, configuration), VariantKey(HEAD, over), least)


def too_few(evidence: Evidence) -> str:
    """Return, in words, that there are too few blocks to decide anything; empty where that is not in the way."""
    match evidence.obstacle(needs_control=True):
        case Obstacle.CONTROL_UNKNOWN:
            return f"only {evidence.blocks} blocks: too few to judge the control"
        case Obstacle.TOO_FEW_BLOCKS:
            return f"only {evidence.blocks} of {MINIMUM_BLOCKS} blocks"
        case Obstacle.TOO_MANY_INTERVALS:
            return f"only {evidence.blocks} blocks: too few for so many budgets at once"
        case _:
            return ""
