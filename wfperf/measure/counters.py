"""Work counters: what a run does, counted in a deterministic pass; they explain a speedup and gate without noise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from wfperf.measure.answers import Counted
from wfperf.measure.blocks import CONTROL, Trial, subjects_by_side
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.instructions import count_instructions
from wfperf.results.work import FUNCTION_CALLS, INSTRUCTIONS, LIBRARY_CALLS, Work

RUNS = 3
"""N, in (2N - N) / N: a count that is not the same in every run shows as a fraction, where N is odd and not 1."""

WorkTable = Mapping[str, Mapping[str, Work]]
"""Work by scenario and side."""


def count_work(
    trials: Sequence[Trial],
    on_trial: Callable[[int, int], None] | None = None,
    executor: Executor = DEFAULT_EXECUTOR,
) -> WorkTable:
    """Return the work of one run of every side but the control, in all its threads: (2N - N runs) / N, hash seed 0.

    Which repeats exactly: calls of and by one's own functions, SQL statements and regex compilations, on
    any machine, as long as the code is the same, and Python's version.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    work: dict[str, dict[str, Work]] = {}
    with executor.start(subjects_by_side(trials), hash_seed=0) as workers:
        workers.call_all("watch", {side: {} for side in workers.sides})  # before a workload makes threads
        for done, trial in enumerate(trials, 1):
            subjects = {side: subject for side, subject in trial.subjects.items() if side != CONTROL}
            workers.load(trial.name, subjects, warm_up_runs=RUNS)
            counted = workers.call_all("count", {side: {"name": trial.name, "runs": RUNS} for side in subjects})
            work[trial.name] = {
                side: _work(Counted(**answer), subjects[side].counters) for side, answer in counted.items()
            }
            if on_trial:
                on_trial(done, len(trials))
    return work


def _work(counted: Counted, functions: Mapping[str, str]) -> Work:
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
    return Work(
        counts={name: int(number) for name, number in sorted(counts.items()) if name not in uneven},
        calls=_whole(calls),
        library_calls=_whole(library_calls),
        uneven=tuple(sorted(uneven)),
        uncounted=tuple(counted.uncounted),
    )


def _whole(calls: Mapping[str, float]) -> dict[str, int]:
    """Return calls as whole numbers; none where one of them differs from run to run."""
    if any(times != int(times) for times in calls.values()):
        return {}
    return {name: int(times) for name, times in calls.items()}


def with_allocations(work: WorkTable, trials: Sequence[Trial], executor: Executor = DEFAULT_EXECUTOR) -> WorkTable:
    """Return work with the blocks of memory that a run takes and their bytes, by memray.

    They do not repeat to the last digit: what the interpreter keeps for reuse depends on what ran before.

    Raises:
        NothingMeasuredError: a subject cannot be run, or its interpreter has no memray.
    """
    counted = {trial.name: dict(work[trial.name]) for trial in trials}
    with executor.start(subjects_by_side(trials), hash_seed=0) as workers:
        for trial in trials:
            sides = counted[trial.name]
            workers.load(trial.name, {side: trial.subjects[side] for side in sides}, warm_up_runs=RUNS)
            for side, known in sides.items():
                answer = workers.call(side, "allocations", name=trial.name, runs=RUNS)
                more = {counter: round(number) for counter, number in answer["counters"].items()}
                sides[side] = replace(known, counts={**known.counts, **more})
    return counted


def with_instructions(work: WorkTable, trials: Sequence[Trial], executor: Executor = DEFAULT_EXECUTOR) -> WorkTable:
    """Return work with the instructions of a run, by callgrind.

    Raises:
        NothingMeasuredError: valgrind is missing, or a subject cannot be run.
    """
    counted = {trial.name: dict(work[trial.name]) for trial in trials}
    for trial in trials:
        sides = counted[trial.name]
        numbers = count_instructions({side: trial.subjects[side] for side in sides}, executor)
        for side, known in sides.items():
            sides[side] = replace(known, counts={**known.counts, INSTRUCTIONS: numbers[side]})
    return counted
