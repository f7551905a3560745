"""Measure blocks, each in fresh processes for all variants, until every benchmark is decided."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from wfperf.measure.answers import Loaded
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor, Workers
from wfperf.measure.rounds import Rounds, memory_rounds, timed_rounds
from wfperf.measure.traps import traps_of_runs, traps_of_samples
from wfperf.measure.variant import Variant
from wfperf.results.blocks import Block
from wfperf.results.traps import Trap

ORIGINAL, CONTROL = "original", "control"
"""Names of the default baseline, and of its copy: the A/A control of every benchmark."""

IGNORED = "--results ignore"
"""Why results are not compared, if nobody wants it."""

CHANGES = "its result changes from process to process"
"""Why results are not compared where the baseline's own two differ, those of its control included."""

MINIMUM_SAMPLING_S = 0.1
"""Enough for some 20 rounds of three variants, so that a few disturbed ones do not move the median."""

PLANNED_BLOCKS = 20
"""Twice what a verdict needs, so that its interval is narrower than the spread of the blocks."""

HASH_SEEDS = 2**32 - 1
"""Limit of PYTHONHASHSEED."""


@dataclass(frozen=True, slots=True)
class ComparedBenchmark:
    """A benchmark with the variants that are compared on it, by name. `metric` is `throughput` or `memory`."""

    name: str
    variants: Mapping[str, Variant]
    metric: str = "throughput"
    compares_results: bool = True

    @property
    def has_commands(self) -> bool:
        """Whether some of its variants are commands, whose processes are not looked into."""
        return any(variant.command for variant in self.variants.values())


Blocks = Mapping[str, Sequence[Block]]
"""The blocks of every benchmark, by its name; benchmarks that were decided early have fewer."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long to measure, and the random seed.

    Args:
        max_time_s: time budget. A block that would end long after it is not begun; one is always measured.
        blocks: largest number of blocks, or None.
        seed: random seed of the sampling orders and hash seeds.
    """

    max_time_s: float
    blocks: int | None = None
    seed: int = 1


def measure(
    benchmarks: Sequence[ComparedBenchmark],
    schedule: Schedule,
    *,
    is_decided: Callable[[ComparedBenchmark, Sequence[Block]], bool] = lambda _trial, _blocks: False,
    on_block: Callable[[Blocks], None] | None = None,
    executor: Executor = DEFAULT_EXECUTOR,
) -> Blocks:
    """Measure block by block until every benchmark is decided or the time is up.

    Half of a block's time goes to starting and warming up its processes, half to samples: neither more, shorter
    blocks nor fewer, longer ones would be much more precise.

    Args:
        benchmarks: what to measure; variants of one name run in one process for all of them.
        schedule: how long.
        is_decided: returns after each block whether a benchmark needs no more.
        on_block: called after each block with all blocks so far.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    bench = _Bench(schedule, executor)
    done: dict[str, list[Block]] = {benchmark.name: [] for benchmark in benchmarks}
    start_s = executor.now_s()
    block_s = 0.0
    number = 0
    pending = list(benchmarks)
    while pending and (schedule.blocks is None or number < schedule.blocks):
        began_s = executor.now_s()
        if number and start_s + schedule.max_time_s - began_s < block_s / 2:
            break
        for benchmark, block in zip(pending, bench.block(pending), strict=True):
            done[benchmark.name].append(block)
        block_s = executor.now_s() - began_s
        number += 1
        pending = [benchmark for benchmark in pending if not is_decided(benchmark, done[benchmark.name])]
        if on_block:
            on_block(done)
    return done


class _Bench:
    """Makes blocks. Each block determines the settings of its variants itself, for all alike.

    A setting for one variant alone, or one kept between blocks, would be the same bias in every block.
    """

    def __init__(self, schedule: Schedule, executor: Executor) -> None:
        self._order = random.Random(schedule.seed)  # noqa: S311 - an order of samples, not a secret
        self._hash_seeds = random.Random(f"hashes {schedule.seed}")  # noqa: S311 - nor is a hash seed here
        self._block_s = schedule.max_time_s / PLANNED_BLOCKS
        self._executor = executor
        self._cpus = executor.cpus
        self._turn = self._order.randrange(max(1, len(self._cpus)))

    def block(self, benchmarks: Sequence[ComparedBenchmark]) -> list[Block]:
        began_s = self._executor.now_s()
        hash_seed = self._hash_seeds.randrange(HASH_SEEDS)
        cpu = self._next_cpu()
        # The process forked first gets its memory first.
        variants = self._shuffled(variants_by_name(benchmarks))
        with self._executor.start(variants, hash_seed=hash_seed) as workers:
            start_s = self._executor.now_s() - began_s
            # One after the other: a suite opens a benchmark when it has closed the one before.
            return [
                self._sampled(workers, each, cpu, hash_seed, start_s / len(benchmarks), self._block_s / len(benchmarks))
                for each in benchmarks
            ]

    def _sampled(
        self,
        workers: Workers,
        benchmark: ComparedBenchmark,
        cpu: int | None,
        hash_seed: int,
        start_s: float,
        block_s: float,
    ) -> Block:
        """Return the block of one benchmark, whose shares of the processes' start and of the block are given."""
        began_s = self._executor.now_s()
        loaded = workers.load(benchmark.name, benchmark.variants, compared=benchmark.compares_results)
        ready = self._ready(workers, benchmark, loaded, cpu)
        setup_s = start_s + self._executor.now_s() - began_s
        # Each run of a command has processes of its own, so nothing is gained by more, shorter blocks.
        fitting_s = block_s - setup_s if benchmark.has_commands else min(setup_s, block_s - setup_s)
        ready.sample(max(fitting_s, MINIMUM_SAMPLING_S), self._executor.now_s)
        return _block(hash_seed, ready)

    def _next_cpu(self) -> int | None:
        """Return the next processor in turn; None if the system cannot pin processes."""
        if not self._cpus:
            return None
        self._turn = (self._turn + 1) % len(self._cpus)
        return self._cpus[self._turn]

    def _shuffled(self, variants: Mapping[str, list[Variant]]) -> dict[str, list[Variant]]:
        return {name: variants[name] for name in self._order.sample(list(variants), len(variants))}

    def _ready(
        self, workers: Workers, benchmark: ComparedBenchmark, loaded: Mapping[str, Loaded], cpu: int | None
    ) -> Rounds:
        if benchmark.metric == "memory":
            return memory_rounds(workers, benchmark.name, loaded, self._order)
        return timed_rounds(workers, benchmark.name, loaded, self._order, cpu=cpu, cpus=self._cpus)


