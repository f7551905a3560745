"""A command as it is benchmarked: started anew for each run, and measured with all its processes.

The first process of a command is measured most exactly: the system tells how long it ran, and how long it was queued
for a processor. The difference between its time and that of all processes together is work of the others.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from .failures import SayingAllError
from .outcomes import LONGEST_OUTCOME
from .process_memory import MemoryWatch, bytes_of
from .workload import Workload

QUEUED = 0.01
"""Share of a run's time that it was queued for a processor; from here on, the run counts as preempted."""

LAST_BYTES = 400
"""The end of what a command has written; an error shows it in one line."""

RESTORED = (signal.SIGPIPE, signal.SIGXFSZ)
"""Signals that Python ignores, and that the processes which it starts must not."""


class CommandError(SayingAllError):
    """A command cannot be started, or fails."""


class Ended(NamedTuple):
    """How one run of a command ended, and what it took, in nanoseconds.

    `user_ns` and `system_ns` are processor time of all its processes, `leader_ns` that of the first one, `own_ns` that
    of the worker's thread meanwhile. `queued_ns` is how long the first process or the worker was queued for a
    processor; 0 if the system does not tell. `preempted` tells whether the processor was lost for a notable time.
    `largest_bytes` is the memory of the largest process, or of the worker if that is more.
    """

    exit_code: int
    wall_ns: int
    user_ns: int
    system_ns: int
    leader_ns: int
    own_ns: int
    queued_ns: int
    preempted: bool
    largest_bytes: int

    @property
    def used(self) -> dict[str, Any]:
        """What it took, as `timing.Meter` says it of runs in this process."""
        processor_ns = self.user_ns + self.system_ns
        return {
            "wall_ns": self.wall_ns,
            "processor_ns": processor_ns + self.own_ns,
            "waited_ns": max(0, self.wall_ns - self.own_ns - self.leader_ns - self.queued_ns),
            "elsewhere_ns": max(0, processor_ns - self.leader_ns),
            "preempted": self.preempted,
            "has_children": False,
            "user_ns": self.user_ns,
            "system_ns": self.system_ns,
        }


NOTHING = Ended(0, 0, 0, 0, 0, 0, 0, preempted=False, largest_bytes=0).used


class Outcome(NamedTuple):
    """What a run of a command gave: its exit code, negative for a signal, and what it wrote to stdout."""

    exit_code: int
    stdout: bytes


