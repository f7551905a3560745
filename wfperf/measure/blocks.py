"""Blocks: fresh processes, all sides of every trial sampled in turn, in random order."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wfperf.errors import NothingMeasuredError
from wfperf.measure.subject import Subject
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions, Workers
from wfperf.stats.speedup import block_log_ratio

ORIGINAL, CONTROL = "original", "control"
"""The side everything is held against, and its twin: the A/A control of every trial."""

SAMPLE_NS = 4_000_000
MINIMUM_ROUNDS = 3
MINIMUM_SAMPLING_S = 0.1
PLANNED_BLOCKS = 20
LONG_RUN_NS = 20_000_000
RECORDS = 1000
HASH_SEEDS = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Trial:
    """What is compared in one scenario: a subject for each side. `metric` is `throughput` or `memory`."""

    name: str
    subjects: Mapping[str, Subject]
    metric: str = "throughput"


@dataclass(frozen=True, slots=True)
class Block:
    """What one block saw of one trial, by side.

    `costs` holds one number a round: nanoseconds a run, or bytes a run where the metric is memory.
    `digests` are the fingerprints of outcomes, and `outcomes` their texts where they differ from the first side's.
    `runs` is how many made up a sample, `pythons` are the versions of their interpreters. `warm_up_runs` are those
    before the first sample; `unsettled` are the sides that were still getting faster.
    """

    hash_seed: int
    costs: Mapping[str, tuple[float, ...]]
    digests: Mapping[str, str]
    outcomes: Mapping[str, str | None] = field(default_factory=dict)
    runs: Mapping[str, int] = field(default_factory=dict)
    pythons: Mapping[str, str] = field(default_factory=dict)
    warm_up_runs: Mapping[str, int] = field(default_factory=dict)
    unsettled: tuple[str, ...] = ()

    def log_ratio(self, base: str, side: str) -> float:
        """Return the median over rounds of log(cost of base / cost of side): above 0 where side is better."""
        return block_log_ratio(self.costs[base], self.costs[side])

    def equal(self, base: str, side: str) -> bool:
        """Return whether two sides had the same outcome."""
        return self.digests[base] == self.digests[side]


Blocks = Mapping[str, Sequence[Block]]
"""The blocks of every trial, by its name; trials that were settled early have fewer."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long to measure.

    Args:
        max_time_s: when to stop. A block that would end long after it is not begun; one is always measured.
        blocks: when to stop at the latest.
        seed: of the orders of sampling, and of the processes' hash seeds.
    """

    max_time_s: float
    blocks: int | None = None
    seed: int = 1


def measure(
    trials: Sequence[Trial],
    schedule: Schedule,
    *,
    settled: Callable[[Trial, Sequence[Block]], bool] = lambda _trial, _blocks: False,
    on_block: Callable[[Blocks], None] | None = None,
    conditions: Conditions = DEFAULT_CONDITIONS,
) -> Blocks:
    """Measure block by block until every trial is settled or the time is up.

    Half of a block's time goes to starting and warming its processes, half to samples: neither more blocks of
    less nor fewer of more would tell much more.

    Args:
        trials: what to measure; each side of a name runs in one process for all of them.
        schedule: how long.
        settled: asked after each block whether a trial needs no more of them.
        on_block: told what there is, after each block.
        conditions: what holds for all processes.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    bench = _Bench(schedule, conditions)
    done: dict[str, list[Block]] = {trial.name: [] for trial in trials}
    start_s = time.monotonic()
    block_s = 0.0
    number = 0
    pending = list(trials)
    while pending and (schedule.blocks is None or number < schedule.blocks):
        began_s = time.monotonic()
        if number and start_s + schedule.max_time_s - began_s < block_s / 2:
            break
        for trial, block in zip(pending, bench.block(pending), strict=True):
            done[trial.name].append(block)
        block_s = time.monotonic() - began_s
        number += 1
        pending = [trial for trial in pending if not settled(trial, done[trial.name])]
        if on_block:
            on_block(done)
    return done


