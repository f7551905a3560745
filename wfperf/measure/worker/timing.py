"""Time runs: clocks and counters of a process, warm-up, and samples."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .variant import Variant
    from .workload import Workload

WINDOW_NS = 5_000_000
"""Long enough for several fast runs; a slow run is a window by itself."""
STALE_WINDOWS = 3
PROGRESS = 0.99
"""Warm means that the record was not beaten by more than 1 % for so many windows."""
LONG_RUN_NS = (STALE_WINDOWS + 1) * WINDOW_NS
"""The shortest warm-up of fast runs. A run that takes so long warms up as much by itself."""
WARM_UP_LIMIT_NS = 2_000_000_000
"""Then runs are measured even if they still get faster, and the coordinator is told."""
TRIES = 10
"""How many samples are tried for the fastest: if half are disturbed, all are in one of a thousand cases."""
FIRST_TRIES = 3
"""How many of them decide whether a sample is long enough: a single disturbed one could always seem so."""


class Reading(NamedTuple):
    """A reading of the clocks and counters of a process, and of the calling thread.

    `ended_s` is processor time of children that have ended, `has_children` whether there are others; `queued_ns` is how
    long the thread was queued for a processor, `slept` how often it gave the processor up voluntarily, and `preempted`
    how often it lost it.
    """

    ended_s: float
    has_children: bool
    queued_ns: int
    slept: int
    preempted: int
    thread_ns: int
    processor_ns: int
    wall_ns: int


class Meter:
    """Measures what runs take: a reading before, another after, and their difference.

    `wall_ns` is wall time, `processor_ns` processor time of the whole process. `waited_ns` is how long the calling
    thread slept voluntarily: it neither ran nor was queued for a processor. `elsewhere_ns` is processor time of other
    threads. `preempted` tells whether the thread lost the processor meanwhile, `has_children` whether child processes
    may have run.
    """

    def __init__(self) -> None:
        self._usage = partial(resource.getrusage, getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF))
        self._usage_of_ended = partial(resource.getrusage, resource.RUSAGE_CHILDREN)
        # Linux tells here how long a thread was queued; on other systems, that time counts as waited.
        try:
            self._queue = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        except OSError:
            self._queue = -1

    def read(self) -> Reading:
        """Return a reading, with the wall clock read last, so that it does not time the reading."""
        ended_s, children = sum(self._usage_of_ended()[:2]), has_children()
        queued_ns = int(os.pread(self._queue, 100, 0).split()[1]) if self._queue >= 0 else 0
        usage = self._usage()
        return Reading(
            *(ended_s, children, queued_ns, usage.ru_nvcsw, usage.ru_nivcsw),
            *(time.thread_time_ns(), time.process_time_ns(), time.perf_counter_ns()),
        )

    def used(self, before: Reading) -> dict[str, Any]:
        """Return what was taken since a reading."""
        wall_ns, processor_ns, thread_ns = time.perf_counter_ns(), time.process_time_ns(), time.thread_time_ns()
        after = self.read()
        wall_ns -= before.wall_ns
        processor_ns -= before.processor_ns
        thread_ns -= before.thread_ns
        queued_ns = after.queued_ns - before.queued_ns
        return {
            "wall_ns": wall_ns,
            "processor_ns": processor_ns,
            # A thread that never gave up the processor did not wait, even if the whole machine stood still.
            "waited_ns": max(0, wall_ns - thread_ns - queued_ns) if after.slept > before.slept else 0,
            "elsewhere_ns": max(0, processor_ns - thread_ns),
            "preempted": after.preempted > before.preempted,
            "has_children": before.has_children or after.has_children or after.ended_s > before.ended_s,
        }


def fastest(variant: Variant, name: str, target_ns: int) -> dict[str, Any]:
    """Return the time of a run in the fastest of several samples of about `target_ns`."""
    most_runs = variant.workloads[name].most_runs
    return {
        "run_ns": fastest_run_ns(
            lambda runs: int(sample(variant, name, runs)["used"]["wall_ns"]), target_ns, most_runs=most_runs
        )
    }


def fastest_run_ns(sampled_ns: Callable[[int], int], target_ns: int, *, most_runs: int) -> float:
    """Return the time of a run in the fastest of several samples of about `target_ns`.

    Args:
        sampled_ns: takes a sample of so many runs, and returns its time.
        target_ns: wanted time of a sample; half of it is enough.
        most_runs: the largest sample, so that runs too fast for the clock are not tried for ever.
    """
    runs = 1
    while True:
        wall_ns = min(sampled_ns(runs) for _ in range(FIRST_TRIES))
        if wall_ns >= target_ns / 2 or runs >= most_runs:
            wall_ns = min(wall_ns, *(sampled_ns(runs) for _ in range(TRIES - FIRST_TRIES)))
            if wall_ns >= target_ns / 2 or runs >= most_runs:
                return wall_ns / runs
        runs = min(2 * runs, most_runs)


def sample(variant: Variant, name: str, runs: int, *, warm: bool = True) -> dict[str, Any]:
    """Time a number of runs, with garbage collection on as in production.

    Other processes have used the caches since the last sample; if `warm`, an untimed run first refills them.
    """
    workload = variant.workloads[name]
    if warm:
        workload.run()
    if workload.command is not None:
        return {"used": workload.command.metered(runs)}
    if workload.timed is not None:
        before = variant.meter.read()
        seconds = workload.timed(runs)
        return {"used": _of_part(variant.meter.used(before), seconds)}
    return {"used": workload.metered(runs, variant.meter)}


def _of_part(used: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Return the share of what was used that belongs to a part of the time, which the workload has measured itself."""
    share = seconds * 1e9 / max(used["wall_ns"], 1)
    return {name: round(each * share) if name.endswith("_ns") else each for name, each in used.items()}


