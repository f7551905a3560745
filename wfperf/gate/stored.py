"""Compare wall times with stored ones: only on a machine of the same kind, and less surely than side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from wfperf.errors import NothingMeasuredError
from wfperf.gate.progress import SILENT, Progress
from wfperf.gate.time_budgets import HOLDS_BUDGET, TimeBudget, too_few
from wfperf.gate.timed import Measure, decide_twice, measure_until_decided, most
from wfperf.measure.block_facts import clock_of, share_by_processor
from wfperf.measure.blocks import Blocks, ComparedBenchmark, Schedule, measure
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.revisions import Case, only
from wfperf.results.blocks import Block
from wfperf.results.budget import EQUAL
from wfperf.results.decision import RESULTS, WALL_TIME, Check, CheckStatus
from wfperf.results.environment import current_environment, fingerprint
from wfperf.stats.sequential import Analysis, Obstacle, apart, shared_level

MAKE_ANEW = "make it again: the same command with --update"
NO_TIMES = "the baseline has no times; add them: the same command with --update"
OTHER_TIMES = f"the baseline's times were measured in another way; {MAKE_ANEW}"


@dataclass(frozen=True, slots=True)
class Times:
    """Run times on a machine.

    Args:
        machine: what must be equal for two times to be compared.
        blocks_ns: median time of a run in each block, in nanoseconds, by benchmark and configuration.
        results: fingerprint of the result of each; empty if it was not always the same.
    """

    machine: Mapping[str, str]
    blocks_ns: Mapping[str, Mapping[str, Sequence[float]]]
    results: Mapping[str, Mapping[str, str]]

    @property
    def cases(self) -> list[Case]:
        """Every benchmark and configuration that was timed."""
        return [
            (benchmark, configuration) for benchmark, variants in self.blocks_ns.items() for configuration in variants
        ]

    def of(self, case: Case) -> Sequence[float]:
        """Return the blocks of a benchmark and configuration; none if it was not timed."""
        benchmark, configuration = case
        return self.blocks_ns.get(benchmark, {}).get(configuration, ())

    def result_of(self, case: Case) -> str:
        """Return the fingerprint of the result of a benchmark and configuration; empty if there is none."""
        benchmark, configuration = case
        return self.results.get(benchmark, {}).get(configuration, "")


def measure_times(
    benchmarks: Sequence[ComparedBenchmark], schedule: Schedule, executor: Executor, progress: Progress = SILENT
) -> Times:
    """Return the run times of benchmarks here, measured in blocks of fresh processes.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    progress.step(f"timing, {schedule.max_time_s:.0f} s at most")
    return times_of(
        measure(benchmarks, schedule, on_block=lambda blocks: progress.seen(most(blocks)), executor=executor)
    )


def times_of(measured: Blocks) -> Times:
    """Return blocks of this machine as times."""
    return Times(
        fingerprint(current_environment()),
        {
            benchmark: {name: [_time(block, name) for block in blocks] for name in blocks[0].costs}
            for benchmark, blocks in measured.items()
        },
        {
            benchmark: {name: _only_one([block.digests[name] for block in blocks]) for name in blocks[0].costs}
            for benchmark, blocks in measured.items()
        },
    )


