"""Hold wall time to its budgets: sampled side by side until each is decided, and a failure measured once more."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from wfperf.gate.sides import BASE, HEAD, Pair, Sides, Tree, configuration_of, side
from wfperf.gate.watch import NOBODY, Watch
from wfperf.measure.blocks import (
    CONTROL,
    Blocks,
    Schedule,
    Trial,
    blocks_of_unequal_runs,
    measure,
    share_by_processor,
)
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions
from wfperf.results.blocks import Block
from wfperf.results.decision import RESULTS, SPEEDUP, WALL_TIME, Check, Status
from wfperf.stats.forecast import blocks_needed, decisive_half_width
from wfperf.stats.interval import Interval
from wfperf.stats.scatter import FEWEST_VALUES, block_scatter
from wfperf.stats.sequence import median_sequence, simultaneous_level
from wfperf.stats.speedup import speedup, speedup_interval
from wfperf.stats.verdict import CONTROL_LEVEL, LEVEL, MINIMUM_BLOCKS, control_is_off

FIRST_SHARE = 0.6
"""Which part of the time goes to the first measurement at most; the rest is for confirming failures."""

LEAST_S = 1.0

DECIDED = frozenset({Status.PASS, Status.FAIL})


@dataclass(frozen=True, slots=True)
class Limit:
    """A budget that only time can tell of.

    Args:
        scenario: what is run.
        configuration: whose budget it is.
        metric: `wall_time`: a run of head takes at most `budget` more than one of base, as a fraction. `speedup`: the
            configuration gains at least `budget` over the plan's base, both of head.
        subject: the side whose budget it is.
        against: the side it is held against.
        budget: a fraction.
    """

    scenario: str
    configuration: str
    metric: str
    subject: str
    against: str
    budget: float

    @property
    def pair(self) -> Pair:
        """The scenario and configuration it is about."""
        return self.scenario, self.configuration

    @property
    def text(self) -> str:
        """The budget in words."""
        percent = f"{100 * self.budget:g} %"
        return f"at most {percent} more" if self.metric == WALL_TIME else f"at least {percent} gained"

    def interval(self, blocks: Sequence[Block], level: float) -> Interval:
        """Return, as a log-ratio, how much more time a run takes, or how much more throughput there is."""
        over, under = (self.subject, self.against) if self.metric == WALL_TIME else (self.against, self.subject)
        return median_sequence([block.log_ratio(over, under) for block in blocks], level=level)

    def status(self, interval: Interval) -> Status:
        """Return what an interval of log-ratios says: nothing, while it holds the budget itself."""
        low, high = speedup(interval.low), speedup(interval.high)
        if self.metric == WALL_TIME:
            kept, broken = high <= self.budget, low > self.budget
        else:
            kept, broken = low >= self.budget, high < self.budget
        return Status.PASS if kept else Status.FAIL if broken else Status.INCONCLUSIVE

    def equal(self, blocks: Sequence[Block]) -> bool:
        """Return whether both sides had the same outcome in every block."""
        return all(block.equal(self.against, self.subject) for block in blocks)


def regression_limit(pair: Pair, budget: float) -> Limit:
    """Return the limit on what a pair's runs may take more than base's."""
    scenario, configuration = pair
    return Limit(scenario, configuration, WALL_TIME, side(HEAD, configuration), side(BASE, configuration), budget)


def speedup_limit(pair: Pair, over: str, budget: float) -> Limit:
    """Return the limit on what a configuration must gain over another one of the same tree."""
    scenario, configuration = pair
    return Limit(scenario, configuration, SPEEDUP, side(HEAD, configuration), side(HEAD, over), budget)


class Measure(Protocol):
    """What makes blocks, as `measure` does."""

    def __call__(
        self,
        trials: Sequence[Trial],
        schedule: Schedule,
        *,
        settled: Callable[[Trial, Sequence[Block]], bool],
        on_block: Callable[[Blocks], None],
        conditions: Conditions,
    ) -> Blocks:
        """Return the blocks of each trial."""


def too_few(blocks: int, interval: Interval) -> str:
    """Return, in words, that there are too few blocks to decide anything; empty where there are enough.

    Args:
        blocks: how many there are.
        interval: what they say; without ends where it must hold together with too many others.
    """
    if blocks < MINIMUM_BLOCKS:
        return f"only {blocks} of {MINIMUM_BLOCKS} blocks"
    return "" if interval.bounded else f"only {blocks} blocks: too few for so many budgets at once"


def decide_twice(
    limits: Sequence[Limit],
    schedule: Schedule,
    checks: Callable[[Sequence[Limit], Schedule], dict[Limit, Check]],
    watch: Watch,
) -> tuple[Check, ...]:
    """Return a check for every limit; a failure only where a second measurement, in fresh processes, fails too.

    Args:
        limits: what is to be decided.
        schedule: how long for both, and the seed of the first; the second has the seed after it.
        checks: measures some of the limits, and returns what it found.
        watch: told what begins.
    """
    start_s = time.monotonic()
    watch.step(f"timing, {schedule.max_time_s:.0f} s at most")
    found = checks(limits, replace(schedule, max_time_s=schedule.max_time_s * FIRST_SHARE))
    failed = [limit for limit in limits if found[limit].status is Status.FAIL]
    if failed:
        left_s = max(LEAST_S, schedule.max_time_s - (time.monotonic() - start_s))
        watch.step(f"timing once more what failed, {left_s:.0f} s at most")
        again = checks(failed, replace(schedule, max_time_s=left_s, seed=schedule.seed + 1))
        found |= {limit: _confirmed(found[limit], again[limit]) for limit in failed}
    return tuple(found[limit] for limit in limits)


def most(blocks: Blocks) -> str:
    """Return how many blocks the trial with most of them has, in words."""
    number = max(map(len, blocks.values()))
    return "1 block" if number == 1 else f"{number} blocks"


def measure_until_decided(
    measure: Measure,
    trials: Sequence[Trial],
    limits: Sequence[Limit],
    schedule: Schedule,
    *,
    decided: Callable[[Limit, Sequence[Block]], bool],
    watch: Watch,
    conditions: Conditions,
) -> Blocks:
    """Return the blocks of trials, of each until every limit on it is decided; tell after each how far that has come.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    start_s = time.monotonic()

    def settled(trial: Trial, blocks: Sequence[Block]) -> bool:
        return all(decided(limit, blocks) for limit in limits if limit.scenario == trial.name)

    def on_block(blocks: Blocks) -> None:
        done = sum(decided(limit, blocks[limit.scenario]) for limit in limits)
        took_s = time.monotonic() - start_s
        watch.seen(f"{most(blocks)} in {took_s:.0f} s; {done} of {len(limits)} budgets decided")

    return measure(trials, schedule, settled=settled, on_block=on_block, conditions=conditions)


