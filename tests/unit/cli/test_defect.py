"""An exception that nobody expected: code 70, one line, and a file to send in. 1 is a verdict and nothing else."""

import errno
import io
import os
import platform
import re
import sys
from contextlib import suppress

import click
import pytest

from wfperf import __version__, cli
from wfperf.cli.output import reader_may_leave
from wfperf.redaction import redacted

PASSWORD = "s3cr3t"  # noqa: S105 - of no database
URL = f"postgresql://user:{PASSWORD}@host/name"


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def broken(monkeypatch, error):
    """Have every command fail of an exception."""

    def invoke(_context):
        raise error

    monkeypatch.setattr(cli.cli, "invoke", invoke)


def test_it_leaves_with_70_one_line_and_a_file(monkeypatch, folder, run):
    broken(monkeypatch, KeyError("x"))
    ended = run("plan", "dispatch")
    assert ended.code == 70
    assert ended.stdout == ""
    (file,) = (folder / ".wfperf").iterdir()
    assert re.fullmatch(r"crash-\d{8}T\d{6}Z-\d+\.txt", file.name)
    assert ended.stderr == (
        f"wfperf: internal error: KeyError: 'x' (a defect of wfperf; the traceback is in .wfperf/{file.name})\n"
    )
    told = file.read_text()
    assert "Traceback (most recent call last):" in told
    for part in (__version__, platform.python_version(), platform.platform(), "Command: wfperf plan dispatch"):
        assert part in told


@pytest.mark.parametrize(
    "error", [SystemExit(1), RuntimeError("broken"), PermissionError(errno.EACCES, "no")], ids=repr
)
def test_whatever_python_would_leave_with_1_for(monkeypatch, run, error):
    broken(monkeypatch, error)
    assert run("plan").code == 70


@pytest.fixture(params=[-1, 0], ids=["buffered", "unbuffered"])
def unread(request):
    """A stream whose reader has left."""
    read, write = os.pipe()
    os.close(read)
    binary = open(write, "wb", request.param)  # noqa: PTH123, SIM115 - a stream as the system gives it
    stream = io.TextIOWrapper(binary, write_through=request.param == 0)
    yield stream
    with suppress(OSError):
        stream.close()


def test_who_reads_no_further_has_seen_enough(monkeypatch, unread, run):
    def invoke(_context):
        sys.stdout.write("a line")
        sys.stdout.flush()

    monkeypatch.setattr(cli.cli, "invoke", invoke)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", unread)
        assert run("plan").code == 0


def test_a_broken_pipe_of_a_server_or_a_child_is_no_pass(monkeypatch, run):
    broken(monkeypatch, BrokenPipeError(errno.EPIPE, "Broken pipe"))
    ended = run("gate")
    assert ended.code == 70
    assert "BrokenPipeError" in ended.stderr
    read, write = os.pipe()
    with open(read, "rb"), open(write, "w") as stdout, monkeypatch.context() as patched:  # noqa: PTH123 - as above
        patched.setattr(sys, "stdout", stdout)
        assert run("gate").code == 70


def test_nor_is_it_where_a_verdict_is_shown():
    with pytest.raises(BrokenPipeError), reader_may_leave():
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


def test_a_missing_dependency_of_one_command_is_no_defect(monkeypatch, run):
    broken(monkeypatch, ModuleNotFoundError("No module named 'rich'", name="rich"))
    ended = run("gate")
    assert ended.code == 5
    assert "has no module rich, which wfperf needs" in ended.stderr


@pytest.mark.parametrize(
    "error",
    [click.ClickException("no"), click.FileError("plan.toml", "no"), click.UsageError("no"), click.BadParameter("no")],
    ids=repr,
)
def test_what_click_says_is_a_mistake_of_the_user(monkeypatch, run, error):
    broken(monkeypatch, error)
    ended = run("plan")
    assert ended.code == 2
    assert ended.stderr.startswith("wfperf: error: ")