def time_checks(
    stored: Times | None,
    benchmarks: Sequence[ComparedBenchmark],
    budgets: Sequence[TimeBudget],
    schedule: Schedule,
    *,
    without: str = NO_TIMES,
    executor: Executor = DEFAULT_EXECUTOR,
    progress: Progress = SILENT,
    measure: Measure = measure,
) -> tuple[Check, ...]:
    """Return a check for every budget; inconclusive, without measuring, if the stored times cannot be used.

    Args:
        stored: the comparable times of the baseline.
        benchmarks: the current code.
        budgets: on how much longer it may take.
        schedule: time budget and seed; a confirmation has the next seed.
        without: why nothing is stored.
        executor: starts the workers.
        progress: shows the progress.
        measure: makes the blocks.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    if not stored:
        return tuple(_undecided(budget, without) for budget in budgets)
    level = shared_level(len(budgets))
    elsewhere = unlike(stored.machine)
    not_here = f"not compared with the baseline's: {elsewhere}" if elsewhere else ""
    checks = {
        budget: _undecided(budget, why)
        for budget in budgets
        if (why := not_here or _why_useless(stored, budget, level))
    }
    usable = [budget for budget in budgets if budget not in checks]
    if usable:
        against = _Against(stored, benchmarks, usable, schedule, level, executor, progress, measure)
        checks |= zip(usable, against.decide(), strict=True)
    return tuple(checks[budget] for budget in budgets)


@dataclass(frozen=True, slots=True)
class _Against:
    """Times the current code until every budget on it is decided."""

    stored: Times
    benchmarks: Sequence[ComparedBenchmark]
    budgets: Sequence[TimeBudget]
    schedule: Schedule
    level: float
    executor: Executor
    progress: Progress
    measure: Measure

    def decide(self) -> tuple[Check, ...]:
        return decide_twice(self.budgets, self.schedule, self._checks, self.progress, self.executor.now_s)

    def _checks(self, budgets: Sequence[TimeBudget], schedule: Schedule) -> dict[TimeBudget, Check]:
        measured = measure_until_decided(
            *(self.measure, only(self.benchmarks, [budget.case for budget in budgets]), budgets, schedule),
            decided=lambda budget, blocks: self._analysis(budget, blocks).is_decided(),
            progress=self.progress,
            executor=self.executor,
        )
        return {budget: self._check(budget, measured[budget.benchmark]) for budget in budgets}

    def _analysis(self, budget: TimeBudget, blocks: Sequence[Block]) -> Analysis[CheckStatus]:
        expected = self.stored.result_of(budget.case)
        now = [_time(block, budget.configuration) for block in blocks]
        equal = all(block.digests[budget.configuration] == expected for block in blocks)
        return Analysis(apart(now, self.stored.of(budget.case), level=self.level, equal=equal), budget)

    def _check(self, budget: TimeBudget, blocks: Sequence[Block]) -> Check:
        analysis, count = self._analysis(budget, blocks), len(blocks)
        if analysis.obstacle is Obstacle.RESULTS_DIFFER:
            reason = f"results differ from those that were timed for the baseline; if that is intended, {MAKE_ANEW}"
            return Check(*budget.case, RESULTS, EQUAL, CheckStatus.DIFFERS, blocks=count, reason=reason)
        undecided = too_few(analysis.evidence) or HOLDS_BUDGET
        reasons = {CheckStatus.FAIL: "longer than allowed", CheckStatus.INCONCLUSIVE: undecided}
        return Check(
            *budget.case,
            WALL_TIME,
            budget.allowed,
            analysis.decision,
            change=analysis.effect if analysis.evidence.interval.bounded else None,
            blocks=count,
            reason=reasons.get(analysis.decision, ""),
            by_processor=share_by_processor(blocks),
            clock=clock_of(blocks),
        )


def check_enough(measured: Times, kept: Times) -> None:
    """Check that measured times can be compared with, together with all that are kept.

    Raises:
        NothingMeasuredError: something has too few blocks.
    """
    level = shared_level(len(kept.cases))
    for benchmark, configuration in measured.cases:
        if few := _too_few(measured.of((benchmark, configuration)), level):
            raise NothingMeasuredError(
                f"{configuration} on {benchmark} has {few}; nothing is written; give a larger --max-time"
            )


def unlike(machine: Mapping[str, str]) -> str:
    """Return how this machine differs from another one, as text; empty if their times can be compared."""
    here = fingerprint(current_environment())
    name = next((each for each in here if machine.get(each) != here[each]), "")
    return f"{name} is {here[name]!r} here and {machine.get(name)!r} there" if name else ""


def _why_useless(stored: Times, budget: TimeBudget, level: float) -> str:
    """Return why the stored times cannot decide a budget; empty if they can."""
    then = stored.of(budget.case)
    if not then:
        return f"not timed in the baseline; {MAKE_ANEW}"
    if few := _too_few(then, level):
        return f"the baseline has {few}; {MAKE_ANEW} and a longer --max-time"
    if not stored.result_of(budget.case):
        return f"the baseline does not say what was returned, or not always the same; {MAKE_ANEW}"
    return ""


def _too_few(blocks_ns: Sequence[float], level: float) -> str:
    return too_few(apart(blocks_ns, blocks_ns, level=level))


def _undecided(budget: TimeBudget, reason: str) -> Check:
    return Check(*budget.case, WALL_TIME, budget.allowed, CheckStatus.INCONCLUSIVE, reason=reason)


def _time(block: Block, configuration: str) -> float:
    return median(block.costs[configuration])


def _only_one(digests: Sequence[str]) -> str:
    return digests[0] if len({*digests}) == 1 else ""
