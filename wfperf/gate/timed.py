"""Check budgets on time and memory: sample side by side until each is decided, and measure failures once more."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from wfperf.gate.progress import SILENT, Progress
from wfperf.gate.time_budgets import HOLDS_BUDGET, TimeBudget, too_few
from wfperf.measure.block_facts import (
    blocks_of_unequal_runs,
    clock_of,
    control_of,
    is_control_awaited,
    share_by_processor,
)
from wfperf.measure.blocks import Blocks, ComparedBenchmark, Schedule, measure
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.revisions import BASE, Role, Tree, VariantBuilder, VariantKey
from wfperf.measure.traps import traps_in
from wfperf.plan.metrics import THROUGHPUT
from wfperf.results.blocks import Block
from wfperf.results.budget import EQUAL
from wfperf.results.decision import PEAK_MEMORY_INCREASE, RESULTS, SPEEDUP, WALL_TIME, Check, CheckStatus
from wfperf.stats.sequential import Analysis, Obstacle, shared_level, side_by_side
from wfperf.stats.speedup import speedup

FIRST_SHARE = 0.6
"""Largest share of the time budget for the first measurement; the rest is for confirming failures, which are
fewer, and clear: their intervals lie wholly beyond their budgets."""

LEAST_S = 1.0
"""Time budget of a confirmation, however little is left: enough for a block, which always runs to its end."""


_BROKEN = {WALL_TIME: "longer", SPEEDUP: "less gained", PEAK_MEMORY_INCREASE: "more memory"}
"""What is said of a broken budget, by its metric."""


class Measure(Protocol):
    """Makes blocks, as `measure` does."""

    def __call__(
        self,
        benchmarks: Sequence[ComparedBenchmark],
        schedule: Schedule,
        *,
        is_decided: Callable[[ComparedBenchmark, Sequence[Block]], bool],
        on_block: Callable[[Blocks], None],
        executor: Executor,
    ) -> Blocks:
        """Return the blocks of each benchmark."""


def decide_twice(
    budgets: Sequence[TimeBudget],
    schedule: Schedule,
    checks: Callable[[Sequence[TimeBudget], Schedule], dict[TimeBudget, Check]],
    progress: Progress,
    now_s: Callable[[], float],
    doing: str = "timing",
) -> tuple[Check, ...]:
    """Return a check for every budget; it fails only if a second measurement, in fresh processes, fails too.

    Args:
        budgets: what is to be decided.
        schedule: time budget of both, and seed of the first; the second has the next seed.
        checks: measures some of the budgets, and returns their checks.
        progress: shows what begins.
        now_s: the clock of the measurements, in seconds.
        doing: what that is, for the progress.
    """
    start_s = now_s()
    progress.step(f"{doing}, {schedule.max_time_s:.0f} s at most")
    found = checks(budgets, replace(schedule, max_time_s=schedule.max_time_s * FIRST_SHARE))
    failed = [budget for budget in budgets if found[budget].status is CheckStatus.FAIL]
    if failed:
        left_s = max(LEAST_S, schedule.max_time_s - (now_s() - start_s))
        progress.step(f"{doing} once more what failed, {left_s:.0f} s at most")
        again = checks(failed, replace(schedule, max_time_s=left_s, seed=schedule.seed + 1))
        found |= {budget: _confirmed(found[budget], again[budget]) for budget in failed}
    return tuple(found[budget] for budget in budgets)


def most(blocks: Blocks) -> str:
    """Return the largest number of blocks of a benchmark, as text."""
    number = max(map(len, blocks.values()))
    return "1 block" if number == 1 else f"{number} blocks"


def measure_until_decided(
    measure: Measure,
    benchmarks: Sequence[ComparedBenchmark],
    budgets: Sequence[TimeBudget],
    schedule: Schedule,
    *,
    decided: Callable[[TimeBudget, Sequence[Block]], bool],
    progress: Progress,
    executor: Executor,
) -> Blocks:
    """Measure each benchmark until every budget on it is decided, show the progress, and return the blocks.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    start_s = executor.now_s()

    def is_decided(benchmark: ComparedBenchmark, blocks: Sequence[Block]) -> bool:
        return all(decided(budget, blocks) for budget in budgets if budget.benchmark == benchmark.name)

    def on_block(blocks: Blocks) -> None:
        done = sum(decided(budget, blocks[budget.benchmark]) for budget in budgets)
        took_s = executor.now_s() - start_s
        progress.seen(f"{most(blocks)} in {took_s:.0f} s; {done} of {len(budgets)} budgets decided")

    return measure(benchmarks, schedule, is_decided=is_decided, on_block=on_block, executor=executor)