class Command:
    """A workload that runs a command.

    Args:
        words: the program and its arguments.
        prepare: the command that runs before each run, untimed; empty if there is none.
        ignores_failure: whether a run may end with another exit code than 0.
        environment: all environment variables of both.

    Raises:
        CommandError: there is no such program.
    """

    def __init__(
        self, words: Sequence[str], prepare: Sequence[str], environment: Mapping[str, str], *, ignores_failure: bool
    ) -> None:
        self._words = _found(words, environment)
        self._prepare = _found(prepare, environment) if prepare else []
        self._environment = dict(environment)
        self._ignores_failure = ignores_failure
        self._stdout, self._stderr = (tempfile.TemporaryFile() for _ in range(2))  # noqa: SIM115 - kept until the end
        self._queue = _Queue()
        self.peak_bytes: int | None = None

    def run(self) -> Outcome:
        """Run once, and return the outcome. Watch the memory of its processes, until it has been seen once."""
        watch = MemoryWatch() if self.peak_bytes is None else None
        ended = self._ended(watch)
        if watch:
            self.peak_bytes = watch.peak_bytes(ended.largest_bytes)
        self._stdout.seek(0)
        return Outcome(ended.exit_code, self._stdout.read())

    def data(self, outcome: Outcome) -> Any:
        """Return an outcome as plain data."""
        if len(outcome.stdout) > LONGEST_OUTCOME:
            return {"exit code": outcome.exit_code, "stdout": outcome.stdout}
        return {"exit code": outcome.exit_code, "stdout": outcome.stdout.decode(errors="backslashreplace")}

    def metered(self, runs: int) -> dict[str, Any]:
        """Run a number of times, and return what the runs took, as `timing.Meter` does, without their preparation."""
        each = [self._ended().used for _ in range(runs)]
        return {name: type(none)(sum(used[name] for used in each)) for name, none in NOTHING.items()}

    def close(self) -> None:
        """Release the files of its output."""
        self._stdout.close()
        self._stderr.close()

    def _ended(self, watch: MemoryWatch | None = None) -> Ended:
        """Run once, after its preparation.

        Raises:
            CommandError: it fails.
        """
        if self._prepare:
            self._check(self._prepare, self._run(self._prepare))
        ended = self._run(self._words, watch)
        if not self._ignores_failure:
            self._check(self._words, ended)
        return ended

    def _run(self, words: list[str], watch: MemoryWatch | None = None) -> Ended:
        for output in (self._stdout, self._stderr):
            output.seek(0)
            output.truncate()
        own_ns, (_, queued_ns), start_ns = time.thread_time_ns(), self._queue.read(), time.perf_counter_ns()
        pid = os.posix_spawn(
            words[0],
            words,
            self._environment,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, self._stdout.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, self._stderr.fileno(), 2),
            ],
            setsigdef=RESTORED,
        )
        if watch:
            watch.start(pid)
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # it has ended, and its numbers can still be read
        leader_ns, leader_queued_ns = _Queue(pid).read_once()
        _, status, usage = os.wait4(pid, 0)
        wall_ns, own_ns = time.perf_counter_ns() - start_ns, time.thread_time_ns() - own_ns
        queued_ns = self._queue.read()[1] - queued_ns + leader_queued_ns
        if watch:
            watch.stop()
        user_ns, system_ns = round(usage.ru_utime * 1e9), round(usage.ru_stime * 1e9)
        return Ended(
            os.waitstatus_to_exitcode(status),
            wall_ns,
            user_ns,
            system_ns,
            leader_ns if self._queue.is_known else user_ns + system_ns,
            own_ns,
            queued_ns,
            preempted=queued_ns > QUEUED * wall_ns if self._queue.is_known else usage.ru_nivcsw > 0,
            largest_bytes=bytes_of(usage.ru_maxrss),
        )

    def _check(self, words: Sequence[str], ended: Ended) -> None:
        code = ended.exit_code
        if code == 0:
            return
        how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        size = os.fstat(self._stderr.fileno()).st_size
        said = os.pread(self._stderr.fileno(), LAST_BYTES, max(0, size - LAST_BYTES)).decode(errors="replace")
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        last = f"; its last output: {lines[-1]}" if lines else ""
        raise CommandError(f"{shlex.join(words)} {how}{last}")


def workload_of(command: dict[str, Any]) -> Workload:
    """Return the workload that runs a command, given the arguments of `Command`.

    Raises:
        CommandError: there is no such program.
    """
    made = Command(**command)
    workload = Workload(made, ())
    workload.command = made
    return workload


def _found(words: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Return words with the path of their program."""
    program = shutil.which(words[0], path=environment.get("PATH"))
    if program is None:
        raise CommandError(f"there is no program {words[0]!r} that can be run")
    return [program, *words[1:]]


class _Queue:
    """What the system tells of a process's, or of this thread's, time on a processor and in its queue."""

    def __init__(self, pid: int | None = None) -> None:
        path = "/proc/thread-self/schedstat" if pid is None else f"/proc/{pid}/schedstat"
        try:
            self._file = os.open(path, os.O_RDONLY)
        except OSError:
            self._file = -1

    @property
    def is_known(self) -> bool:
        """Whether the system tells."""
        return self._file >= 0

    def read(self) -> tuple[int, int]:
        """Return the nanoseconds on a processor, and those in its queue; zeros if the system does not tell."""
        if self._file < 0:
            return 0, 0
        ran, queued, *_ = os.pread(self._file, 100, 0).split()
        return int(ran), int(queued)

    def read_once(self) -> tuple[int, int]:
        """Do as `read`, and close the file."""
        try:
            return self.read()
        finally:
            if self._file >= 0:
                os.close(self._file)
