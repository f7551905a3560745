"""Wall time against a stored one: only on a machine of the same kind, and never as sure as side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from wfperf.errors import NothingMeasuredError
from wfperf.gate.sides import Pair, only
from wfperf.gate.timed import DECIDED, Limit, Measure, decide_twice, measure_until_decided, most, too_few
from wfperf.gate.watch import NOBODY, Watch
from wfperf.measure.blocks import Blocks, Schedule, Trial, measure, share_by_processor
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions
from wfperf.results.blocks import Block
from wfperf.results.decision import RESULTS, WALL_TIME, Check, Status
from wfperf.results.environment import current_environment, fingerprint
from wfperf.stats.independent import log_ratio_of_medians
from wfperf.stats.interval import Interval
from wfperf.stats.sequence import simultaneous_level
from wfperf.stats.speedup import speedup_interval
from wfperf.stats.verdict import LEVEL, MINIMUM_BLOCKS

MAKE_ANEW = "make it anew: the same command with --update"
NO_TIMES = "the baseline has no times; add them: the same command with --update"
OTHER_TIMES = f"the baseline's times were not measured as they are now; {MAKE_ANEW}"


@dataclass(frozen=True, slots=True)
class Times:
    """How long runs take on a machine.

    Args:
        machine: what must be alike for two times to be compared.
        blocks_ns: for each scenario and configuration the median time of a run in each block, in nanoseconds.
        results: for each the fingerprint of what the run returned; empty where it was not always the same.
    """

    machine: Mapping[str, str]
    blocks_ns: Mapping[str, Mapping[str, Sequence[float]]]
    results: Mapping[str, Mapping[str, str]]

    @property
    def pairs(self) -> list[Pair]:
        """Every scenario and configuration that was timed."""
        return [(scenario, configuration) for scenario, sides in self.blocks_ns.items() for configuration in sides]

    def of(self, pair: Pair) -> Sequence[float]:
        """Return the blocks of a scenario and configuration; none where it was not timed."""
        scenario, configuration = pair
        return self.blocks_ns.get(scenario, {}).get(configuration, ())

    def result_of(self, pair: Pair) -> str:
        """Return the fingerprint of what a scenario and configuration returned; empty where there is none."""
        scenario, configuration = pair
        return self.results.get(scenario, {}).get(configuration, "")


def measure_times(trials: Sequence[Trial], schedule: Schedule, conditions: Conditions, watch: Watch = NOBODY) -> Times:
    """Return how long the runs of trials take here, in blocks of fresh processes.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    watch.step(f"timing, {schedule.max_time_s:.0f} s at most")
    return times_of(measure(trials, schedule, on_block=lambda blocks: watch.seen(most(blocks)), conditions=conditions))


def times_of(measured: Blocks) -> Times:
    """Return blocks of this machine as times."""
    return Times(
        fingerprint(current_environment()),
        {
            scenario: {name: [_time(block, name) for block in blocks] for name in blocks[0].costs}
            for scenario, blocks in measured.items()
        },
        {
            scenario: {name: _only_one([block.digests[name] for block in blocks]) for name in blocks[0].costs}
            for scenario, blocks in measured.items()
        },
    )


