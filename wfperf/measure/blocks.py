"""Blocks: fresh processes, all sides of every trial sampled in turn, in random order."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wfperf.errors import NothingMeasuredError
from wfperf.measure.samples import (
    SAMPLE_NS,
    Sample,
    begins_warm,
    costs_ns,
    runs_per_sample,
    runs_to_catch_up,
    uses_one_processor,
)
from wfperf.measure.subject import Subject
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions, Workers, usable_cpus
from wfperf.results.blocks import Block

ORIGINAL, CONTROL = "original", "control"
"""The side everything is held against, and its twin: the A/A control of every trial."""

MINIMUM_ROUNDS = 3
"""The fewest whose median is not moved by a single one of them."""

MINIMUM_SAMPLING_S = 0.1
"""Room for some 20 rounds of three variants, so that a few disturbed ones do not show in the median."""

PLANNED_BLOCKS = 20
"""Twice what a verdict needs, so that its interval is no longer as wide as the blocks lie apart."""

RECORDS = 1000
"""So many that what the interpreter allocates once hardly shows in the bytes of each."""

HASH_SEEDS = 2**32 - 1
"""What PYTHONHASHSEED can be."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What is compared in one scenario: a subject for each side. `metric` is `throughput` or `memory`."""

    name: str
    subjects: Mapping[str, Subject]
    metric: str = "throughput"


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
    """Makes blocks. What a block needs to know of its variants it finds out itself, for all variants alike.

    Anything decided for a variant by itself, or once and kept, would be the same bias in every block.
    """

    def __init__(self, schedule: Schedule, conditions: Conditions) -> None:
        self._order = random.Random(schedule.seed)  # noqa: S311 - an order of samples, not a secret
        self._hash_seeds = random.Random(f"hashes {schedule.seed}")  # noqa: S311 - nor is a hash seed here
        self._block_s = schedule.max_time_s / PLANNED_BLOCKS
        self._conditions = conditions
        self._cpus = usable_cpus() if conditions.cpu is None else [conditions.cpu]
        self._turn = self._order.randrange(max(1, len(self._cpus)))

    def block(self, trials: Sequence[Trial]) -> list[Block]:
        began_s = time.monotonic()
        hash_seed = self._hash_seeds.randrange(HASH_SEEDS)
        cpu = self._next_cpu()
        # Whoever is forked first gets his memory first.
        sides = self._shuffled(subjects_by_side(trials))
        with Workers(sides, hash_seed=hash_seed, conditions=self._conditions) as workers:
            loaded = [workers.load(trial.name, trial.subjects) for trial in trials]
            ready = [self._prepared(workers, *each, cpu) for each in zip(trials, loaded, strict=True)]
            setup_s = time.monotonic() - began_s
            sampling_s = max(min(setup_s, self._block_s - setup_s) / len(trials), MINIMUM_SAMPLING_S)
            for each in ready:
                each.sample(sampling_s)
            return [each.block(hash_seed) for each in ready]

    def _next_cpu(self) -> int | None:
        """Return the processor that is next in turn; none where they cannot be chosen."""
        if not self._cpus:
            return None
        self._turn = (self._turn + 1) % len(self._cpus)
        return self._cpus[self._turn]

    def _shuffled(self, sides: Mapping[str, list[Subject]]) -> dict[str, list[Subject]]:
        return {name: sides[name] for name in self._order.sample(list(sides), len(sides))}

    def _prepared(
        self, workers: Workers, trial: Trial, loaded: Mapping[str, Mapping[str, Any]], cpu: int | None
    ) -> _Sampling:
        """Return a trial whose variants are on their processor, equally warm, and have their numbers of runs."""
        if trial.metric == "memory":
            return _Sampling(workers, trial, loaded, self._order, dict.fromkeys(trial.subjects, RECORDS), [])
        base = next(iter(trial.subjects))
        one_processor = all(uses_one_processor([Sample(**answer["used"])]) for answer in loaded.values())
        cpus = [cpu] if cpu is not None and one_processor else self._cpus
        run_ns = {side: max(answer["run_ns"], 1.0) for side, answer in loaded.items()}
        missing = runs_to_catch_up({side: answer["runs"] for side, answer in loaded.items()}, run_ns)
        _pin(workers, trial, cpus)
        for side in self._order.sample(list(trial.subjects), len(trial.subjects)):
            if missing[side]:
                workers.call(side, "run", name=trial.name, runs=missing[side])
            if run_ns[side] < SAMPLE_NS:
                answer = workers.call(side, "fastest", name=trial.name, target_ns=SAMPLE_NS)
                run_ns[side] = max(answer["run_ns"], 1.0)
        runs = runs_per_sample(run_ns, base)
        return _Sampling(workers, trial, loaded, self._order, runs, cpus, warm=begins_warm(run_ns))


