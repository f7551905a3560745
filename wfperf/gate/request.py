"""The request for a gate: which part of a plan is counted and timed, by which budgets, for how long."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.gate.policy import EVERY, Policy
from wfperf.listing import few
from wfperf.measure.blocks import Schedule
from wfperf.measure.checkouts import Benchmarks
from wfperf.measure.contrasts import total_contrasts
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.revisions import Case
from wfperf.plan import Plan
from wfperf.results.decision import RESULTS, Check, CheckStatus

COUNTERS, TIME = "counters", "time"
MAX_TIME_S = 90.0
"""Default time budget of a gate: twice what a gate on a few benchmarks took on a busy machine
(docs/benchmarks.md), and little for a step of CI."""


BENCHMARK_MAX_TIME_S = 10.0
"""For each benchmark of a suite, if that is more: a dozen blocks of half a second, and a confirmation."""

UNGATED = "The gate has no budgets for a suite's own benchmarks of memory and for numbers that benchmarks return"


@dataclass(frozen=True, slots=True)
class Request:
    """The request for a gate.

    Args:
        plan: benchmarks and configurations.
        policy: their budgets.
        folder: where the command runs, inside the repository.
        setup: commands that prepare a tree, after those of the policy.
        only: `counters` or `time`; empty for both, where time is left out if the counters fail.
        calls_decide: whether calls may not rise though times are measured, too; otherwise time decides about them,
            unless a rule of the policy limits them.
        accept_results: whether results may differ from base's; what differs is counted, but not timed against base.
        schedule: how long to time, and the seed.
        benchmarks: benchmarks to gate; empty for all.
        configurations: configurations to gate; empty for all.
        among: only these cases of them; empty for all.
        files: files of functions that are benchmarks, not the code that they are about.
        from_base: whether files of benchmarks are those of the base.
        uncollected: files of a suite that cannot be collected, each with the reason.
        executor: starts the workers.
    """

    plan: Plan
    policy: Policy
    folder: Path
    setup: Sequence[str] = ()
    only: str = ""
    calls_decide: bool = False
    accept_results: bool = False
    schedule: Schedule = field(default=Schedule(MAX_TIME_S))
    benchmarks: Sequence[str] = ()
    configurations: Sequence[str] = ()
    among: Collection[Case] = ()
    files: tuple[Path, ...] = ()
    from_base: bool = False
    uncollected: Mapping[str, str] = field(default_factory=dict)
    executor: Executor = DEFAULT_EXECUTOR

    @property
    def in_both(self) -> Benchmarks:
        """What is run in both revisions."""
        return Benchmarks(self.plan, self.folder, self.files, self.from_base)

    @property
    def cases(self) -> list[Case]:
        """Every benchmark and configuration that is gated."""
        return [
            case
            for case in self._all
            if case in (self.among or (case,))
            and case[0] in (self.benchmarks or case)
            and case[1] in (self.configurations or case)
        ]

    def check_cases(self) -> None:
        """Check that something is left to gate.

        Raises:
            UsageError: nothing is.
        """
        if self.cases:
            return
        if self._ungated:
            raise UsageError(f"{UNGATED}, and there is nothing else; wfperf compare shows them")
        raise UsageError("--benchmark and --config leave nothing to gate; see what there is: wfperf plan")

    @property
    def notes_on_ungated(self) -> list[str]:
        """A note on benchmarks of a suite for which there are no budgets; empty if there are none."""
        return [f"Not gated: {few(self._ungated)}. {UNGATED}; wfperf compare shows them."] if self._ungated else []

    @property
    def uncollected_checks(self) -> list[Check]:
        """A check for every file of a suite that cannot be collected: what is in there may have become slower."""
        reasons = {where: f"it cannot be collected: {why}" for where, why in self.uncollected.items()}
        return [Check(each, "", RESULTS, None, CheckStatus.INCONCLUSIVE, reason=reasons[each]) for each in reasons]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.cases == self._all

    @property
    def timed_cases(self) -> list[Case]:
        """The cases to time: if this request or the policy names benchmarks, all on them.

        Else those of the contrasts of the plan's configurations, and those with a budget on time in the policy; all if
        there are none.
        """
        benchmarks = self.benchmarks or self.policy.benchmarks
        configurations = self.configurations or self.policy.configurations
        every = [case for case in self.cases if case[0] in (benchmarks or case) and case[1] in (configurations or case)]
        if benchmarks:
            return every
        asked = total_contrasts(self.plan)
        wanted = {(each.benchmark, name) for each in asked for name in (each.variant, each.baseline)}
        return [case for case in every if case in wanted or self.policy.times(*case)] or every

    def cases_timed_with(self, unseen: Collection[Case]) -> list[Case]:
        """Return the cases to time, and those that counters do not cover."""
        timed = {*self.timed_cases, *unseen}
        return [case for case in self.cases if case in timed]

    @property
    def notes_on_time(self) -> list[str]:
        """A note on the budgets on time for which nothing is timed; empty if there are none."""
        untimed = self.policy.untimed(self.cases, self.timed_cases)
        return [f"Not timed, so these budgets are not checked: {', '.join(untimed)}."] if untimed else []

    def wholly(self, counted: Collection[Case]) -> set[str]:
        """Return the benchmarks that were counted in every configuration; with `*` if they are all."""
        benchmarks = [each.name for each in self.plan.benchmarks]
        names = [each.name for each in self.plan.configurations]
        whole = {each for each in benchmarks if all((each, name) in counted for name in names)}
        return whole | {EVERY} if len(whole) == len(benchmarks) else whole

    @property
    def _all(self) -> list[Case]:
        names = [each.name for each in self.plan.benchmarks if each.name not in self._ungated]
        return [(name, each.name) for name in names for each in self.plan.configurations]

    @property
    def _ungated(self) -> list[str]:
        timed = "throughput"
        return [each.name for each in self.plan.benchmarks if each.metric != timed] if self.plan.suite else []
