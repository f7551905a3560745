"""Rounds that sample memory instead of time: bytes of outcomes, peaks, and allocations."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wfperf.errors import NothingMeasuredError
from wfperf.measure.answers import Loaded
from wfperf.measure.executor import Workers
from wfperf.measure.rounds import Rounds
from wfperf.plan.metrics import ALLOCATIONS
from wfperf.results.blocks import CommandUse

RECORDS = 1000
"""Enough that what the interpreter allocates once hardly shows in the bytes of each."""

RECORDING_NS = 1_000_000
"""How long the runs of a sample of memory take untraced: tracing makes runs of small objects some 50 times slower, and
all outcomes of a sample are held at once."""

LONG_NS = 10_000_000
"""From this run time on, one traced run is enough: a run that allocates a million objects takes seconds with memray."""

RUNS = 3
"""Traced runs of what is faster: their median leaves out one that fills a cache."""

LEAST_BYTES = 1000.0
"""What a smaller peak counts as. Frames of the interpreter and of the tracer take some hundred bytes, so a ratio of
smaller peaks says nothing about the code."""

LEAST_ALLOCATIONS = 1.0
"""What no allocation counts as, because an effect is a ratio."""

MEMRAY, TRACEMALLOC, PROCESSES = "memray", "tracemalloc", "processes"
"""What sees memory: memray, the standard library's tracemalloc, or the system, of all processes of a command."""


@dataclass(slots=True)
class TracedRounds(Rounds):
    """One benchmark whose peaks or allocations are traced, in one round: they hardly vary.

    Args:
        metric: `peak-memory` or `allocations`.
    """

    metric: str = ""

    def command_uses(self) -> dict[str, CommandUse]:
        """Return nothing: commands are not timed here."""
        return {}

    def sample(self, sampling_s: float, now_s: Callable[[], float], is_over: Callable[[], bool]) -> bool:  # noqa: ARG002 - one round, however long
        """Trace all variants at once, because memory does not depend on what else runs; return whether time is left."""
        if is_over():
            return False
        op, more = ("allocated", {}) if self.metric == ALLOCATIONS else ("peak_memory", {"tracer": self.tracer})
        requests = {name: {"name": self.benchmark, "runs": runs, **more} for name, runs in self.runs.items()}
        answers = (
            # Commands leave files behind, so they never run at the same time.
            {name: self.workers.call(name, op, **request) for name, request in requests.items()}
            if self.tracer == PROCESSES
            else self.workers.call_all(op, requests)
        )
        self._taken.append({name: self._cost(name, answer) for name, answer in answers.items()})
        return True

    def _cost(self, variant: str, answer: Mapping[str, Any]) -> float:
        if self.metric == ALLOCATIONS:
            self.allocated_bytes[variant] = float(answer["allocated_bytes"])
            return max(float(answer["allocations"]), LEAST_ALLOCATIONS)
        if answer["peak_bytes"] is None:
            raise NothingMeasuredError(f"cannot measure {variant!r}: it ends too soon to see its memory")
        return max(float(answer["peak_bytes"]), LEAST_BYTES)


def memory_rounds(workers: Workers, benchmark: str, loaded: Mapping[str, Loaded], order: random.Random) -> Rounds:
    """Return rounds that sample the bytes of outcomes; processors and warm-up do not affect these."""
    slowest_ns = _slowest_ns(loaded)
    records = max(1, min(RECORDS, int(RECORDING_NS / slowest_ns)))
    is_long = slowest_ns >= LONG_NS
    return Rounds(workers, benchmark, loaded, order, dict.fromkeys(loaded, records), is_long=is_long, in_bytes=True)


def traced_rounds(
    workers: Workers,
    benchmark: str,
    loaded: Mapping[str, Loaded],
    order: random.Random,
    metric: str,
    commands: Sequence[str],
) -> Rounds:
    """Return the round that traces the memory of all variants, by the same tracer.

    Args:
        workers: the processes.
        benchmark: its name there.
        loaded: each variant's answer to `load`, the baseline's first.
        order: draws the sampling order.
        metric: `peak-memory` or `allocations`.
        commands: the variants that are commands.

    Raises:
        NothingMeasuredError: allocations are to be counted, and an interpreter has no memray; or only some variants
            are commands.
    """
    tracer = _tracer(workers, loaded, metric, commands)
    runs = 1 if tracer == PROCESSES or _slowest_ns(loaded) >= LONG_NS else RUNS
    return TracedRounds(
        workers,
        benchmark,
        loaded,
        order,
        dict.fromkeys(loaded, runs),
        is_long=True,
        in_bytes=True,
        tracer=tracer,
        metric=metric,
    )


def _slowest_ns(loaded: Mapping[str, Loaded]) -> float:
    return max(1.0, *(each.run_ns or 0.0 for each in loaded.values()))


def _tracer(workers: Workers, loaded: Mapping[str, Loaded], metric: str, commands: Sequence[str]) -> str:
    """Return what sees the memory of all variants: peaks of different tracers are not compared."""
    if commands:
        if len(commands) < len(loaded) or metric == ALLOCATIONS:
            raise NothingMeasuredError(
                "the memory of a command is that of all its processes, which is not compared with what a function "
                "allocates; compare commands with commands, by their peak memory"
            )
        return PROCESSES
    without = [name for name in loaded if not workers.call(name, "has_memray")["has_memray"]]
    if metric == ALLOCATIONS and without:
        raise NothingMeasuredError(
            f"allocations are counted by memray, which the interpreter of {without[0]!r} does not have; install it "
            "there, or measure the peak memory, which needs nothing"
        )
    return TRACEMALLOC if without else MEMRAY
