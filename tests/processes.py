"""Run wfperf as a user does: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE_S = 600
"""How long a test waits for what must come: no bound on how fast a machine is, but an end where something hangs."""


def wfperf(*arguments: str, cwd: Path, source: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Return the finished process of `python -m wfperf ...`, with wfperf taken from a source tree."""
    return subprocess.run(
        [sys.executable, "-m", "wfperf", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(source), "NO_COLOR": "1", "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def processes_of_group(group: int) -> list[str]:
    """Return the command lines of the live processes that belong to a process group."""
    return [command for _, _, its_group, _, command in _living() if its_group == group]


def processes_of_session(session: int) -> list[str]:
    """Return the command lines of the live processes that belong to a session."""
    return [command for _, _, _, its_session, command in _living() if its_session == session]


def children(parent: int) -> dict[int, str]:
    """Return the command lines of a process's living children, by their ids."""
    return {pid: command for pid, its_parent, _, _, command in _living() if its_parent == parent}


def have_ended(*pids: int) -> bool:
    """Return whether processes end soon: the system takes its time to end what was killed."""
    deadline_s = time.monotonic() + PATIENCE_S
    while (living := {pid for pid, *_ in _living()} & {*pids}) and time.monotonic() < deadline_s:
        os.sched_yield()
    return not living


def _living() -> Iterator[tuple[int, int, int, int, str]]:
    """Give the id, parent, group, session and command line of every process that has not ended."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, group, session = stat.read_text().rpartition(")")[2].split()[:4]
            command = stat.with_name("cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it has ended since it was listed
        if state not in "ZX" and command:  # one that is ending has none any more
            yield int(stat.parent.name), int(parent), int(group), int(session), command
