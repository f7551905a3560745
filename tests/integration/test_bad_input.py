"""What a user can get wrong: one line that says what to do, the right exit code, and nothing left behind."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from builders import node, rows
from processes import ROOT, wfperf

from wfperf.engine.database import Database
from wfperf.fixtures.seed import insert_workflow, seed

USAGE, NOTHING_MEASURED = 2, 5
WITH_DATABASE = [
    ("seed",),
    ("run",),
    ("verify", "--random", "0"),
    ("profile", "--runs", "1"),
    ("compare", "--quick"),
    ("gate", "--update"),
]
FILLING_NOTHING = WITH_DATABASE[1:]
UNKNOWN_WRITE_VERSION = 3
"""In an SQLite file's header it makes the file read-only, for root too."""


def words(value):
    return " ".join(value) if isinstance(value, tuple) else ""


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def refused(*arguments, cwd, code=USAGE, **environment):
    """Return the one line that `wfperf ARGUMENTS` says when it refuses; assert how it refuses."""
    before = files(cwd)
    process = wfperf(*arguments, cwd=cwd, **environment)
    assert process.returncode == code, process.stdout + process.stderr
    assert process.stdout == ""
    assert "Traceback" not in process.stderr
    (line,) = [line for line in process.stderr.splitlines() if not line.endswith(" ...")]
    assert line.startswith("wfperf: error: ")
    assert files(cwd) == before, "a file was left, changed or removed"
    return line


@pytest.fixture(scope="module")
def seeded_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("seeded") / "wf.db"
    db = Database(f"sqlite:///{file}", create=True)
    seed(db)
    db.close()
    return file


@pytest.fixture
def seeded(seeded_file, tmp_path):
    """The URL of a seeded database of the test's own."""
    shutil.copy(seeded_file, tmp_path / "seeded.db")
    return f"sqlite:///{tmp_path / 'seeded.db'}"


# The command line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("frobnicate",), "No such command 'frobnicate'"),
        (("--frobnicate",), "No such option '--frobnicate'"),
        (("seed", "--format", "json"), "No such option '--format'"),
        (("run", "--format", "xml"), "'xml' is not one of 'table', 'json'"),
        (("run", "--config"), "Option '--config' requires an argument"),
        (("run", "typical", "large"), "unexpected extra argument (large)"),
        (("plan", "dispatch", "loading"), "unexpected extra argument (loading)"),
        (("verify", "--random", "-1"), "-1 is not in the range x>=0"),
        (("verify", "--seed", "x"), "'x' is not a valid integer"),
        (("profile", "--phase", "7"), "7 is not in the range 1<=x<=3"),
        (("profile", "--runs", "0"), "0 is not in the range x>=1"),
        (("profile", "--with", "stopwatch"), "'stopwatch'"),
        (("profile", "--with", ""), "no profiler is named"),
        (("profile", "--phase", "1", "--config", "optimized"), "exclude each other; give one"),
        (("compare", "--phase", "9"), "9 is not in the range 1<=x<=4"),
        (("compare", "--blocks", "1"), "1 is not in the range x>=2"),
        (("compare", "--max-time", "soon"), "'soon' is not a valid float"),
        (("compare", "--fail-on", "rain"), "not 'rain'"),
        (("compare", "--all", "--only", "dispatch"), "exclude each other; give one"),
        (("gate", "--format", "xml"), "'xml' is not one of 'table', 'json'"),
    ],
    ids=words,
)
def test_a_wrong_option(tmp_path, arguments, says):
    assert says in refused(*arguments, cwd=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "typcal"), "no scenario 'typcal', and no workflow of this code in"),
        (("profile", "--scenario", "typcal"), "no scenario 'typcal'; did you mean 'typical'?"),
        (("run", "--config", "phse-1"), "no configuration 'phse-1'; did you mean 'phase-1'?"),
        (("profile", "--config", "phse-1"), "no configuration 'phse-1'; did you mean 'phase-1'?"),
        (("compare", "--only", "dispach"), "'dispach'"),
        (("plan", "dispach"), "the plan has nothing named 'dispach'; did you mean 'dispatch'?"),
        (("run", "--package", "other", "PERF_TEST"), "workflow 'PERF_TEST' is not in package 'other'; give --package core"),
    ],
    ids=words,
)
def test_an_unknown_name(tmp_path, seeded, arguments, says):
    assert says in refused(*arguments, cwd=tmp_path, WFPERF_DB=seeded)


