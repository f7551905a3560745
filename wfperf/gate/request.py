"""What a gate is asked: which part of a plan is counted and timed, by which budgets, for how long."""

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
"""How long a gate times unless told otherwise: twice what one of a few benchmarks took on a busy machine
(docs/benchmarks.md), and little for a step of CI."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a gate is asked.

    Args:
        plan: benchmarks and configurations.
        policy: their budgets.
        folder: where the command runs, inside the repository.
        setup: commands that prepare a tree, after those of the policy.
        only: `counters` or `time`; empty for both, of which time is left out once the counters have failed.
        accept_results: whether results may differ from the base's; what differs is counted, but not timed against it.
        schedule: how long to time, and the seed.
        benchmarks: what is gated; empty for all.
        configurations: in which configurations; empty for all.
        among: only these of them; empty for all.
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
        """Those that are timed: of what is named, here or in the policy, all.

        Else what `compare` can ask of the plan's configurations, and what the policy has a budget of time for; without
        any, all.
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
        """Return those that are timed, and those that counters do not show."""
        timed = {*self.timed_pairs, *unseen}
        return [pair for pair in self.pairs if pair in timed]

    @property
    def notes_on_time(self) -> list[str]:
        """What is to be said where time is asked for: which budgets of it nothing is timed for."""
        untimed = self.policy.untimed(self.pairs, self.timed_pairs)
        return [f"Not timed, so these budgets are not checked: {', '.join(untimed)}."] if untimed else []

    def wholly(self, counted: Collection[Pair]) -> set[str]:
        """Return the benchmarks that were counted in every configuration; with `*` where those are all of them."""
        benchmarks = [each.name for each in self.plan.benchmarks]
        names = [each.name for each in self.plan.configurations]
        whole = {each for each in benchmarks if all((each, name) in counted for name in names)}
        return whole | {EVERY} if len(whole) == len(benchmarks) else whole

    @property
    def _all(self) -> list[Pair]:
        return [(on.name, each.name) for on in self.plan.benchmarks for each in self.plan.configurations]
