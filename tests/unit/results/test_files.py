import json
import math
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from processes import ROOT

from wfperf.errors import UsageError
from wfperf.results.files import append_text, check_writable, replaced, to_json, write_text


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path):
    file = tmp_path / "new" / "result.json"
    check_writable(file, force=False)
    write_text(file, "text ü\n")
    assert file.read_text(encoding="utf-8") == "text ü\n"
    assert list(file.parent.iterdir()) == [file]


def test_a_file_that_exists_needs_force(tmp_path):
    file = tmp_path / "result.json"
    file.write_text("before")
    with pytest.raises(UsageError, match=r"result.json exists; choose another name or give --force"):
        check_writable(file, force=False)
    check_writable(file, force=True)
    assert file.read_text() == "before"


def test_what_fails_while_it_is_written_leaves_the_old_file(tmp_path):
    file = tmp_path / "result.json"
    file.write_text("before")

    def fail():
        with replaced(file) as draft:
            draft.write_text("half")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("act", [lambda path: check_writable(path, force=False), lambda path: write_text(path, "x")])
def test_a_folder_that_cannot_be_made_is_told(tmp_path, act):
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="cannot create the folder"):
        act(tmp_path / "file" / "result.json")


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path):
    file = tmp_path / "result.json"
    file.write_text("before")
    file.chmod(0o640)
    write_text(file, "after")
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == ("after", 0o640)


def test_a_link_stays_and_what_it_leads_to_is_replaced_beside_itself(tmp_path):
    file, link = tmp_path / "kept" / "result.json", tmp_path / "links" / "result.json"
    file.parent.mkdir()
    link.parent.mkdir()
    file.write_text("before")
    link.symlink_to("../kept/result.json")
    with pytest.raises(UsageError, match="exists; choose another name or give --force"):
        check_writable(link, force=False)
    check_writable(link, force=True)
    with replaced(link) as draft:
        assert draft.parent == file.parent, "only there it can take the file's place at once"
        draft.write_text("after")
    assert link.is_symlink()
    assert file.read_text() == "after"
    assert [*file.parent.iterdir(), *link.parent.iterdir()] == [file, link]


def test_a_link_to_a_missing_file_makes_that_file(tmp_path):
    file, link = tmp_path / "new" / "result.json", tmp_path / "link"
    link.symlink_to(file)
    check_writable(link, force=False)
    write_text(link, "text")
    assert link.is_symlink()
    assert file.read_text() == "text"


@pytest.mark.parametrize("act", [lambda path: check_writable(path, force=True), lambda path: write_text(path, "x")])
@pytest.mark.parametrize(
    ("kind", "why"), [("loop", "Too many levels of symbolic links"), ("socket", "a socket"), ("folder", "a folder")]
)
def test_what_cannot_be_written_is_refused_and_stays(tmp_path, monkeypatch, kind, why, act):
    monkeypatch.chdir(tmp_path)  # the names of sockets are short
    path = Path("result.json")
    with socket.socket(socket.AF_UNIX) as bound:
        if kind == "loop":
            path.symlink_to(path)
        elif kind == "socket":
            bound.bind(str(path))
        else:
            path.mkdir()
        before = path.lstat()
        with pytest.raises(UsageError, match=f"cannot write result.json: .*{why}; choose another place"):
            act(path)
        assert path.lstat() == before
    assert list(Path().iterdir()) == [path]


@pytest.mark.parametrize("force", [False, True])
def test_a_fifo_is_written_into(tmp_path, force):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    check_writable(fifo, force=force)
    read = []
    reader = threading.Thread(target=lambda: read.append(fifo.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    write_text(fifo, "text ü\n")
    reader.join(timeout=60)
    assert read == ["text ü\n"]
    assert stat.S_ISFIFO(fifo.lstat().st_mode)
    assert list(tmp_path.iterdir()) == [fifo]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full: /dev/full")
def test_a_device_is_written_into_and_stays(tmp_path):
    null, full = tmp_path / "null", tmp_path / "full"
    null.symlink_to("/dev/null")
    full.symlink_to("/dev/full")
    check_writable(null, force=True)
    write_text(null, "text")
    with pytest.raises(UsageError, match="No space left on device"):
        write_text(full, "text")
    assert [stat.S_ISCHR(each.stat().st_mode) for each in (null, full)] == [True, True]
    assert {*tmp_path.iterdir()} == {null, full}, "no draft beside them"


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="needs /dev/stdout")
@pytest.mark.parametrize("into", ["file", "pipe"])
def test_our_own_output_is_gone_on_with(tmp_path, into):
    program = (
        "from pathlib import Path; from wfperf.results.files import check_writable, write_text; print('before');"
        "out = Path('/dev/stdout'); check_writable(out, force=False); write_text(out, 'text\\n'); print('after')"
    )
    out = tmp_path / "out"
    with out.open("w+") as file:
        to = file if into == "file" else subprocess.PIPE
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=to, text=True, check=True, env={"PYTHONPATH": str(ROOT)}
        )
        file.seek(0)
        assert (done.stdout or file.read()) == "before\ntext\nafter\n"


def test_what_others_write_too_is_appended_to(tmp_path):
    file = tmp_path / "summary.md"
    append_text(file, lambda size: f"ü{size}")
    append_text(file, lambda size: f" {size}")
    append_text(Path("/dev/null"), str)
    assert file.read_text(encoding="utf-8") == "ü0 3"


def test_json_is_readable_and_always_json():
    data = {"a": [1, (2.5, math.inf)], "b": {"c": math.nan, "ü": "\ud800"}, "d": None}
    text = to_json(data)
    assert text.endswith("}\n")
    assert "ü" in text
    loaded = json.loads(text.encode("utf-8"), parse_constant=pytest.fail)
    assert loaded == {"a": [1, [2.5, None]], "b": {"c": None, "ü": "\ud800"}, "d": None}