# The database


@pytest.mark.parametrize("url", ["", "wf.db", "mysql://host/name", "postgresql://user:s3cret@host:port/name"])
@pytest.mark.parametrize("command", WITH_DATABASE, ids=words)
def test_an_unusable_database_url(tmp_path, command, url):
    line = refused(*command, "--db", url, cwd=tmp_path)
    assert "database" in line
    assert "s3cret" not in line


@pytest.mark.parametrize("command", FILLING_NOTHING, ids=words)
def test_a_missing_database(tmp_path, command):
    line = refused(*command, "--db", "sqlite:///missing.db", cwd=tmp_path)
    assert "no database at sqlite:///missing.db; create it with: wfperf seed --db sqlite:///missing.db" in line


@pytest.mark.parametrize("command", WITH_DATABASE, ids=words)
def test_an_unreachable_server_and_its_password(tmp_path, command):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can answer at this port
        url = f"postgresql://user:s3cret@127.0.0.1:{closed.getsockname()[1]}/name"
        line = refused(*command, "--db", url, cwd=tmp_path)
    assert "cannot open postgresql" in line
    assert "refused" in line
    assert "s3cret" not in line


@pytest.mark.parametrize("command", WITH_DATABASE, ids=words)
def test_a_file_that_is_no_database(tmp_path, command):
    (tmp_path / "notes.txt").write_text("This is a text of some length, and no database.\n" * 99)
    assert "file is not a database" in refused(*command, "--db", "sqlite:///notes.txt", cwd=tmp_path)


@pytest.mark.parametrize("command", WITH_DATABASE, ids=words)
def test_tables_of_these_names_with_other_columns(tmp_path, command):
    connection = sqlite3.connect(tmp_path / "theirs.db")
    connection.execute("CREATE TABLE def_workflow (id INTEGER, invoice TEXT)")
    connection.close()
    line = refused(*command, "--db", "sqlite:///theirs.db", cwd=tmp_path)
    assert "has a table def_workflow that is not wfperf's: it has the columns id, invoice; choose another" in line


@pytest.mark.parametrize("command", FILLING_NOTHING, ids=words)
def test_a_database_without_the_scenarios(tmp_path, command):
    sqlite3.connect(tmp_path / "empty.db").executescript("CREATE TABLE other (a);")
    line = refused(*command, "--db", "sqlite:///empty.db", cwd=tmp_path)
    assert "does not hold wfperf's scenarios; add them with: wfperf seed --db sqlite:///empty.db" in line


@pytest.mark.parametrize("command", WITH_DATABASE, ids=words)
def test_a_folder_in_place_of_the_database(tmp_path, command):
    (tmp_path / "folder").mkdir()
    refused(*command, "--db", "sqlite:///folder", cwd=tmp_path)


@pytest.mark.parametrize("command", WITH_DATABASE, ids=words)
def test_the_default_database_where_its_folder_cannot_be_made(tmp_path, command):
    (tmp_path / ".wfperf").touch()
    assert "cannot create the folder .wfperf" in refused(*command, cwd=tmp_path)


def test_a_read_only_database(tmp_path):
    sqlite3.connect(tmp_path / "fixed.db").executescript("CREATE TABLE other (a);")
    with (tmp_path / "fixed.db").open("r+b") as file:
        file.seek(18)
        file.write(bytes([UNKNOWN_WRITE_VERSION]))
    line = refused("seed", "--db", "sqlite:///fixed.db", cwd=tmp_path)
    assert "cannot write sqlite:///fixed.db: attempt to write a readonly database" in line


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder in which nobody can write: /proc")
@pytest.mark.parametrize("url", ["sqlite:////proc/wf.db", "sqlite:////proc/new/wf.db"])
def test_a_folder_where_no_database_can_be_written(tmp_path, url):
    line = refused("seed", "--db", url, cwd=tmp_path)
    assert "/proc" in line
    assert "cannot " in line


