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
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from wfperf.errors import AnswerTooLateError, NothingMeasuredError, WorkerLostError
from wfperf.interrupts import interrupts_held_back
from wfperf.measure.answers import Loaded
from wfperf.measure.variables import command_environment, worker_environment
from wfperf.measure.variant import Interpreter, Variant
from wfperf.measure.worker.protocol import PROTOCOL

WORKER = Path(__file__).with_name("worker")
"""The folder that an interpreter runs."""

GRACE_S = 2.0
"""Many times what a process needs to kill and reap its children."""

LAST_LINES, LAST_BYTES = 4, 2000
"""The end of a traceback; more does not fit into an error of one line."""

ENDED = "its process has ended"
LOST = "it has not answered before"


@dataclass(frozen=True, slots=True)
class Task:
    """What is done with a variant, for errors: `cannot DOING in PLACE`.

    Args:
        doing: what is done, with the variant's name.
        place: where, such as a revision; empty if all variants are in one place.
    """

    doing: str
    place: str = ""

    def failed(self, reason: str, module: str = "") -> str:
        """Return why it could not be done, as text; `module` is what could not be imported for it, if that is why."""
        doing = f"import {module!r}" if module else self.doing
        return f"cannot {doing}{f' in {self.place}' if self.place else ''}: {reason}"


@dataclass(slots=True)
class _Process:
    """The coordinator's end of one variant's process.

    `unread` is what it sent after its last whole line. `lost` says why it is not asked any more: an answer that was too
    late could come now, and be taken for that to another request. `shared` is the stderr of the process that all
    variants of its interpreter are forked from.
    """

    stream: socket.socket
    stderr: IO[bytes]
    shared: IO[bytes]
    unread: bytearray = field(default_factory=bytearray)
    pid: int = 0
    python: str = ""
    lost: str = ""


