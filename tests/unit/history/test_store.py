"""The history's database: what is kept comes back, whoever writes beside; what is no history is refused."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from histories import ENTRIES, ENTRY, MACHINE, OTHER
from hypothesis import given, settings
from processes import ROOT
from thorough import examples

from wfperf.errors import UsageError
from wfperf.history import store as store_module
from wfperf.history.keeping import keep
from wfperf.history.store import APPLICATION_ID, MIGRATIONS, SCHEMA_VERSION, Store, Wanted

UNKNOWN_WRITE_VERSION = 3  # in an SQLite file's header it makes the file read-only, for root too
VERSION_OF_WRITING = 18

with_files = settings(max_examples=examples(50))


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "history.db")


def sql(file, *statements):
    with closing(sqlite3.connect(file)) as connection:
        for statement in statements:
            found = connection.execute(statement).fetchall()
        connection.commit()
    return found


@with_files
@given(entries=ENTRIES)
def test_entries_come_back_as_they_were_kept_and_twice_adds_none(tmp_path_factory, entries):
    store = Store(tmp_path_factory.mktemp("history") / "history.db")
    assert store.add(entries) == len(entries)
    assert store.add(entries) == 0
    assert sorted(store.read(), key=lambda each: each.id) == sorted(entries, key=lambda each: each.id)


def test_they_are_read_in_the_order_of_time_and_then_as_they_came(store):
    at = ["2026-11-03T00:00:00Z", "2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z"]
    given = [replace(ENTRY, at=when, run=str(number)) for number, when in enumerate(at)]
    store.add(given)
    assert store.read() == (given[1], given[2], given[0])


def test_only_what_is_wanted_is_read(store):
    other = replace(ENTRY, benchmark="large", variant="b", metric="memory", machine=OTHER)
    store.add([ENTRY, other])
    assert store.read() == (ENTRY, other)
    assert store.read(Wanted(benchmark="large")) == (other,)
    assert store.read(Wanted(variant="optimized")) == (ENTRY,)
    assert store.read(Wanted(metric="memory")) == (other,)
    assert store.read(Wanted(machine=MACHINE.id[:6])) == (ENTRY,)
    assert store.read(Wanted(benchmark="large", machine=MACHINE.id)) == ()
    assert store.read(Wanted(benchmark="' OR 1 = 1 --")) == ()


def test_what_there_is_to_choose_from(store):
    store.add([ENTRY, replace(ENTRY, benchmark="large", variant="b"), replace(ENTRY, run="two", machine=OTHER)])
    assert store.names("benchmark") == ["typical", "large"]
    assert store.names("variant") == ["optimized", "b"]
    assert store.names("metric") == ["throughput"]
    assert store.names("machine") == sorted([MACHINE.id, OTHER.id])


def test_without_a_file_there_is_nothing_and_none_is_made(store, tmp_path):
    assert store.read() == ()
    assert store.names("metric") == []
    assert not list(tmp_path.iterdir())


def test_a_file_that_another_process_has_just_begun_is_empty(store):
    store.path.touch()
    assert store.read() == ()
    assert store.add([ENTRY]) == 1


@pytest.mark.parametrize(("folder", "hidden"), [(".wfperf", True), ("perf", False)])
def test_only_the_folder_of_its_own_is_hidden_from_git(tmp_path, folder, hidden):
    Store(tmp_path / folder / "history.db").add([ENTRY])
    ignored = tmp_path / folder / ".gitignore"
    assert ignored.exists() == hidden
    assert not hidden or ignored.read_text() == "*\n"
    assert {path.name for path in (tmp_path / folder).iterdir()} <= {".gitignore", "history.db"}


def test_what_git_is_told_already_stays(tmp_path):
    (tmp_path / ".wfperf").mkdir()
    (tmp_path / ".wfperf" / ".gitignore").write_text("profile/\n")
    Store(tmp_path / ".wfperf" / "history.db").add([ENTRY])
    assert (tmp_path / ".wfperf" / ".gitignore").read_text() == "profile/\n"


ADDING = """
import sys
from dataclasses import replace
from pathlib import Path
from histories import ENTRY
from wfperf.history.store import Store
for number in range(20):
    Store(Path(sys.argv[1])).add([replace(ENTRY, run=f"{sys.argv[2]} {number}"), replace(ENTRY, run=f"both {number}")])
