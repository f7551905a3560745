"""Run programs, and kill them with all that they have started when wfperf stops."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from wfperf.interrupts import interrupts_held_back


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[Any]]:
    """Start a program in its own session, because wfperf handles interrupts.

    It is killed at the end of the block. If it ended by itself, what it left behind goes on.

    Args:
        command: its words.
        options: of `subprocess.Popen`.
    """
    process = None
    try:
        with interrupts_held_back():  # half started, it would be left behind
            process = subprocess.Popen(command, start_new_session=True, **options)  # noqa: S603 - without a shell
        yield process
    finally:
        if process is not None:
            end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Kill a program that still runs, with what it has started in its session, and wait for it."""
    with interrupts_held_back():
        if process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):  # macOS's error for one that has ended
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()
