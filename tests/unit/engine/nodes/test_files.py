"""FILE: every operation, and no way out of the root."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from builders import failure, refusal, run_node
from hypothesis import given
from hypothesis import strategies as st

from wfperf.engine.errors import NodeDataError, NodeExecutionError


@pytest.fixture
def root(tmp_path):
    """A root folder with a file, a folder and links, beside a secret."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "a.txt").write_text("größe", encoding="utf-8")
    (root / "sub" / "b.txt").write_text("b")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "out").symlink_to(tmp_path)
    (root / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "in.txt").symlink_to("a.txt")
    os.mkfifo(root / "pipe")
    return root


def file(root, op, path, **data):
    return run_node("FILE", {"op": op, "path": path, **data}, {"v": "7"}, files=root)["n"]


def refused(root, op, path, **data):
    return failure("FILE", {"op": op, "path": path, **data}, {"v": "7"}, files=root)


def test_reads(root):
    assert file(root, "read", "a.txt") == "größe"
    assert file(root, "read", "sub/b.txt", max_bytes=1) == "b"


def test_writes_whole_files_and_replaces_only_with_leave(root):
    assert file(root, "write", "n$v$.txt", text="$v$ü") == {"path": "n7.txt", "bytes": 3}
    assert (root / "n7.txt").read_text(encoding="utf-8") == "7ü"
    assert refused(root, "write", "n7.txt", text="x").endswith("'n7.txt' exists; 'overwrite': true replaces it")
    assert file(root, "write", "n7.txt", text="x", overwrite=True)["bytes"] == 1
    assert (root / "n7.txt").read_text() == "x"
    assert sorted(each.name for each in root.iterdir() if each.name.startswith(".")) == []


def test_makes_folders_only_with_leave(root):
    assert "No such file or directory" in refused(root, "write", "x/y/z.txt", text="")
    file(root, "write", "x/y/z.txt", text="z", parents=True)
    file(root, "write", "x/y/z2.txt", text="z", parents=True)
    assert (root / "x" / "y" / "z.txt").read_text() == "z"


def test_appends(root):
    assert file(root, "append", "log.txt", text="1\n") == {"path": "log.txt", "bytes": 2}
    file(root, "append", "log.txt", text="2\n")
    assert (root / "log.txt").read_text() == "1\n2\n"


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("a.txt", True),
        ("sub", True),
        (".", True),
        ("none", False),
        ("none/x", False),
        ("a.txt/x", False),
        ("pipe", False),
    ],
)
def test_looks(root, path, there):
    assert file(root, "exists", path) is there


def test_lists_sorted_names(root):
    assert file(root, "list", ".", pattern="*.txt") == ["a.txt", "in.txt", "out.txt"]
    assert file(root, "list", "sub") == ["b.txt"]


def test_deletes_plain_files(root):
    assert file(root, "delete", "a.txt") is True
    assert not (root / "a.txt").exists()
    assert file(root, "delete", "a.txt", missing_ok=True) is False
    assert "No such file or directory" in refused(root, "delete", "a.txt")
    assert "'sub' is not a plain file" in refused(root, "delete", "sub")
    assert "'out.txt' is not a plain file" in refused(root, "delete", "out.txt")


@pytest.mark.parametrize("path", ["../secret.txt", "sub/../../secret.txt", "a/./b", "a//b", "./a.txt", "a.txt/"])
@pytest.mark.parametrize("op", ["read", "exists", "list", "delete"])
def test_a_path_does_not_climb(root, op, path):
    assert refused(root, op, path) == f"NodeData field 'path' must not climb or have empty parts, as {path!r} does"


@pytest.mark.parametrize("path", ["/etc/passwd", "C:x", "a\\b", "a\0b", "sub/C:/x"])
def test_a_path_is_relative_and_plain(root, path):
    assert refused(root, "read", path) == f"NodeData field 'path' must be relative, with slashes, not {path!r}"


@pytest.mark.parametrize("path", ["out.txt", "out/secret.txt", "in.txt"])
@pytest.mark.parametrize("op", ["read", "append"])
def test_no_link_is_followed(root, op, path):
    data = {} if op == "read" else {"text": "x"}
    assert refused(root, op, path, **data).endswith("a link, which is not followed, or no folder, stands on the way")
    assert (root.parent / "secret.txt").read_text() == "secret"


def test_what_is_written_over_a_link_takes_its_place(root):
    file(root, "write", "out.txt", text="new", overwrite=True)
    assert (root / "out.txt").read_text() == "new"
    assert not (root / "out.txt").is_symlink()
    assert (root.parent / "secret.txt").read_text() == "secret"


def test_pipes_and_folders_are_no_files(root):
    assert "'pipe' is not a plain file" in refused(root, "read", "pipe")
    assert "No such device or address" in refused(root, "append", "pipe", text="x")
    assert "'sub' is not a plain file" in refused(root, "read", "sub")
    assert "must name a file, not the files folder itself" in refused(root, "read", ".")


def test_large_and_wrongly_encoded_files_are_refused(root):
    (root / "large").write_bytes(b"x" * 11)
    assert refused(root, "read", "large", max_bytes=10).endswith("the file has more than 10 bytes")
    (root / "latin").write_bytes(b"gr\xf6sse")
    assert "UnicodeDecodeError" in refused(root, "read", "latin")


def test_without_a_root_nothing_is_touched():
    assert "give Workflow(files=...) or wfperf run --files" in failure("FILE", {"op": "read", "path": "a"})


def test_an_unknown_operation_is_refused():
    assert refusal("FILE", {"op": "chmod", "path": "a"}).startswith("NodeData.op: must be one of 'read', 'write'")


@given(
    st.one_of(st.text(), st.lists(st.sampled_from(["..", ".", "a", "out", "secret.txt", "", "~", "\0"])).map("/".join))
)
def test_no_path_leads_out(path):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        root.mkdir()
        (root / "out").symlink_to(folder)
        secret = Path(folder, "secret.txt")
        secret.write_text("secret")
        causes = {NodeDataError}
        for data in (
            {"op": "read"},
            {"op": "write", "text": "x", "overwrite": True, "parents": True},
            {"op": "append", "text": "x"},
            {"op": "delete", "missing_ok": True},
        ):
            try:
                given_path = {**data, "path": "$path$"}
                assert run_node("FILE", given_path, {"path": path}, files=root)["n"] != "secret"
            except NodeExecutionError as error:
                causes.add(type(error.cause))
        assert causes == {NodeDataError}
        assert secret.read_text() == "secret"
        assert sorted(each.name for each in Path(folder).iterdir()) == ["root", "secret.txt"]