"""


def test_two_processes_that_write_at_once_lose_nothing(store):
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    started = [
        subprocess.Popen([sys.executable, "-c", ADDING, str(store.path), name], env={**os.environ, "PYTHONPATH": path})
        for name in ("a", "b")
    ]
    assert [each.wait() for each in started] == [0, 0]
    assert sorted(each.run for each in store.read()) == sorted(
        f"{name} {number}" for name in ("a", "b", "both") for number in range(20)
    )


def test_a_write_is_all_or_nothing(store):
    store.add([ENTRY])
    with pytest.raises(UsageError, match="cannot write the history"):
        store.add([replace(ENTRY, run="two"), replace(ENTRY, run="three", benchmark="half a pair \ud800")])
    assert store.read() == (ENTRY,)


# What cannot be used


def test_a_file_that_is_no_database_is_refused_and_stays_as_it_was(store):
    text = "no database, however long it may be" * 100
    store.path.write_text(text)
    for use in (store.read, lambda: store.add([ENTRY])):
        with pytest.raises(UsageError, match=r"history\.db: file is not a database; choose another file"):
            use()
    assert store.path.read_text() == text


def test_another_database_is_refused_and_stays_as_it_was(store):
    sql(store.path, "CREATE TABLE theirs (x)")
    before = store.path.read_bytes()
    for use in (store.read, lambda: store.add([ENTRY])):
        with pytest.raises(UsageError, match="is another database, not a history of wfperf"):
            use()
    assert store.path.read_bytes() == before


def test_a_database_that_is_damaged_is_refused(store):
    store.add([ENTRY])
    content = store.path.read_bytes()
    store.path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(UsageError, match="cannot read the history"):
        store.read()


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("UPDATE entries SET low = 9", "not an interval"),
        ("UPDATE entries SET estimate = 'much'", "must be real number"),
        ("UPDATE entries SET at = 'noon'", "a time is written like"),
        ("UPDATE entries SET blocks = -1", "a number of blocks cannot be -1"),
    ],
)
def test_an_entry_that_was_broken_by_hand_is_told(store, statement, message):
    store.add([ENTRY])
    sql(store.path, statement)
    with pytest.raises(UsageError, match=f"is broken: {message}"):
        store.read()


def test_a_newer_history_is_refused(store):
    store.add([ENTRY])
    sql(store.path, "PRAGMA user_version = 99")
    for use in (store.read, lambda: store.add([ENTRY])):
        with pytest.raises(UsageError, match=f"schema version 99; this wfperf reads up to {SCHEMA_VERSION}"):
            use()


def test_the_file_says_whose_it_is_and_of_which_version(store):
    store.add([ENTRY])
    assert sql(store.path, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert sql(store.path, "PRAGMA user_version") == [(SCHEMA_VERSION,)]
    assert list(MIGRATIONS) == list(range(1, SCHEMA_VERSION))


@pytest.mark.parametrize("use", [lambda store: store.read(), lambda store: store.add([])])
def test_an_older_history_is_brought_up_to_date(store, monkeypatch, use):
    store.add([ENTRY])
    renamed = ("UPDATE entries SET variant = 'migrated'", "PRAGMA user_version = 3")
    monkeypatch.setattr(store_module, "SCHEMA_VERSION", 3)
    monkeypatch.setattr(store_module, "MIGRATIONS", {2: renamed})
    use(store)
    assert store.read() == (replace(ENTRY, variant="migrated"),)
    assert sql(store.path, "PRAGMA user_version") == [(3,)]


@pytest.mark.parametrize("use", [lambda store: store.read(), lambda store: store.add([])])
def test_a_history_of_version_1_keeps_its_entries_under_new_names(store, use):
    store.add([ENTRY])
    columns = (("benchmark", "scenario"), ("variant", "subject"), ("baseline", "base"))
    sql(store.path, *(f"ALTER TABLE entries RENAME COLUMN {new} TO {old}" for new, old in columns))
    sql(store.path, "PRAGMA user_version = 1")
    use(store)
    assert store.read() == (ENTRY,)
    assert store.names("benchmark") == [ENTRY.benchmark]
    assert sql(store.path, "PRAGMA user_version") == [(2,)]


def test_a_read_only_file_can_be_read_and_not_written(store):
    store.add([ENTRY])
    with store.path.open("r+b") as file:
        file.seek(VERSION_OF_WRITING)
        file.write(bytes([UNKNOWN_WRITE_VERSION]))
    assert store.read() == (ENTRY,)
    with pytest.raises(UsageError, match="attempt to write a readonly database"):
        store.add([replace(ENTRY, run="two")])


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder in which nobody can write")
def test_a_folder_that_cannot_be_written_is_told():
    with pytest.raises(UsageError, match="cannot "):
        Store(Path("/proc/new/history.db")).add([ENTRY])


def test_a_folder_in_its_place_is_told(tmp_path):
    with pytest.raises(UsageError, match="unable to open database file"):
        Store(tmp_path).read()
    with pytest.raises(UsageError, match="it is a folder; choose another place"):
        Store(tmp_path).add([ENTRY])


FILLING = """
import resource, sys
from dataclasses import replace
from pathlib import Path
from histories import ENTRY
from wfperf.errors import UsageError
from wfperf.history.store import Store
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    Store(Path(sys.argv[1])).add([replace(ENTRY, run=str(number)) for number in range(5000)])
except UsageError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit for the size of files")
def test_a_full_disk_is_told_and_nothing_is_half_kept(store):
    store.add([ENTRY])
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, "-c", FILLING, str(store.path)],
        env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert f"cannot write the history {store.path}: " in done.stdout
    assert store.read() == (ENTRY,)


def test_a_writer_waits_its_turn_and_gives_up_in_the_end(store, monkeypatch):
    store.add([ENTRY])
    monkeypatch.setattr(store_module, "BUSY_TIMEOUT_S", 0.0)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UsageError, match="database is locked"):
            store.add([ENTRY])
    assert store.add([replace(ENTRY, run="two")]) == 1


# What keeps without being asked


def test_what_was_measured_is_kept(tmp_path, capsys):
    keep([ENTRY], tmp_path / ".wfperf")
    assert Store(tmp_path / ".wfperf" / "history.db").read() == (ENTRY,)
    assert capsys.readouterr() == ("", "")


def test_where_nothing_was_measured_nothing_is_made(tmp_path):
    keep([], tmp_path / ".wfperf")
    assert not list(tmp_path.iterdir())


def test_what_cannot_be_kept_is_one_line_and_no_error(tmp_path, capsys):
    (tmp_path / ".wfperf").touch()
    keep([ENTRY], tmp_path / ".wfperf")
    shown = capsys.readouterr()
    assert shown.out == ""
    (line,) = shown.err.splitlines()
    assert line.startswith("wfperf: warning: the numbers were not kept for wfperf history: cannot create the folder")
