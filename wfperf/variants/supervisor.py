"""Runs a command, and kills it and all that it started when it ends, or when stdin ends for whatever reason.

Run by path, with the standard library alone, as the leader of a process group: supervisor.py COMMAND [ARGUMENT ...]
Stdin is a socket, which gets the command's exit code: 128 and more for a signal, 127 if it cannot be started.
Then this process kills the whole group, itself included: no process is forgotten.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

NOT_FOUND = 127
"""A shell's exit code for a command that does not exist."""


def main() -> None:
    """Run the command, send its exit code, and kill the group."""
    threading.Thread(target=_watch, daemon=True).start()
    try:
        os.write(0, b"%d" % _run())
    finally:
        os.killpg(0, signal.SIGKILL)


def _run() -> int:
    try:
        done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, check=False)  # noqa: S603 - what the user asks for
    except OSError as error:
        sys.stderr.write(f"cannot run {sys.argv[1]}: {error.strerror}\n")
        sys.stderr.flush()
        return NOT_FOUND
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def _watch() -> None:
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