# Workflows


def broken(database_url, *nodes):
    db = Database(database_url)
    insert_workflow(db, rows(*nodes, code="BROKEN"))
    db.close()


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        ((), "workflow 'BROKEN': has no nodes"),
        ((node("a", data="{oops"),), "node 'a' NodeData: Expecting property name"),
        ((node("a", data="[1]"),), "node 'a' NodeData: expected a JSON object, found list"),
        ((node("a", to='{"to": 5}'),), "node 'a' Branches: 'to' must be a list of edges"),
        ((node("a", to=["b"]), node("b", to=["c"]), node("c", to=["b"])), "a cycle holds 'b', 'c'"),
        ((node("a", to=["a"]),), "no start node"),
        ((node("a", to=["nowhere"]),), "node 'a' Branches: leads to 'nowhere', which is not a node of this workflow"),
        ((node("a", "TELEPORT"),), "node 'a' Type: unknown type 'TELEPORT'; known: AGGREGATE"),
        ((node("a", to=[("a", "1 +")], split="first"),), "node 'a' Branches: cannot parse '1 +'"),
    ],
    ids=["empty", "no JSON", "no object", "no list", "cycle", "loop", "dangling edge", "unknown type", "no expression"],
)
def test_a_broken_workflow(tmp_path, seeded, nodes, says):
    broken(seeded, *nodes)
    line = refused("run", "BROKEN", "--db", seeded, cwd=tmp_path)
    assert line.startswith("wfperf: error: workflow 'BROKEN': ")
    assert says in line


def test_all_problems_of_a_workflow_stand_numbered_on_one_line(tmp_path, seeded):
    broken(seeded, node("a", data="{oops"), node("b", "TELEPORT"), node("c", to=["nowhere"]))
    line = refused("run", "BROKEN", "--db", seeded, cwd=tmp_path)
    places = [line.index(part) for part in ("(1) node 'a' NodeData", "(2) node 'b' Type", "(3) node 'c' Branches")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        ((node("a", "CALC", {"expression": "1 / 0"}),), "node 'a': CALC failed: NodeData field 'expression'"),
        ((node("a", "SERVICE", {"service": "x"}),), "'x', which is not registered; registered: order"),
        ((node("a", "SQL", {"sql": "SELECT nothing"}),), "cannot read sqlite:"),
        ((node("a", to=[("b", "False")], split="first"), node("b")), "none of its conditions holds ('False')"),
    ],
    ids=["expression", "service", "statement", "no branch"],
)
@pytest.mark.parametrize("configuration", ["original", "phase-3", "optimized"])
def test_a_workflow_that_fails(tmp_path, seeded, nodes, says, configuration):
    broken(seeded, *nodes)
    line = refused(
        *("run", "BROKEN", "--db", seeded, "--config", configuration, "-o", "run.json"),
        cwd=tmp_path,
        code=NOTHING_MEASURED,
    )
    assert line.startswith("wfperf: error: workflow 'BROKEN', node 'a': ")
    assert says in line


# The context


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON: Expecting value at line 1, column 1"),
        (b'{\n  "result": {a}\n}', "is not JSON: Expecting property name enclosed in double quotes at line 2, column 14"),
        (b"\xff\xfe", "is not JSON: 'utf-8' codec can't decode"),
        (b"[" * 200_000, "is nested too deeply"),
        (b"1" * 5000, "is not JSON: Exceeds the limit"),
        (b"[1, 2]", 'is a list; it must be an object: {"result": {'),
        (b'"text"', "is a text; it must be an object"),
        (b"null", "is null; it must be an object"),
        (b'{"order_number": "1"}', 'has no object \'result\'; put the variables into it: {"result": {'),
        (b'{"result": [1]}', "has no object 'result'"),
    ],
    ids=["empty", "syntax", "bytes", "deep", "digits", "list", "text", "null", "no result", "a list as result"],
)
def test_a_context_that_cannot_be_used(tmp_path, seeded, content, says):
    (tmp_path / "context.json").write_bytes(content)
    line = refused("run", "--context", "context.json", "--db", seeded, cwd=tmp_path)
    assert line.startswith("wfperf: error: the context context.json ")
    assert says in line