def warmed_up(variant: Variant, workload: Workload, runs: int | None) -> dict[str, Any]:
    """Warm a workload up; return the number of runs, the time of the fastest, what all took, and whether it is warm.

    A command is not warmed up: each of its runs has processes of its own. Its first run has filled the file cache.

    Args:
        variant: the variant of this process.
        workload: its workload.
        runs: number of runs; None to run until it is warm, and to time them.
    """
    if workload.command is not None:
        used = workload.command.metered(1 if runs is None else runs)
        return {"runs": runs or 1, "run_ns": used["wall_ns"] if runs is None else None, "used": used, "warmed_up": True}
    before = variant.meter.read()
    if runs is None:
        needed, run_ns, is_warm = warm_up(workload)
        return {"runs": needed, "run_ns": run_ns, "used": variant.meter.used(before), "warmed_up": is_warm}
    for _ in range(runs):
        workload.run()
    return {"runs": runs, "run_ns": None, "used": variant.meter.used(before), "warmed_up": True}


def warm_up(workload: Workload) -> tuple[int, float, bool]:
    """Run until runs get no faster; return their number, the fastest in nanoseconds, and whether they got warm in time.

    The machine's other work disturbs the fastest run of a window of 5 ms least. Runs are warm when three
    windows in a row have not beaten their record by more than 1 %. Runs too slow for a fourth window within the limit
    count as warm: nothing has shown that they still get faster.
    """
    start_ns = time.perf_counter_ns()
    record_ns, runs, windows, stale = float("inf"), 0, 0, 0
    while stale < STALE_WINDOWS:
        window_ns = time.perf_counter_ns()
        if window_ns - start_ns > WARM_UP_LIMIT_NS:
            return runs, record_ns, windows <= STALE_WINDOWS
        fastest_ns = float("inf")
        after_ns = window_ns
        while after_ns - window_ns < WINDOW_NS:
            (run,) = workload.prepared(1)
            before_ns = time.perf_counter_ns()
            run()
            after_ns = time.perf_counter_ns()
            fastest_ns = min(fastest_ns, after_ns - before_ns)
            runs += 1
        windows += 1
        if fastest_ns < record_ns * PROGRESS:
            record_ns, stale = fastest_ns, 0
        else:
            stale += 1
    return runs, record_ns, True


def uninterrupted_ns(used: Mapping[str, Any]) -> float:
    """Return the wall time of what was used; if it was interrupted, processor time and own waiting instead."""
    return float(used["processor_ns"] + used["waited_ns"] if used["preempted"] else used["wall_ns"])


def has_children() -> bool:
    """Return whether this process has a child, however it was started; False if the system cannot tell."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
