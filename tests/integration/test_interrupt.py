"""Ctrl-C in each command: exit code 130, one line, no file, no process left."""

import ctypes
import fcntl
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from builders import node, rows
from processes import ROOT

from wfperf.cli import COMMANDS
from wfperf.engine.database import Database
from wfperf.fixtures.seed import insert_workflow, is_seeded

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")

PR_SET_CHILD_SUBREAPER = 36
DEADLINE_S = 60


@pytest.fixture(autouse=True)
def orphans():
    """Make this process the parent of every orphan below it; return a function that lists those still running."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = children(os.getpid())
    yield lambda: {pid: name for pid, name in children(os.getpid()).items() if pid not in before}
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)


def children(parent):
    """Return the command lines of a process's children that have not ended."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, its_parent = stat.read_text().rpartition(")")[2].split()[:2]
            if int(its_parent) == parent and state not in "ZX":
                found[int(stat.parent.name)] = stat.with_name("cmdline").read_text().replace("\0", " ")
        except OSError:
            continue  # it has ended since it was listed
    return found


@pytest.fixture
def start():
    """Return a function that starts `wfperf ARGUMENTS` in a session of its own; none outlives the test."""
    started = []

    def start(*arguments, cwd, stdout=subprocess.PIPE, **environment):
        # An interrupt that the caller ignores, as a shell's background job does, its children would ignore too.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        process = subprocess.Popen(
            [sys.executable, "-m", "wfperf", *arguments],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def until(condition, process):
    """Wait until a running process shows what is looked for; there is nothing that it could notify."""
    deadline = time.monotonic() + DEADLINE_S
    while not condition():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)


def interrupt(process):
    """Send what a terminal sends at Ctrl-C, to the whole group; return what is then said."""
    os.killpg(process.pid, signal.SIGINT)
    shown, said = process.communicate(timeout=DEADLINE_S)
    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert "ignored" not in said
    assert said.splitlines()[-1] == "wfperf: error: interrupted"
    assert said.count("wfperf: error") == 1
    return shown, said


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def asleep(process):
    """Return whether a process waits; its interrupt would be missed between its last instruction and that."""
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "S"


def open_files(process):
    try:
        return {str(link.readlink()) for link in Path(f"/proc/{process.pid}/fd").iterdir()}
    except OSError:
        return set()  # one was closed meanwhile; look again


WORK = {
    "verify": ("--random", "100000", "-o", "result.json"),
    "profile": ("--runs", "5", "-o", "profiles"),
    "compare": ("--all", "--max-time", "60", "-o", "result.json"),
    "gate": ("--update",),
}


def test_every_command_is_interrupted_below():
    assert {*WORK, "seed", "run", "plan", "check", "graph", "import", "export", "show"} == {*COMMANDS}


@pytest.mark.parametrize("name", WORK)
def test_where_work_has_begun(name, seeded_url, tmp_path, start, orphans):
    cwd = tmp_path / "cwd"
    cwd.mkdir()
    process = start(name, *WORK[name], cwd=cwd, WFPERF_DB=seeded_url)
    assert process.stderr.readline().endswith(" ...\n")
    interrupt(process)
    assert files(cwd) == []
    assert orphans() == {}


@pytest.mark.parametrize("name", ["profile", "compare"])
def test_where_processes_have_started(name, seeded_url, tmp_path, start, orphans):
    cwd = tmp_path / "cwd"
    cwd.mkdir()
    process = start(name, *WORK[name], cwd=cwd, WFPERF_DB=seeded_url)
    until(lambda: children(process.pid), process)
    interrupt(process)
    assert files(cwd) == []
    assert orphans() == {}


@pytest.mark.parametrize("configuration", ["original", "phase-3"])
def test_a_workflow_that_waits(configuration, seeded_url, tmp_path, start, orphans):
    db = Database(seeded_url)
    insert_workflow(db, rows(node("long", "SLEEP", {"ms": 600_000}, is_async=1), code="LONG"))
    db.close()
    cwd = tmp_path / "cwd"
    cwd.mkdir()
    process = start(
        *("run", "LONG", "--debug", "--config", configuration, "-o", "run.json"), cwd=cwd, WFPERF_DB=seeded_url
    )
    assert process.stderr.readline() == "wfperf.engine: Node type SLEEP\n"
    assert process.stderr.readline() == "wfperf.engine: Run a node long\n"
    until(lambda: asleep(process), process)
    assert interrupt(process) == ("", "wfperf: error: interrupted\n")
    assert files(cwd) == []
    assert orphans() == {}


def test_a_seed_that_waits_for_a_lock_leaves_nothing_half_done(sqlite_url, tmp_path, start, orphans):
    file = tmp_path / "wf.db"
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("CREATE TABLE other (a)")
    other.execute("BEGIN IMMEDIATE")
    process = start("seed", "--db", sqlite_url, cwd=tmp_path)
    until(lambda: str(file) in open_files(process), process)
    os.killpg(process.pid, signal.SIGINT)
    other.execute("COMMIT")
    said = process.communicate(timeout=DEADLINE_S)[1]
    assert (process.returncode, said) == (130, "wfperf: error: interrupted\n")
    assert files(tmp_path) == ["wf.db"]
    assert [name for (name,) in other.execute("SELECT name FROM sqlite_master")] == ["other"]
    other.close()
    db = Database(sqlite_url)
    assert not is_seeded(db)
    db.close()
    assert orphans() == {}


def test_an_interrupt_in_a_destructor_is_not_lost(tmp_path):
    (tmp_path / "trap.py").write_text(
        """
import signal, time
from wfperf import cli

class Trap:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def work():
    Trap()
    time.sleep(60)

cli._run = work
cli.main()
"""
    )
    process = subprocess.run(
        [sys.executable, "trap.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.returncode, process.stderr) == (130, "wfperf: error: interrupted\n")


def test_a_plan_that_nobody_reads_does_not_hang(tmp_path, start, orphans):
    read, write = os.pipe()
    room = fcntl.fcntl(write, fcntl.F_SETPIPE_SZ, 4096)
    os.write(write, b" " * room)
    process = start("plan", "phase-1", cwd=tmp_path, stdout=write)  # little enough to be buffered whole
    os.close(write)
    until(lambda: "pipe" in Path(f"/proc/{process.pid}/wchan").read_text(), process)
    assert interrupt(process) == (None, "wfperf: error: interrupted\n")
    os.close(read)
    assert files(tmp_path) == []
    assert orphans() == {}