@dataclass(frozen=True, slots=True)
class Timing:
    """Checks budgets on something that is measured in blocks: on time, or on peak memory.

    Args:
        budgets: what is to be decided.
        builder: builds the variants.
        trees: base and head.
        schedule: time budget and seed; a confirmation has the next seed.
        executor: starts the workers.
        progress: shows the progress.
        measure: makes the blocks.
        metric: what is measured of every benchmark.
        others: number of intervals of other measurements that share the risk of one wrong interval.
    """

    budgets: Sequence[TimeBudget]
    builder: VariantBuilder
    trees: Mapping[Role, Tree]
    schedule: Schedule
    executor: Executor = DEFAULT_EXECUTOR
    progress: Progress = SILENT
    measure: Measure = measure
    metric: str = THROUGHPUT
    others: int = 0

    def decide(self) -> tuple[Check, ...]:
        """Return a check for every budget; it fails only if a second measurement, in fresh processes, fails too.

        All intervals hold together, so at most 1 gate in 20 fails wrongly, however early it stops.

        Raises:
            NothingMeasuredError: a variant cannot be run.
        """
        doing = "timing" if self.metric == THROUGHPUT else "measuring peak memory"
        return decide_twice(self.budgets, self.schedule, self._checks, self.progress, self.executor.now_s, doing)

    def _checks(self, budgets: Sequence[TimeBudget], schedule: Schedule) -> dict[TimeBudget, Check]:
        start_s = self.executor.now_s()
        blocks = measure_until_decided(
            *(self.measure, self._trials(budgets), budgets, schedule),
            decided=lambda budget, blocks: self._analysis(budget, blocks).is_decided(),
            progress=self.progress,
            executor=self.executor,
        )
        took_s = self.executor.now_s() - start_s
        return {budget: self._check(budget, blocks[budget.benchmark], took_s) for budget in budgets}

    def _trials(self, budgets: Sequence[TimeBudget]) -> list[ComparedBenchmark]:
        keys: dict[str, list[VariantKey]] = {}
        for budget in budgets:
            keys.setdefault(budget.benchmark, []).extend((budget.against, budget.variant))
        return [
            replace(self.builder.timed_benchmark(benchmark, self.trees, needed, self._controlled), metric=self.metric)
            for benchmark, needed in keys.items()
        ]

    @property
    def _controlled(self) -> VariantKey:
        """The variant that every benchmark's A/A control repeats, also in the confirmation."""
        return VariantKey(BASE, self.budgets[0].configuration)

    def _analysis(self, budget: TimeBudget, blocks: Sequence[Block]) -> Analysis[CheckStatus]:
        evidence = side_by_side(
            budget.log_ratios(blocks),
            level=shared_level(len(self.budgets) + self.others),
            control=control_of(blocks, str(self._controlled)),
            is_awaited=is_control_awaited(blocks),
            equal=budget.equal(blocks),
        )
        return Analysis(evidence, budget, needs_control=True)

    def _check(self, budget: TimeBudget, blocks: Sequence[Block], took_s: float) -> Check:
        analysis = self._analysis(budget, blocks)
        check = Check(
            budget.benchmark,
            budget.configuration,
            budget.metric,
            budget.allowed,
            analysis.decision,
            change=analysis.effect if analysis.evidence.interval.bounded else None,
            blocks=len(blocks),
            by_processor=share_by_processor(blocks),
            clock=clock_of(blocks),
            unequal_runs=blocks_of_unequal_runs(blocks, str(budget.against), str(budget.variant)),
            traps=traps_in(blocks, {str(budget.against), str(budget.variant)}),
            tracer=blocks[0].tracer,
        )
        if analysis.obstacle is Obstacle.RESULTS_DIFFER:
            return _unequal(check, budget)
        if analysis.decision is CheckStatus.INCONCLUSIVE:
            return replace(check, reason=self._why_undecided(analysis, took_s))
        return check

    def _why_undecided(self, analysis: Analysis[CheckStatus], took_s: float) -> str:
        """Return, as text, why nothing is decided, and how much more time would decide."""
        evidence = analysis.evidence
        if analysis.obstacle is Obstacle.CONTROL_OFF and evidence.control:
            off = f"{100 * speedup(evidence.control.estimate):+.1f} %"
            return f"the A/A control, {self._controlled} against itself, is off by {off}"
        few, missing = too_few(evidence), analysis.missing_blocks
        if missing is None:
            return few or "its interval lies on the budget, so no time would decide"
        if not missing:
            return few
        remaining_s = missing * took_s / evidence.blocks / FIRST_SHARE
        return f"{few or HOLDS_BUDGET}; about {remaining_s:.0f} s more would decide"


def _unequal(check: Check, budget: TimeBudget) -> Check:
    unequal = replace(check, change=None)
    if budget.metric == SPEEDUP:
        reason = f"results differ from those of {budget.against.configuration}, so there is no speedup"
        return replace(unequal, status=CheckStatus.INCONCLUSIVE, reason=reason)
    reason = "results differ under another hash seed"
    return replace(unequal, metric=RESULTS, budget=EQUAL, status=CheckStatus.DIFFERS, reason=reason)


def _confirmed(first: Check, second: Check) -> Check:
    if second.status is CheckStatus.DIFFERS:
        return second
    if second.status is CheckStatus.FAIL:
        more = _BROKEN[first.metric]
        return replace(first, confirmation=second.change, reason=f"{more} than allowed, also when measured again")
    reason = (
        f"the first measurement failed, the second one in fresh processes did not ({second.reason or second.status})"
    )
    return replace(first, status=CheckStatus.INCONCLUSIVE, confirmation=second.change, reason=reason)
