"""The worker: imports once, then forks one child a side; each child loads workloads, runs, times and counts them.

Run by path, with the standard library alone and on Python 3.9 or later, so that what it measures may come from any
source tree, virtual environment or interpreter. The first line on stdin is a JSON object:

    {"path": [...], "modules": [...], "sides": [[socket, stderr], ...], "cpu": null}

`path` goes before the interpreter's own; `modules` are imported before the fork, so that the sides share one memory
layout and one hash seed; each side has a socket and a file for what it says; `cpu` is the one to run on. Stdin stays
open: when it ends, however the coordinator may have ended, every process here is killed.

Each child serves its socket, a JSON object a line. It begins with {"protocol": 4, "python", "pid"}, and answers:

    {"op": "load", "name", "target", "arguments", "configuration", "packages", "trees", "warm_up_runs"}
                                       -> {"outcome", "digest", "runs", "run_ns", "used", "settled", "stable", "file"}
    {"op": "configurations", "target", "arguments"} -> {"names"}
    {"op": "imported", "tree"}                      -> {"files"}; imported from a source tree, without libraries
    {"op": "pin", "cpus"}                           -> {}
    {"op": "fastest", "name", "target_ns"}          -> {"run_ns"}
    {"op": "sample", "name", "runs", "warm"}        -> {"used"}
    {"op": "watch"}                                 -> {}; threads started from now on are counted, and slower for good
    {"op": "count", "name", "runs"}                 -> {"calls": {...}, "library_calls": {...}, "counters": {...},
                                                        "uncounted": [...]}
    {"op": "bytes", "name", "runs"}                 -> {"bytes"}
    {"op": "allocations", "name", "runs"}           -> {"counters": {...}}
    {"op": "run", "name", "runs"}                   -> {}
    {"op": "end"}                                   -> nothing; the side ends by itself
    {"op": "shares", "name", "modules", "seconds"}  -> {"samples", "watched_ns", "within": [[[labels], ns], ...]}
    {"op": "at_work", "name", "seconds"}            -> {"watched_ns", "within_ns": {...}}
    {"op": "hook", "target", "arguments"}           -> {"returned"}, a text that is JSON; or {"failed"}, in its words
    {"op": "source", "target"}                      -> {"file", "line", "text", "helpers": {...}}

`used` is what some runs took: {"wall_ns", "processor_ns", "waited_ns", "elsewhere_ns", "preempted", "has_children"};
see `Meter`.
An answer with "error" is the subject's failure.

Protocol 3 timed by the wall clock alone, and each side chose its own number of runs. Protocol 2 did not tell which file
a workload came from. Protocol 1 had one interpreter and one source tree for all, and guessed the warm-up.
"""

from __future__ import annotations

import _thread
import gc
import hashlib
import importlib
import importlib.util
import json
import os
import re
import signal
import socket
import sys
import tempfile
import textwrap
import threading
import time
import traceback
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from enum import Enum
from functools import partial
from inspect import iscoroutinefunction
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, NamedTuple

PROTOCOL = 4
WINDOW_NS = 5_000_000
STALE_WINDOWS = 3
PROGRESS = 0.99
WARM_UP_LIMIT_NS = 2_000_000_000
TRIES = 10
"""How often a sample is tried for its fastest: with half of them disturbed, one in a thousand times all of them are."""
FIRST_TRIES = 3
"""How many of them tell whether it is long enough: a single one that was disturbed would look so at any length."""
MOST_RUNS = 1 << 24
"""Of a sample: what takes nothing that a clock can see is not tried for ever."""
LOOK_EVERY_S = 0.00025
LONGEST_OUTCOME = 200_000
DEEPEST = 200
SPOKEN = frozenset({"datetime", "decimal", "fractions", "uuid", "pathlib", "zoneinfo", "ipaddress"})
"""Modules whose objects say all that they are when they are written."""
COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})
"""Frames that only some Python versions make."""
COMPILERS = frozenset({("re", "_compile"), ("re2", "compile")})
"""Where the regular expressions of a program pass through, by module and function; both keep recent ones."""
LIBRARY_FOLDERS = frozenset({"site-packages", "dist-packages"})
STANDARD_LIBRARY = os.path.dirname(threading.__file__) + os.sep  # noqa: PTH120 - a prefix of names of files
ENVIRONMENT = "pyvenv.cfg"
"""The file that tells the folder of a virtual environment."""


