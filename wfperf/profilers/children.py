"""The processes that profile, as the one that started them holds them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from wfperf.errors import NothingMeasuredError
from wfperf.measure.subject import Place
from wfperf.measure.workers import worker_environment
from wfperf.profilers.skipped import ProfilerSkippedError

CHILD = Path(__file__).with_name("child.py")
HASH_SEED = 0
"""Every process has the same, so that sets are laid out alike on both sides."""


class Child:
    """A process of `child.py`; `what` it does is named in errors, and so is the library that it profiles with."""

    def __init__(self, what: str, library: str, python: str, process: subprocess.Popen[str], stderr: IO[bytes]) -> None:
        self._what = what
        self._library = library
        self._python = python
        self._process = process
        self._stderr = stderr

    def send(self, line: str) -> None:
        """Tell the child something.

        Raises:
            NothingMeasuredError: it has ended, which `wait_until_ready` would have told.
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
            NothingMeasuredError: the subject fails, or the process has ended.
            ProfilerSkippedError: the interpreter does not have the profiler.
        """
        assert self._process.stdout  # noqa: S101 - it is a pipe
        answer = _object(self._process.stdout.readline())
        if answer is None:
            raise self._failure()
        if "error" in answer:
            raise NothingMeasuredError(f"cannot profile {self._what}: {answer['error']}")
        if "missing" in answer:
            raise ProfilerSkippedError(
                f"{self._python} cannot import {self._library} ({answer['missing']}); "
                + _remedy(self._python, self._library)
            )

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
def child(what: str, library: str, place: Place) -> Iterator[Child]:
    """Start a child on a place's interpreter, as its worker is started; it has ended when the block has.

    Raises:
        NothingMeasuredError: there is no such interpreter.
    """
    if shutil.which(place.python) is None:
        raise NothingMeasuredError(f"cannot profile {what}: there is no interpreter {place.python}")
    with (
        tempfile.TemporaryFile() as stderr,
        subprocess.Popen(  # noqa: S603 - our own file, the interpreter that was asked for
            [place.python, str(CHILD)],
            env=worker_environment(HASH_SEED),
            cwd=place.folder or None,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            encoding="utf-8",
        ) as process,
    ):
        try:
            yield Child(what, library, place.python, process, stderr)
        finally:
            process.kill()


def _object(line: str) -> Mapping[str, Any] | None:
    try:
        answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _remedy(python: str, library: str) -> str:
    if library in sys.stdlib_module_names:
        return "it belongs to the standard library: complete that Python, or name another one"
    return f"to profile with it there: {python} -m pip install {library}"
