"""Count a run: calls in all threads, and the counters that a workload keeps itself."""

from __future__ import annotations

import _thread
import gc
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any

from .own import Own, qualified
from .timing import has_children

if TYPE_CHECKING:
    from .variant import Variant
    from .workload import Workload

COMPILERS = frozenset({("re", "_compile"), ("re2", "compile")})
"""Functions that compile regular expressions, by module and name; both cache recent ones."""
LISTEN_S = 0.02
"""How long to wait for threads that go on after a run, or are just ending."""
STARTS_OF_PROCESSES = frozenset(
    {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"}
)
"""Audit events of process starts."""
OTHER_PROCESSES = "work in other processes"
LATE_WORK = "work that goes on in threads after a run has returned"
UNKNOWN_THREADS = "work in threads that were started without the module threading"


class Calls:
    """Counts calls, as the profile function of `sys.setprofile`.

    It counts calls of the user's own functions, their calls of other functions, built-in ones included (but no classes
    written in C), and all compilations of regular expressions.
    """

    def __init__(self, own: Own) -> None:
        self.own = own
        self.calls: Counter[CodeType] = Counter()
        self.library: Counter[tuple[CodeType, str]] = Counter()
        self.compiled = 0
        self.has_unknown_threads = False

    def __call__(self, frame: FrameType, event: str, called: Any) -> None:
        """Count an event of the interpreter."""
        code = frame.f_code
        if event == "call":
            self._call(frame, code)
        elif event == "c_call":
            if code in self.own:
                self.library[code, called.__qualname__] += 1
            if called is _thread.start_new_thread and frame.f_globals.get("__name__") != "threading":
                self.has_unknown_threads = True

    def _call(self, frame: FrameType, code: CodeType) -> None:
        caller = frame.f_back
        if code in self.own:
            self.calls[code] += 1
        elif caller is not None and caller.f_code in self.own:
            self.library[caller.f_code, qualified(code)] += 1
        if code.co_name.endswith("compile") and (frame.f_globals.get("__name__"), code.co_name) in COMPILERS:
            self.compiled += 1

    def add(self, other: Calls) -> None:
        """Add the counts of another thread, from atomic copies, because it may still be counting."""
        self.calls.update(dict(other.calls))
        self.library.update(dict(other.library))
        self.compiled += other.compiled
        self.has_unknown_threads |= other.has_unknown_threads

    def library_by_name(self) -> Counter[str]:
        """Return how often each own function called each other function."""
        named: Counter[str] = Counter()
        for (code, callee), times in self.library.items():
            named[f"{self.own.name(code)} calls {callee}"] += times
        return named


class Threads:
    """Counts calls in all threads, with separate `Calls` for each, so that no thread loses counts.

    Every thread starts with it as its profile function, and it passes events on during a pass. So it also sees threads
    of a pool that was made long before.
    """

    def __init__(self) -> None:
        self.by_thread: dict[int, Calls] = {}
        self.own: Own | None = None
        self.is_counting = self.is_watching = False
        self.uncounted: set[str] = set()

    def __call__(self, frame: FrameType, event: str, called: Any) -> None:
        """Count an event in a thread other than the running one, or note that it comes after the run."""
        own = self.own
        if own is None:
            return
        if self.is_counting:
            thread = threading.get_ident()
            (self.by_thread.get(thread) or self.by_thread.setdefault(thread, Calls(own)))(frame, event, called)
        elif event == "call" and frame.f_code in own:
            self.uncounted.add(LATE_WORK)

    def watch(self) -> None:
        """Count in every thread that starts from now on, and note what is not counted."""
        self.is_watching = True
        threading.setprofile(self)
        sys.addaudithook(self._audit)

    def calls(self, own: Own) -> Calls:
        """Return what counts calls in one thread."""
        return Calls(own)

    def count(self, own: Own, runs: Iterable[Callable[[], Any]]) -> Calls:
        """Return the calls of some runs, in all threads together."""
        calls = Calls(own)
        self.by_thread = {threading.get_ident(): calls}
        self.own, self.is_counting = own, True
        sys.setprofile(calls)
        try:
            for run in runs:
                run()
        finally:
            sys.setprofile(None)
            self.is_counting = False
            if threading.active_count() > 1:
                time.sleep(LISTEN_S)
            self.own = None
        if self.is_watching and has_children():
            self.uncounted.add(OTHER_PROCESSES)
        for other in list(self.by_thread.values())[1:]:
            calls.add(other)
        if calls.has_unknown_threads or _has_unknown_threads():
            self.uncounted.add(UNKNOWN_THREADS)
        return calls

    def _audit(self, event: str, _arguments: tuple[Any, ...]) -> None:
        if self.is_counting and event in STARTS_OF_PROCESSES:
            self.uncounted.add(OTHER_PROCESSES)


def watch(variant: Variant) -> dict[str, Any]:
    """Prepare to count all threads. They are slower from now on, so this process must not time."""
    variant.instrument = "counting"
    _threads(variant).watch()
    return {}


def count(variant: Variant, name: str, runs: int) -> dict[str, Any]:
    """Return the counters of one run, (2N runs - N runs) / N, and what was not counted."""
    threads, workload = _threads(variant), variant.workloads[name]
    once, twice = _counted(threads, workload, runs), _counted(threads, workload, 2 * runs)
    counters: dict[str, Any] = {
        kind: {key: (value - once[kind].get(key, 0)) / runs for key, value in twice[kind].items()} for kind in twice
    }
    return {**counters, "uncounted": sorted(threads.uncounted)}


def _threads(variant: Variant) -> Threads:
    if variant.threads is None:
        variant.threads = Threads()
    return variant.threads


def _counted(threads: Threads, workload: Workload, runs: int) -> dict[str, Counter[str]]:
    before = {key: counter() for key, counter in workload.counters.items()}
    calls = Calls(workload.own)
    for prepared in workload.batches(runs):
        gc.collect()
        gc.disable()  # a collection would call finalizers at an arbitrary point
        try:
            calls.add(threads.count(workload.own, prepared))
        finally:
            gc.enable()
    counters = Counter({key: counter() - before[key] for key, counter in workload.counters.items()})
    counters["regex_compilations"] = calls.compiled
    return {
        "calls": workload.own.by_name(calls.calls),
        "library_calls": calls.library_by_name(),
        "counters": counters,
    }


def _has_unknown_threads() -> bool:
    """Return whether there are threads that `threading` did not start, whose calls are not counted."""
    for _ in range(2):  # one that is just ending is no longer known; it is gone at the second look
        threads = [each for each in threading.enumerate() if not isinstance(each, threading._DummyThread)]  # noqa: SLF001
        if set(sys._current_frames()) <= {each.ident for each in threads}:  # noqa: SLF001 - its documented name
            return False
        time.sleep(LISTEN_S)
    return True