def _pin(workers: Workers, trial: Trial, cpus: Sequence[int]) -> None:
    if cpus:
        workers.call_all("pin", {side: {"cpus": cpus} for side in trial.subjects})


@dataclass(slots=True)
class _Sampling:
    """One trial in one block's processes.

    Args:
        workers: the processes.
        trial: what is sampled.
        loaded: what each variant's process said when it had loaded it.
        order: draws whose turn it is.
        runs: how many make a sample, by variant.
        cpus: where all variants run; empty where that cannot be chosen.
        warm: whether each sample begins with an untimed run.
    """

    workers: Workers
    trial: Trial
    loaded: Mapping[str, Mapping[str, Any]]
    order: random.Random
    runs: Mapping[str, int]
    cpus: Sequence[int]
    warm: bool = False
    rounds: list[dict[str, Any]] = field(default_factory=list)

    def sample(self, sampling_s: float) -> None:
        """Sample all variants in turn, round by round, for so long."""
        sides = list(self.trial.subjects)
        take = self._bytes if self._in_bytes else self._time
        _pin(self.workers, self.trial, self.cpus)
        end_s = time.monotonic() + sampling_s
        while len(self.rounds) < MINIMUM_ROUNDS or (not self._in_bytes and time.monotonic() < end_s):
            self.order.shuffle(sides)
            self.rounds.append({side: take(side) for side in sides})

    def block(self, hash_seed: int) -> Block:
        """Return what has been sampled as a block."""
        digests = {side: answer["digest"] for side, answer in self.loaded.items()}
        texts = {side: answer["outcome"] for side, answer in self.loaded.items()}
        taken = {side: [taken[side] for taken in self.rounds] for side in self.trial.subjects}
        costs, walls, by_processor = self._costs(taken)
        return Block(
            hash_seed,
            costs,
            digests,
            outcomes=texts if len(set(digests.values())) > 1 else {},
            runs=self.runs,
            pythons={side: self.workers.python(side) for side in self.loaded},
            warm_up_runs={side: answer["runs"] for side, answer in self.loaded.items()},
            unsettled=tuple(side for side, answer in self.loaded.items() if not answer["settled"]),
            walls=walls,
            by_processor=by_processor,
            cpu=self.cpus[0] if len(self.cpus) == 1 else None,
        )

    @property
    def _in_bytes(self) -> bool:
        return self.trial.metric == "memory"

    def _costs(
        self, taken: Mapping[str, Sequence[Any]]
    ) -> tuple[dict[str, tuple[float, ...]], dict[str, tuple[float, ...]], int]:
        """Return costs that count, those by the wall clock where they are others, and how many are processor time."""
        if self._in_bytes:
            return {side: tuple(each) for side, each in taken.items()}, {}, 0
        one_processor = all(uses_one_processor(samples) for samples in taken.values())
        costs, walls = (
            {side: costs_ns(samples, self.runs[side], one_processor=clock) for side, samples in taken.items()}
            for clock in (one_processor, False)
        )
        by_processor = (
            sum(sample.by_processor for samples in taken.values() for sample in samples) if one_processor else 0
        )
        return costs, walls if by_processor else {}, by_processor

    def _bytes(self, side: str) -> float:
        return self._checked(side, self._asked(side, "bytes", runs=self.runs[side])["bytes"], "bytes")

    def _time(self, side: str) -> Sample:
        sample = Sample(**self._asked(side, "sample", runs=self.runs[side], warm=self.warm)["used"])
        self._checked(side, sample.wall_ns, "ns")
        return sample

    def _asked(self, side: str, op: str, **arguments: Any) -> dict[str, Any]:
        return self.workers.call(side, op, name=self.trial.name, **arguments)

    def _checked(self, side: str, cost: float, unit: str) -> float:
        if not 0 < cost < math.inf:
            raise NothingMeasuredError(f"cannot measure {side!r}: a sample of {self.trial.name} cost {cost} {unit}")
        return cost


def share_by_processor(blocks: Sequence[Block]) -> float:
    """Return in which share of all samples the cost is processor time, since they were preempted."""
    samples = sum(len(costs) for block in blocks for costs in block.costs.values())
    return sum(block.by_processor for block in blocks) / max(samples, 1)


def blocks_of_unequal_runs(blocks: Sequence[Block], base: str, side: str) -> int:
    """Return in how many blocks the samples of two sides had unequal numbers of runs."""
    return sum(block.runs.get(base) != block.runs.get(side) for block in blocks)


def subjects_by_side(trials: Iterable[Trial]) -> dict[str, list[Subject]]:
    """Return what each side is to load in one or another trial."""
    sides: dict[str, list[Subject]] = {}
    for trial in trials:
        for side, subject in trial.subjects.items():
            sides.setdefault(side, []).append(subject)
    return sides
