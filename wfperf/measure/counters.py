"""Counters of a run, from a deterministic pass: they explain a speedup, and serve the gate without noise."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from wfperf.errors import WorkerLostError
from wfperf.measure.answers import Counted
from wfperf.measure.blocks import CONTROL, ComparedBenchmark, variants_by_name
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor, Workers
from wfperf.measure.instructions import count_instructions
from wfperf.measure.running_once import run_each
from wfperf.results.counters import FUNCTION_CALLS, INSTRUCTIONS, LIBRARY_CALLS, Counters

RUNS = 3
"""N in (2N - N) / N: if N is odd and not 1, a count that differs from run to run shows as a fraction."""

OF_COMMANDS = Counters({}, uncounted=("the work of commands",))
"""The counters of a command."""

CounterTable = Mapping[str, Mapping[str, Counters]]
"""Counters by benchmark and variant."""


def count_benchmarks(
    benchmarks: Sequence[ComparedBenchmark],
    on_trial: Callable[[int, int], None] | None = None,
    executor: Executor = DEFAULT_EXECUTOR,
) -> CounterTable:
    """Return the counters of a run of every variant but the control, in all threads: (2N - N runs) / N, hash seed 0.

    Calls of and by the user's own functions, SQL statements and regex compilations repeat exactly on any machine, with
    the same code and the same version of Python. Nothing of commands is counted.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    of_commands = [each for each in benchmarks if each.has_commands]
    found = count_each([each for each in benchmarks if each not in of_commands], on_trial, executor)
    lost = [each for each in found.values() if isinstance(each, WorkerLostError)]
    if lost:
        raise lost[0]
    return {
        **{each.name: dict.fromkeys(each.variants.keys() - {CONTROL}, OF_COMMANDS) for each in of_commands},
        **{name: each for name, each in found.items() if not isinstance(each, WorkerLostError)},
    }


def count_each(
    benchmarks: Sequence[ComparedBenchmark],
    on_trial: Callable[[int, int], None] | None = None,
    executor: Executor = DEFAULT_EXECUTOR,
) -> Mapping[str, Mapping[str, Counters] | WorkerLostError]:
    """Return what `count_benchmarks` does of benchmarks without commands, or why a worker was lost.

    Counting makes a run many times as long, so it may be too late.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    compared = {benchmark.name: benchmark for benchmark in benchmarks}
    done = itertools.count(1)

    @contextmanager
    def start() -> Iterator[Workers]:
        with executor.start(variants_by_name(benchmarks), hash_seed=0) as workers:
            workers.call_all("watch", {name: {} for name in workers.variants})  # before a workload makes threads
            yield workers

    def count(workers: Workers, name: str) -> Mapping[str, Counters] | WorkerLostError:
        try:
            return _counted(workers, compared[name])
        except WorkerLostError as error:
            return error
        finally:
            if on_trial:
                on_trial(next(done), len(benchmarks))

    return run_each(list(compared), start, count, lambda found: [found] if isinstance(found, WorkerLostError) else [])


def _counted(workers: Workers, benchmark: ComparedBenchmark) -> dict[str, Counters]:
    variants = {name: variant for name, variant in benchmark.variants.items() if name != CONTROL}
    loaded = workers.load(benchmark.name, variants, warm_up_runs=RUNS)
    counted = workers.call_all("count", {name: {"name": benchmark.name, "runs": RUNS} for name in variants})
    return {
        name: replace(_counters(Counted(**answer), variants[name].counters), first_calls=loaded[name].first_calls)
        for name, answer in counted.items()
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
