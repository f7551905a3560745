"""Counters of a run, from a deterministic pass: they explain a speedup, and serve the gate without noise."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from wfperf.errors import AnswerTooLateError, WorkerLostError
from wfperf.measure.answers import Counted, Loaded
from wfperf.measure.blocks import CONTROL, ComparedBenchmark, variants_by_name
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor, Workers
from wfperf.measure.instructions import count_instructions
from wfperf.measure.running_once import run_each
from wfperf.measure.variant import Variant
from wfperf.results.counters import FUNCTION_CALLS, INSTRUCTIONS, LIBRARY_CALLS, Counters

RUNS = 3
"""N in (2N - N) / N: if N is odd and not 1, a count that differs from run to run shows as a fraction."""

PASS = 5
"""The fewest runs with counting: the first, one more, and then one and two, whose difference is counted."""

SLOW_S = 0.1
"""A first run that takes longer is followed by another one, which tells how long runs take."""

OF_COMMANDS = Counters({}, uncounted=("the work of commands",))
"""The counters of a command."""

Advance = Callable[[int, int], None]
"""Called with the number of finished steps and the total."""

CounterTable = Mapping[str, Mapping[str, Counters]]
"""Counters by benchmark and variant."""


@dataclass(frozen=True, slots=True)
class NotCounted:
    """Why a benchmark is not counted; `lost` is the error if that has cost a worker."""

    reason: str
    lost: WorkerLostError | None = None


def count_benchmarks(
    benchmarks: Sequence[ComparedBenchmark],
    on_benchmark: Advance | None = None,
    executor: Executor = DEFAULT_EXECUTOR,
) -> CounterTable:
    """Return the counters of a run of every variant but the control, in all threads: (2N - N runs) / N, hash seed 0.

    Calls of and by the user's own functions, SQL statements and regex compilations repeat exactly on any machine, with
    the same code and the same version of Python. Nothing of commands is counted.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    of_commands = [each for each in benchmarks if each.has_commands]
    counted = [each for each in benchmarks if not each.has_commands]
    table = {each.name: dict.fromkeys(each.variants.keys() - {CONTROL}, OF_COMMANDS) for each in of_commands}
    if not counted:
        return table
    with _counting(executor, counted) as workers:
        for number, benchmark in enumerate(counted, 1):
            variants = _counted_variants(benchmark)
            loaded = workers.load(benchmark.name, variants, warm_up_runs=RUNS)
            table[benchmark.name] = _count(workers, benchmark.name, variants, loaded, RUNS)
            if on_benchmark:
                on_benchmark(number, len(counted))
    return table


def count_within(
    max_time_s: float, benchmarks: Sequence[ComparedBenchmark], on_benchmark: Advance, executor: Executor
) -> Mapping[str, Mapping[str, Counters] | NotCounted]:
    """Return what `count_benchmarks` does, or why a benchmark is not counted.

    Counting makes runs of much Python code twenty times as long. So each benchmark is first run without it, and gets an
    equal share of the time. If that is too little for several runs, one is counted; if it is too little for one, none.

    Args:
        max_time_s: how long counting may take, in seconds, beside starting processes and the first runs.
        benchmarks: what is counted, without commands.
        on_benchmark: called with the number of benchmarks that are done, and of all.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: a variant cannot be run, or does not answer.
    """
    share_s = max_time_s / max(len(benchmarks), 1)
    too_long = NotCounted(f"counting takes longer than {share_s:.2g} s, a benchmark's share of the time budget")
    runs = _first_runs(benchmarks, executor)
    counted = {each.name: each for each in benchmarks if PASS * runs[each.name].run_s <= share_s}
    done = itertools.count(len(benchmarks) - len(counted) + 1)

    def count(workers: Workers, name: str) -> Mapping[str, Counters] | NotCounted:
        try:
            return _counted_within(share_s, workers, counted[name], runs[name].load_s, executor.now_s)
        except AnswerTooLateError as error:
            return replace(too_long, lost=error)
        except WorkerLostError as error:
            return NotCounted(str(error), error)
        finally:
            on_benchmark(next(done), len(benchmarks))

    found = run_each(
        list(counted),
        lambda: _counting(executor, [*counted.values()]),
        count,
        lambda each: [each.lost] if isinstance(each, NotCounted) and each.lost else [],
    )
    return {each.name: found.get(each.name, too_long) for each in benchmarks}


@dataclass(frozen=True, slots=True)
class _FirstRun:
    """Seconds that loading the slowest variant of a benchmark took, and a run of it."""

    load_s: float
    run_s: float


def _first_runs(benchmarks: Sequence[ComparedBenchmark], executor: Executor) -> dict[str, _FirstRun]:
    found = {}
    with executor.start(variants_by_name(benchmarks), hash_seed=0) as workers:
        for benchmark in benchmarks:
            variants, began_s = _counted_variants(benchmark), executor.now_s()
            loaded = workers.load(benchmark.name, variants, compared=False, once=True)
            load_s, run_s = executor.now_s() - began_s, max(each.first_ns for each in loaded.values()) / 1e9
            if run_s > SLOW_S:  # perhaps only the first run is slow
                began_s = executor.now_s()
                workers.call_all("run", {name: {"name": benchmark.name, "runs": 1} for name in variants})
                run_s = min(run_s, executor.now_s() - began_s)
            found[benchmark.name] = _FirstRun(load_s, run_s)
    return found