def _block(hash_seed: int, rounds: Rounds) -> Block:
    digests = {name: each.digest for name, each in rounds.loaded.items()}
    texts = {name: each.outcome for name, each in rounds.loaded.items()}
    reasons = {name: each.uncompared or ("" if each.digest else IGNORED) for name, each in rounds.loaded.items()}
    if CONTROL in digests and digests[CONTROL] != digests[next(iter(digests))]:
        reasons = {name: reason or CHANGES for name, reason in reasons.items()}
    uncompared = {name: reason for name, reason in reasons.items() if reason}
    costs = rounds.costs()
    return Block(
        hash_seed,
        costs.counted,
        digests,
        outcomes=texts if len(set(digests.values())) > 1 else {},
        uncompared=uncompared,
        runs=rounds.runs,
        pythons={name: rounds.workers.python(name) for name in rounds.loaded},
        warm_up_runs={name: each.runs for name, each in rounds.loaded.items()},
        not_warmed_up=tuple(name for name, each in rounds.loaded.items() if not each.warmed_up),
        walls=costs.walls,
        by_processor=costs.by_processor,
        cpu=rounds.cpu,
        commands=rounds.command_uses(),
        traps=() if rounds.in_bytes else _traps(rounds, costs.counted),
    )


def _traps(rounds: Rounds, costs_ns: Mapping[str, Sequence[float]]) -> tuple[Trap, ...]:
    of_samples = traps_of_samples(rounds.benchmark, rounds.loaded, costs_ns, rounds.runs)
    return (*traps_of_runs(rounds.benchmark, rounds.loaded), *of_samples)


def share_by_processor(blocks: Sequence[Block]) -> float:
    """Return the share of samples whose cost is processor time because they were preempted."""
    samples = sum(len(costs) for block in blocks for costs in block.costs.values())
    return sum(block.by_processor for block in blocks) / max(samples, 1)


def blocks_of_unequal_runs(blocks: Sequence[Block], baseline: str, name: str) -> int:
    """Return how many blocks have unequal numbers of runs in the samples of two variants."""
    return sum(block.runs.get(baseline) != block.runs.get(name) for block in blocks)


def variants_by_name(benchmarks: Iterable[ComparedBenchmark]) -> dict[str, list[Variant]]:
    """Return all variants that the process of each name loads."""
    variants: dict[str, list[Variant]] = {}
    for benchmark in benchmarks:
        for name, variant in benchmark.variants.items():
            variants.setdefault(name, []).append(variant)
    return variants