def time_checks(
    stored: Times | None,
    trials: Sequence[Trial],
    limits: Sequence[Limit],
    schedule: Schedule,
    *,
    without: str = NO_TIMES,
    conditions: Conditions = DEFAULT_CONDITIONS,
    watch: Watch = NOBODY,
    measure: Measure = measure,
) -> tuple[Check, ...]:
    """Return a check for every limit; inconclusive, without measuring, where the stored times cannot be used.

    Args:
        stored: what the baseline holds that can be compared.
        trials: the code that runs.
        limits: on how much longer it may take.
        schedule: how long, and the seed; a confirmation has the seed after it.
        without: why nothing is stored.
        conditions: what holds for all processes.
        watch: told how far it has come.
        measure: makes the blocks.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    if not stored:
        return tuple(_undecided(limit, without) for limit in limits)
    level = simultaneous_level(LEVEL, len(limits))
    elsewhere = unlike(stored.machine)
    not_here = f"not compared with the baseline's: {elsewhere}" if elsewhere else ""
    checks = {
        limit: _undecided(limit, why) for limit in limits if (why := not_here or _why_useless(stored, limit, level))
    }
    usable = [limit for limit in limits if limit not in checks]
    if usable:
        against = _Against(stored, trials, usable, schedule, level, conditions, watch, measure)
        checks |= zip(usable, against.decide(), strict=True)
    return tuple(checks[limit] for limit in limits)


@dataclass(frozen=True, slots=True)
class _Against:
    """Times the code that runs until every limit on it is decided."""

    stored: Times
    trials: Sequence[Trial]
    limits: Sequence[Limit]
    schedule: Schedule
    level: float
    conditions: Conditions
    watch: Watch
    measure: Measure

    def decide(self) -> tuple[Check, ...]:
        return decide_twice(self.limits, self.schedule, self._checks, self.watch)

    def _checks(self, limits: Sequence[Limit], schedule: Schedule) -> dict[Limit, Check]:
        measured = measure_until_decided(
            *(self.measure, only(self.trials, [limit.pair for limit in limits]), limits, schedule),
            decided=self._decided,
            watch=self.watch,
            conditions=self.conditions,
        )
        return {limit: self._check(limit, measured[limit.scenario]) for limit in limits}

    def _decided(self, limit: Limit, blocks: Sequence[Block]) -> bool:
        return self._status(limit, blocks) in {*DECIDED, Status.DIFFERS}

    def _status(self, limit: Limit, blocks: Sequence[Block]) -> Status:
        expected = self.stored.result_of(limit.pair)
        if any(block.digests[limit.configuration] != expected for block in blocks):
            return Status.DIFFERS
        return limit.status(self._interval(limit, blocks)) if len(blocks) >= MINIMUM_BLOCKS else Status.INCONCLUSIVE

    def _interval(self, limit: Limit, blocks: Sequence[Block]) -> Interval:
        now = [_time(block, limit.configuration) for block in blocks]
        return log_ratio_of_medians(now, self.stored.of(limit.pair), level=self.level)

    def _check(self, limit: Limit, blocks: Sequence[Block]) -> Check:
        status, count = self._status(limit, blocks), len(blocks)
        if status is Status.DIFFERS:
            reason = f"results are others than those that were timed then; if meant, {MAKE_ANEW}"
            return Check(*limit.pair, RESULTS, limit.text, status, blocks=count, reason=reason)
        interval = self._interval(limit, blocks)
        undecided = too_few(count, interval) or "its interval holds the budget"
        reasons = {Status.FAIL: "longer than allowed", Status.INCONCLUSIVE: undecided}
        return Check(
            *limit.pair,
            WALL_TIME,
            limit.text,
            status,
            change=speedup_interval(interval) if interval.bounded else None,
            blocks=count,
            reason=reasons.get(status, ""),
            by_processor=share_by_processor(blocks),
        )


def check_enough(measured: Times, kept: Times) -> None:
    """Make sure that measured times can be held against, beside all that is kept.

    Raises:
        NothingMeasuredError: there are too few blocks of something.
    """
    level = simultaneous_level(LEVEL, len(kept.pairs))
    for scenario, configuration in measured.pairs:
        if few := _too_few(measured.of((scenario, configuration)), level):
            raise NothingMeasuredError(
                f"{configuration} on {scenario} was timed in {few}; nothing is written; give more time: --max-time"
            )


def unlike(machine: Mapping[str, str]) -> str:
    """Return in what this machine is unlike another one, in words; empty where times of both can be compared."""
    here = fingerprint(current_environment())
    name = next((each for each in here if machine.get(each) != here[each]), "")
    return f"{name} is {here[name]!r} here and {machine.get(name)!r} there" if name else ""


def _why_useless(stored: Times, limit: Limit, level: float) -> str:
    """Return why the stored times say nothing about a limit; empty where they can."""
    then = stored.of(limit.pair)
    if not then:
        return f"not timed in the baseline; {MAKE_ANEW}"
    if few := _too_few(then, level):
        return f"in the baseline {few}; {MAKE_ANEW} and a longer --max-time"
    if not stored.result_of(limit.pair):
        return f"the baseline does not say what was returned, or not always the same; {MAKE_ANEW}"
    return ""


def _too_few(blocks_ns: Sequence[float], level: float) -> str:
    return too_few(len(blocks_ns), log_ratio_of_medians(blocks_ns, blocks_ns, level=level))


def _undecided(limit: Limit, reason: str) -> Check:
    return Check(*limit.pair, WALL_TIME, limit.text, Status.INCONCLUSIVE, reason=reason)


def _time(block: Block, configuration: str) -> float:
    return median(block.costs[configuration])


def _only_one(digests: Sequence[str]) -> str:
    return digests[0] if len({*digests}) == 1 else ""
