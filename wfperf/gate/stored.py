"""Wall time against a stored one: only on a machine of the same kind, and never as sure as side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from wfperf.gate.policy import Policy
from wfperf.gate.sides import Pair
from wfperf.gate.timed import regression_limit
from wfperf.measure.blocks import Schedule, Trial, measure
from wfperf.measure.judgement import LEVEL
from wfperf.measure.workers import Conditions
from wfperf.results.decision import WALL_TIME, Check, Status
from wfperf.results.environment import current_environment, fingerprint
from wfperf.stats.independent import log_ratio_of_medians
from wfperf.stats.sequence import simultaneous_level
from wfperf.stats.speedup import speedup_interval
from wfperf.stats.verdict import MINIMUM_BLOCKS


@dataclass(frozen=True, slots=True)
class Times:
    """How long runs take on a machine.

    Args:
        machine: what must be alike for two times to be compared.
        blocks_ns: for each scenario and configuration the median time of a run in each block, in nanoseconds.
    """

    machine: Mapping[str, str]
    blocks_ns: Mapping[str, Mapping[str, Sequence[float]]]

    def of(self, pair: Pair) -> Sequence[float]:
        """Return the blocks of a scenario and configuration; none where it was not timed."""
        scenario, configuration = pair
        return self.blocks_ns.get(scenario, {}).get(configuration, ())


def measure_times(trials: Sequence[Trial], schedule: Schedule, conditions: Conditions) -> Times:
    """Return how long the runs of trials take here, in blocks of fresh processes.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    measured = measure(trials, schedule, conditions=conditions)
    return Times(
        fingerprint(current_environment()),
        {
            scenario: {name: [median(block.costs[name]) for block in blocks] for name in blocks[0].costs}
            for scenario, blocks in measured.items()
        },
    )


def time_checks(
    stored: Times | None, times: Callable[[], Times], pairs: Sequence[Pair], policy: Policy
) -> tuple[Check, ...]:
    """Return a check of the time of every pair; inconclusive, without measuring, where the stored ones cannot be used.

    Args:
        stored: what the baseline holds.
        times: measures those of now.
        pairs: what is timed.
        policy: the budgets.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    here = fingerprint(current_environment())
    unlike = stored and next((name for name in here if stored.machine.get(name) != here[name]), None)
    if not stored or unlike:
        reason = (
            f"not compared: {unlike} is {here[unlike]!r} here and {stored.machine.get(unlike)!r} in the baseline"
            if stored and unlike
            else "the baseline has no times; add them with: wfperf gate --update --wall-time"
        )
        return tuple(Check(*pair, WALL_TIME, "", Status.INCONCLUSIVE, reason=reason) for pair in pairs)
    now = times()
    level = simultaneous_level(LEVEL, len(pairs))
    return tuple(_check(pair, stored.of(pair), now.of(pair), policy.of_regression(*pair), level) for pair in pairs)


def _check(pair: Pair, before: Sequence[float], now: Sequence[float], budget: float, level: float) -> Check:
    limit = regression_limit(pair, budget)
    blocks = min(len(before), len(now))
    if blocks < MINIMUM_BLOCKS:
        reason = f"only {blocks} of {MINIMUM_BLOCKS} blocks" if before else "not timed in the baseline"
        return Check(*pair, WALL_TIME, limit.text, Status.INCONCLUSIVE, blocks=blocks, reason=reason)
    interval = log_ratio_of_medians(now, before, level=level)
    status = limit.status(interval)
    reasons = {Status.FAIL: "longer than allowed", Status.INCONCLUSIVE: "its interval holds the budget"}
    return Check(
        *pair,
        WALL_TIME,
        limit.text,
        status,
        change=speedup_interval(interval) if interval.bounded else None,
        blocks=blocks,
        reason=reasons.get(status, ""),
    )
