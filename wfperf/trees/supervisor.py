"""Runs a command, and kills it and all that it started when stdin ends, however its other end may have ended.

Run by path, with the standard library alone: supervisor.py COMMAND [ARGUMENT ...]
Leaves with the command's exit code, 128 and more for a signal, 127 where it cannot be started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

NOT_FOUND = 127


def main() -> int:
    """Run the command and return its exit code."""
    threading.Thread(target=_watch, daemon=True).start()
    try:
        done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, check=False)  # noqa: S603 - what the user asks for
    except OSError as error:
        sys.stderr.write(f"cannot run {sys.argv[1]}: {error.strerror}\n")
        return NOT_FOUND
    return done.returncode if done.returncode >= 0 else 128 - done.returncode


def _watch() -> None:
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