class WorkerProcesses:
    """One process per variant, forked from one per interpreter. A context manager that leaves no process behind.

    Args:
        variants: all that each name will load, now or later; all with the same interpreter.
        hash_seed: PYTHONHASHSEED of every variant.
        cpu: the processor all variants run on, in turn; None leaves it to the system.
        timeout_s: seconds that a variant may take for one answer.
        prefix: a command that runs the interpreter; empty for none.
        task: returns what is done with a variant, given its name; errors begin with it.

    Raises:
        NothingMeasuredError: the platform has no fork, an interpreter is missing, or the processes do not start.
    """

    def __init__(
        self,
        variants: Mapping[str, Sequence[Variant]],
        *,
        hash_seed: int,
        cpu: int | None,
        timeout_s: float,
        prefix: Sequence[str],
        task: Callable[[str], Task],
    ) -> None:
        self._variants = variants
        self._hash_seed = hash_seed
        self._cpu = cpu
        self._timeout_s = timeout_s
        self._prefix = prefix
        self._task = task
        self._resources = ExitStack()
        self._processes: dict[str, _Process] = {}

    def __enter__(self) -> Self:
        if not hasattr(os, "fork"):
            raise NothingMeasuredError("measuring needs a system with fork; on Windows, run wfperf under WSL")
        try:
            for interpreter, variants in _by_interpreter(self._variants).items():
                with interrupts_held_back():
                    self._start(interpreter, variants)
            for name, ours in self._processes.items():
                self._greet(name, ours)
        except BaseException:
            self._resources.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resources.close()

    @property
    def variants(self) -> tuple[str, ...]:
        """The variants' names."""
        return tuple(self._processes)

    def python(self, variant: str) -> str:
        """Return the version of the interpreter that a variant runs on."""
        return self._processes[variant].python

    def pid(self, variant: str) -> int:
        """Return a variant's process id."""
        return self._processes[variant].pid

    def call(self, variant: str, op: str, **arguments: Any) -> dict[str, Any]:
        """Ask one variant and wait for its answer.

        Raises:
            NothingMeasuredError: the variant fails, or its process ends, answers nonsense or not at all.
        """
        self._send(variant, op, arguments)
        return self._receive(variant)

    def call_all(
        self, op: str, requests: Mapping[str, Mapping[str, Any]], *, timeout_s: float | None = None
    ) -> dict[str, dict[str, Any]]:
        """Ask several variants at once and wait for all answers, each for `timeout_s` if that is not None.

        Raises:
            NothingMeasuredError: as `call`.
        """
        for name, arguments in requests.items():
            self._send(name, op, arguments)
        return {name: self._receive(name, timeout_s) for name in requests}

    def end(self) -> None:
        """Ask every variant to end by itself, without waiting: a tool that watches it reports at its end."""
        for name in self._processes:
            self._send(name, "end", {})

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
        """Make variants build, run and warm up their workloads; see `executor.Workers.load`.

        Raises:
            NothingMeasuredError: as `call`.
        """
        requests = {
            name: {
                "name": benchmark,
                "workload": _workload(variant, self._hash_seed),
                "warm_up_runs": warm_up_runs,
                "compared": compared,
                "once": once,
            }
            for name, variant in variants.items()
        }
        # Commands leave files behind, so they never run at the same time.
        has_commands = any(variant.command for variant in variants.values())
        answers = (
            {name: self.call(name, "load", **request) for name, request in requests.items()}
            if has_commands
            else self.call_all("load", requests, timeout_s=timeout_s)
        )
        return {name: Loaded.of(answer) for name, answer in answers.items()}

    def _start(self, interpreter: Interpreter, variants: Sequence[str]) -> None:
        keep = self._resources.enter_context
        stderr = keep(tempfile.TemporaryFile())  # noqa: SIM115 - kept by the stack
        heard = {name: keep(tempfile.TemporaryFile()) for name in variants}  # noqa: SIM115
        pairs = {name: socket.socketpair() for name in variants}
        for ours, _ in pairs.values():
            keep(ours)
        fds = [[theirs.fileno(), heard[name].fileno()] for name, (_, theirs) in pairs.items()]
        modules = dict.fromkeys(
            module for name in variants for variant in self._variants[name] for module in variant.modules
        )
        environment = worker_environment(self._hash_seed) | dict(interpreter.variables)
        if any(variant.suite for name in variants for variant in self._variants[name]):
            # Its processes are killed in the end, so they cannot remove what they leave here.
            environment["TMPDIR"] = keep(tempfile.TemporaryDirectory(prefix="wfperf-", ignore_cleanup_errors=True))
        try:
            process = subprocess.Popen(  # noqa: S603 - our own file, the interpreter that was asked for
                [*self._prefix, interpreter.python, str(WORKER)],
                env=environment,
                cwd=interpreter.folder or None,
                stdin=subprocess.PIPE,
                stdout=stderr,
                stderr=stderr,
                pass_fds=[fd for pair in fds for fd in pair],
                # The coordinator handles interrupts. A group, not a session: Linux's autogroups share processors out by
                # session, and would treat variants of different sessions differently.
                process_group=0,
            )
        except OSError as error:
            raise NothingMeasuredError(f"cannot run the interpreter {interpreter.python}: {error.strerror}") from error
        finally:
            for _, theirs in pairs.values():
                theirs.close()
        self._resources.callback(_end, process)
        for name, (ours, _) in pairs.items():
            self._processes[name] = _Process(ours, heard[name], stderr)
        request = {
            "path": interpreter.path,
            "children_path": os.pathsep.join(interpreter.children_path),
            "modules": list(modules),
            "variants": fds,
            "cpu": self._cpu,
        }
        assert process.stdin  # noqa: S101 - it is a pipe
        with suppress(BrokenPipeError):  # it has ended; reading each greeting will report that
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()

    def _greet(self, variant: str, ours: _Process) -> None:
        hello = self._receive(variant)
        if hello.get("protocol") != PROTOCOL:
            raise self._failure(variant, f"its worker speaks protocol {hello.get('protocol')!r}, not {PROTOCOL}")
        ours.pid, ours.python = hello["pid"], hello["python"]

    def _send(self, variant: str, op: str, arguments: Mapping[str, Any]) -> None:
        if lost := self._processes[variant].lost:
            raise self._failure(variant, lost, lost=lost)
        try:
            self._processes[variant].stream.settimeout(self._timeout_s)
            self._processes[variant].stream.sendall(json.dumps({"op": op, **arguments}).encode() + b"\n")
        except OSError as error:
            raise self._failure(variant, ENDED, lost=ENDED) from error

    def _receive(self, variant: str, timeout_s: float | None = None) -> dict[str, Any]:
        line = self._line(variant, self._timeout_s if timeout_s is None else timeout_s)
        try:
            answer = json.loads(line)
        except ValueError as error:
            raise self._failure(
                variant, f"it answered {line[:80].decode(errors='replace')!r}, which is not JSON"
            ) from error
        if not isinstance(answer, dict):
            raise self._failure(variant, f"it answered {line[:80].decode(errors='replace')!r}, which is not an object")
        if "error" in answer:
            failed = self._task(variant).failed(answer["error"], answer.get("module", ""))
            raise NothingMeasuredError(failed)
        return answer

    def _line(self, variant: str, timeout_s: float) -> bytes:
        ours = self._processes[variant]
        deadline_s = time.monotonic() + timeout_s
        while b"\n" not in ours.unread:
            try:
                ours.stream.settimeout(max(deadline_s - time.monotonic(), 0.001))
                chunk = ours.stream.recv(1 << 16)
            except TimeoutError as error:
                raise self._failure(variant, f"no answer within {timeout_s:g} s", lost=LOST) from error
            except OSError as error:
                raise self._failure(variant, ENDED, lost=ENDED) from error
            if not chunk:
                raise self._failure(variant, ENDED, lost=ENDED)
            ours.unread += chunk
        line, _, rest = bytes(ours.unread).partition(b"\n")
        ours.unread[:] = rest
        return line

    def _failure(self, variant: str, reason: str, *, lost: str = "") -> NothingMeasuredError:
        ours = self._processes[variant]
        ours.lost = ours.lost or lost
        said = " | ".join((*_last_lines(ours.shared), *_last_lines(ours.stderr)))
        kind = {"": NothingMeasuredError, LOST: AnswerTooLateError}.get(lost, WorkerLostError)
        return kind(self._task(variant).failed(reason) + (f"; its last output: {said}" if said else ""))


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all it has started."""
    assert process.stdin  # noqa: S101 - it is a pipe
    with interrupts_held_back():  # one inside `wait` can leave a lock behind that the next `wait` never gets
        # At the end of its stdin, it kills and reaps its variants; the group is killed in case it cannot.
        with suppress(BrokenPipeError):
            process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE_S)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _workload(variant: Variant, hash_seed: int) -> dict[str, Any]:
    environment = command_environment(variant.interpreter, hash_seed) if variant.command else {}
    return {
        "target": variant.target,
        "arguments": None if variant.arguments is None else dict(variant.arguments),
        "configuration": variant.configuration,
        "packages": variant.packages,
        "trees": variant.trees,
        "call": variant.call and asdict(variant.call),
        "suite": variant.suite and asdict(variant.suite),
        "command": variant.command and {**asdict(variant.command), "environment": environment},
    }


def _by_interpreter(variants: Mapping[str, Sequence[Variant]]) -> dict[Interpreter, list[str]]:
    interpreters: dict[Interpreter, list[str]] = {}
    for name, each in variants.items():
        (interpreter,) = {variant.interpreter for variant in each}
        interpreters.setdefault(interpreter, []).append(name)
    return interpreters


def _last_lines(stderr: IO[bytes]) -> list[str]:
    """Return the last lines that a process has written; read by pread, because it shares the file's position."""
    size = os.fstat(stderr.fileno()).st_size
    said = os.pread(stderr.fileno(), LAST_BYTES, max(0, size - LAST_BYTES)).decode(errors="replace")
    return [line.strip() for line in said.splitlines() if line.strip()][-LAST_LINES:]
