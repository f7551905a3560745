"""Measure blocks, each in fresh processes for all variants, until every benchmark is decided."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wfperf.measure.answers import Loaded
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor, Workers
from wfperf.measure.memory import memory_rounds, traced_rounds
from wfperf.measure.rounds import Costs, Rounds, timed_rounds
from wfperf.measure.samples import Asked
from wfperf.measure.traps import traps_of_runs, traps_of_samples
from wfperf.measure.variant import Variant
from wfperf.plan.metrics import MEMORY, TRACED
from wfperf.results.blocks import Block, Clock
from wfperf.results.traps import Trap

ORIGINAL, CONTROL = "original", "control"
"""Names of the default baseline, and of its copy: the A/A control of every benchmark."""

IGNORED = "--results ignore"
"""Why results are not compared, if nobody wants it."""

CHANGES = "its result changes from process to process"
"""Why results are not compared where the baseline's own two differ, those of its control included."""

MINIMUM_SAMPLING_S = 0.1
"""Enough for some 20 rounds of three variants, so that a few disturbed ones do not move the median."""

CONTROL_EVERY = 2
"""Of benchmarks with long runs, every second block has a control, which then takes a fifth of the time of two variants:
half a share of two and a half."""

PLANNED_BLOCKS = 20
"""Twice what a verdict needs, so that its interval is narrower than the spread of the blocks."""

SHARE_OF_A_BLOCK = 0.8
"""A block begins only if at least this share of the time that the last one took is left: blocks differ by some 20 %."""

HASH_SEEDS = 2**32 - 1
"""Limit of PYTHONHASHSEED."""


@dataclass(frozen=True, slots=True)
class ComparedBenchmark:
    """A benchmark with the variants that are compared on it, by name. `metric` is one of `wfperf.plan.metrics`."""

    name: str
    variants: Mapping[str, Variant]
    metric: str = "throughput"
    compares_results: bool = True

    @property
    def has_commands(self) -> bool:
        """Whether some of its variants are commands, whose processes are not looked into."""
        return any(variant.command for variant in self.variants.values())

    @property
    def is_traced(self) -> bool:
        """Whether its memory is traced, by processes that time nothing."""
        return self.metric in TRACED


Blocks = Mapping[str, Sequence[Block]]
"""The blocks of every benchmark, by its name; benchmarks that were decided early have fewer."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long to measure, by which clock, and the random seed.

    Args:
        max_time_s: time budget. When it is up, nothing begins any more, but one block is always measured.
        blocks: largest number of blocks, or None.
        seed: random seed of the sampling orders and hash seeds.
        clock: by which clock samples count; `auto` decides by the first block of a benchmark.
    """

    max_time_s: float
    blocks: int | None = None
    seed: int = 1
    clock: Asked = Asked.AUTO