def test_a_context_file_that_is_missing_or_a_folder(tmp_path, seeded):
    for name, why in (("missing.json", "No such file or directory"), (".", "Is a directory")):
        line = refused("run", "--context", name, "--db", seeded, cwd=tmp_path)
        assert f"cannot read the context {name}: {why}; --context takes a JSON file" in line


def test_a_context_without_the_variables_that_the_scenario_needs(tmp_path, seeded):
    (tmp_path / "context.json").write_text('{"result": {}}')
    line = refused("run", "large", "--context", "context.json", "--db", seeded, cwd=tmp_path, code=NOTHING_MEASURED)
    assert "workflow 'PERF_LARGE', node 'node1': CALC failed" in line
    assert "'counter' is not defined" in line


# The output

WITH_OUTPUT = [("run",), ("verify", "--random", "0"), ("compare", "--quick")]


@pytest.mark.parametrize("command", WITH_OUTPUT, ids=words)
def test_an_output_file_that_exists(tmp_path, seeded, command):
    (tmp_path / "result.json").write_text("precious")
    line = refused(*command, "-o", "result.json", "--db", seeded, cwd=tmp_path)
    assert "result.json exists; choose another name or give --force" in line


@pytest.mark.parametrize("command", WITH_OUTPUT, ids=words)
def test_an_output_file_that_is_a_folder(tmp_path, seeded, command):
    (tmp_path / "result.json").mkdir()
    line = refused(*command, "-o", "result.json", "--force", "--db", seeded, cwd=tmp_path)
    assert "result.json' is a directory" in line


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder in which nobody can write: /proc")
@pytest.mark.parametrize(
    "arguments",
    [
        *((*command, "-o", "/proc/result.json") for command in WITH_OUTPUT),
        *((*command, "-o", "/proc/new/result.json") for command in WITH_OUTPUT),
        ("profile", "--runs", "1", "-o", "/proc/new"),
        ("gate", "--update", "--baseline", "/proc/baseline.json"),
    ],
    ids=words,
)
def test_an_output_folder_that_cannot_be_written(tmp_path, seeded, arguments):
    line = refused(*arguments, cwd=tmp_path, WFPERF_DB=seeded)
    assert "cannot " in line
    assert "/proc" in line


def test_profiles_that_exist(tmp_path, seeded):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "original.prof").write_text("precious")
    line = refused("profile", "--runs", "1", "-o", "kept", "--db", seeded, cwd=tmp_path)
    assert "exists" in line
    assert "--force" in line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full: /dev/full")
@pytest.mark.parametrize("arguments", [("--help",), ("plan",), ("plan", "--format", "json"), ("run",)], ids=words)
def test_a_full_disk(tmp_path, seeded, arguments):
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "wfperf", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "WFPERF_DB": seeded},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert process.returncode == USAGE
    assert process.stderr == "wfperf: error: no space left to write the output; free some, or write elsewhere\n"


# The baseline


@pytest.mark.parametrize(
    "content",
    [None, "{oops", "[]", '{"kind": "comparison"}', '{"kind": "work-baseline", "schema_version": 99, "python": {}}'],
    ids=["missing", "no JSON", "no object", "another kind", "newer"],
)
def test_a_baseline_that_cannot_be_used(tmp_path, seeded, content):
    if content is not None:
        (tmp_path / "wfperf-baseline.json").write_text(content)
    process = wfperf("gate", "--db", seeded, cwd=tmp_path)
    assert process.returncode in {USAGE, NOTHING_MEASURED}
    (line,) = process.stderr.splitlines()
    assert line.startswith("wfperf: error: ")
    assert "wfperf-baseline.json" in line
