"""Blocks: fresh processes for all sides of every trial, one block after another until all is settled."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from wfperf.measure.answers import Loaded
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor, Workers
from wfperf.measure.rounds import Rounds, memory_rounds, timed_rounds
from wfperf.measure.subject import Subject
from wfperf.results.blocks import Block

ORIGINAL, CONTROL = "original", "control"
"""The side everything is held against, and its twin: the A/A control of every trial."""

MINIMUM_SAMPLING_S = 0.1
"""Room for some 20 rounds of three variants, so that a few disturbed ones do not show in the median."""

PLANNED_BLOCKS = 20
"""Twice what a verdict needs, so that its interval is no longer as wide as the blocks lie apart."""

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
    executor: Executor = DEFAULT_EXECUTOR,
) -> Blocks:
    """Measure block by block until every trial is settled or the time is up.

    Half of a block's time goes to starting and warming its processes, half to samples: neither more blocks of
    less nor fewer of more would tell much more.

    Args:
        trials: what to measure; each side of a name runs in one process for all of them.
        schedule: how long.
        settled: asked after each block whether a trial needs no more of them.
        on_block: told what there is, after each block.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    bench = _Bench(schedule, executor)
    done: dict[str, list[Block]] = {trial.name: [] for trial in trials}
    start_s = executor.now_s()
    block_s = 0.0
    number = 0
    pending = list(trials)
    while pending and (schedule.blocks is None or number < schedule.blocks):
        began_s = executor.now_s()
        if number and start_s + schedule.max_time_s - began_s < block_s / 2:
            break
        for trial, block in zip(pending, bench.block(pending), strict=True):
            done[trial.name].append(block)
        block_s = executor.now_s() - began_s
        number += 1
        pending = [trial for trial in pending if not settled(trial, done[trial.name])]
        if on_block:
            on_block(done)
    return done


class _Bench:
    """Makes blocks. What a block needs to know of its variants it finds out itself, for all variants alike.

    Anything decided for a variant by itself, or once and kept, would be the same bias in every block.
    """

    def __init__(self, schedule: Schedule, executor: Executor) -> None:
        self._order = random.Random(schedule.seed)  # noqa: S311 - an order of samples, not a secret
        self._hash_seeds = random.Random(f"hashes {schedule.seed}")  # noqa: S311 - nor is a hash seed here
        self._block_s = schedule.max_time_s / PLANNED_BLOCKS
        self._executor = executor
        self._cpus = executor.cpus
        self._turn = self._order.randrange(max(1, len(self._cpus)))

    def block(self, trials: Sequence[Trial]) -> list[Block]:
        began_s = self._executor.now_s()
        hash_seed = self._hash_seeds.randrange(HASH_SEEDS)
        cpu = self._next_cpu()
        # Whoever is forked first gets his memory first.
        sides = self._shuffled(subjects_by_side(trials))
        with self._executor.start(sides, hash_seed=hash_seed) as workers:
            loaded = [workers.load(trial.name, trial.subjects) for trial in trials]
            ready = [self._ready(workers, *each, cpu) for each in zip(trials, loaded, strict=True)]
            setup_s = self._executor.now_s() - began_s
            sampling_s = max(min(setup_s, self._block_s - setup_s) / len(trials), MINIMUM_SAMPLING_S)
            for each in ready:
                each.sample(sampling_s, self._executor.now_s)
            return [_block(hash_seed, each) for each in ready]

    def _next_cpu(self) -> int | None:
        """Return the processor that is next in turn; none where they cannot be chosen."""
        if not self._cpus:
            return None
        self._turn = (self._turn + 1) % len(self._cpus)
        return self._cpus[self._turn]

    def _shuffled(self, sides: Mapping[str, list[Subject]]) -> dict[str, list[Subject]]:
        return {name: sides[name] for name in self._order.sample(list(sides), len(sides))}

    def _ready(self, workers: Workers, trial: Trial, loaded: Mapping[str, Loaded], cpu: int | None) -> Rounds:
        if trial.metric == "memory":
            return memory_rounds(workers, trial.name, loaded, self._order)
        return timed_rounds(workers, trial.name, loaded, self._order, cpu=cpu, cpus=self._cpus)


def _block(hash_seed: int, rounds: Rounds) -> Block:
    digests = {side: each.digest for side, each in rounds.loaded.items()}
    texts = {side: each.outcome for side, each in rounds.loaded.items()}
    costs = rounds.costs()
    return Block(
        hash_seed,
        costs.counted,
        digests,
        outcomes=texts if len(set(digests.values())) > 1 else {},
        runs=rounds.runs,
        pythons={side: rounds.workers.python(side) for side in rounds.loaded},
        warm_up_runs={side: each.runs for side, each in rounds.loaded.items()},
        not_warmed_up=tuple(side for side, each in rounds.loaded.items() if not each.settled),
        walls=costs.walls,
        by_processor=costs.by_processor,
        cpu=rounds.cpu,
    )


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
