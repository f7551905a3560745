"""Ctrl-C in each command: exit code 130, one line, no file, no process left."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import processes
import pytest
from builders import node, rows
from processes import PATIENCE_S, ROOT, children
from thorough import is_thorough
from workloads import SHOP

from wfperf.cli import COMMANDS
from wfperf.engine.database import Database
from wfperf.fixtures.seed import insert_workflow, is_seeded

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc"),
    pytest.mark.usefixtures("orphans"),
]


def until(condition, process):
    """Wait until a running process shows what is looked for; there is nothing that it could notify."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert process.poll() is None, process.stderr.read()
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.005)


def interrupt(process):
    """Send what a terminal sends at Ctrl-C, to the whole group; return what is then said."""
    os.killpg(process.pid, signal.SIGINT)
    shown, said = process.communicate(timeout=PATIENCE_S)
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
    "gate": ("--update", "--plan", "built-in"),
}


def test_every_command_is_interrupted_below():
    elsewhere = {"bisect"}  # beside the gate between revisions, in test_gate_interrupts.py
    others = {"seed", "run", "plan", "check", "graph", "import", "export", "show", "history", "init", "doctor"}
    assert {*WORK, *others, *elsewhere} == {*COMMANDS}


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


HANGING = """
def hanging():
    import time
    time.sleep(1000)
"""
PAIR = ("compare", "--a", "shop:slow", "--b", "shop:fast", "--precision", "0.0001", "--max-time", "60", "--force")
MOMENTS, SEEDS = (6, range(5)) if is_thorough() else (3, range(1))


@pytest.fixture
def shop(tmp_path):
    """A folder with a workload of its own and an older result, and what the result says."""
    cwd = tmp_path / "cwd"
    cwd.mkdir()
    (cwd / "shop.py").write_text(SHOP + HANGING)
    (cwd / "result.json").write_text('{"kind": "an older result"}')
    return cwd


OF_PYTHON = ("Fatal Python error: init_", "Could not import runpy module")
"""What Python itself says of an interrupt while it starts: wfperf has not been imported yet."""


@pytest.mark.parametrize("seed", SEEDS)
def test_at_random_moments_nothing_is_left_and_no_result_is_broken(shop, start, orphans, seed):
    """From the start of the interpreter on, over several blocks; an older result stays what it was."""
    moments = Random(seed)
    for _ in range(MOMENTS):
        process = start(*PAIR, "-o", "result.json", cwd=shop)
        time.sleep(moments.uniform(0.0, 1.6))  # the moment itself is what is drawn
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE_S)
        assert process.returncode in {130, -signal.SIGINT} or said.startswith(OF_PYTHON), said
        assert orphans() == {}
        assert (shop / "result.json").read_text() == '{"kind": "an older result"}'
        assert not [name for name in files(shop) if name.startswith(".")]


def workers(process):
    """The processes that measure, by their ids: what a coordinator has started, and what that has forked."""
    found = children(process.pid)
    return found | {pid: name for first in found for pid, name in children(first).items()}


def test_a_worker_that_is_killed_is_an_error_that_names_its_subject(shop, start, orphans):
    process = start(*PAIR, "-o", "result.json", cwd=shop)
    until(lambda: len(workers(process)) >= 3, process)
    while process.poll() is None:  # a block may just have ended, and its workers with it
        for pid in workers(process):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 5
    assert re.search(r"^wfperf: error: cannot measure '(slow|fast|control)': its process has ended", said, re.MULTILINE)
    assert (shop / "result.json").read_text() == '{"kind": "an older result"}'
    assert orphans() == {}


def test_a_killed_coordinator_takes_its_workers_with_it(shop, start, orphans):
    process = start(*PAIR, "-o", "result.json", cwd=shop)
    until(lambda: len(workers(process)) >= 3, process)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE_S)
    processes.until(lambda: orphans() == {})  # they end as soon as they are told
    assert (shop / "result.json").read_text() == '{"kind": "an older result"}'


def test_a_subject_that_hangs_is_given_up(shop, start, orphans):
    # The one that hangs comes first: on a busy machine others could take that long to start.
    process = start("compare", "--a", "shop:hanging", "--b", "shop:fast", "--timeout", "5", cwd=shop)
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 5
    assert "cannot measure 'hanging': no answer within 5 s" in said
    assert orphans() == {}


@pytest.fixture
def tiny_disk(tmp_path):
    """A folder on a disk of its own that holds almost nothing."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    command = [mount, "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("making a small disk takes root, and mount")
    yield folder
    subprocess.run([shutil.which("umount"), str(folder)], check=True)


def test_a_full_disk_keeps_the_older_result(tiny_disk, shop, start, orphans):
    older = tiny_disk / "result.json"
    older.write_text("{}")
    (tiny_disk / "filler").write_bytes(b"x" * 10_000)
    process = start(
        *("compare", "--a", "shop:slow", "--b", "shop:fast", "--blocks", "1", "--force", "-o", str(older)), cwd=shop
    )
    _, said = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2, said
    assert f"wfperf: error: cannot write {older}: No space left on device; choose another place" in said
    assert older.read_text() == "{}"
    assert sorted(path.name for path in tiny_disk.iterdir()) == ["filler", "result.json"]
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
    said = process.communicate(timeout=PATIENCE_S)[1]
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
