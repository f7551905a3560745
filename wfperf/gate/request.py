"""The request for a gate: which part of a plan is counted and timed, by which budgets, for how long."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wfperf.gate.policy import EVERY, Policy
from wfperf.measure.blocks import Schedule
from wfperf.measure.contrasts import total_contrasts
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.revisions import Case
from wfperf.plan import Plan

COUNTERS, TIME = "counters", "time"
MAX_TIME_S = 90.0
"""Default time budget of a gate: twice what a gate on a few benchmarks took on a busy machine
(docs/benchmarks.md), and little for a step of CI."""


@dataclass(frozen=True, slots=True)
class Request:
    """The request for a gate.

    Args:
        plan: benchmarks and configurations.
        policy: their budgets.
        folder: where the command runs, inside the repository.
        setup: commands that prepare a tree, after those of the policy.
        only: `counters` or `time`; empty for both, where time is left out if the counters fail.
        accept_results: whether results may differ from base's; what differs is counted, but not timed against base.
        schedule: how long to time, and the seed.
        benchmarks: benchmarks to gate; empty for all.
        configurations: configurations to gate; empty for all.
        among: only these cases of them; empty for all.
        executor: starts the workers.
    """

    plan: Plan
    policy: Policy
    folder: Path
    setup: Sequence[str] = ()
    only: str = ""
    accept_results: bool = False
    schedule: Schedule = field(default=Schedule(MAX_TIME_S))
    benchmarks: Sequence[str] = ()
    configurations: Sequence[str] = ()
    among: Collection[Case] = ()
    executor: Executor = DEFAULT_EXECUTOR

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
        return [(on.name, each.name) for on in self.plan.benchmarks for each in self.plan.configurations]
