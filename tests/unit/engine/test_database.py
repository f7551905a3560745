"""The database by URL: what is refused, what is shown, and what never is."""

from __future__ import annotations

import traceback

import pytest

from wfperf.engine.database import Database
from wfperf.engine.errors import DatabaseError

SECRET = "s3cret"  # noqa: S105 - it must never show


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "it is not of the form sqlite:///file.db or postgresql://user@host/name"),
        ("wf.db", "it is not of the form"),
        ("postgresql://host:port/name", "it is not of the form"),
        ("mysql://host/name", "cannot use a 'mysql' database; use sqlite or postgresql"),
        ("postgresql://u:a@b@host/name", "write an @ in the password as %40"),
    ],
)
def test_an_unusable_url_is_refused_at_once(url, why):
    with pytest.raises(DatabaseError) as caught:
        Database(url)
    assert why in str(caught.value)


def test_a_missing_file_is_not_created_unless_asked(tmp_path):
    url = f"sqlite:///{tmp_path}/new/wf.db"
    with pytest.raises(DatabaseError) as caught:
        Database(url)
    assert str(caught.value) == f"no database at {url}; create it with: wfperf seed --db {url}"
    db = Database(url, create=True)
    assert db.value("SELECT 1") == 1
    db.close()
    assert (tmp_path / "new" / "wf.db").is_file()


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseError, match="cannot create the folder"):
        Database(f"sqlite:///{tmp_path}/file/wf.db", create=True)


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "wf.db").write_text("this is not a database, and it is longer than a header of one" * 9)
    db = Database(f"sqlite:///{tmp_path}/wf.db")
    with pytest.raises(DatabaseError, match=r"cannot read sqlite:.*: file is not a database"):
        db.rows("SELECT 1 FROM def_workflow")
    db.close()


def test_a_closed_database_opens_again(tmp_path):
    db = Database(f"sqlite:///{tmp_path}/wf.db", create=True)
    db.execute("CREATE TABLE t (a INTEGER)")
    db.close()
    db.close()
    assert db.execute("INSERT INTO t VALUES (:a)", [{"a": 1}, {"a": 2}]) == 2
    assert db.rows("SELECT a FROM t WHERE a > :least", {"least": 1}) == [(2,)]
    assert db.value("SELECT a FROM t WHERE a > :least", {"least": 2}) is None
    db.close()


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:s3cret@127.0.0.1:1/db", "postgresql+psycopg://u:***@127.0.0.1:1/db"),
        ("postgres://u:s3cret@127.0.0.1:1/db", "postgresql+psycopg://u:***@127.0.0.1:1/db"),
        ("postgresql://u:%40s3cret%2F@127.0.0.1:1/db", "postgresql+psycopg://u:***@127.0.0.1:1/db"),
        ("postgresql://u@127.0.0.1:1/db?password=s3cret", "postgresql+psycopg://u@127.0.0.1:1/db?password=***"),
        (
            "postgresql://u@127.0.0.1:1/db?password=s3cret&password=s3cret2",
            "postgresql+psycopg://u@127.0.0.1:1/db?password=***",
        ),
        (
            "postgresql://u:s3cret@127.0.0.1:1/db?sslpassword=s3cret3",
            "postgresql+psycopg://u:***@127.0.0.1:1/db?sslpassword=***",
        ),
        ("postgresql://u:s3cret@/db?host=/s3cret-folder", "postgresql+psycopg://u:***@/db?host=%2Fs3cret-folder"),
    ],
)
def test_a_password_is_never_shown(url, shown):
    db = Database(url)
    assert db.shown == shown
    with pytest.raises(DatabaseError) as caught:
        db.rows("SELECT 1")
    assert str(caught.value).startswith(f"cannot open {shown}: ")
    if "folder" not in url:
        assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret@host:port/db",
        "mysql://u:s3cret@host/db",
        "postgresql://u:p@s3cret@host/db",
        "u:s3cret@host/db",
        "sqlite://u:s3cret@host/db",
    ],
)
def test_a_refused_url_does_not_show_its_password(url):
    with pytest.raises(DatabaseError) as caught:
        Database(url)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_an_error_is_one_line_without_the_statement():
    db = Database("sqlite://")
    with pytest.raises(DatabaseError) as caught:
        db.rows("SELECT *\nFROM nowhere -- a long statement")
    assert str(caught.value) == "cannot read sqlite://: no such table: nowhere"
    db.close()
