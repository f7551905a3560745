"""The worker processes of one block, as the coordinator holds them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import wfperf
from wfperf.errors import NothingMeasuredError
from wfperf.measure.subject import Subject

ANSWER_TIMEOUT_S = 120.0
GRACE_S = 2.0
PRELOAD = ("wfperf.fixtures.workload", "sqlalchemy.dialects.sqlite")
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


class Workers:
    """One process a side, all forked from one; use as a context manager, which leaves none behind.

    Args:
        sides: their names.
        hash_seed: the seed of every side's string hashes.

    Raises:
        NothingMeasuredError: the platform has no fork, or the processes do not start.
    """

    def __init__(self, sides: Sequence[str], *, hash_seed: int) -> None:
        self.sides = tuple(sides)
        self._hash_seed = hash_seed

    def __enter__(self) -> Self:
        if not hasattr(os, "fork"):
            raise NothingMeasuredError("measuring needs a system with fork; on Windows, run wfperf under WSL")
        pairs = {side: socket.socketpair() for side in self.sides}
        fds = [theirs.fileno() for _, theirs in pairs.values()]
        self._stderr = tempfile.TemporaryFile()
        self._streams = {side: ours for side, (ours, _) in pairs.items()}
        self._unread = dict.fromkeys(self.sides, b"")
        try:
            with _interrupts_held_back():
                self._process = subprocess.Popen(  # noqa: S603 - our own file, our own names
                    [sys.executable, str(Path(__file__).with_name("worker.py")), ",".join(PRELOAD), *map(str, fds)],
                    env=_environment(self._hash_seed),
                    stdin=subprocess.DEVNULL,
                    stdout=self._stderr,
                    stderr=self._stderr,
                    pass_fds=fds,
                    start_new_session=True,  # an interrupt is the coordinator's to handle
                )
        except KeyboardInterrupt:
            self._end()
            raise
        for ours, theirs in pairs.values():
            theirs.close()
            ours.settimeout(ANSWER_TIMEOUT_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _end(self) -> None:
        for stream in self._streams.values():
            stream.close()
        # Told to stop, the first process kills the sides and reaps them; only if it cannot is the group killed.
        self._process.terminate()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            pass
        finally:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._stderr.close()

    def call(self, side: str, op: str, **arguments: Any) -> dict[str, Any]:
        """Ask one side and wait for its answer.

        Raises:
            NothingMeasuredError: the subject fails, its process ends or does not answer.
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

    def load(self, name: str, subjects: Mapping[str, Subject]) -> dict[str, str]:
        """Have each side build and warm its subject's workload, and return the digests of their outcomes.

        Raises:
            NothingMeasuredError: as `call`.
        """
        answers = self.call_all(
            "load",
            {
                side: {"name": name, "factory": subject.factory, "arguments": dict(subject.arguments)}
                for side, subject in subjects.items()
            },
        )
        return {side: answer["digest"] for side, answer in answers.items()}

    def _send(self, side: str, op: str, arguments: Mapping[str, Any]) -> None:
        try:
            self._streams[side].sendall(json.dumps({"op": op, **arguments}).encode() + b"\n")
        except OSError as error:
            raise self._failure(side, "its process has ended") from error

    def _receive(self, side: str) -> dict[str, Any]:
        received = self._unread[side]
        while b"\n" not in received:
            try:
                chunk = self._streams[side].recv(65536)
            except TimeoutError as error:
                raise self._failure(side, f"no answer within {ANSWER_TIMEOUT_S:.0f} s") from error
            except OSError as error:
                raise self._failure(side, "its process has ended") from error
            if not chunk:
                raise self._failure(side, "its process has ended")
            received += chunk
        line, _, self._unread[side] = received.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise self._failure(side, answer["error"])
        return answer

    def _failure(self, side: str, reason: str) -> NothingMeasuredError:
        self._stderr.seek(0)
        last = self._stderr.read()[-400:].decode(errors="replace").split("\n")[-4:]
        said = " | ".join(line.strip() for line in last if line.strip())
        return NothingMeasuredError(
            f"cannot measure {side!r}: {reason}" + (f"; its last words: {said}" if said else "")
        )


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let an interrupt wait for the end of the block: what is started there can be ended by then.

    By the handler, not by the thread's signal mask: numpy's threads would take the signal instead.
    """
    held: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: held.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if held:
            signal.raise_signal(signal.SIGINT)


def _environment(hash_seed: int) -> dict[str, str]:
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return kept | {"PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": str(Path(wfperf.__file__).parents[1])}
