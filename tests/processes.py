"""Run wfperf as a user does: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def wfperf(*arguments: str, cwd: Path, source: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Return the finished process of `python -m wfperf ...`, with wfperf taken from a source tree."""
    return subprocess.run(
        [sys.executable, "-m", "wfperf", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(source), "NO_COLOR": "1", "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def processes_of_session(session: int) -> list[str]:
    """Return the command lines of the live processes that belong to a session."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            command = stat.with_name("cmdline").read_text().replace("\0", " ")
            if int(fields[3]) == session and command:  # one that is ending has none any more
                found.append(command)
        except OSError:
            continue  # it has ended since it was listed
    return found
