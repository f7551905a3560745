"""Counters of a run, from a deterministic pass: they explain a speedup, and serve the gate without noise."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from wfperf.errors import AnswerTooLateError, NothingMeasuredError, WorkerLostError
from wfperf.measure.answers import Counted
from wfperf.measure.blocks import CONTROL, ComparedBenchmark, variants_by_name
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor, Workers
from wfperf.measure.instructions import count_instructions
from wfperf.measure.running_once import run_each
from wfperf.measure.variant import Variant
from wfperf.results.counters import FUNCTION_CALLS, INSTRUCTIONS, LIBRARY_CALLS, Counters

RUNS = 3
"""N in (2N - N) / N: if N is odd and not 1, a count that differs from run to run shows as a fraction."""

PASS = 3
"""Runs of the shortest pass: one, and then two, whose difference is counted."""

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
            workers.load(benchmark.name, variants, warm_up_runs=RUNS)
            table[benchmark.name] = _count(workers, benchmark.name, variants, RUNS)
            if on_benchmark:
                on_benchmark(number, len(counted))
    return table


def count_within(
    max_time_s: float, benchmarks: Sequence[ComparedBenchmark], on_benchmark: Advance, executor: Executor
) -> Mapping[str, Mapping[str, Counters] | NotCounted]:
    """Return what `count_benchmarks` does, or why a benchmark is not counted.

    Counting makes runs of much Python code twenty times as long. Each benchmark gets an equal share of the time. If
    that is too little for several runs, one is counted; if it is too little for one, none.

    Args:
        max_time_s: how long counting may take, in seconds, beside starting processes and first runs.
        benchmarks: what is counted, without commands.
        on_benchmark: called with the number of benchmarks that are done, and of all.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: a variant cannot be run, or does not answer.
    """
    named = {benchmark.name: benchmark for benchmark in benchmarks}
    share_s = max_time_s / max(len(benchmarks), 1)
    done = itertools.count(1)

    def count(workers: Workers, name: str) -> Mapping[str, Counters] | NotCounted:
        try:
            return _counted_within(share_s, workers, named[name], executor.now_s)
        except AnswerTooLateError as error:
            return NotCounted(_too_long(share_s), error)
        except WorkerLostError as error:
            return NotCounted(str(error), error)
        finally:
            on_benchmark(next(done), len(benchmarks))

    return run_each(
        list(named),
        lambda: _counting(executor, benchmarks),
        count,
        lambda found: [found.lost] if isinstance(found, NotCounted) and found.lost else [],
    )


@contextmanager
def _counting(executor: Executor, benchmarks: Sequence[ComparedBenchmark]) -> Iterator[Workers]:
    with executor.start(variants_by_name(benchmarks), hash_seed=0) as workers:
        workers.call_all("watch", {name: {} for name in workers.variants})  # before a workload makes threads
        yield workers


def _counted_variants(benchmark: ComparedBenchmark) -> dict[str, Variant]:
    return {name: variant for name, variant in benchmark.variants.items() if name != CONTROL}


def _counted_within(
    share_s: float, workers: Workers, benchmark: ComparedBenchmark, now_s: Callable[[], float]
) -> Mapping[str, Counters] | NotCounted:
    name, variants = benchmark.name, _counted_variants(benchmark)
    try:
        loaded = workers.load(name, variants, compared=False, once=True)
    except AnswerTooLateError as error:  # nothing slows a first run here
        raise NothingMeasuredError(str(error)) from error
    run_s = max(each.first_ns for each in loaded.values()) / 1e9
    if run_s * PASS > share_s:  # perhaps only the first run is slow
        began_s = now_s()
        workers.call_all("run", {variant: {"name": name, "runs": 1} for variant in variants})
        run_s = now_s() - began_s
    if run_s * PASS > share_s:
        return NotCounted(_too_long(share_s))
    began_s = now_s()
    counted = _count(workers, name, variants, 1, timeout_s=share_s)
    took_s = now_s() - began_s
    return counted if (1 + RUNS) * took_s > share_s else _count(workers, name, variants, RUNS)


def _too_long(share_s: float) -> str:
    return f"counting takes longer than {share_s:.2g} s, its share of the time budget"


def _count(
    workers: Workers, name: str, variants: Mapping[str, Variant], runs: int, *, timeout_s: float | None = None
) -> dict[str, Counters]:
    requests = {variant: {"name": name, "runs": runs} for variant in variants}
    counted = workers.call_all("count", requests, timeout_s=timeout_s)
    return {variant: _counters(Counted(**answer), variants[variant].counters) for variant, answer in counted.items()}


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
