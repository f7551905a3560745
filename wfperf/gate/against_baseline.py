"""The gate against a committed file: counters, and times if they are of the same machine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.gate.baseline import Baseline, python_version
from wfperf.gate.counted import count_checks, counters_of, notes_on_unseen, undecided, unseen, without_calls
from wfperf.gate.definitions import Definitions
from wfperf.gate.progress import SILENT, Progress
from wfperf.gate.request import Request
from wfperf.gate.stored import (
    MAKE_ANEW,
    NO_TIMES,
    OTHER_TIMES,
    Times,
    check_enough,
    measure_times,
    time_checks,
    unlike,
)
from wfperf.gate.time_budgets import time_budget
from wfperf.measure.blocks import ComparedBenchmark
from wfperf.measure.counters import CounterTable, count_benchmarks
from wfperf.measure.revisions import only
from wfperf.results.decision import Check, Decision
from wfperf.results.environment import current_environment
from wfperf.results.revision import SavedBaseline


@dataclass(frozen=True, slots=True)
class Now:
    """The current code.

    Args:
        every: every benchmark with every configuration.
        request: which of them are gated and timed, and how.
    """

    every: Sequence[ComparedBenchmark]
    request: Request

    @property
    def own(self) -> tuple[str, ...]:
        """The packages whose calls are counted; empty if all in the source trees are."""
        return self.request.plan.packages

    @property
    def benchmarks(self) -> list[ComparedBenchmark]:
        """The benchmarks to count."""
        return only(self.every, self.request.cases)

    def count(self, progress: Progress = SILENT) -> CounterTable:
        """Return the counters of one run of each.

        Raises:
            NothingMeasuredError: a variant cannot be run.
        """
        progress.step("counting")
        return count_benchmarks(self.benchmarks, progress.counted, self.request.executor)

    def times(self, progress: Progress = SILENT) -> Times:
        """Return the run times of everything that is timed, on this machine.

        Raises:
            NothingMeasuredError: a variant cannot be run.
        """
        request = self.request
        return measure_times(only(self.every, request.timed_cases), request.schedule, request.executor, progress)


def check_version(file: Path, baseline: Baseline) -> None:
    """Check, before anything is counted, that a baseline can be compared with.

    Raises:
        NothingMeasuredError: it has no counts for this version of Python.
    """
    if python_version() not in baseline.counters:
        versions = ", ".join(baseline.counters) or "none"
        raise NothingMeasuredError(
            f"{file} has no counts for Python {python_version()} (it has: {versions}); add them: the same command "
            "with --update"
        )


def decide_against(
    file: Path, baseline: Baseline, now: Now, *, wall_time: bool, progress: Progress = SILENT
) -> Decision:
    """Return the gate's decision on the current code against a baseline.

    Args:
        file: the baseline's file, for messages.
        baseline: its content.
        now: the current code.
        wall_time: whether times are compared too.
        progress: shows the progress.

    Raises:
        NothingMeasuredError: a variant cannot be run.
        UsageError: the policy names a counter that nothing counts.
    """
    python, start_s = python_version(), time.monotonic()
    environment = current_environment()
    request = now.request
    counted = now.count(progress)
    _check_counters(now, baseline.counters[python], counted)
    before, otherwise = _only(baseline.counters[python], now), baseline.counted_otherwise(python, now.own)
    checks = [*_checks(without_calls(before) if otherwise else before, counted, now)]
    if otherwise:
        cases = [(benchmark, name) for benchmark, variants in counted.items() for name in variants]
        checks += undecided(dict.fromkeys(cases, otherwise), cases, MAKE_ANEW)
    reasons = {} if otherwise else unseen(before, counted)
    cases = request.cases_timed_with(reasons) if wall_time else [*reasons]
    budgets = [time_budget(case, request.policy.of_regression(*case)) for case in cases]
    timed: tuple[Check, ...] = ()
    notes = []
    if reasons and (wall_time or baseline.times):
        notes += notes_on_unseen(reasons, "time decides")
    else:
        checks += undecided(
            reasons, reasons, "store times too (--update --wall-time), or compare with a revision (--base)"
        )
    if wall_time or (reasons and baseline.times):
        timed = time_checks(
            *(baseline.times, now.every, budgets, request.schedule),
            without=OTHER_TIMES if baseline.has_useless_times else NO_TIMES,
            executor=request.executor,
            progress=progress,
        )
    intervals = len(budgets) if any(check.blocks for check in timed) else 0
    if intervals:
        notes.append("The stored times are older, so they also show drift of the machine; --base REF does not.")
    elif baseline.times and not timed and not unlike(baseline.times.machine):
        notes.append("Wall times were not compared. The baseline has some for this kind of machine: --wall-time.")
    if wall_time:
        notes += request.notes_on_time
    if any(request.policy.of_speedup(*case) is not None for case in request.cases if case[1] != request.plan.baseline):
        notes.append("Budgets of min_speedup are not checked against a file, only with --base REF.")
    if any(request.policy.of_peak_memory(*case) is not None for case in request.cases):
        notes.append("Budgets of max_peak_memory are not checked against a file, only with --base REF.")
    if any(check.counted_change for check in checks):
        notes.append("If the change is intended, store it: the same command with --update")
    return Decision(
        against=SavedBaseline(str(file)),
        head=None,
        python=python,
        checks=(*checks, *timed),
        environment=environment,
        notes=tuple(notes),
        seed=request.schedule.seed if intervals else None,
        duration_s=time.monotonic() - start_s,
        intervals=intervals,
    )


def updated(
    file: Path, baseline: Baseline, now: Now, *, wall_time: bool, progress: Progress = SILENT
) -> tuple[Decision, Baseline]:
    """Return the changes since a baseline, and the baseline with the current counts, and times if wanted.

    What is left out now stays as it was, and so do other versions of Python.

    Raises:
        NothingMeasuredError: a variant cannot be run, or has too few blocks to be compared.
        UsageError: the policy names a counter that nothing counts; or only a part is to be updated, but times are of
            another machine, or other code was counted as the user's own.
    """
    if wall_time and not now.request.is_whole and baseline.times and (elsewhere := unlike(baseline.times.machine)):
        raise UsageError(
            f"{file} holds times of another machine ({elsewhere}); update it without --benchmark and --config"
        )
    python, start_s = python_version(), time.monotonic()
    before = baseline.counters.get(python, {})
    otherwise = baseline.counted_otherwise(python, now.own) if before else ""
    if otherwise and not now.request.is_whole:
        raise UsageError(f"{file}: {otherwise}; update it without --benchmark and --config")
    counted = now.count(progress)
    _check_counters(now, before, counted)
    checks = _checks(_only(before, now) if before and not otherwise else counted, counted, now)
    reasons = unseen(counted, counted)
    notes = [f"Not compared with the counts of before: {otherwise}."] if otherwise else []
    if not wall_time:
        notes += notes_on_unseen(reasons, "store times too: --wall-time")
        if baseline.has_useless_times:
            notes.append(
                "The times in the baseline were measured in another way and are removed; to add new ones: --wall-time."
            )
    decision = Decision(
        against=SavedBaseline(str(file)),
        head=None,
        python=python,
        checks=checks,
        environment=current_environment(),
        notes=tuple(notes),
        duration_s=time.monotonic() - start_s,
    )
    times = now.times(progress) if wall_time else None
    new = baseline.updated(python, counted, times, own=now.own, whole=now.request.is_whole)
    if times and new.times:
        check_enough(times, new.times)
    return decision, new


def _check_counters(now: Now, before: CounterTable, counted: CounterTable) -> None:
    tables = before, counted
    cases = {(benchmark, name) for table in tables for benchmark, variants in table.items() for name in variants}
    now.request.policy.check_counters(counters_of(*tables), now.request.wholly(cases))


def _checks(before: CounterTable, counted: CounterTable, now: Now) -> tuple[Check, ...]:
    return count_checks(before, counted, now.request.policy, now.count, Definitions(now.request.folder).locate)


def _only(table: CounterTable, now: Now) -> CounterTable:
    """Return the gated part of a table; all if everything is gated, so that missing counts are noticed."""
    if now.request.is_whole:
        return table
    return {
        benchmark: {name: counters for name, counters in variants.items() if (benchmark, name) in now.request.cases}
        for benchmark, variants in table.items()
    }
