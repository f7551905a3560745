"""Run wfperf as a user does: in a process of its own."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PATIENCE_S = 600
"""How long a test waits for what must come: no bound on how fast a machine is, but an end where something hangs."""


_READ_AT_START = ("PYTHON", "LD_", "LC_", "LANG", "TZ", "MALLOC")
"""How the names of variables begin that an interpreter, its libraries or the system read once, when it starts."""


EXACT: Mapping[str, Any] = {}
BRIEF: Mapping[str, Any] = {
    "wfperf.measure.blocks.PLANNED_BLOCKS": 1e9,  # so many that each has the least time for its samples
    "wfperf.measure.blocks.MINIMUM_SAMPLING_S": 0.01,
    "wfperf.measure.comparing.LONGEST_LOOK_S": 0.05,
    "wfperf.measure.self_times.ROUNDS": 1,
    "wfperf.measure.self_times.LOOKED_S": 0.03,
}
"""Constants for short, imprecise blocks: where effects are large, or no verdict is looked at."""


def wfperf(
    *arguments: str, cwd: Path, source: Path = ROOT, constants: Mapping[str, Any] = EXACT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Return the finished process of `python -m wfperf ...`, with wfperf taken from a source tree.

    The process is a fork of one that has imported wfperf, unless an interpreter that starts now could be another.
    Only a fork can have other constants.
    """
    variables = {**os.environ, "PYTHONPATH": str(source), "NO_COLOR": "1", "COLUMNS": "200", **environment}
    if _read_at_start(variables) == _read_at_start({**os.environ, "PYTHONPATH": str(ROOT)}):
        return _server().run(arguments, cwd, variables, constants)
    assert not constants
    return subprocess.run(
        [sys.executable, "-m", "wfperf", *arguments],
        cwd=cwd,
        env=variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def _read_at_start(variables: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in variables.items() if name.startswith(_READ_AT_START)}


class _CommandServer:
    """The one process that all commands of this test process are forks of (tests/command_server.py)."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "command_server.py")],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self._process.communicate)  # it ends when no request can come any more

    def run(
        self, arguments: tuple[str, ...], cwd: Path, environment: dict[str, str], constants: Mapping[str, Any]
    ) -> subprocess.CompletedProcess[str]:
        """Return the finished process of a command."""
        with tempfile.TemporaryDirectory() as folder:
            stdout, stderr = Path(folder, "stdout"), Path(folder, "stderr")
            request = {"arguments": arguments, "cwd": cwd, "environment": environment, "constants": constants}
            code = self._answer(json.dumps(request | {"stdout": stdout, "stderr": stderr}, default=str))
            return subprocess.CompletedProcess(arguments, code, stdout.read_text(), stderr.read_text())

    def _answer(self, request: str) -> int:
        try:
            print(request, file=self._process.stdin, flush=True)
            return int(self._process.stdout.readline())
        except BaseException:  # as of a test whose time is up: the answer that is still to come is nobody's
            self._process.kill()
            _server.cache_clear()
            raise


@cache
def _server() -> _CommandServer:
    return _CommandServer()


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
    """Return that processes have ended, when they have: the system takes its time to end what was killed."""
    return until(lambda: not {pid for pid, *_ in _living()} & {*pids})


def until(condition: Callable[[], object]) -> bool:
    """Wait until something holds that nobody tells of."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, "it never came"
        time.sleep(0.002)  # leaves the processor to what it waits for
    return True


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
