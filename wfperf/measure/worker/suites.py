"""Suites run their benchmarks themselves: pytest, for instance, with the fixtures of each.

While a benchmark is open, the process is deep in the suite's own code, and answers requests from there. The module
`suite_KIND` of each kind has a function `run(session)`, which collects the benchmarks and runs those that the session
wants.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .protocol import Request, print_traceback
from .variant import ready
from .workload import Workload

if TYPE_CHECKING:
    from .traps import Look
    from .variant import Variant

UNMEASURED = "there is no such benchmark, or it has measured nothing"


class Measured(NamedTuple):
    """What a suite gets back from a benchmark: the result of its first run, and how long that took, in seconds."""

    result: Any
    seconds: float


class Session:
    """A suite in this process.

    The suite sets `benchmarks`, the metrics of all that it has found, by their names; `failures`, why something cannot
    be collected; and `ignored`, options that have no effect.

    Args:
        variant: the variant of this process.
        suite: its kind, path and options.
    """

    def __init__(self, variant: Variant, suite: Mapping[str, Any]) -> None:
        self.path: str = suite["path"]
        self.options: Mapping[str, Any] = suite["options"]
        self.benchmarks: dict[str, str] = {}
        self.failures: dict[str, str] = {}
        self.ignored: list[str] = []
        self.has_begun = False
        self.is_answering = False
        self._suite = suite
        self._variant = variant
        self._server = variant.server
        self._wanted: Request | None = None
        self._is_open = False
        self._failure = ""

    def wanted(self) -> Iterator[str]:
        """Yield the name of each benchmark to run, until the coordinator wants something else.

        The suite runs it with `measure`, and tells with `fail` if it fails, before or after that.
        """
        self.has_begun = True
        while (request := self._server.next()) is not None:
            op = request["op"]
            if op == "collect" and request["suite"] == self._suite:
                self._server.say({"benchmarks": self.benchmarks, "failures": self.failures, "ignored": self.ignored})
            elif op == "load" and request["workload"]["suite"] == self._suite:
                self._wanted, self._failure, self.is_answering = request, "", True
                yield request["workload"]["target"]
                self.finished()
            elif op in {"load", "collect"}:
                self._server.put_back(request)
                return
            elif op == "close":
                self._server.say({})
            else:
                self._server.answer(request)

    def measure(self, run: Callable[[], Any], file: str, **how: Any) -> Measured:
        """Answer all requests about the benchmark, whose `run` is one run, until the coordinator wants another one.

        Args:
            run: runs it once.
            file: the file that it comes from.
            how: more arguments of `Workload`.

        Raises:
            Exception: whatever its first runs raise.
        """
        if self._wanted is None:
            raise RuntimeError("a test measures one benchmark, once")
        request, self._wanted = self._wanted, None
        name, given = request["name"], request["workload"]
        workload = Workload(run, given["packages"], given["trees"], **how)
        took: list[Measured] = []

        def first(look: Look) -> Any:
            result = workload.first(look)
            took.append(Measured(result, look.wall_ns / 1e9))
            return result

        settings = {each: request[each] for each in ("warm_up_runs", "compared", "once")}
        self._say(ready(self._variant, name, workload, first, file=file, **settings))
        self._is_open = True
        while (following := self._server.next()) is not None:
            if following["op"] in {"load", "close", "collect"}:
                self._server.put_back(following)
                break
            self._server.answer(following)
        workload.close()
        self._variant.workloads.pop(name, None)
        return took[0]

    def fail(self, reason: str) -> None:
        """Tell why the benchmark fails; the first reason counts."""
        self._failure = self._failure or reason

    def finished(self) -> None:
        """Tell that the benchmark's own code has ended: whether it fails is known now."""
        if self.is_answering:
            reasons = "; ".join(f"{where}: {why}" for where, why in self.failures.items())
            self._say({"error": self._failure or reasons or UNMEASURED})
        if not self._is_open:
            return
        self._is_open = False
        request = self._server.next()
        if request is not None and request["op"] == "close":
            self._server.say({"error": self._failure} if self._failure else {})
        elif request is not None:
            self._server.put_back(request)

    def next_name(self) -> str:
        """Wait for the next benchmark that is wanted, and return its name; empty if that is none of this suite."""
        while (request := self._server.next()) is not None:
            if request["op"] in {"load", "collect"}:
                self._server.put_back(request)
                is_ours = request["op"] == "load" and request["workload"]["suite"] == self._suite
                return str(request["workload"]["target"]) if is_ours else ""
            self._server.answer(request)
        return ""

    def _say(self, answer: Mapping[str, Any]) -> None:
        self.is_answering = False
        self._server.say(answer)


def enter(variant: Variant, suite: Mapping[str, Any], request: Request) -> None:
    """Run a suite, which answers a request and those that follow, until one is not about it.

    Raises:
        Exception: it cannot be collected, or fails with an answer still to be given.
    """
    variant.server.put_back(request)
    session = Session(variant, suite)
    module: Any = importlib.import_module(f".suite_{suite['kind']}", __package__)
    try:
        module.run(session)
        if not session.has_begun:
            raise RuntimeError("it has ended before any benchmark was run")  # noqa: TRY301 - the same for all kinds
    except (Exception, SystemExit):
        if not session.has_begun:
            variant.server.next()  # the request is answered with this error
            raise
        if session.is_answering:
            raise
        print_traceback()


def collect(variant: Variant, suite: dict[str, Any]) -> None:
    """Collect a suite's benchmarks; it answers by itself."""
    enter(variant, suite, {"op": "collect", "suite": suite})
