"""The executor starts the workers of variants, with a processor to run on and a time-out.

Higher layers take an executor and never start processes themselves, so a test can pass one with simulated workers.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Protocol

from wfperf.errors import UsageError
from wfperf.measure.answers import Loaded
from wfperf.measure.variant import Variant
from wfperf.measure.workers import Task, WorkerProcesses

ANSWER_TIMEOUT_S = 120.0
"""Longer than any benchmark worth repeating takes for one answer."""

Tasks = Callable[[str], Task]
"""Returns what is done with a variant, given its name."""


def measured(variant: str) -> Task:
    """Return that a variant is measured."""
    return Task(f"measure {variant!r}")


class Workers(Protocol):
    """One worker for each variant, under the variant's name."""

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants' names."""

    def python(self, variant: str) -> str:
        """Return the version of the interpreter that a variant runs on."""

    def pid(self, variant: str) -> int:
        """Return the process id of a variant's worker."""

    def call(self, variant: str, op: str, **arguments: Any) -> dict[str, Any]:
        """Ask one worker and wait for its answer; `worker/protocol.py` lists the operations.

        Raises:
            NothingMeasuredError: the variant fails, or its worker ends, answers nonsense or is too late.
        """

    def call_all(
        self, op: str, requests: Mapping[str, Mapping[str, Any]], *, timeout_s: float | None = None
    ) -> dict[str, dict[str, Any]]:
        """Ask several workers at once and wait for all answers.

        Args:
            op: the operation.
            requests: its arguments, by variant.
            timeout_s: seconds that each may take; None for as many as the executor allows.

        Raises:
            NothingMeasuredError: as `call`.
        """

    def end(self) -> None:
        """Ask every worker to end by itself, without waiting for it."""

    def load(
        self,
        benchmark: str,
        variants: Mapping[str, Variant],
        *,
        warm_up_runs: int | None = None,
        compared: bool = True,
        once: bool = False,
        timeout_s: float | None = None,
    ) -> dict[str, Loaded]:
        """Make workers build, run and warm up their variants of a benchmark, and return the answer of each.

        Args:
            benchmark: name of the benchmark in later requests.
            variants: the variants, by name.
            warm_up_runs: number of warm-up runs; None if the worker decides.
            compared: whether to return outcomes for comparison; they must then be plain data.
            once: whether to run each once only: for its outcome, and as its warm-up.
            timeout_s: seconds that each may take; None for as many as the executor allows.

        Raises:
            NothingMeasuredError: as `call`.
        """


class Executor(Protocol):
    """Starts workers, all under the same conditions."""

    @property
    def cpus(self) -> Sequence[int]:
        """The processors that variants may use; empty if the system cannot pin processes."""

    @property
    def timeout_s(self) -> float:
        """Seconds that a variant may take for one answer."""

    def now_s(self) -> float:
        """Return the time on the workers' clock, in seconds from an arbitrary point."""

    def start(
        self, variants: Mapping[str, Sequence[Variant]], *, hash_seed: int, task: Tasks = measured
    ) -> AbstractContextManager[Workers]:
        """Return workers as a context manager, which leaves no process behind.

        Args:
            variants: all that each name will load, now or later; all with the same interpreter.
            hash_seed: PYTHONHASHSEED of every variant.
            task: what is done with a variant, for errors.

        Raises:
            NothingMeasuredError: on entering, workers cannot be started.
        """

    def with_timeout(self, timeout_s: float) -> Executor:
        """Return the executor with this time-out for one answer."""

    def unpinned(self) -> Executor:
        """Return the executor that leaves the choice of a processor to the system."""

    def under(self, *command: str) -> Executor:
        """Return the executor whose interpreters run under a command, such as one that counts instructions."""


@dataclass(frozen=True, slots=True)
class ProcessExecutor:
    """Starts a fresh process for each variant.

    Args:
        cpu: the processor that all variants run on, in turn; None leaves it to the system.
        timeout_s: seconds that a variant may take for one answer.
        prefix: a command that runs the interpreter.
    """

    cpu: int | None = None
    timeout_s: float = ANSWER_TIMEOUT_S
    prefix: tuple[str, ...] = ()

    @property
    def cpus(self) -> Sequence[int]:
        """The processors that variants may use; empty if the system cannot pin processes."""
        return usable_cpus() if self.cpu is None else (self.cpu,)

    def now_s(self) -> float:
        """Return the time on the machine's own clock."""
        return time.monotonic()

    def start(
        self, variants: Mapping[str, Sequence[Variant]], *, hash_seed: int, task: Tasks = measured
    ) -> WorkerProcesses:
        """Return the processes; see `Executor.start`."""
        return WorkerProcesses(
            variants, hash_seed=hash_seed, cpu=self.cpu, timeout_s=self.timeout_s, prefix=self.prefix, task=task
        )

    def with_timeout(self, timeout_s: float) -> ProcessExecutor:
        """Return the executor with this time-out for one answer."""
        return replace(self, timeout_s=timeout_s)

    def unpinned(self) -> ProcessExecutor:
        """Return the executor that leaves the choice of a processor to the system."""
        return replace(self, cpu=None)

    def under(self, *command: str) -> ProcessExecutor:
        """Return the executor whose interpreters run under a command."""
        return replace(self, prefix=command)


DEFAULT_EXECUTOR: Executor = ProcessExecutor()
"""Runs on any processor, with the default time-out."""


def check_cpu(cpu: int | None) -> None:
    """Check that processes can be pinned to a processor.

    Raises:
        UsageError: the system cannot pin processes, or we may not use this one.
    """
    if cpu is None:
        return
    usable = usable_cpus()
    if cpu not in usable:
        raise UsageError(f"wfperf cannot use processor {cpu}; choose one of: {', '.join(map(str, usable)) or 'none'}")


def usable_cpus() -> tuple[int, ...]:
    """Return the processors that we may use; empty if the system cannot pin processes."""
    return tuple(sorted(os.sched_getaffinity(0))) if hasattr(os, "sched_getaffinity") else ()
