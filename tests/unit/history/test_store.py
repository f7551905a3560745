"""The history's database and its lines."""

import sqlite3
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import ROOT

from wfperf.errors import UsageError
from wfperf.history.lines import read_lines, to_lines
from wfperf.history.store import Store, Wanted
from wfperf.results.history import Entry, Machine

MACHINE = Machine("cpu", "2", "linux", "", "", "CPython", "3.11.7", "numpy 2")
ENTRY = Entry(
    at="2026-11-24T15:48:12Z",
    run="one",
    command="compare",
    revision="1a2b3c",
    workload="",
    scenario="typical",
    subject="optimized",
    base="original",
    metric="throughput",
    estimate=1.3,
    low=1.2,
    high=1.4,
    level=0.95,
    blocks=20,
    verdict="",
    machine=MACHINE,
    wfperf="0.1",
)
names = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
entries = st.lists(
    st.builds(
        replace,
        st.just(ENTRY),
        run=names,
        scenario=names,
        subject=names,
        metric=names,
        verdict=names,
        estimate=st.floats(-1, 1e6),
        low=st.floats(max_value=-1),
        high=st.floats(min_value=1e6),
        blocks=st.integers(0, 1000),
    ),
    max_size=5,
    unique_by=lambda each: each.id,
)


@given(found=entries)
def test_entries_come_back_as_they_were_kept_and_twice_adds_none(tmp_path_factory, found):
    store = Store(tmp_path_factory.mktemp("history") / "history.db")
    assert store.add(found) == len(found)
    assert store.add(found) == 0
    assert store.read() == tuple(found)


@given(found=entries)
def test_lines_hold_entries_to_the_letter(tmp_path_factory, found):
    file = tmp_path_factory.mktemp("lines") / "history.jsonl"
    file.write_text(to_lines(found))
    assert read_lines(file) == tuple(found)


def test_only_what_is_wanted_is_read(tmp_path):
    store = Store(tmp_path / "history.db")
    other = replace(ENTRY, scenario="large", machine=replace(MACHINE, cpu="another"))
    store.add([ENTRY, other])
    assert store.read(Wanted(scenario="large")) == (other,)
    assert store.read(Wanted(machine=MACHINE.id[:6])) == (ENTRY,)
    assert store.names("scenario") == ["typical", "large"]


def test_without_a_file_there_is_nothing(tmp_path):
    assert Store(tmp_path / "history.db").read() == ()
    assert not list(tmp_path.iterdir())


def test_the_folder_of_its_own_is_hidden_from_git(tmp_path):
    Store(tmp_path / ".wfperf" / "history.db").add([ENTRY])
    assert (tmp_path / ".wfperf" / ".gitignore").read_text() == "*\n"


ADDING = """
import sys
from dataclasses import replace
sys.path[:0] = sys.argv[2:]
from test_store import ENTRY
from wfperf.history.store import Store
from pathlib import Path
for number in range(20):
    Store(Path(sys.argv[1])).add([replace(ENTRY, run=f"{sys.argv[2]} {number}", scenario=sys.argv[4])])
"""


def test_two_processes_that_write_at_once_lose_nothing(tmp_path):
    file = tmp_path / "history.db"
    command = [sys.executable, "-c", ADDING, str(file), str(ROOT / "tests" / "unit" / "history"), str(ROOT / "tests")]
    started = [subprocess.Popen([*command, name], cwd=ROOT) for name in ("a", "b")]
    assert [each.wait() for each in started] == [0, 0]
    assert len(Store(file).read()) == 40


def test_what_is_no_history_is_refused(tmp_path):
    file = tmp_path / "history.db"
    file.write_text("no database, however long it may be" * 100)
    with pytest.raises(UsageError, match=r"history\.db"):
        Store(file).add([ENTRY])
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE foreign_one (x)")
    connection.close()
    with pytest.raises(UsageError, match="is no history of wfperf's, but another database"):
        Store(file).read()


def test_a_newer_history_is_refused(tmp_path):
    file = tmp_path / "history.db"
    Store(file).add([ENTRY])
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(UsageError, match="schema version 99; this wfperf reads up to 1"):
        Store(file).read()


@pytest.mark.parametrize(
    ("line", "message"), [("{", "line 2 is not JSON"), ("[]", "line 2"), ('{"schema_version": 99}', "line 2")]
)
def test_a_broken_line_is_named(tmp_path, line, message):
    file = tmp_path / "history.jsonl"
    file.write_text(to_lines([ENTRY]) + line + "\n")
    with pytest.raises(UsageError, match=message):
        read_lines(file)