def measure(
    benchmarks: Sequence[ComparedBenchmark],
    schedule: Schedule,
    *,
    is_decided: Callable[[ComparedBenchmark, Sequence[Block]], bool] = lambda _trial, _blocks: False,
    is_hopeless: Callable[[float, float], bool] = lambda _block_s, _left_s: False,
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
        is_hopeless: given the seconds that the first block has taken, and those that are left, returns whether more
            blocks would lead nowhere.
        on_block: called after each block with all blocks so far.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    start_s = executor.now_s()
    bench = _Bench(schedule, executor, start_s + schedule.max_time_s)
    done: dict[str, list[Block]] = {benchmark.name: [] for benchmark in benchmarks}
    block_s = 0.0
    number = 0
    pending = list(benchmarks)
    while pending and (schedule.blocks is None or number < schedule.blocks):
        began_s = executor.now_s()
        if number and start_s + schedule.max_time_s - began_s < block_s * SHARE_OF_A_BLOCK:
            break
        for benchmark, block in bench.block(pending, number):
            done[benchmark.name].append(block)
        block_s = executor.now_s() - began_s
        number += 1
        pending = [benchmark for benchmark in pending if not is_decided(benchmark, done[benchmark.name])]
        if on_block:
            on_block(done)
        if number == 1 and is_hopeless(block_s, start_s + schedule.max_time_s - executor.now_s()):
            break
    return done


class _Bench:
    """Makes blocks. Each block determines the settings of its variants itself, for all alike.

    A setting for one variant alone, or one kept between blocks, would be the same bias in every block. What is kept is
    only what concerns all variants alike: that they have long runs, so that each is run once before it is sampled, and
    by which clock their samples count.

    Args:
        schedule: how long to measure.
        executor: starts the workers.
        deadline_s: time on the executor's clock after which nothing begins but in the first block.
    """

    def __init__(self, schedule: Schedule, executor: Executor, deadline_s: float) -> None:
        self._order = random.Random(schedule.seed)  # noqa: S311 - an order of samples, not a secret
        self._hash_seeds = random.Random(f"hashes {schedule.seed}")  # noqa: S311 - nor is a hash seed here
        self._block_s = schedule.max_time_s / PLANNED_BLOCKS
        self._executor = executor
        self._deadline_s = deadline_s
        self._cpus = executor.cpus
        self._turn = self._order.randrange(max(1, len(self._cpus)))
        # Why outcomes are not compared, as the first block has shown, of the benchmarks whose runs are long.
        self._long: dict[str, Mapping[str, str]] = {}
        self._asked = schedule.clock
        self._clocks: dict[str, Clock | None] = {}

    def block(self, benchmarks: Sequence[ComparedBenchmark], number: int) -> Iterator[tuple[ComparedBenchmark, Block]]:
        """Yield each benchmark with its block; not those for which no time is left.

        Args:
            benchmarks: what is measured.
            number: of the block, from 0.
        """
        hash_seed, cpu = self._hash_seeds.randrange(HASH_SEEDS), self._next_cpu()
        for is_traced in (False, True):
            if some := [each for each in benchmarks if each.is_traced is is_traced]:
                yield from self._in_processes(some, number, hash_seed, cpu)

    def _in_processes(
        self, benchmarks: Sequence[ComparedBenchmark], number: int, hash_seed: int, cpu: int | None
    ) -> Iterator[tuple[ComparedBenchmark, Block]]:
        """Yield benchmarks with their blocks, from one set of processes."""
        began_s = self._executor.now_s()
        measured = [self._without_control(each) if number % CONTROL_EVERY else each for each in benchmarks]
        # The process forked first gets its memory first.
        variants = self._shuffled(variants_by_name(measured))
        is_over = self._is_over if number else _never
        with self._executor.start(variants, hash_seed=hash_seed) as workers:
            start_s = self._executor.now_s() - began_s
            share = 1 / len(benchmarks)
            # One after the other: a suite opens a benchmark when it has closed the one before.
            for asked, each in zip(benchmarks, measured, strict=True):
                if is_over():
                    return
                rounds = self._sampled(workers, each, cpu, start_s * share, self._block_s * share, is_over)
                if rounds is None:
                    return
                yield asked, self._block(hash_seed, rounds, asked)

    def _is_over(self) -> bool:
        return self._executor.now_s() > self._deadline_s

    def _without_control(self, benchmark: ComparedBenchmark) -> ComparedBenchmark:
        if benchmark.name not in self._long or len(benchmark.variants) <= 2:  # noqa: PLR2004 - one against its control
            return benchmark
        return replace(benchmark, variants={name: each for name, each in benchmark.variants.items() if name != CONTROL})

    def _sampled(
        self,
        workers: Workers,
        benchmark: ComparedBenchmark,
        cpu: int | None,
        start_s: float,
        block_s: float,
        is_over: Callable[[], bool],
    ) -> Rounds | None:
        """Return the sampled rounds of one benchmark; None if the time was up before they were enough.

        Args:
            workers: the processes.
            benchmark: what is measured.
            cpu: the processor that its variants share if they need only one.
            start_s: its share of the processes' start.
            block_s: its share of a block.
            is_over: returns whether the time is up.
        """
        began_s = self._executor.now_s()
        compared, is_long = benchmark.compares_results, benchmark.name in self._long
        loaded = workers.load(benchmark.name, benchmark.variants, compared=compared, once=is_long)
        ready = self._ready(workers, benchmark, loaded, cpu)
        setup_s = start_s + self._executor.now_s() - began_s
        # Each run of a command has processes of its own, so nothing is gained by more, shorter blocks.
        fitting_s = block_s - setup_s if benchmark.has_commands else min(setup_s, block_s - setup_s)
        return ready if ready.sample(max(fitting_s, MINIMUM_SAMPLING_S), self._executor.now_s, is_over) else None

    def _block(self, hash_seed: int, rounds: Rounds, benchmark: ComparedBenchmark) -> Block:
        clock = self._clocks.setdefault(benchmark.name, rounds.clock(self._asked))
        block = _block(hash_seed, rounds, rounds.costs(clock), self._long.get(benchmark.name, {}))
        if rounds.is_long:
            self._long.setdefault(benchmark.name, block.uncompared)
        return block

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
        if benchmark.metric == MEMORY:
            return memory_rounds(workers, benchmark.name, loaded, self._order)
        if benchmark.is_traced:
            commands = [name for name, each in benchmark.variants.items() if each.command]
            return traced_rounds(workers, benchmark.name, loaded, self._order, benchmark.metric, commands)
        return timed_rounds(workers, benchmark.name, loaded, self._order, cpu=cpu, cpus=self._cpus)


def _never() -> bool:
    return False


def _block(hash_seed: int, rounds: Rounds, costs: Costs, known: Mapping[str, str]) -> Block:
    """Return the block of sampled rounds; `known` says why outcomes are not compared, as earlier blocks have shown."""
    digests = {name: each.digest for name, each in rounds.loaded.items()}
    texts = {name: each.outcome for name, each in rounds.loaded.items()}
    reasons = {
        name: known.get(name) or each.uncompared or ("" if each.digest else IGNORED)
        for name, each in rounds.loaded.items()
    }
    if CONTROL in digests and digests[CONTROL] != digests[next(iter(digests))]:
        reasons = {name: reason or CHANGES for name, reason in reasons.items()}
    uncompared = {name: reason for name, reason in reasons.items() if reason}
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
        clock=costs.clock,
        walls=costs.walls,
        processors=costs.processors,
        interrupted=costs.interrupted,
        by_processor=costs.by_processor,
        cpu=rounds.cpu,
        commands=rounds.command_uses(),
        traps=() if rounds.in_bytes else _traps(rounds, costs.counted),
        tracer=rounds.tracer,
        allocated_bytes=rounds.allocated_bytes,
    )


def _traps(rounds: Rounds, costs_ns: Mapping[str, Sequence[float]]) -> tuple[Trap, ...]:
    of_samples = traps_of_samples(rounds.benchmark, rounds.loaded, costs_ns, rounds.runs)
    return (*traps_of_runs(rounds.benchmark, rounds.loaded), *of_samples)


def variants_by_name(benchmarks: Iterable[ComparedBenchmark]) -> dict[str, list[Variant]]:
    """Return all variants that the process of each name loads."""
    variants: dict[str, list[Variant]] = {}
    for benchmark in benchmarks:
        for name, variant in benchmark.variants.items():
            variants.setdefault(name, []).append(variant)
    return variants
