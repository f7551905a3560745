"""FILE: files and folders inside one root folder, and nowhere else."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any, Literal
from uuid import uuid4

from pydantic import Field

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import OneResult
from wfperf.engine.host import Host
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field

MOST_BYTES = 10 * 1024 * 1024
"""What is read of one file unless `max_bytes` says otherwise."""


class FileData(OneResult):
    """A path below the root, with slashes; to fill."""

    path: str = Field(min_length=1)


class FileReadData(FileData):
    """The text of a file in UTF-8."""

    op: Literal["read"]
    max_bytes: int = Field(default=MOST_BYTES, ge=1)


class FileWriteData(FileData):
    """A text to fill and write, whole or not at all; another file of this name is replaced only when allowed."""

    op: Literal["write"]
    text: str
    overwrite: bool = False
    parents: bool = False


class FileAppendData(FileData):
    """A text to fill and put at the end of a file, which is made when it is missing."""

    op: Literal["append"]
    text: str


class FileExistsData(FileData):
    """Is there such a file or folder?"""

    op: Literal["exists"]


class FileListData(FileData):
    """The names in a folder, sorted; those that match a pattern of `*`, `?` and `[...]`."""

    op: Literal["list"]
    pattern: str = "*"


class FileDeleteData(FileData):
    """Delete a file; a missing one is an error unless `missing_ok`."""

    op: Literal["delete"]
    missing_ok: bool = False


Data = FileReadData | FileWriteData | FileAppendData | FileExistsData | FileListData | FileDeleteData


class FileNode(NodeType[Data]):
    """FILE `op`, `path`, ...: reads, writes, appends, looks, lists or deletes below the engine's files folder."""

    data = (FileReadData, FileWriteData, FileAppendData, FileExistsData, FileListData, FileDeleteData)

    def __init__(self, engine: Host) -> None:
        super().__init__(engine)
        self.root = engine.files

    def execute(self, call: NodeCall[Data]) -> Outcome:
        """Work on one path."""
        if self.root is None:
            raise NodeDataError("FILE needs a folder to stay in; give Workflow(files=...) or wfperf run --files")
        path = call.text(call.data.path)
        parts = _parts(path)
        try:
            return {call.into: _WORK[call.data.op](call, self.root, parts)}
        except OSError as error:
            raise NodeDataError(f"NodeData field 'path': {path!r}: {_reason(error)}") from error


def _parts(path: str) -> tuple[str, ...]:
    """Return the names on a path.

    Raises:
        NodeDataError: it is absolute, climbs, or holds what no name may.
    """
    parts = path.split("/") if path != "." else []
    if path.startswith("/") or "\\" in path or "\0" in path or any(":" in part for part in parts):
        raise NodeDataError(f"NodeData field 'path' must be relative, with slashes, not {path!r}")
    if any(part in ("", ".", "..") for part in parts):
        raise NodeDataError(f"NodeData field 'path' must not climb or have empty parts, as {path!r} does")
    return PurePosixPath(*parts).parts if parts else ()


def _reason(error: OSError) -> str:
    if error.errno in _LINK_ERRNOS:
        return "a link, which is not followed, or no folder, stands on the way"
    return error.strerror or str(error)


_LINK_ERRNOS = {getattr(os, "ELOOP", 40), 40, 20}

_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


@contextmanager
def _folder(root: Any, names: tuple[str, ...], *, make: bool = False) -> Iterator[int]:
    """Open a folder below the root, name by name and through no link, so that none can be slipped in between."""
    with ExitStack() as opened:
        folder = os.open(root, _FOLDER)
        opened.callback(os.close, folder)
        for name in names:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=folder)
            folder = os.open(name, _FOLDER | _NO_LINK, dir_fd=folder)
            opened.callback(os.close, folder)
        yield folder


@contextmanager
def _opened(folder: int, name: str, flags: int) -> Iterator[int]:
    """Open a plain file in a folder; O_NONBLOCK, so that a pipe is refused instead of waited for."""
    descriptor = os.open(name, flags | _NO_LINK | getattr(os, "O_NONBLOCK", 0), 0o666, dir_fd=folder)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise NodeDataError(f"NodeData field 'path': {name!r} is not a plain file")
        yield descriptor
    finally:
        os.close(descriptor)