LISTEN_S = 0.02
STARTS_OF_PROCESSES = frozenset(
    {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"}
)
"""Audit events."""
OTHER_PROCESSES = "work in other processes"
LATE_WORK = "work that goes on in threads after a run has returned"
UNKNOWN_THREADS = "work in threads that were started without the module threading"


class Workload:
    """What one side runs: `run` once a run; `data` turns an outcome into plain data; `counters` only it can take."""

    def __init__(self, made: Any, packages: Sequence[str], trees: Sequence[str] = ()) -> None:
        run = made if callable(made) else made.run
        self.run: Callable[[], Any] = _awaited(run) if iscoroutinefunction(run) else run
        self.data: Callable[[Any], Any] = getattr(made, "data", lambda outcome: outcome)
        self.counters: Mapping[str, Callable[[], int]] = getattr(made, "counters", {})
        self.own = Own([home for package in packages for home in _homes(package)], trees)

    def outcome(self) -> str:
        """Run once, and return the outcome as text: equal outcomes have equal ones, in any process."""
        return json.dumps(plain(self.data(self.run())), sort_keys=True, ensure_ascii=True)


class Own:
    """One's own code: what lies in some folders (with a separator at their end) and files, or below source trees.

    Libraries that lie below a source tree, in a virtual environment for instance, are none of one's own.
    """

    def __init__(self, homes: Sequence[str], trees: Sequence[str] = ()) -> None:
        self.homes = tuple(homes)
        # A source tree may be reached through a link, by the path of imports or by what was installed from it.
        roots = {os.path.join(root, "") for tree in trees for root in (tree, os.path.realpath(tree))}  # noqa: PTH118
        self.trees = tuple(sorted(roots, key=lambda root: (-len(root), root)))
        self._names: dict[str, str] = {}

    def __contains__(self, code: CodeType) -> bool:
        return self.holds(code.co_filename)

    def holds(self, file: str) -> bool:
        """Return whether a file is one of one's own."""
        return bool(self._file(file))

    def name(self, code: CodeType) -> str:
        """Return what a function of one's own is called: `package/file.py:qualified.name`."""
        return f"{self._file(code.co_filename)}:{_qualified(code)}"

    def _file(self, file: str) -> str:
        """Return what a file of one's own is called, the same wherever its source tree lies; empty for another one."""
        known = self._names.get(file)
        if known is None:
            known = self._names[file] = self._named(file)
        return known

    def _named(self, file: str) -> str:
        for home in self.homes:
            if file.startswith(home):
                return Path(file).relative_to(Path(home).parent).as_posix()
        if not self.trees or not os.path.isabs(file):  # noqa: PTH117 - such as <string>: code without a file
            return ""
        for path in dict.fromkeys((file, os.path.realpath(file))):
            tree = next((tree for tree in self.trees if path.startswith(tree)), "")  # the innermost
            if tree and not _is_of_library(path, tree):
                return Path(path).relative_to(tree).as_posix()
        return ""

    def by_name(self, times: Mapping[CodeType, int]) -> Counter[str]:
        """Return how often each function of one's own was seen, but for comprehensions."""
        named: Counter[str] = Counter()
        for code, number in times.items():
            if code.co_name not in COMPREHENSIONS:
                named[self.name(code)] += number
        return named


class Calls:
    """Counts calls, as the function that `sys.setprofile` is given.

    Calls of one's own functions; those that they make of other functions, built-in ones included (a class written in C
    is none); and regular expressions that are compiled, by whomever.
    """

    def __init__(self, own: Own) -> None:
        self.own = own
        self.calls: Counter[CodeType] = Counter()
        self.library: Counter[tuple[CodeType, str]] = Counter()
        self.compiled = 0
        self.has_unknown_threads = False

    def __call__(self, frame: FrameType, event: str, called: Any) -> None:
        """Count an event of the interpreter's."""
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
            self.library[caller.f_code, _qualified(code)] += 1
        if code.co_name.endswith("compile") and (frame.f_globals.get("__name__"), code.co_name) in COMPILERS:
            self.compiled += 1

    def add(self, other: Calls) -> None:
        """Add what was counted in another thread; copied first, at once, should that still count an event."""
        self.calls.update(dict(other.calls))
        self.library.update(dict(other.library))
        self.compiled += other.compiled
        self.has_unknown_threads |= other.has_unknown_threads

    def library_by_name(self) -> Counter[str]:
        """Return how often each own function called each other one."""
        named: Counter[str] = Counter()
        for (code, callee), times in self.library.items():
            named[f"{self.own.name(code)} calls {callee}"] += times
        return named


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
        import resource  # noqa: PLC0415 - no part of Python on Windows, which has no fork either, and is told so

        self._usage = partial(resource.getrusage, getattr(resource, "RUSAGE_THREAD", resource.RUSAGE_SELF))
        self._usage_of_ended = partial(resource.getrusage, resource.RUSAGE_CHILDREN)
        # Where Linux tells how long a thread has stood in the queue; elsewhere that time counts as waited.
        try:
            self._queue = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        except OSError:
            self._queue = -1

    def read(self) -> Reading:
        """Return the clocks, the wall clock last: nothing of the reading itself lies between it and the runs."""
        ended_s, has_children = sum(self._usage_of_ended()[:2]), _has_children()
        queued_ns = int(os.pread(self._queue, 100, 0).split()[1]) if self._queue >= 0 else 0
        usage = self._usage()
        return Reading(
            *(ended_s, has_children, queued_ns, usage.ru_nvcsw, usage.ru_nivcsw),
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


class Threads:
    """Counts calls in all threads, each with `Calls` of its own: none is lost to another's, nor with its thread.

    It is the profile function that every thread is started with, and hands events on while a pass is counted. So it
    also knows threads of a pool that was made long before.
    """

    def __init__(self) -> None:
        self.by_thread: dict[int, Calls] = {}
        self.own: Own | None = None
        self.is_counting = self.is_watching = False
        self.uncounted: set[str] = set()

    def __call__(self, frame: FrameType, event: str, called: Any) -> None:
        """Count an event in a thread that is not the one which runs; or notice that it comes after the run."""
        own = self.own
        if own is None:
            return
        if self.is_counting:
            thread = threading.get_ident()
            (self.by_thread.get(thread) or self.by_thread.setdefault(thread, Calls(own)))(frame, event, called)
        elif event == "call" and frame.f_code in own:
            self.uncounted.add(LATE_WORK)

    def watch(self) -> None:
        """Count in every thread that is started from now on, and notice what is not counted."""
        self.is_watching = True
        threading.setprofile(self)
        sys.addaudithook(self._audit)

    def count(self, own: Own, run: Callable[[], Any], runs: int) -> Calls:
        """Return the calls of some runs, in all threads together."""
        calls = Calls(own)
        self.by_thread = {threading.get_ident(): calls}
        self.own, self.is_counting = own, True
        sys.setprofile(calls)
        try:
            for _ in range(runs):
                run()
        finally:
            sys.setprofile(None)
            self.is_counting = False
            if threading.active_count() > 1:
                time.sleep(LISTEN_S)
            self.own = None
        if self.is_watching and _has_children():
            self.uncounted.add(OTHER_PROCESSES)
        for other in list(self.by_thread.values())[1:]:
            calls.add(other)
        if calls.has_unknown_threads or _has_unknown_threads():
            self.uncounted.add(UNKNOWN_THREADS)
        return calls

    def _audit(self, event: str, _arguments: tuple[Any, ...]) -> None:
        if self.is_counting and event in STARTS_OF_PROCESSES:
            self.uncounted.add(OTHER_PROCESSES)


class Child:
    """One side: its workloads by name, and the operations on them."""

    def __init__(self) -> None:
        self.workloads: dict[str, Workload] = {}
        self.meter = Meter()
        self.threads = Threads()

    def load(
        self,
        name: str,
        target: str,
        arguments: dict[str, Any] | None,
        configuration: str | None,
        packages: Sequence[str],
        warm_up_runs: int | None = None,
        *,
        trees: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Build a workload, run it for its outcome, until it is warm, and once more: is the outcome still the same?"""
        workload = self.workloads[name] = Workload(build(target, arguments, configuration), packages, trees)
        first = workload.outcome()
        before = self.meter.read()
        if warm_up_runs is None:
            runs, run_ns, settled = _warm_up(workload.run)
        else:
            runs, run_ns, settled = warm_up_runs, None, True
            for _ in range(warm_up_runs):
                workload.run()
        used = self.meter.used(before)
        stable = workload.outcome() == first
        gc.collect()
        gc.freeze()
        return {
            "outcome": first if len(first) <= LONGEST_OUTCOME else None,
            "digest": hashlib.sha256(first.encode()).hexdigest(),
            "runs": runs,
            "run_ns": run_ns,
            "used": used,
            "settled": settled,
            "stable": stable,
            "file": str(getattr(sys.modules[target.partition(":")[0]], "__file__", "") or ""),
        }

    def configurations(self, target: str, arguments: dict[str, Any] | None) -> dict[str, Any]:
        """Return the names of what a factory makes."""
        return {"names": list(_mapping(target, _made(target, arguments)))}

    def imported(self, tree: str) -> dict[str, Any]:
        """Return the files of modules that were imported from a source tree, but for libraries in it."""
        own = Own([], [tree])
        files = {str(getattr(module, "__file__", "") or "") for module in list(sys.modules.values())}
        return {"files": sorted(file for file in files if own.holds(file))}

    def pin(self, cpus: Sequence[int]) -> dict[str, Any]:
        """Run on these processors from now on; threads that there are already stay where they are."""
        os.sched_setaffinity(0, cpus)
        return {}

    def fastest(self, name: str, target_ns: int) -> dict[str, Any]:
        """Return how long a run takes in the fastest of several samples that take about so long."""
        runs = 1
        while True:
            wall_ns = self._wall_ns(name, runs, FIRST_TRIES)
            if wall_ns >= target_ns / 2 or runs >= MOST_RUNS:
                wall_ns = min(wall_ns, self._wall_ns(name, runs, TRIES - FIRST_TRIES))
                if wall_ns >= target_ns / 2 or runs >= MOST_RUNS:
                    return {"run_ns": wall_ns / runs}
            runs *= 2

    def _wall_ns(self, name: str, runs: int, tries: int) -> int:
        """Return how long the fastest of some samples takes."""
        return min(int(self.sample(name, runs)["used"]["wall_ns"]) for _ in range(tries))

    def sample(self, name: str, runs: int, *, warm: bool = True) -> dict[str, Any]:
        """Time so many runs, garbage collection on as in production.

        Other processes have had the caches since the last sample; where it is to be `warm`, one run more, untimed,
        brings them back.
        """
        run = self.workloads[name].run
        if warm:
            run()
        repeats = range(runs)
        before = self.meter.read()
        for _ in repeats:
            run()
        return {"used": self.meter.used(before)}

    def watch(self) -> dict[str, Any]:
        """Prepare to count all threads. They are slower from now on, so this process is for no timing."""
        self.threads.watch()
        return {}

    def count(self, name: str, runs: int) -> dict[str, Any]:
        """Return the work of one run, as the difference of 2N and N runs divided by N; and what was not counted."""
        once, twice = self._count(name, runs), self._count(name, 2 * runs)
        work: dict[str, Any] = {
            kind: {key: (value - once[kind].get(key, 0)) / runs for key, value in twice[kind].items()} for kind in twice
        }
        return {**work, "uncounted": sorted(self.threads.uncounted)}

    def _count(self, name: str, runs: int) -> dict[str, Counter[str]]:
        workload = self.workloads[name]
        before = {key: counter() for key, counter in workload.counters.items()}
        gc.collect()
        gc.disable()  # a collection calls finalizers from wherever it happens to begin
        try:
            calls = self.threads.count(workload.own, workload.run, runs)
        finally:
            gc.enable()
        counters = Counter({key: counter() - before[key] for key, counter in workload.counters.items()})
        counters["regex_compilations"] = calls.compiled
        return {
            "calls": workload.own.by_name(calls.calls),
            "library_calls": calls.library_by_name(),
            "counters": counters,
        }

    def bytes(self, name: str, runs: int) -> dict[str, Any]:
        """Return the bytes that each run's outcome keeps alive."""
        run = self.workloads[name].run
        outcomes = [None] * runs
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        for at in range(runs):
            outcomes[at] = run()
        after, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return {"bytes": (after - before) / runs}

    def allocations(self, name: str, runs: int) -> dict[str, Any]:
        """Return what a run allocates, by memray: the difference of 2N and N runs divided by N."""
        import memray  # noqa: PLC0415 - only where allocations are asked for, and only if this interpreter has it

        run = self.workloads[name].run
        once, twice = (_allocated(memray, run, times) for times in (runs, 2 * runs))
        return {"counters": {kind: (twice[kind] - once[kind]) / runs for kind in once}}

    def run(self, name: str, runs: int) -> dict[str, Any]:
        """Run so often, for someone who watches from outside."""
        run = self.workloads[name].run
        for _ in range(runs):
            run()
        return {}

    def shares(self, name: str, modules: dict[str, str], seconds: float) -> dict[str, Any]:
        """Run for so long, look now and then which modules are at work, and return for how long which ones were.

        `modules` gives each a label.
        """
        labels = {str(importlib.import_module(module).__file__): label for module, label in modules.items()}
        within: Counter[frozenset[str]] = Counter()

        def look(frame: FrameType | None, passed_ns: int) -> None:
            seen = set()
            while frame is not None:
                if frame.f_code.co_filename in labels:
                    seen.add(labels[frame.f_code.co_filename])
                frame = frame.f_back
            within[frozenset(seen)] += passed_ns

        looks = _watched(self.workloads[name].run, seconds, look)
        return {
            "samples": looks,
            "watched_ns": sum(within.values()),
            "within": [[sorted(seen), passed_ns] for seen, passed_ns in within.items()],
        }

    def at_work(self, name: str, seconds: float) -> dict[str, Any]:
        """Run for so long, look now and then which own function is at work, and return for how long each one was.

        What it calls of others is its own work.
        """
        workload = self.workloads[name]
        within: Counter[CodeType] = Counter()
        watched_ns = 0

        def look(frame: FrameType | None, passed_ns: int) -> None:
            nonlocal watched_ns
            watched_ns += passed_ns
            while frame is not None:
                code = frame.f_code
                if code.co_name not in COMPREHENSIONS and code in workload.own:
                    within[code] += passed_ns
                    return
                frame = frame.f_back

        _watched(workload.run, seconds, look)
        return {"watched_ns": watched_ns, "within_ns": workload.own.by_name(within)}


def build(target: str, arguments: dict[str, Any] | None, configuration: str | None) -> Any:
    """Return what `module:name` stands for: itself, what it makes of arguments, or one of those by its name."""
    made = _made(target, arguments)
    if configuration is None:
        return made
    known = _mapping(target, made)
    if configuration not in known:
        raise LookupError(f"{target} has no configuration {configuration!r}, only {', '.join(map(repr, known))}")
    return known[configuration]


def _made(target: str, arguments: dict[str, Any] | None) -> Any:
    module, _, path = target.partition(":")
    made: Any = importlib.import_module(module)
    for name in path.split("."):
        made = getattr(made, name)
    return made if arguments is None else made(**arguments)


def _mapping(target: str, made: Any) -> Mapping[str, Any]:
    if not isinstance(made, Mapping) or not made:
        raise TypeError(f"{target} gave {type(made).__name__}, not a mapping of configurations to callables")
    return made


def _awaited(function: Callable[[], Any]) -> Callable[[], Any]:
    import asyncio  # noqa: PLC0415 - only asynchronous workloads pay for it

    loop = asyncio.new_event_loop()
    return lambda: loop.run_until_complete(function())


def _homes(package: str) -> list[str]:
    """Return the folders of a package, each with a separator at its end, or the file of a module.

    A package without `__init__.py` may have several folders.
    """
    found = importlib.util.find_spec(package)
    if found is None:
        raise ModuleNotFoundError(f"no package {package!r}, whose function calls were to be counted")
    return [place + os.sep for place in found.submodule_search_locations or ()] or [str(found.origin)]


def _is_of_library(file: str, tree: str) -> bool:
    """Return whether a file below a source tree belongs to a library, to Python or to this program."""
    path = Path(file)
    if file.startswith(STANDARD_LIBRARY) or not LIBRARY_FOLDERS.isdisjoint(path.parts) or path == Path(__file__):
        return True
    *between, _ = path.relative_to(tree).parents  # a whole source tree may be an environment's folder
    return any(Path(tree, folder, ENVIRONMENT).exists() for folder in between)


def _has_unknown_threads() -> bool:
    """Return whether there are threads that were not started by `threading`, which alone has their calls counted."""
    for _ in range(2):  # one that is just ending is known no more; it has gone when one looks again
        threads = [each for each in threading.enumerate() if not isinstance(each, threading._DummyThread)]  # noqa: SLF001
        if set(sys._current_frames()) <= {each.ident for each in threads}:  # noqa: SLF001 - its documented name
            return False
        time.sleep(LISTEN_S)
    return True


def _has_children() -> bool:
    """Return whether this process has a child, however it was started; False where the system can't be asked."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _qualified(code: CodeType) -> str:
    return str(getattr(code, "co_qualname", code.co_name))


def _allocated(memray: Any, run: Callable[[], Any], runs: int) -> dict[str, int]:
    """Return how many blocks of memory runs take, and of how many bytes; none that memray's own work takes."""
    gc.collect()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "allocations")  # noqa: PTH118 - Path objects would be allocations too
        with memray.Tracker(file, trace_python_allocators=True):
            for _ in range(runs):
                run()
        with memray.FileReader(file) as reader:
            sizes = [record.size for record in reader.get_allocation_records() if record.size]
    return {"allocations": len(sizes), "allocated_bytes": sum(sizes)}


def _watched(run: Callable[[], Any], seconds: float, look: Callable[[FrameType | None, int], None]) -> int:
    """Run for so long while a timer interrupts to look at the stack, and return how often it did.

    Nothing is instrumented. A look is told how much time has passed since the one before: there is none while a
    function written in C is at work, and the one that comes when it is done stands for all that time.
    """
    looks = 0
    last_ns = time.perf_counter_ns()

    def timed(_: int, frame: FrameType | None) -> None:
        nonlocal looks, last_ns
        now_ns = time.perf_counter_ns()
        look(frame, now_ns - last_ns)
        looks += 1
        last_ns = now_ns

    until_s = time.perf_counter() + seconds
    before = signal.signal(signal.SIGALRM, timed)
    signal.setitimer(signal.ITIMER_REAL, LOOK_EVERY_S, LOOK_EVERY_S)
    try:
        while time.perf_counter() < until_s:
            run()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return looks


def _warm_up(run: Callable[[], Any]) -> tuple[int, float, bool]:
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


def plain(value: Any, depth: int = 0) -> Any:
    """Return a value as data that JSON can hold; what differs stays different: 1, 1.0 and True, a list and a tuple.

    Raises:
        TypeError: it holds something that can't be compared across processes, or nests too deep.
    """
    if value is None or (isinstance(value, (bool, str, int, float)) and not isinstance(value, Enum)):
        return value
    if depth > DEEPEST:
        raise TypeError(f"an outcome nests more than {DEEPEST} deep")
    deeper = depth + 1
    if type(value) is list:
        return [plain(item, deeper) for item in value]
    if type(value) is dict and "" not in value and all(type(key) is str for key in value):
        return {key: plain(item, deeper) for key, item in value.items()}
    return {"": type(value).__name__, "holds": _parts(value, deeper)}


def _parts(value: Any, depth: int) -> Any:
    fields = getattr(type(value), "__dataclass_fields__", None)
    if fields is not None:
        return {name: plain(getattr(value, name), depth) for name in fields}
    if isinstance(value, Mapping):
        return _sorted([plain(key, depth), plain(item, depth)] for key, item in value.items())
    if isinstance(value, AbstractSet):
        return _sorted(plain(item, depth) for item in value)
    if isinstance(value, BaseException):
        value = value.args
    if isinstance(value, (tuple, list)):
        return [plain(item, depth) for item in value]
    return _written(value)


def _written(value: Any) -> Any:
    if isinstance(value, (Enum, complex, range)) or type(value).__module__.partition(".")[0] in SPOKEN:
        return repr(value)
    try:
        seen = memoryview(value)
    except TypeError:
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        raise TypeError(f"a {kind} can't be compared across processes; return plain data or dataclasses") from None
    return [seen.format, list(seen.shape or ()), hashlib.sha256(seen.tobytes()).hexdigest()]


def _sorted(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def hook(target: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Call a plan's own function with plain data, and return what it returns as JSON; or what it raises, in words.

    An exception that Python does not bring itself was written for people, and speaks for itself.
    """
    try:
        return {"returned": json.dumps(_made(target, arguments))}
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        traceback.print_exc()
        speaks_for_itself = str(error) and type(error).__module__ != "builtins"
        return {"failed": str(error) if speaks_for_itself else f"{target}: {type(error).__name__}: {error}"}


def source(target: str) -> dict[str, Any]:
    """Return the source of a function or class, and of the helpers that it uses, itself or through another helper.

    A helper is a function or class of the same module; or an entry, named in the code, of a mapping of texts that the
    module knows.
    """
    import inspect  # noqa: PLC0415 - it costs what no worker that only measures should pay

    found = inspect.unwrap(_made(target, None))
    module = sys.modules[found.__module__]
    texts = {name: known for name, known in vars(module).items() if type(known) is dict}
    functions: dict[str, tuple[int, str]] = {}
    entries: dict[str, str] = {}
    unread: list[Any] = [found]
    while unread:
        for word in _words(unread.pop()):
            helper = inspect.unwrap(vars(module).get(word, found))
            is_ours = isinstance(helper, (FunctionType, type)) and helper.__module__ == module.__name__
            if is_ours and helper is not found and word not in functions:
                functions[word] = inspect.getsourcelines(helper)[1], _text(inspect.getsource(helper))
                unread.append(helper)
            for name, known in texts.items():
                if isinstance(known.get(word), str):
                    entries[word] = f'{name}["{word}"] = """{textwrap.dedent(known[word])}"""'
    return {
        "file": inspect.getsourcefile(found) or "",
        "line": inspect.getsourcelines(found)[1],
        "text": _text(inspect.getsource(found)),
        "helpers": {**{name: functions[name][1] for name in sorted(functions, key=functions.__getitem__)}, **entries},
    }


def _text(text: str) -> str:
    return re.sub(r" *# noqa.*", "", textwrap.dedent(text))  # what is meant for a linter says nothing to a reader


def _words(helper: Any) -> Iterator[str]:
    """Give the names and texts in the code of a function, or of a class's methods."""
    if isinstance(helper, type):
        for member in vars(helper).values():
            if isinstance(member, FunctionType):
                yield from _words_of_code(member.__code__)
    elif isinstance(helper, FunctionType):
        yield from _words_of_code(helper.__code__)


def _words_of_code(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _words_of_code(constant)
        elif isinstance(constant, str):
            yield constant


def serve(connection: socket.socket) -> None:
    """Answer requests until the socket ends."""
    child = Child()
    operations: dict[str, Callable[..., dict[str, Any]]] = {
        "load": child.load,
        "configurations": child.configurations,
        "imported": child.imported,
        "pin": child.pin,
        "fastest": child.fastest,
        "sample": child.sample,
        "watch": child.watch,
        "count": child.count,
        "bytes": child.bytes,
        "shares": child.shares,
        "at_work": child.at_work,
        "allocations": child.allocations,
        "run": child.run,
        "hook": hook,
        "source": source,
    }
    with connection, connection.makefile("rw", encoding="utf-8", newline="\n") as stream:

        def say(answer: dict[str, Any]) -> None:
            stream.write(json.dumps(answer) + "\n")
            stream.flush()

        say({"protocol": PROTOCOL, "python": sys.version.split()[0], "pid": os.getpid()})
        for line in stream:
            request = json.loads(line)
            if request["op"] == "end":
                return
            operation = operations[request.pop("op")]
            try:
                say(operation(**request))
            except Exception as error:  # noqa: BLE001 - whatever a subject raises is the answer
                traceback.print_exc()
                say({"error": f"{type(error).__name__}: {error}"})


def fork(side: tuple[socket.socket, int], sides: Sequence[tuple[socket.socket, int]]) -> int:
    """Fork a child that serves a side's socket, and return its process id."""
    pid = os.fork()
    if pid:
        return pid
    connection, stderr = side
    for other, _ in sides:
        if other is not connection:
            other.close()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(stderr, 1)
    os.dup2(stderr, 2)
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # the coordinator has gone
            serve(connection)
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(0)


def main() -> None:
    """Import, fork a child for each side, and kill them all when stdin ends."""
    request = json.loads(_line(0))
    if request["cpu"] is not None:
        os.sched_setaffinity(0, {request["cpu"]})
    sys.path[:1] = request["path"]  # instead of the folder of this file
    for module in request["modules"]:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    sides = [(socket.socket(fileno=connection), stderr) for connection, stderr in request["sides"]]
    children = [fork(side, sides) for side in sides]
    for connection, _ in sides:
        connection.close()
    while os.read(0, 1):
        pass
    for pid in children:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    os.killpg(0, signal.SIGKILL)  # and whatever the subjects have started


def _line(stream: int) -> bytes:
    read = b""
    while not read.endswith(b"\n"):
        byte = os.read(stream, 1)
        if not byte:
            break
        read += byte
    return read


if __name__ == "__main__":
    main()
