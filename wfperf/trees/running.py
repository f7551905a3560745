"""Programs that are run beside us, and killed with all that they have started when we stop."""

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
    """Start a program in a session of its own, for an interrupt is ours to handle.

    At the end of the block it runs no more. What it has left behind when it ended by itself, does.

    Args:
        command: its words.
        options: of `subprocess.Popen`.
    """
    process = None
    try:
        with interrupts_held_back():  # half started, it would be left
            process = subprocess.Popen(command, start_new_session=True, **options)  # noqa: S603 - without a shell
        yield process
    finally:
        if process is not None:
            end(process)


def end(process: subprocess.Popen[Any]) -> None:
    """Kill what is left of a program, and of what it has started in its session; wait for it."""
    with interrupts_held_back():
        if process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):  # macOS's word for one that has ended
                os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()