@contextmanager
def _counting(executor: Executor, benchmarks: Sequence[ComparedBenchmark]) -> Iterator[Workers]:
    with executor.start(variants_by_name(benchmarks), hash_seed=0) as workers:
        workers.call_all("watch", {name: {} for name in workers.variants})  # before a workload makes threads
        yield workers


def _counted_variants(benchmark: ComparedBenchmark) -> dict[str, Variant]:
    return {name: variant for name, variant in benchmark.variants.items() if name != CONTROL}


def _counted_within(
    share_s: float, workers: Workers, benchmark: ComparedBenchmark, load_s: float, now_s: Callable[[], float]
) -> Mapping[str, Counters]:
    """Return the counters of as many runs as the time allows.

    Raises:
        AnswerTooLateError: it does not suffice for one.
    """
    name, variants = benchmark.name, _counted_variants(benchmark)
    loaded = workers.load(name, variants, warm_up_runs=0, timeout_s=load_s + share_s)
    began_s = now_s()
    counted = _count(workers, name, variants, loaded, 1, timeout_s=share_s)
    took_s = now_s() - began_s
    return counted if (1 + RUNS) * took_s > share_s else _count(workers, name, variants, loaded, RUNS)


def _count(
    workers: Workers,
    name: str,
    variants: Mapping[str, Variant],
    loaded: Mapping[str, Loaded],
    runs: int,
    *,
    timeout_s: float | None = None,
) -> dict[str, Counters]:
    requests = {variant: {"name": name, "runs": runs} for variant in variants}
    counted = workers.call_all("count", requests, timeout_s=timeout_s)
    return {
        variant: replace(
            _counters(Counted(**answer), variants[variant].counters), first_calls=loaded[variant].first_calls
        )
        for variant, answer in counted.items()
    }


def _counters(counted: Counted, functions: Mapping[str, str]) -> Counters:
    calls, library_calls = (
        {name: times for name, times in sorted(each.items()) if times}
        for each in (counted.calls, counted.library_calls)
    )
    counts = {
        FUNCTION_CALLS: sum(calls.values()),
        LIBRARY_CALLS: sum(library_calls.values()),
        **counted.counters,
        **{name: calls.get(function, 0) for name, function in functions.items()},
    }
    uneven = [name for name, number in counts.items() if number != int(number)]
    return Counters(
        counts={name: int(number) for name, number in sorted(counts.items()) if name not in uneven},
        calls=_whole(calls),
        library_calls=_whole(library_calls),
        uneven=tuple(sorted(uneven)),
        uncounted=tuple(counted.uncounted),
    )


def _whole(calls: Mapping[str, float]) -> dict[str, int]:
    """Return calls as whole numbers; empty if one of them differs from run to run."""
    if any(times != int(times) for times in calls.values()):
        return {}
    return {name: int(times) for name, times in calls.items()}


def with_allocations(
    counters: CounterTable, benchmarks: Sequence[ComparedBenchmark], executor: Executor = DEFAULT_EXECUTOR
) -> CounterTable:
    """Return counters with the allocations of a run and their bytes, by memray.

    They do not repeat exactly: what the interpreter keeps for reuse depends on what ran before.

    Raises:
        NothingMeasuredError: a variant cannot be run, or its interpreter has no memray.
    """
    counted = {name: dict(variants) for name, variants in counters.items()}
    with executor.start(variants_by_name(benchmarks), hash_seed=0) as workers:
        for benchmark in (each for each in benchmarks if each.name in counted):
            variants = counted[benchmark.name]
            workers.load(benchmark.name, {name: benchmark.variants[name] for name in variants}, warm_up_runs=RUNS)
            for name, known in variants.items():
                answer = workers.call(name, "allocations", name=benchmark.name, runs=RUNS)
                more = {counter: round(number) for counter, number in answer["counters"].items()}
                variants[name] = replace(known, counts={**known.counts, **more})
    return counted


def with_instructions(
    counters: CounterTable, benchmarks: Sequence[ComparedBenchmark], executor: Executor = DEFAULT_EXECUTOR
) -> CounterTable:
    """Return counters with the instructions of a run, by callgrind.

    Raises:
        NothingMeasuredError: valgrind is missing, or a variant cannot be run.
    """
    counted = {name: dict(variants) for name, variants in counters.items()}
    for benchmark in (each for each in benchmarks if each.name in counted):
        variants = counted[benchmark.name]
        numbers = count_instructions({name: benchmark.variants[name] for name in variants}, executor)
        for name, known in variants.items():
            variants[name] = replace(known, counts={**known.counts, INSTRUCTIONS: numbers[name]})
    return counted
