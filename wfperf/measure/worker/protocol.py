"""What the coordinator can ask of a variant's process, and its answers: one JSON object per line, over a socket.

A process begins with {"protocol": 9, "python", "pid"}. Then it answers these operations:

    {"op": "load", "name", "workload": {"target", "arguments", "configuration", "packages", "trees", "call", "suite",
     "command"}, "warm_up_runs", "compared", "once"}
        -> {"outcome", "digest", "first_ns", "runs", "run_ns", "used", "warmed_up", "most_runs", "file", "peak_bytes",
            "traps": [{"kind", "what", "number"}], "first_calls", "clock_step_ns"};
           without "outcome" and "digest" where outcomes are not compared; with "uncompared", the reason, where one
           cannot be. A benchmark of a suite ("suite" is not null) closes the one before.
    {"op": "close", "name"}                         -> {}; an error if what a suite checks after its benchmark fails
    {"op": "collect", "suite": {"kind", "path", "options"}}
        -> {"benchmarks": {name: metric}, "failures": {where: reason}, "ignored": [options]}
    {"op": "configurations", "target", "arguments"} -> {"names"}
    {"op": "imported", "tree"}                      -> {"files"}; imported from a source tree, without libraries
    {"op": "packages"}                              -> {"packages": {name: file}}, of top-level modules
    {"op": "pin", "cpus"}                           -> {}
    {"op": "run", "name", "runs"}                   -> {}
    {"op": "end"}                                   -> nothing; the process ends by itself

    {"op": "fastest", "name", "target_ns"}          -> {"run_ns"}
    {"op": "sample", "name", "runs", "warm"}        -> {"used"}

    {"op": "watch"}                                 -> {}; threads started from now on are counted
    {"op": "count", "name", "runs"}                 -> {"calls": {...}, "library_calls": {...}, "counters": {...},
                                                        "uncounted": [...]}

    {"op": "outcome_bytes", "name", "runs"}         -> {"bytes"}
    {"op": "has_memray"}                            -> {"has_memray"}
    {"op": "peak_memory", "name", "runs", "tracer"} -> {"peak_bytes"}; null for a command that is too short to see it
    {"op": "allocated", "name", "runs"}             -> {"allocations", "allocated_bytes"}, of one run
    {"op": "allocations", "name", "runs"}           -> {"counters": {...}}

    {"op": "shares", "name", "modules", "seconds"}  -> {"samples", "watched_ns", "within": [[[labels], ns], ...]}
    {"op": "at_work", "name", "seconds"}            -> {"watched_ns", "within_ns": {...}}

    {"op": "profile", "name", "library", "file"}    -> {}; or {"missing": reason}, without that profiler
    {"op": "profile_turn", "runs"}                  -> {}; between turns the profiler is off, or idle
    {"op": "profile_end"}                           -> {}; the file is written, and the benchmark closed

    {"op": "hook", "target", "arguments"}           -> {"returned"}, a text that is JSON; or {"failed"}, in its words
    {"op": "source", "target"}                      -> {"file", "line", "text", "helpers": {...}}

`used` is what some runs took: {"wall_ns", "processor_ns", "waited_ns", "elsewhere_ns", "preempted", "has_children"};
see `timing.Meter`. What a command took has "user_ns" and "system_ns" too.

An answer with "error" is the variant's failure; with "module", it is why that module cannot be imported. Or it is a
refusal: after `watch` or `profile`, the process is slower for good, so it only counts or profiles. After `peak_memory`
or `allocated`, it only traces memory.

Protocol 8 always ran a benchmark twice before its warm-up. Protocol 7 had no commands. Protocol 6 had no suites.
Protocol 5 called `warmed_up` `settled`, and had neither `call` nor `uncompared`. Protocol 4 had no profilers, and
called `outcome_bytes` `bytes`. Protocol 3 timed by the wall clock alone, and each variant chose its own number of runs.
Protocol 2 did not tell which file a benchmark came from. Protocol 1 had one interpreter and one source tree for all,
and guessed the warm-up.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TextIO

from .failures import failure

if TYPE_CHECKING:
    from .variant import Variant

PROTOCOL = 9

MODULES = {
    "load": "variant",
    "close": "variant",
    "collect": "suites",
    "configurations": "variant",
    "imported": "variant",
    "packages": "variant",
    "pin": "variant",
    "run": "variant",
    "fastest": "timing",
    "sample": "timing",
    "watch": "counting",
    "count": "counting",
    "outcome_bytes": "memory",
    "has_memray": "memory",
    "peak_memory": "memory",
    "allocated": "memory",
    "allocations": "memory",
    "shares": "sampling",
    "at_work": "sampling",
    "profile": "profiling",
    "profile_turn": "profiling",
    "profile_end": "profiling",
    "hook": "hooks",
    "source": "sources",
}
"""The module of each operation's function, which has the operation's name."""

ALWAYS = frozenset({"variant", "suites"})
"""The modules whose operations measure nothing, so that no instrument disturbs them."""

Request = Mapping[str, Any]
END: Request = {"op": "end"}


def serve(connection: socket.socket, variant: Variant) -> None:
    """Answer requests until one says `end`, or the coordinator closes the socket."""
    with connection, connection.makefile("rw", encoding="utf-8", newline="\n") as stream:
        server = variant.server = Server(stream, variant)
        server.say({"protocol": PROTOCOL, "python": sys.version.split()[0], "pid": os.getpid()})
        while (request := server.next()) is not None:
            server.answer(request)


class Server:
    """The requests of the coordinator, in order, and the answers to them.

    A suite runs its benchmarks itself: while one of them is open, deep in the suite's own code, it takes the requests
    about that benchmark from here, and puts the first other one back.
    """

    def __init__(self, stream: TextIO, variant: Variant) -> None:
        self._stream = stream
        self._variant = variant
        self._put_back: list[Request] = []

    def next(self) -> Request | None:
        """Return the next request; None if there is none any more, or one has said `end`."""
        request: Request | None
        if self._put_back:
            request = self._put_back.pop()
        else:
            line = self._stream.readline()
            request = json.loads(line) if line else None
        if request is None or request["op"] == END["op"]:
            self._put_back.append(END)  # whoever asks next is told the same
            return None
        return request

    def put_back(self, request: Request) -> None:
        """Make a request the next one again."""
        self._put_back.append(request)

    def say(self, answer: Mapping[str, Any]) -> None:
        """Send an answer."""
        self._stream.write(json.dumps(answer) + "\n")
        self._stream.flush()

    def answer(self, request: Request) -> None:
        """Do what a request asks for, and send the answer, unless the operation has sent it itself."""
        arguments = dict(request)
        op = arguments.pop("op")
        try:
            answer = _operation(op, self._variant)(self._variant, **arguments)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a variant raises is the answer
            print_traceback()
            answer = failure(error)
        if answer is not None:
            self.say(answer)


def _operation(op: str, variant: Variant) -> Callable[..., dict[str, Any] | None]:
    """Return the function of an operation.

    Raises:
        RuntimeError: an instrument of another module slows this process.
    """
    module = MODULES[op]
    if variant.instrument and module not in {*ALWAYS, variant.instrument}:
        raise RuntimeError(f"this process is kept for {variant.instrument}, which would be in the answer to {op!r}")
    operation: Callable[..., dict[str, Any] | None] = getattr(importlib.import_module(f".{module}", __package__), op)
    return operation


def print_traceback() -> None:
    """Print the error that is being handled, with its traceback."""
    import traceback  # noqa: PLC0415 - only where something fails

    traceback.print_exc()
