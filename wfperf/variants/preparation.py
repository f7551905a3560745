"""Prepare a tree by the user's commands, such as one that makes its virtual environment."""

from __future__ import annotations

import shlex
import socket
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.variants.repository import outer_environment
from wfperf.variants.running import running

SUPERVISOR = Path(__file__).with_name("supervisor.py")
LAST_LINES = 4
"""Last lines of a command's output; more do not fit into an error of one line."""

LONGEST_CODE = 8
"""An exit code in digits, with room to spare."""


def parse_command(text: str) -> tuple[str, ...]:
    """Return a command's words; it runs without a shell.

    Raises:
        UsageError: it is empty, has an open quotation, or contains NUL.
    """
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(f"cannot read the command {text!r}: {error}") from error
    if not words or not words[0]:
        raise UsageError("a setup command is empty; write a command, or leave it out")
    if "\0" in text:
        raise UsageError(f"cannot read the command {text!r}: it contains a NUL character")
    return words


def prepare(commands: Sequence[Sequence[str]], folder: Path, what: str) -> None:
    """Run commands one after another in a folder; what they have started ends with them, or with this process.

    Processes with their own process group, such as daemons, do not end.

    Args:
        commands: the words of each.
        folder: where.
        what: the tree that is prepared, for errors.

    Raises:
        NothingMeasuredError: one fails; contains its last output.
    """
    for command in commands:
        with tempfile.TemporaryFile() as said:
            code = _run(command, folder, said.fileno())
            if code:
                said.seek(0)
                lines = said.read().decode(errors="replace").splitlines()
                last = " | ".join(line.strip() for line in lines[-LAST_LINES:] if line.strip())
                raise NothingMeasuredError(
                    f"cannot prepare {what}: {shlex.join(command)} ended with {code}" + (f": {last}" if last else "")
                )


def _run(command: Sequence[str], folder: Path, output: int) -> int:
    ours, theirs = socket.socketpair()
    with (
        ours,
        theirs,
        running(
            [sys.executable, "-I", str(SUPERVISOR), *command],
            cwd=folder,
            env=outer_environment(),
            stdin=theirs,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        theirs.close()
        code = ours.recv(LONGEST_CODE)  # empty if the supervisor has been killed
    return int(code or 128 - process.returncode)
