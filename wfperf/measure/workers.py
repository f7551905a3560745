"""The worker processes of one block, as the coordinator holds them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from wfperf.errors import NothingMeasuredError
from wfperf.interrupts import interrupts_held_back
from wfperf.measure.answers import Loaded
from wfperf.measure.subject import Place, Subject
from wfperf.measure.worker.protocol import PROTOCOL

WORKER = Path(__file__).with_name("worker")
"""A folder that an interpreter runs."""

GRACE_S = 2.0
"""What a process needs to kill and reap its children, many times over."""

LAST_LINES, LAST_BYTES = 4, 2000
"""The end of a traceback; more does not fit into an error of one line."""

CHANGING = "its outcome changes from run to run; seed what is random, freeze its clock"
ENDED = "its process has ended"

KEPT_ENVIRONMENT = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "VIRTUAL_ENV",
    "SYSTEMROOT",
    "PGPASSFILE",
    "LD_LIBRARY_PATH",
)
"""The rest of the environment is left out: even its length moves a process's memory layout."""


@dataclass(slots=True)
class _Side:
    """One side's end of the line: what it has sent that is no whole line yet, and what was said on stderr.

    `shared` is what the process said that all sides of its place are forked from.
    """

    stream: socket.socket
    stderr: IO[bytes]
    shared: IO[bytes]
    unread: bytearray = field(default_factory=bytearray)
    pid: int = 0
    python: str = ""


