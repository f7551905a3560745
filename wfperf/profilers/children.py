"""The processes that profile, as the one that started them holds them."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import wfperf
from wfperf.errors import NothingMeasuredError
from wfperf.profilers.child import READY

HASH_SEED = "0"
"""Every process has the same, so that sets are laid out alike on both sides."""


class Child:
    """A process of `wfperf.profilers.child`; `what` it does is named in errors."""

    def __init__(self, what: str, process: subprocess.Popen[str], stderr: IO[bytes]) -> None:
        self._what = what
        self._process = process
        self._stderr = stderr

    def send(self, line: str) -> None:
        """Tell the child something.

        Raises:
            NothingMeasuredError: it has ended.
        """
        assert self._process.stdin  # noqa: S101 - it is a pipe
        try:
            self._process.stdin.write(f"{line}\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise self._failure() from error

    def wait_until_ready(self) -> None:
        """Wait for the child's answer.

        Raises:
            NothingMeasuredError: it has ended instead.
        """
        assert self._process.stdout  # noqa: S101 - it is a pipe
        if self._process.stdout.readline().strip() != READY:
            raise self._failure()

    def finish(self) -> None:
        """Let the child write its file, and wait for its end.

        Raises:
            NothingMeasuredError: it fails.
        """
        assert self._process.stdin  # noqa: S101 - it is a pipe
        self._process.stdin.close()
        if self._process.wait():
            raise self._failure()

    def _failure(self) -> NothingMeasuredError:
        status = self._process.wait()
        self._stderr.seek(0)
        words = self._stderr.read().decode(errors="replace").strip().splitlines()
        reason = words[-1] if words else f"its process ended with status {status}"
        return NothingMeasuredError(f"cannot profile {self._what}: {reason}")


@contextmanager
def child(what: str, python: str) -> Iterator[Child]:
    """Start a child on an interpreter; it has ended when the block has.

    Raises:
        NothingMeasuredError: there is no such interpreter.
    """
    if shutil.which(python) is None:
        raise NothingMeasuredError(f"cannot profile {what}: there is no interpreter {python}")
    # The same wfperf as this one, wherever it was imported from.
    path = os.pathsep.join(filter(None, (str(Path(wfperf.__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    with (
        tempfile.TemporaryFile() as stderr,
        subprocess.Popen(  # noqa: S603 - our own module, the interpreter that was asked for
            [python, "-P", "-m", "wfperf.profilers.child"],
            env={**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": HASH_SEED},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield Child(what, process, stderr)
        finally:
            process.kill()
