"""Budgets on time and on peak memory, as rules for intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wfperf.measure.revisions import BASE, HEAD, Case, VariantKey
from wfperf.results.blocks import Block
from wfperf.results.budget import Budget, BudgetKind
from wfperf.results.decision import PEAK_MEMORY_INCREASE, SPEEDUP, WALL_TIME, CheckStatus
from wfperf.stats.sequential import Evidence, Obstacle
from wfperf.stats.speedup import speedup

HOLDS_BUDGET = "its interval contains the budget"


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """A budget on something measured, which is a rule for intervals.

    Args:
        benchmark: the benchmark.
        metric: `wall_time`: a run of head takes at most `fraction` more time than one of base. `speedup`: the
            configuration gains at least `fraction` over the plan's baseline, both of head. `peak_memory_increase`: a
            run of head holds at most `fraction` more memory than one of base.
        variant: the variant with the budget.
        against: the variant that it is compared with.
        fraction: the limit: 0.02 is 2 %.
    """

    benchmark: str
    metric: str
    variant: VariantKey
    against: VariantKey
    fraction: float

    @property
    def configuration(self) -> str:
        """The configuration with the budget."""
        return self.variant.configuration

    @property
    def case(self) -> Case:
        """The benchmark and configuration of the budget."""
        return self.benchmark, self.configuration

    @property
    def allowed(self) -> Budget:
        """The budget as a check has it."""
        limits_more = BudgetKind.MOST_RELATIVE_INCREASE
        return Budget(BudgetKind.LEAST_SPEEDUP if self.metric == SPEEDUP else limits_more, self.fraction)

    @property
    def undecided(self) -> CheckStatus:
        """The status while an interval contains the limit."""
        return CheckStatus.INCONCLUSIVE

    @property
    def edges(self) -> tuple[float, ...]:
        """The limit."""
        return (self.fraction,)

    def effect(self, log_ratio: float) -> float:
        """Return the increase of run time or memory, or the throughput gained, as a fraction."""
        return speedup(log_ratio)

    def decide(self, low: float, high: float) -> CheckStatus:
        """Return the status for an interval of effects: inconclusive while it contains the limit."""
        if self.metric == SPEEDUP:
            kept, broken = low >= self.fraction, high < self.fraction
        else:
            kept, broken = high <= self.fraction, low > self.fraction
        return CheckStatus.PASS if kept else CheckStatus.FAIL if broken else CheckStatus.INCONCLUSIVE

    def log_ratios(self, blocks: Sequence[Block]) -> list[float]:
        """Return for each block the log-ratio of run time or memory, or of throughput."""
        over, under = (self.against, self.variant) if self.metric == SPEEDUP else (self.variant, self.against)
        return [block.log_ratio(str(over), str(under)) for block in blocks]

    def equal(self, blocks: Sequence[Block]) -> bool:
        """Return whether both variants had the same outcome in every block."""
        return all(block.equal(str(self.against), str(self.variant)) for block in blocks)


def time_budget(case: Case, most: float) -> TimeBudget:
    """Return the budget on the increase of a case's run time over base; `most` is a fraction."""
    benchmark, configuration = case
    return TimeBudget(benchmark, WALL_TIME, VariantKey(HEAD, configuration), VariantKey(BASE, configuration), most)


def memory_budget(case: Case, most: float) -> TimeBudget:
    """Return the budget on the increase of a case's peak memory over base; `most` is a fraction."""
    return replace(time_budget(case, most), metric=PEAK_MEMORY_INCREASE)


def speedup_budget(case: Case, over: str, least: float) -> TimeBudget:
    """Return the budget on the speedup of a configuration over another one in head; `least` is a fraction."""
    benchmark, configuration = case
    return TimeBudget(benchmark, SPEEDUP, VariantKey(HEAD, configuration), VariantKey(HEAD, over), least)


def too_few(evidence: Evidence) -> str:
    """Return, as text, that there are too few blocks for a decision; empty if there are enough."""
    match evidence.obstacle(needs_control=True):
        case Obstacle.CONTROL_UNKNOWN:
            return f"only {evidence.blocks} blocks: too few to judge the control"
        case Obstacle.TOO_FEW_BLOCKS:
            return f"too few blocks for an interval: {evidence.blocks}"
        case _:
            return ""