class WorkerProcesses:
    """One process a side; sides of one place are forked from one process. A context manager, which leaves none behind.

    Args:
        subjects: for each side whatever it is to load, now or later; all of them of one place.
        hash_seed: the seed of every side's string hashes.
        cpu: the processor all sides run on, in turn; None leaves it to the system.
        timeout_s: how long a side may take for one answer.
        prefix: a command that runs the interpreter; empty for none.
        task: what is done with a side, given its name, for errors: they begin with `cannot` and that.

    Raises:
        NothingMeasuredError: the platform has no fork, an interpreter is missing, or the processes do not start.
    """

    def __init__(
        self,
        subjects: Mapping[str, Sequence[Subject]],
        *,
        hash_seed: int,
        cpu: int | None,
        timeout_s: float,
        prefix: Sequence[str],
        task: Callable[[str], str],
    ) -> None:
        self._subjects = subjects
        self._hash_seed = hash_seed
        self._cpu = cpu
        self._timeout_s = timeout_s
        self._prefix = prefix
        self._task = task
        self._resources = ExitStack()
        self._sides: dict[str, _Side] = {}

    def __enter__(self) -> Self:
        if not hasattr(os, "fork"):
            raise NothingMeasuredError("measuring needs a system with fork; on Windows, run wfperf under WSL")
        try:
            for place, sides in _by_place(self._subjects).items():
                with interrupts_held_back():
                    self._start(place, sides)
            for side, ours in self._sides.items():
                self._greet(side, ours)
        except BaseException:
            self._resources.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides' names."""
        return tuple(self._sides)

    def python(self, side: str) -> str:
        """Return the version of the interpreter that a side runs on."""
        return self._sides[side].python

    def pid(self, side: str) -> int:
        """Return a side's process id."""
        return self._sides[side].pid

    def call(self, side: str, op: str, **arguments: Any) -> dict[str, Any]:
        """Ask one side and wait for its answer.

        Raises:
            NothingMeasuredError: the subject fails, its process ends, answers nonsense or not at all.
        """
        self._send(side, op, arguments)
        return self._receive(side)

    def call_all(self, op: str, requests: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """Ask several sides at once and wait for all answers.

        Raises:
            NothingMeasuredError: as `call`.
        """
        for side, arguments in requests.items():
            self._send(side, op, arguments)
        return {side: self._receive(side) for side in requests}

    def end(self) -> None:
        """Ask every side to end by itself, without waiting for it: it is watched by someone who reports at its end."""
        for side in self._sides:
            self._send(side, "end", {})

    def load(
        self,
        name: str,
        subjects: Mapping[str, Subject],
        *,
        warm_up_runs: int | None = None,
        compared: bool = True,
    ) -> dict[str, Loaded]:
        """Have sides build their workloads, run and warm them; see `executor.Workers.load`.

        Raises:
            NothingMeasuredError: as `call`; or a compared outcome is not the same from run to run.
        """
        answers = self.call_all(
            "load",
            {
                side: {
                    "name": name,
                    "workload": _workload(subject),
                    "warm_up_runs": warm_up_runs,
                    "compared": compared,
                }
                for side, subject in subjects.items()
            },
        )
        loaded = {side: Loaded.of(answer) for side, answer in answers.items()}
        for side, each in loaded.items():
            if not each.stable:
                raise self._failure(side, CHANGING)
        return loaded

    def _start(self, place: Place, sides: Sequence[str]) -> None:
        keep = self._resources.enter_context
        stderr = keep(tempfile.TemporaryFile())  # noqa: SIM115 - kept by the stack
        heard = {side: keep(tempfile.TemporaryFile()) for side in sides}  # noqa: SIM115
        pairs = {side: socket.socketpair() for side in sides}
        for ours, _ in pairs.values():
            keep(ours)
        fds = [[theirs.fileno(), heard[side].fileno()] for side, (_, theirs) in pairs.items()]
        modules = dict.fromkeys(
            module for side in sides for subject in self._subjects[side] for module in subject.modules
        )
        try:
            process = subprocess.Popen(  # noqa: S603 - our own file, the interpreter that was asked for
                [*self._prefix, place.python, str(WORKER)],
                env=worker_environment(self._hash_seed),
                cwd=place.folder or None,
                stdin=subprocess.PIPE,
                stdout=stderr,
                stderr=stderr,
                pass_fds=[fd for pair in fds for fd in pair],
                # An interrupt is the coordinator's to handle. A group, no session: where the system shares processors
                # out by session (Linux's autogroups), sides of unlike sessions would not be treated alike.
                process_group=0,
            )
        except OSError as error:
            raise NothingMeasuredError(f"cannot run the interpreter {place.python}: {error.strerror}") from error
        finally:
            for _, theirs in pairs.values():
                theirs.close()
        self._resources.callback(_end, process)
        for side, (ours, _) in pairs.items():
            self._sides[side] = _Side(ours, heard[side], stderr)
        request = {"path": place.path, "modules": list(modules), "variants": fds, "cpu": self._cpu}
        assert process.stdin  # noqa: S101 - it is a pipe
        with suppress(BrokenPipeError):  # then it has ended, and each side's greeting says so
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()

    def _greet(self, side: str, ours: _Side) -> None:
        hello = self._receive(side)
        if hello.get("protocol") != PROTOCOL:
            raise self._failure(side, f"its worker speaks protocol {hello.get('protocol')!r}, not {PROTOCOL}")
        ours.pid, ours.python = hello["pid"], hello["python"]

    def _send(self, side: str, op: str, arguments: Mapping[str, Any]) -> None:
        try:
            self._sides[side].stream.settimeout(self._timeout_s)
            self._sides[side].stream.sendall(json.dumps({"op": op, **arguments}).encode() + b"\n")
        except OSError as error:
            raise self._failure(side, ENDED) from error

    def _receive(self, side: str) -> dict[str, Any]:
        line = self._line(side)
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise self._failure(
                side, f"it answered {line[:80].decode(errors='replace')!r}, which is not JSON"
            ) from error
        if not isinstance(answer, dict):
            raise self._failure(side, f"it answered {line[:80].decode(errors='replace')!r}, which is not an object")
        if "error" in answer:
            raise self._failure(side, answer["error"], last_words=False)
        return answer

    def _line(self, side: str) -> bytes:
        ours = self._sides[side]
        deadline_s = time.monotonic() + self._timeout_s
        while b"\n" not in ours.unread:
            try:
                ours.stream.settimeout(max(deadline_s - time.monotonic(), 0.001))
                chunk = ours.stream.recv(1 << 16)
            except TimeoutError as error:
                raise self._failure(side, f"no answer within {self._timeout_s:g} s") from error
            except OSError as error:
                raise self._failure(side, ENDED) from error
            if not chunk:
                raise self._failure(side, ENDED)
            ours.unread += chunk
        line, _, rest = bytes(ours.unread).partition(b"\n")
        ours.unread[:] = rest
        return line

    def _failure(self, side: str, reason: str, *, last_words: bool = True) -> NothingMeasuredError:
        ours = self._sides[side]
        said = " | ".join((*_last_lines(ours.shared), *_last_lines(ours.stderr)))
        return NothingMeasuredError(
            f"cannot {self._task(side)}: {reason}" + (f"; its last output: {said}" if said and last_words else "")
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it has started."""
    # At the end of its stdin it kills its sides and reaps them; only if it can't is the group killed.
    assert process.stdin  # noqa: S101 - it is a pipe
    with suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _workload(subject: Subject) -> dict[str, Any]:
    return {
        "target": subject.target,
        "arguments": None if subject.arguments is None else dict(subject.arguments),
        "configuration": subject.configuration,
        "packages": subject.packages,
        "trees": subject.trees,
    }


def _by_place(subjects: Mapping[str, Sequence[Subject]]) -> dict[Place, list[str]]:
    places: dict[Place, list[str]] = {}
    for side, each in subjects.items():
        (place,) = {subject.place for subject in each}
        places.setdefault(place, []).append(side)
    return places


def _last_lines(stderr: IO[bytes]) -> list[str]:
    """Return the last lines that a process has written; read at an offset, for it shares the file's position."""
    size = os.fstat(stderr.fileno()).st_size
    said = os.pread(stderr.fileno(), LAST_BYTES, max(0, size - LAST_BYTES)).decode(errors="replace")
    return [line.strip() for line in said.splitlines() if line.strip()][-LAST_LINES:]


def worker_environment(hash_seed: int) -> dict[str, str]:
    """Return the environment of every process that runs a subject, whether it is timed or profiled."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return kept | {"PYTHONHASHSEED": str(hash_seed)}
