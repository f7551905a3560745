"""Counters of a run, from a deterministic pass: they explain a speedup, and serve the gate without noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from wfperf.measure.answers import Counted
from wfperf.measure.blocks import CONTROL, ComparedBenchmark, variants_by_name
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.instructions import count_instructions
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
    counters: dict[str, dict[str, Counters]] = {}
    of_commands = [each for each in benchmarks if each.has_commands]
    counters |= {each.name: dict.fromkeys(each.variants.keys() - {CONTROL}, OF_COMMANDS) for each in of_commands}
    benchmarks = [each for each in benchmarks if each not in of_commands]
    if not benchmarks:
        return counters
    with executor.start(variants_by_name(benchmarks), hash_seed=0) as workers:
        workers.call_all("watch", {name: {} for name in workers.variants})  # before a workload makes threads
        for done, benchmark in enumerate(benchmarks, 1):
            variants = {name: variant for name, variant in benchmark.variants.items() if name != CONTROL}
            workers.load(benchmark.name, variants, warm_up_runs=RUNS)
            counted = workers.call_all("count", {name: {"name": benchmark.name, "runs": RUNS} for name in variants})
            counters[benchmark.name] = {
                name: _counters(Counted(**answer), variants[name].counters) for name, answer in counted.items()
            }
            if on_trial:
                on_trial(done, len(benchmarks))
    return counters


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
    counted = {benchmark.name: dict(counters[benchmark.name]) for benchmark in benchmarks}
    with executor.start(variants_by_name(benchmarks), hash_seed=0) as workers:
        for benchmark in benchmarks:
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
    counted = {benchmark.name: dict(counters[benchmark.name]) for benchmark in benchmarks}
    for benchmark in benchmarks:
        variants = counted[benchmark.name]
        numbers = count_instructions({name: benchmark.variants[name] for name in variants}, executor)
        for name, known in variants.items():
            variants[name] = replace(known, counts={**known.counts, INSTRUCTIONS: numbers[name]})
    return counted
