"""Databases and folders that cannot be used: one line that says what to do, and nothing left behind."""

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from processes import ROOT
from refusals import USAGE, refused, words

WITH_DATABASE = [
    ("seed",),
    ("run",),
    ("verify", "--random", "0"),
    ("profile", "--runs", "1"),
    ("compare", "--quick"),
    ("gate", "--update", "--plan", "built-in"),
]
FILLING_NOTHING = WITH_DATABASE[1:]
WITH_OUTPUT = [("run",), ("verify", "--random", "0"), ("compare", "--quick")]
UNKNOWN_WRITE_VERSION = 3
"""In an SQLite file's header it makes the file read-only, for root too."""

NOBODY_WRITES = pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder in which nobody can write")

# The database


def make_database(file, statement):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(statement)


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
    make_database(tmp_path / "theirs.db", "CREATE TABLE def_workflow (id INTEGER, invoice TEXT)")
    line = refused(*command, "--db", "sqlite:///theirs.db", cwd=tmp_path)
    assert "has a table def_workflow that is not wfperf's: it has the columns id, invoice; choose another" in line


@pytest.mark.parametrize("command", FILLING_NOTHING, ids=words)
def test_a_database_without_the_scenarios(tmp_path, command):
    make_database(tmp_path / "empty.db", "CREATE TABLE other (a)")
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
    make_database(tmp_path / "fixed.db", "CREATE TABLE other (a)")
    with (tmp_path / "fixed.db").open("r+b") as file:
        file.seek(18)
        file.write(bytes([UNKNOWN_WRITE_VERSION]))
    line = refused("seed", "--db", "sqlite:///fixed.db", cwd=tmp_path)
    assert "cannot write sqlite:///fixed.db: attempt to write a readonly database" in line


@NOBODY_WRITES
@pytest.mark.parametrize("url", ["sqlite:////proc/wf.db", "sqlite:////proc/new/wf.db"])
def test_a_folder_where_no_database_can_be_written(tmp_path, url):
    line = refused("seed", "--db", url, cwd=tmp_path)
    assert "/proc" in line
    assert "cannot " in line


# The output


@pytest.mark.parametrize("command", WITH_OUTPUT, ids=words)
def test_an_output_file_that_exists(tmp_path, seeded_url, command):
    (tmp_path / "result.json").write_text("precious")
    line = refused(*command, "-o", "result.json", "--db", seeded_url, cwd=tmp_path)
    assert "result.json exists; choose another name or give --force" in line


@pytest.mark.parametrize("command", WITH_OUTPUT, ids=words)
def test_an_output_file_that_is_a_folder(tmp_path, seeded_url, command):
    (tmp_path / "result.json").mkdir()
    line = refused(*command, "-o", "result.json", "--force", "--db", seeded_url, cwd=tmp_path)
    assert "result.json' is a directory" in line


@NOBODY_WRITES
@pytest.mark.parametrize(
    "arguments",
    [
        *((*command, "-o", "/proc/result.json") for command in WITH_OUTPUT),
        *((*command, "-o", "/proc/new/result.json") for command in WITH_OUTPUT),
        ("profile", "--runs", "1", "-o", "/proc/new"),
        ("gate", "--update", "--plan", "built-in", "--baseline", "/proc/baseline.json"),
    ],
    ids=words,
)
def test_an_output_folder_that_cannot_be_written(tmp_path, seeded_url, arguments):
    line = refused(*arguments, cwd=tmp_path, WFPERF_DB=seeded_url)
    assert "cannot " in line
    assert "/proc" in line


def test_profiles_that_exist(tmp_path, seeded_url):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "original.prof").write_text("precious")
    line = refused("profile", "--runs", "1", "-o", "kept", "--db", seeded_url, cwd=tmp_path)
    assert "exists" in line
    assert "--force" in line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full: /dev/full")
@pytest.mark.parametrize("arguments", [("--help",), ("plan",), ("plan", "--format", "json"), ("run",)], ids=words)
def test_a_full_disk(tmp_path, seeded_url, arguments):
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "wfperf", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "WFPERF_DB": seeded_url},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert process.returncode == USAGE
    assert process.stderr.endswith("wfperf: error: no space left to write the output; free some, or write elsewhere\n")
