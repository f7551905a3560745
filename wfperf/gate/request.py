"""The request for a gate: which part of a plan is counted and timed, by which budgets, for how long."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wfperf.gate.policy import EVERY, Policy
from wfperf.gate.variants import Pair
from wfperf.measure.blocks import Schedule
from wfperf.measure.contrasts import total_contrasts
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
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
        among: only these pairs of them; empty for all.
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
    among: Collection[Pair] = ()
    executor: Executor = DEFAULT_EXECUTOR

    @property
    def pairs(self) -> list[Pair]:
        """Every benchmark and configuration that is gated."""
        return [
            pair
            for pair in self._all
            if pair in (self.among or (pair,))
            and pair[0] in (self.benchmarks or pair)
            and pair[1] in (self.configurations or pair)
        ]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.pairs == self._all

    @property
    def timed_pairs(self) -> list[Pair]:
        """The pairs to time: if this request or the policy names benchmarks, all on them.

        Else those of the contrasts of the plan's configurations, and those with a budget on time in the policy; all if
        there are none.
        """
        benchmarks = self.benchmarks or self.policy.benchmarks
        configurations = self.configurations or self.policy.configurations
        every = [pair for pair in self.pairs if pair[0] in (benchmarks or pair) and pair[1] in (configurations or pair)]
        if benchmarks:
            return every
        asked = total_contrasts(self.plan)
        wanted = {(each.benchmark, name) for each in asked for name in (each.variant, each.baseline)}
        return [pair for pair in every if pair in wanted or self.policy.times(*pair)] or every

    def pairs_timed_with(self, unseen: Collection[Pair]) -> list[Pair]:
        """Return the pairs to time, and those that counters do not cover."""
        timed = {*self.timed_pairs, *unseen}
        return [pair for pair in self.pairs if pair in timed]

    @property
    def notes_on_time(self) -> list[str]:
        """A note on the budgets on time for which nothing is timed; empty if there are none."""
        untimed = self.policy.untimed(self.pairs, self.timed_pairs)
        return [f"Not timed, so these budgets are not checked: {', '.join(untimed)}."] if untimed else []

    def wholly(self, counted: Collection[Pair]) -> set[str]:
        """Return the benchmarks that were counted in every configuration; with `*` if they are all."""
        benchmarks = [each.name for each in self.plan.benchmarks]
        names = [each.name for each in self.plan.configurations]
        whole = {each for each in benchmarks if all((each, name) in counted for name in names)}
        return whole | {EVERY} if len(whole) == len(benchmarks) else whole

    @property
    def _all(self) -> list[Pair]:
        return [(on.name, each.name) for on in self.plan.benchmarks for each in self.plan.configurations]
