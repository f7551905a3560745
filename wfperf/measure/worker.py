"""The worker: imports once, then forks one child a side; each child loads workloads, runs and times them.

Run by path, with the standard library alone, so that what it measures may come from any source tree:

    python worker.py MODULES FD [FD ...]

MODULES (comma separated) are imported before the fork, so that the sides of a block share one memory
layout and one hash seed. Each child serves one socket: a JSON object a line in, one out. Protocol 1:

    {"op": "load", "name", "factory": "module:function", "arguments"} -> {"digest"}
    {"op": "calibrate", "name", "target_ns"}                          -> {"runs"}
    {"op": "sample", "name", "runs"}                                  -> {"elapsed_ns"}
    {"op": "count", "name", "runs"}                                   -> {"calls": {...}, "counters": {...}}
    {"op": "bytes", "name", "runs"}                                   -> {"bytes"}

An answer with "error" is the subject's failure. A child ends when its socket does, so that none outlives
the coordinator.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import signal
import socket
import sys
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any

WARM_UP_NS = 30_000_000
WARM_UP_RUNS = 3
COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})
"""Frames that only some Python versions make."""


class Child:
    """One side: its workloads by name, and the operations on them."""

    def __init__(self) -> None:
        self.workloads: dict[str, Any] = {}

    def load(self, name: str, factory: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Build a workload, run it once for its outcome's digest, then until it is warm."""
        module, _, function = factory.partition(":")
        workload = getattr(importlib.import_module(module), function)(**arguments)
        self.workloads[name] = workload
        digest = workload.digest(workload.run())
        until_ns = time.perf_counter_ns() + WARM_UP_NS
        runs = 0
        while runs < WARM_UP_RUNS or time.perf_counter_ns() < until_ns:
            workload.run()
            runs += 1
        gc.collect()
        gc.freeze()
        return {"digest": digest}

    def calibrate(self, name: str, target_ns: int) -> dict[str, Any]:
        """Return how many runs take about so long."""
        runs = 1
        while (elapsed_ns := self.sample(name, runs)["elapsed_ns"]) < target_ns / 2 and runs < 1 << 24:
            runs *= 2
        return {"runs": max(1, round(runs * target_ns / max(elapsed_ns, 1)))}

    def sample(self, name: str, runs: int) -> dict[str, Any]:
        """Time so many runs, garbage collection on as in production."""
        run = self.workloads[name].run
        repeats = range(runs)
        start_ns = time.perf_counter_ns()
        for _ in repeats:
            run()
        return {"elapsed_ns": time.perf_counter_ns() - start_ns}

    def count(self, name: str, runs: int) -> dict[str, Any]:
        """Return the work of one run, as the difference of 2N and N runs divided by N."""
        once, twice = self._count(name, runs), self._count(name, 2 * runs)
        return {
            kind: {key: (value - once[kind].get(key, 0)) / runs for key, value in twice[kind].items()} for kind in twice
        }

    def _count(self, name: str, runs: int) -> dict[str, Counter[str]]:
        workload = self.workloads[name]
        package = str(workload.package) + os.sep
        calls: Counter[Any] = Counter()

        def profile(frame: FrameType, event: str, _: object) -> None:
            if event == "call" and frame.f_code.co_filename.startswith(package):
                calls[frame.f_code] += 1

        before = {key: counter() for key, counter in workload.counters.items()}
        sys.setprofile(profile)
        try:
            for _ in range(runs):
                workload.run()
        finally:
            sys.setprofile(None)
        named: Counter[str] = Counter()
        for code, times in calls.items():
            if code.co_name not in COMPREHENSIONS:
                named[f"{os.path.relpath(code.co_filename, package)}:{code.co_qualname}"] += times
        counters = Counter({key: counter() - before[key] for key, counter in workload.counters.items()})
        return {"calls": named, "counters": counters}

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


def serve(connection: socket.socket) -> None:
    """Answer requests until the socket ends."""
    child = Child()
    operations: dict[str, Callable[..., dict[str, Any]]] = {
        "load": child.load,
        "calibrate": child.calibrate,
        "sample": child.sample,
        "count": child.count,
        "bytes": child.bytes,
    }
    with connection, connection.makefile("rw", encoding="utf-8", newline="\n") as stream:
        for line in stream:
            request = json.loads(line)
            operation = operations[request.pop("op")]
            try:
                answer = operation(**request)
            except Exception as error:  # noqa: BLE001 - whatever a subject raises is the answer
                answer = {"error": f"{type(error).__name__}: {error}"}
            stream.write(json.dumps(answer) + "\n")
            stream.flush()


def fork(connection: socket.socket, connections: Sequence[socket.socket]) -> int:
    """Fork a child that serves one of the sockets, and return its process id."""
    pid = os.fork()
    if pid:
        return pid
    for other in connections:
        if other is not connection:
            other.close()
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # the coordinator has gone
            serve(connection)
    finally:
        sys.stderr.flush()
        os._exit(0)


def main(modules: str, *fds: str) -> None:
    """Import, fork a child for each socket, and wait for them."""
    for module in filter(None, modules.split(",")):
        importlib.import_module(module)
    gc.collect()
    gc.freeze()
    connections = [socket.socket(fileno=int(fd)) for fd in fds]
    children = [fork(connection, connections) for connection in connections]

    def stop(*_: object) -> None:
        for pid in children:
            os.kill(pid, signal.SIGKILL)

    signal.signal(signal.SIGTERM, stop)
    for connection in connections:
        connection.close()
    for pid in children:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
