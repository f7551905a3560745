"""Traps: what a run does beside what its time says, seen around the first run and around one after the warm-up.

A time can be right and still mislead: later runs do less than the first one, work goes on in threads after a run has
returned, or half of the time goes into printing. Nothing here is done around samples.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from .shared_data import changed, copied
from .timing import uninterrupted_ns

if TYPE_CHECKING:
    from .counting import Calls
    from .timing import Meter

FIRST_FACTOR = 10.0
FIRST_MORE_NS = 1_000_000
"""A first run that takes ten times as long as later ones, and a millisecond more, does more than they do. In a worker,
the first runs of 25 functions of 0.1 us to 5 ms that keep nothing took at most 0.4 ms more, page faults aside."""
PAGE_FAULT_NS = 3_000
"""The first run also pays for memory that later ones reuse: 2.4 us for each page on a virtual machine, else less."""
ENDING_S = 0.002
"""How long a thread or process that has done its work may take to end."""
CLOCK_LOOKS = 20
"""How often the step of the clock is looked for: the smallest one that is seen counts."""
CLOCK_PATIENCE_NS = 20_000_000
"""How long it is looked for at most: about one step of the coarsest clocks, which is enough to know it."""
TASKS = "/proc/self/task"
"""Where Linux lists the threads of this process."""


class Look:
    """What is seen of a process right before a run and right after it, as a context manager.

    `used` is what the run took. `wall_ns` is its time, `uninterrupted_ns` its time if no other process had interrupted
    it, and `run_ns` the part of it that other processes had no share in. With `only_times`, there is only `wall_ns`.

    Args:
        run: what is run, for the data that all runs share.
        meter: the meter of this process.
        calls: counts the calls of the user's own functions; None in a process that does not count.
    """

    def __init__(self, run: Any, meter: Meter, calls: Calls | None = None) -> None:
        self._run = run
        self._meter = meter
        self._counting = calls
        self.calls = 0
        self.page_faults = 0
        self._data: dict[str, Any] = {}
        self.only_times = False
        self.used: dict[str, Any] = {}
        self.wall_ns = self.run_ns = 0
        self.uninterrupted_ns = 0.0
        self.has_set_up = False
        self.changes: list[str] = []
        self.threads = self.processes = self.printed_bytes = 0

    def __enter__(self) -> None:
        if self.only_times:
            self._began_ns = time.perf_counter_ns()
            return
        self._data = copied(self._run)
        self._threads, self._children = _threads(), _children()
        self._position = _position()
        self._set_up = _set_up()
        self._faults = _page_faults()
        self._before = self._meter.read()
        if self._counting is not None:
            sys.setprofile(self._counting)

    def __exit__(self, kind: object, *_: object) -> None:
        if self.only_times:
            self.wall_ns = time.perf_counter_ns() - self._began_ns
            return
        if self._counting is not None:
            sys.setprofile(None)
            self.calls = sum(self._counting.calls.values())
        if kind is not None:
            return
        self.used = used = self._meter.used(self._before)
        self.page_faults = _page_faults() - self._faults
        self.wall_ns, self.run_ns = used["wall_ns"], _undisturbed_ns(used)
        self.uninterrupted_ns = uninterrupted_ns(used)
        self.printed_bytes = max(0, _position() - self._position)
        self.has_set_up = _set_up() != self._set_up
        self.changes = changed(self._data, copied(self._run))
        self._data = {}
        if _threads() - self._threads or _children() - self._children:
            time.sleep(ENDING_S)
            self.threads = len(_threads() - self._threads)
            self.processes = sum(map(_is_running, _children() - self._children))


def traps(first: Look, later: Look | None, fastest_ns: float | None) -> list[dict[str, Any]]:
    """Return the traps of a benchmark: each with its kind, what it is about, and a number that its kind explains.

    Args:
        first: what was seen around its first run.
        later: what was seen around a run after the warm-up; None if there was none.
        fastest_ns: the fastest run of the warm-up; None if it is not known.
    """
    found = [_trap("changes", what) for what in dict.fromkeys((*first.changes, *(later.changes if later else ())))]
    if later is None:
        return found
    later_ns = max(1.0, fastest_ns or 0.0, later.run_ns)
    first_ns = first.run_ns - PAGE_FAULT_NS * first.page_faults
    is_longer = first_ns > FIRST_FACTOR * later_ns and first_ns - later_ns > FIRST_MORE_NS
    if is_longer and not first.has_set_up:
        found.append(_trap("first_run", number=first_ns / later_ns))
    counted = {"threads": later.threads, "processes": later.processes, "printed_bytes": later.printed_bytes}
    return found + [_trap(kind, number=number) for kind, number in counted.items() if number]


def first_calls(first: Look, later: Look | None) -> int:
    """Return how many calls the first run made beside those of a later one; 0 if there is an ordinary reason.

    As of time, ten times as many are no ordinary number; the call that the run is does not count.
    """
    if later is None or first.has_set_up or first.calls - 1 < FIRST_FACTOR * (later.calls - 1):
        return 0
    return max(0, first.calls - later.calls)


def _trap(kind: str, what: str = "", number: float = 1.0) -> dict[str, Any]:
    return {"kind": kind, "what": what, "number": number}


@cache
def clock_step_ns() -> int:
    """Return the smallest step of the clock that is seen, in nanoseconds."""
    steps: list[int] = []
    began_ns = time.perf_counter_ns()
    while len(steps) < CLOCK_LOOKS:
        before_ns = time.perf_counter_ns()
        while (after_ns := time.perf_counter_ns()) == before_ns:
            pass
        steps.append(after_ns - before_ns)
        if after_ns - began_ns > CLOCK_PATIENCE_NS:
            break
    return min(steps)


def _position() -> int:
    """Return how much was written to the file that is this process's stdout and stderr; 0 if that is no file."""
    with suppress(Exception):  # whatever the user has put there
        sys.stdout.flush()
    try:
        return os.lseek(1, 0, os.SEEK_CUR)
    except OSError:
        return 0


def _undisturbed_ns(used: Mapping[str, Any]) -> int:
    """Return the time of a run without what other processes made of it.

    As of a sample, that is processor time and its own waiting if it was preempted. A wait for threads or processes
    takes as long as these wait for a processor, so it does not count; nor does what they do at the same time.
    """
    if used["has_children"] or used["elsewhere_ns"]:
        return int(min(used["wall_ns"], used["processor_ns"]))
    return int(uninterrupted_ns(used))


def _set_up() -> tuple[int, int]:
    """Return the numbers of modules and of the system's threads: what a first run often sets up for all others."""
    return len(sys.modules), len(_tasks())


def _tasks() -> list[str]:
    """Return the ids of this process's threads, those of libraries in C included; none if the system does not tell."""
    try:
        return os.listdir(TASKS)  # noqa: PTH208 - pathlib would only be imported for it
    except OSError:
        return []


def _page_faults() -> int:
    """Return how many pages this process has touched for the first time."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def _threads() -> set[int]:
    return set(sys._current_frames())  # noqa: SLF001 - its documented name


def _children() -> set[int]:
    """Return the ids of child processes; none if the system does not tell."""
    found: set[int] = set()
    for thread in _tasks():
        with suppress(OSError), open(f"{TASKS}/{thread}/children", "rb") as file:  # noqa: PTH123
            found.update(map(int, file.read().split()))
    return found


def _is_running(pid: int) -> bool:
    """Return whether a process has not ended; one that has, but that nobody has waited for, is still listed."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
            return file.read().rpartition(b")")[2].split()[0] not in {b"Z", b"X"}
    except OSError:
        return False
