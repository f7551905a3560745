"""How long do runs take: clocks and counters of a process, warm-up, and samples."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from .variant import Variant

WINDOW_NS = 5_000_000
"""Long enough for several runs of what is fast; of what is slow, one run is a window."""
STALE_WINDOWS = 3
PROGRESS = 0.99
"""Warm is what has not beaten its record by more than 1 % for so many windows."""
WARM_UP_LIMIT_NS = 2_000_000_000
"""Of what never comes to rest: it is measured all the same, and the coordinator told."""
TRIES = 10
"""How often a sample is tried for its fastest: with half of them disturbed, one in a thousand times all of them are."""
FIRST_TRIES = 3
"""How many of them tell whether it is long enough: a single one that was disturbed would look so at any length."""
MOST_RUNS = 1 << 24
"""Of a sample: what takes nothing that a clock can see is not tried for ever."""


class Reading(NamedTuple):
    """What the clocks and counters of a process say; those of a thread are of the one that reads.

    `ended_s` is processor time of children that have ended, `has_children` whether there are others; `queued_ns` is how
    long the thread has stood in the queue for a processor, `slept` how often it gave the processor up by itself, and
    `preempted` how often it was taken away.
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
    """What runs take: a reading before, another after, and their difference.

    `wall_ns` is the time that passed, `processor_ns` the processor time of the whole process. `waited_ns` is for how
    long the calling thread slept by its own choice: neither ran, nor stood in the queue for a processor. `elsewhere_ns`
    is processor time of other threads. `preempted` tells whether the system took the processor away in between,
    `has_children` whether other processes that this one has started may have worked.
    """

    def __init__(self) -> None:
        self._usage = partial(resource.getrusage, getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF))
        self._usage_of_ended = partial(resource.getrusage, resource.RUSAGE_CHILDREN)
        # Where Linux tells how long a thread has stood in the queue; elsewhere that time counts as waited.
        try:
            self._queue = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        except OSError:
            self._queue = -1

    def read(self) -> Reading:
        """Return the clocks, the wall clock last: nothing of the reading itself lies between it and the runs."""
        ended_s, children = sum(self._usage_of_ended()[:2]), has_children()
        queued_ns = int(os.pread(self._queue, 100, 0).split()[1]) if self._queue >= 0 else 0
        usage = self._usage()
        return Reading(
            *(ended_s, children, queued_ns, usage.ru_nvcsw, usage.ru_nivcsw),
            *(time.thread_time_ns(), time.process_time_ns(), time.perf_counter_ns()),
        )

    def used(self, before: Reading) -> dict[str, Any]:
        """Return what was used since a reading."""
        wall_ns, processor_ns, thread_ns = time.perf_counter_ns(), time.process_time_ns(), time.thread_time_ns()
        after = self.read()
        wall_ns -= before.wall_ns
        processor_ns -= before.processor_ns
        thread_ns -= before.thread_ns
        queued_ns = after.queued_ns - before.queued_ns
        return {
            "wall_ns": wall_ns,
            "processor_ns": processor_ns,
            # Who never gave the processor up by himself did not wait, whatever the clocks say of a machine that stood.
            "waited_ns": max(0, wall_ns - thread_ns - queued_ns) if after.slept > before.slept else 0,
            "elsewhere_ns": max(0, processor_ns - thread_ns),
            "preempted": after.preempted > before.preempted,
            "has_children": before.has_children or after.has_children or after.ended_s > before.ended_s,
        }


def fastest(variant: Variant, name: str, target_ns: int) -> dict[str, Any]:
    """Return how long a run takes in the fastest of several samples that take about so long."""
    return {"run_ns": fastest_run_ns(lambda runs: int(sample(variant, name, runs)["used"]["wall_ns"]), target_ns)}


def fastest_run_ns(sampled_ns: Callable[[int], int], target_ns: int) -> float:
    """Return how long a run takes in the fastest of several samples that take about so long.

    Args:
        sampled_ns: takes a sample of so many runs, and returns how long it took.
        target_ns: how long a sample shall take; half of it is long enough.
    """
    runs = 1
    while True:
        wall_ns = min(sampled_ns(runs) for _ in range(FIRST_TRIES))
        if wall_ns >= target_ns / 2 or runs >= MOST_RUNS:
            wall_ns = min(wall_ns, *(sampled_ns(runs) for _ in range(TRIES - FIRST_TRIES)))
            if wall_ns >= target_ns / 2 or runs >= MOST_RUNS:
                return wall_ns / runs
        runs *= 2


def sample(variant: Variant, name: str, runs: int, *, warm: bool = True) -> dict[str, Any]:
    """Time so many runs, garbage collection on as in production.

    Other processes have had the caches since the last sample; where it is to be `warm`, one run more, untimed,
    brings them back.
    """
    run = variant.workloads[name].run
    if warm:
        run()
    repeats = range(runs)
    before = variant.meter.read()
    for _ in repeats:
        run()
    return {"used": variant.meter.used(before)}


def warm_up(run: Callable[[], Any]) -> tuple[int, float, bool]:
    """Run until it gets no faster; return how many runs that took, the fastest, and whether it came to rest in time.

    The fastest run of a window of 5 ms is what the machine's other work disturbs least. Warm is what has not beaten
    its record by more than 1 % for three windows in a row. What is too slow for a fourth window within the limit counts
    as warm: nothing has shown that it still gets faster.
    """
    start_ns = time.perf_counter_ns()
    record_ns, runs, windows, stale = float("inf"), 0, 0, 0
    while stale < STALE_WINDOWS:
        window_ns = time.perf_counter_ns()
        if window_ns - start_ns > WARM_UP_LIMIT_NS:
            return runs, record_ns, windows <= STALE_WINDOWS
        fastest_ns = float("inf")
        before_ns = window_ns
        while before_ns - window_ns < WINDOW_NS:
            run()
            after_ns = time.perf_counter_ns()
            fastest_ns = min(fastest_ns, after_ns - before_ns)
            before_ns = after_ns
            runs += 1
        windows += 1
        if fastest_ns < record_ns * PROGRESS:
            record_ns, stale = fastest_ns, 0
        else:
            stale += 1
    return runs, record_ns, True


def has_children() -> bool:
    """Return whether this process has a child, however it was started; False where the system can't be asked."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