@dataclass(frozen=True, slots=True)
class Timing:
    """Times limits.

    Args:
        limits: what is to be decided.
        sides: builds the subjects.
        trees: base and head.
        control_of: the configuration whose copy is every scenario's A/A control.
        schedule: how long, and the seed; a confirmation has the seed after it.
        conditions: what holds for all processes.
        watch: told how far it has come.
        measure: makes the blocks.
    """

    limits: Sequence[Limit]
    sides: Sides
    trees: Mapping[str, Tree]
    control_of: str
    schedule: Schedule
    conditions: Conditions = DEFAULT_CONDITIONS
    watch: Watch = NOBODY
    measure: Measure = measure

    def decide(self) -> tuple[Check, ...]:
        """Return a check for every limit; a failure only where a second measurement, in fresh processes, fails too.

        All intervals hold together, so at most 1 gate in 20 fails wrongly, however early it stops.

        Raises:
            NothingMeasuredError: a subject cannot be run.
        """
        return decide_twice(self.limits, self.schedule, self._checks, self.watch)

    @property
    def _level(self) -> float:
        return simultaneous_level(LEVEL, len(self.limits))

    def _checks(self, limits: Sequence[Limit], schedule: Schedule) -> dict[Limit, Check]:
        start_s = time.monotonic()
        blocks = measure_until_decided(
            *(self.measure, self._trials(limits), limits, schedule),
            decided=self._decided,
            watch=self.watch,
            conditions=self.conditions,
        )
        took_s = time.monotonic() - start_s
        return {limit: self._check(limit, blocks[limit.scenario], took_s) for limit in limits}

    def _trials(self, limits: Sequence[Limit]) -> list[Trial]:
        names: dict[str, list[str]] = {}
        for limit in limits:
            names.setdefault(limit.scenario, []).extend((limit.against, limit.subject))
        return [
            self.sides.timed_trial(scenario, self.trees, needed, self.control_of) for scenario, needed in names.items()
        ]

    @property
    def _control_side(self) -> str:
        return side(BASE, self.control_of)

    def _decided(self, limit: Limit, blocks: Sequence[Block]) -> bool:
        if _control(self._control_side, blocks):
            return False
        return not limit.equal(blocks) or self._status(limit, limit.interval(blocks, self._level), blocks) in DECIDED

    def _status(self, limit: Limit, interval: Interval, blocks: Sequence[Block]) -> Status:
        return limit.status(interval) if len(blocks) >= MINIMUM_BLOCKS else Status.INCONCLUSIVE

    def _check(self, limit: Limit, blocks: Sequence[Block], took_s: float) -> Check:
        interval = limit.interval(blocks, self._level)
        check = Check(
            limit.scenario,
            limit.configuration,
            limit.metric,
            limit.text,
            self._status(limit, interval, blocks),
            change=speedup_interval(interval) if interval.bounded else None,
            blocks=len(blocks),
            by_processor=share_by_processor(blocks),
            unequal_runs=blocks_of_unequal_runs(blocks, limit.against, limit.subject),
        )
        if not limit.equal(blocks):
            unequal = replace(check, change=None)
            if limit.metric == SPEEDUP:
                reason = f"results differ from those of {configuration_of(limit.against)}: nothing is gained by that"
                return replace(unequal, status=Status.INCONCLUSIVE, reason=reason)
            reason = "results differ under another hash seed"
            return replace(unequal, metric=RESULTS, status=Status.DIFFERS, reason=reason)
        if off := _control(self._control_side, blocks):
            return replace(check, status=Status.INCONCLUSIVE, reason=off)
        if check.status is Status.INCONCLUSIVE:
            return replace(check, reason=self._missing(limit, interval, blocks, took_s))
        return check

    def _missing(self, limit: Limit, interval: Interval, blocks: Sequence[Block], took_s: float) -> str:
        """Return how much more time would decide, in words."""
        few = too_few(len(blocks), interval)
        if len(blocks) < FEWEST_VALUES:
            return few

        def settles(half: float) -> bool:
            estimate = interval.estimate
            return limit.status(Interval(estimate - half, estimate, estimate + half, interval.level)) in DECIDED

        over, under = limit.subject, limit.against
        scatter = block_scatter([block.log_ratio(over, under) for block in blocks])
        needed = blocks_needed(scatter, decisive_half_width(settles), self._level)
        if needed is None:
            return few or "it lies on its budget: no time would decide"
        missing_s = max(needed - len(blocks), 1) * took_s / len(blocks) / FIRST_SHARE
        return f"{few or 'its interval holds the budget'}; about {missing_s:.0f} s more would decide"


def _control(of: str, blocks: Sequence[Block]) -> str:
    """Return why a scenario cannot be judged by its A/A control, in words; empty where it can."""
    interval = median_sequence([block.log_ratio(of, CONTROL) for block in blocks], level=CONTROL_LEVEL)
    if not interval.bounded:
        return f"only {len(blocks)} blocks: too few to judge the control"
    if control_is_off(interval):
        return f"the control, {of} against itself, is off by {100 * speedup(interval.estimate):+.1f} %"
    return ""


def _confirmed(first: Check, second: Check) -> Check:
    if second.status is Status.DIFFERS:
        return second
    if second.status is Status.FAIL:
        more = "longer" if first.metric == WALL_TIME else "less gained"
        return replace(first, confirmation=second.change, reason=f"{more} than allowed, also when measured again")
    reason = f"it failed, but not when measured again in fresh processes ({second.reason or second.status})"
    return replace(first, status=Status.INCONCLUSIVE, confirmation=second.change, reason=reason)