class _Bench:
    """Makes blocks; remembers how many runs make a sample of each side, which is asked only once.

    Sides that are about as fast as each other get equally many runs: what a sample costs beyond its runs then weighs
    the same on either, and cannot look like a difference between them. So numbers of runs go in steps of two.
    """

    def __init__(self, schedule: Schedule, conditions: Conditions) -> None:
        self._order = random.Random(schedule.seed)  # noqa: S311 - an order of samples, not a secret
        self._hash_seeds = random.Random(f"hashes {schedule.seed}")  # noqa: S311 - nor is a hash seed here
        self._block_s = schedule.max_time_s / PLANNED_BLOCKS
        self._conditions = conditions
        self._samples: dict[str, dict[str, _Sample]] = {}

    def block(self, trials: Sequence[Trial]) -> list[Block]:
        began_s = time.monotonic()
        hash_seed = self._hash_seeds.randrange(HASH_SEEDS)
        with Workers(subjects_by_side(trials), hash_seed=hash_seed, conditions=self._conditions) as workers:
            loaded = [workers.load(trial.name, trial.subjects) for trial in trials]
            for trial in trials:
                self._calibrate(workers, trial)
            setup_s = time.monotonic() - began_s
            sampling_s = max(min(setup_s, self._block_s - setup_s) / len(trials), MINIMUM_SAMPLING_S)
            costs = [self._sample(workers, trial, sampling_s) for trial in trials]
            pythons = {side: workers.python(side) for side in workers.sides}
        return [
            _block(hash_seed, cost, answers, self._runs(trial), pythons)
            for trial, cost, answers in zip(trials, costs, loaded, strict=True)
        ]

    def _runs(self, trial: Trial) -> dict[str, int]:
        return {side: sample.arguments["runs"] for side, sample in self._samples[trial.name].items()}

    def _calibrate(self, workers: Workers, trial: Trial) -> None:
        if trial.name in self._samples:
            return
        if trial.metric == "memory":
            self._samples[trial.name] = dict.fromkeys(trial.subjects, _Sample("bytes", "bytes", {"runs": RECORDS}))
            return
        answers = {
            side: workers.call(side, "calibrate", name=trial.name, target_ns=SAMPLE_NS) for side in trial.subjects
        }
        base = next(iter(answers.values()))["runs"]
        self._samples[trial.name] = {
            side: _Sample(
                "sample",
                "elapsed_ns",
                {
                    "runs": stepped(answer["runs"], base),
                    "warm": answer["run_ns"] < LONG_RUN_NS,
                },
            )
            for side, answer in answers.items()
        }

    def _sample(self, workers: Workers, trial: Trial, sampling_s: float) -> dict[str, tuple[float, ...]]:
        samples = self._samples[trial.name]
        costs: dict[str, list[float]] = {side: [] for side in trial.subjects}
        sides = list(trial.subjects)
        end_s = time.monotonic() + sampling_s
        rounds = 0
        while rounds < MINIMUM_ROUNDS or (trial.metric != "memory" and time.monotonic() < end_s):
            self._order.shuffle(sides)
            for side in sides:
                costs[side].append(samples[side].cost(workers, side, trial.name))
            rounds += 1
        return {side: tuple(each) for side, each in costs.items()}


def stepped(runs: int, base: int) -> int:
    """Return the power of two times `base` that comes nearest to a number of runs, at least 1."""
    return max(1, round(base * 2.0 ** round(math.log2(runs / base))))


@dataclass(frozen=True, slots=True)
class _Sample:
    """How one sample of a side is asked for, and where its answer holds what it cost."""

    op: str
    unit: str
    arguments: Mapping[str, Any]

    def cost(self, workers: Workers, side: str, name: str) -> float:
        cost: float = workers.call(side, self.op, name=name, **self.arguments)[self.unit]
        if not 0 < cost < math.inf:
            raise NothingMeasuredError(f"cannot measure {side!r}: a sample of {name} cost {cost} {self.unit}")
        return cost if self.op == "bytes" else cost / self.arguments["runs"]


def _block(
    hash_seed: int,
    costs: Mapping[str, tuple[float, ...]],
    loaded: Mapping[str, Mapping[str, Any]],
    runs: Mapping[str, int],
    pythons: Mapping[str, str],
) -> Block:
    digests = {side: answer["digest"] for side, answer in loaded.items()}
    texts = {side: answer["outcome"] for side, answer in loaded.items()}
    return Block(
        hash_seed,
        costs,
        digests,
        outcomes=texts if len(set(digests.values())) > 1 else {},
        runs=runs,
        pythons={side: pythons[side] for side in loaded},
        warm_up_runs={side: answer["runs"] for side, answer in loaded.items()},
        unsettled=tuple(side for side, answer in loaded.items() if not answer["settled"]),
    )


def subjects_by_side(trials: Iterable[Trial]) -> dict[str, list[Subject]]:
    """Return what each side is to load in one or another trial."""
    sides: dict[str, list[Subject]] = {}
    for trial in trials:
        for side, subject in trial.subjects.items():
            sides.setdefault(side, []).append(subject)
    return sides