def _in_folder(parts: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    if not parts:
        raise NodeDataError("NodeData field 'path' must name a file, not the files folder itself")
    return parts[:-1], parts[-1]


def _read(call: NodeCall[FileReadData], root: Any, parts: tuple[str, ...]) -> str:
    folder, name = _in_folder(parts)
    with _folder(root, folder) as opened, _opened(opened, name, os.O_RDONLY) as descriptor:
        content = _up_to(descriptor, call.data.max_bytes + 1)
    if len(content) > call.data.max_bytes:
        raise NodeDataError(f"NodeData field 'path': the file has more than {call.data.max_bytes} bytes")
    return in_field("path", content.decode)


def _up_to(descriptor: int, size: int) -> bytes:
    content = bytearray()
    while len(content) < size and (piece := os.read(descriptor, min(size - len(content), 1 << 20))):
        content += piece
    return bytes(content)


def _write(call: NodeCall[FileWriteData], root: Any, parts: tuple[str, ...]) -> dict[str, Any]:
    names, name = _in_folder(parts)
    content = in_field("text", call.text(call.data.text).encode)
    draft = f".{uuid4()}.draft"  # no other run's, whatever its guid
    with _folder(root, names, make=call.data.parents) as folder:
        if not call.data.overwrite and _mode(folder, name) is not None:
            raise NodeDataError(f"NodeData field 'path': {name!r} exists; 'overwrite': true replaces it")
        try:
            with _opened(folder, draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as descriptor:
                _write_all(descriptor, content)
            if call.data.overwrite:
                os.replace(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            else:
                os.link(draft, name, src_dir_fd=folder, dst_dir_fd=folder)  # fails when the name has come up meanwhile
        finally:
            with suppress(FileNotFoundError):
                os.unlink(draft, dir_fd=folder)
    return {"path": "/".join(parts), "bytes": len(content)}


def _write_all(descriptor: int, content: bytes) -> None:
    unwritten = memoryview(content)
    while unwritten:
        unwritten = unwritten[os.write(descriptor, unwritten) :]


def _append(call: NodeCall[FileAppendData], root: Any, parts: tuple[str, ...]) -> dict[str, Any]:
    names, name = _in_folder(parts)
    content = in_field("text", call.text(call.data.text).encode)
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    with _folder(root, names) as folder, _opened(folder, name, flags) as descriptor:
        _write_all(descriptor, content)
    return {"path": "/".join(parts), "bytes": len(content)}


def _exists(call: NodeCall[FileExistsData], root: Any, parts: tuple[str, ...]) -> bool:
    del call
    if not parts:
        return True
    names, name = _in_folder(parts)
    try:
        with _folder(root, names) as folder:
            mode = _mode(folder, name)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return mode is not None and (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def _mode(folder: int, name: str) -> int | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except FileNotFoundError:
        return None


def _list(call: NodeCall[FileListData], root: Any, parts: tuple[str, ...]) -> list[str]:
    with _folder(root, parts) as folder:
        names = os.listdir(folder)  # noqa: PTH208 - pathlib cannot list an open folder
        return sorted(name for name in names if fnmatchcase(name, call.data.pattern))


def _delete(call: NodeCall[FileDeleteData], root: Any, parts: tuple[str, ...]) -> bool:
    names, name = _in_folder(parts)
    with _folder(root, names) as folder:
        mode = _mode(folder, name)
        if mode is None and call.data.missing_ok:
            return False
        if mode is not None and not stat.S_ISREG(mode):
            raise NodeDataError(f"NodeData field 'path': {name!r} is not a plain file")
        os.unlink(name, dir_fd=folder)
    return True


_WORK: Mapping[str, Callable[[NodeCall[Any], Any, tuple[str, ...]], Any]] = {
    "read": _read,
    "write": _write,
    "append": _append,
    "exists": _exists,
    "list": _list,
    "delete": _delete,
}