def test_a_password_is_neither_shown_nor_kept(monkeypatch, folder, run):
    monkeypatch.setenv("WFPERF_SMTP", "smtp://me:m%40il@host")
    broken(monkeypatch, ValueError(f"cannot use {URL}: {PASSWORD} or m@il is refused"))
    ended = run("gate", "--db", URL)
    (file,) = (folder / ".wfperf").iterdir()
    for text in (ended.stderr, file.read_text()):
        assert PASSWORD not in text
        assert "m@il" not in text
        assert "postgresql://user:***@host/name" in text
    assert "Command: wfperf gate --db 'postgresql://user:***@host/name'" in file.read_text()


def test_a_short_or_common_password_leaves_the_report_readable(monkeypatch, folder, run):
    for password in ("e", "Python"):
        broken(monkeypatch, ValueError(f"Pythonic: cannot use postgresql://u:{password}@h/db"))
        ended = run("gate", "--db", f"postgresql://u:{password}@h/db")
        (file,) = (folder / ".wfperf").iterdir()
        told = file.read_text()
        assert "ValueError: Pythonic: cannot use postgresql://u:***@h/db" in told
        assert "ValueError: Pythonic: cannot use postgresql://u:***@h/db" in ended.stderr
        version, command, interpreter, _, traceback, *_ = told.splitlines()
        assert version.startswith(
            f"wfperf {__version__}, {platform.python_implementation()} {platform.python_version()}"
        )
        assert command == "Command: wfperf gate --db 'postgresql://u:***@h/db'"
        assert interpreter == f"Interpreter: {sys.executable}"
        assert traceback == "Traceback (most recent call last):"
        file.unlink()


def test_where_its_folder_cannot_be_made_the_file_goes_to_another(monkeypatch, folder, run, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setattr("tempfile.tempdir", str(elsewhere))
    (folder / ".wfperf").touch()
    broken(monkeypatch, KeyError("x"))
    ended = run("plan")
    (file,) = elsewhere.iterdir()
    assert ended.code == 70
    assert f"the traceback is in {file})" in ended.stderr


def test_where_no_file_can_be_written_it_is_told(monkeypatch, folder, run):
    monkeypatch.setattr("tempfile.tempdir", str(folder / ".wfperf"))
    (folder / ".wfperf").touch()
    broken(monkeypatch, KeyError(URL))
    ended = run("plan")
    assert ended.code == 70
    assert "Traceback (most recent call last):" in ended.stderr
    assert PASSWORD not in ended.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a device that is always full: /dev/full")
def test_a_stderr_that_cannot_be_written_changes_no_code(monkeypatch, run):
    with open("/dev/full", "w") as full, monkeypatch.context() as patched:  # noqa: PTH123 - a stream as the system gives it
        patched.setattr(sys, "stderr", full)
        assert run("plan", "frobnicate").code == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://user:pass@host/name", "postgresql://user:***@host/name"),
        ("postgresql://user:p@ss@host/name", "postgresql://user:***@host/name"),
        ("postgresql://user@host:5432/name", "postgresql://user@host:5432/name"),
        ("postgresql://host/name?user=me&password=s3cr3t", "postgresql://host/name?user=me&password=***"),
        ("smtp+starttls://user:p%40ss@host: p@ss refused", "smtp+starttls://user:***@host: *** refused"),
        ("smtp://user:pass@host: pass refused, (pass), passed", "smtp://user:***@host: *** refused, (***), passed"),
        ("smtp://user:!pa!@host: x!pa!y refused", "smtp://user:***@host: x***y refused"),
        ("smtp://user:ref@host: ref refused", "smtp://user:***@host: ref refused"),
        ("sqlite:///.wfperf/wfperf.db", "sqlite:///.wfperf/wfperf.db"),
        ("see https://host:80/path, or me@host", "see https://host:80/path, or me@host"),
    ],
)
def test_passwords_of_urls(text, shown):
    assert redacted(text) == shown
