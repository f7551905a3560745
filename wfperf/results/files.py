"""Write result files: completely or not at all, and never over another one without permission.

wfperf writes every file here. A link stays a link: the file that it leads to is replaced. A device or a FIFO is
written into, and stays what it is.
"""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wfperf.errors import UsageError
from wfperf.interrupts import interrupts_held_back

NEW_FILE_MODE = 0o644
"""Mode of a new file; only its owner can read the draft."""

_REFUSED: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISBLK, "a block device"),
)


@dataclass(frozen=True, slots=True)
class _Target:
    """What a path leads to.

    Args:
        file: the file behind links; the path as given if it is written into.
        mode: mode of the file that is replaced; None if there is none yet.
        written_into: whether it stays: a device, a FIFO or our own output.
        stream: descriptor of our own output, if the path leads to that.
    """

    file: Path
    mode: int | None = None
    written_into: bool = False
    stream: int | None = None


def check_writable(path: Path, *, force: bool) -> None:
    """Check, before the work begins, that a file can be written.

    Raises:
        UsageError: it exists and `force` is not given, or it or its folder cannot be written.
    """
    target = _target(path)
    if target.written_into:
        if target.stream is None and not os.access(path, os.W_OK):
            raise _unwritable(path, OSError(errno.EACCES, os.strerror(errno.EACCES)))
        return
    if target.mode is not None and not force:
        raise UsageError(f"{path} exists; choose another name or give --force")
    make_folder(target.file.parent)
    try:
        with interrupts_held_back(), tempfile.NamedTemporaryFile(dir=target.file.parent, prefix=_prefix(target.file)):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yield a temporary file; if the block succeeds, it replaces the file that the path leads to.

    It gets that file's permissions. A device, a FIFO or our own output gets the temporary file's content.

    Raises:
        UsageError: the path or its folder cannot be written.
    """
    target = _target(path)
    folder = None if target.written_into else target.file.parent
    if folder is not None:
        make_folder(folder)
    draft = None
    try:
        with interrupts_held_back():  # half made, it would be left behind
            handle, name = tempfile.mkstemp(dir=folder, prefix=_prefix(target.file))
            draft = Path(name)
            os.close(handle)
        yield draft
        if target.written_into:
            _write_into(target, draft)
        else:
            draft.chmod(NEW_FILE_MODE if target.mode is None else target.mode)
            draft.replace(target.file)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file completely or not at all.

    Raises:
        UsageError: it cannot be written.
    """
    with replaced(path) as draft:
        draft.write_text(text, encoding="utf-8")


def append_text(path: Path, text: Callable[[int], str]) -> None:
    """Append to a file that others write, too.

    Args:
        path: the file; made if it does not exist.
        text: returns the text, called with the file's size in bytes.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("ab") as file:
        file.write(text(os.fstat(file.fileno()).st_size).encode())


def to_json(data: Any) -> str:
    """Return data as readable JSON that ends in a newline; a float that JSON cannot hold becomes null."""
    text = json.dumps(_finite(data), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # a lone surrogate as JSON's own escape


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _target(path: Path) -> _Target:
    """Return what a path leads to.

    Raises:
        UsageError: it cannot be written, or links form a circle.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        return _Target(Path(os.path.realpath(path)))  # a dangling link: its file is made
    except NotADirectoryError:
        return _Target(path)  # making its folder fails with a better message
    except OSError as error:
        raise _unwritable(path, error) from error
    for is_kind, kind in _REFUSED:
        if is_kind(found.st_mode):
            raise UsageError(f"cannot write {path}: it is {kind}; choose another place")
    stream = _own_stream(found)
    if stream is not None or not stat.S_ISREG(found.st_mode):
        return _Target(path, written_into=True, stream=stream)
    return _Target(Path(os.path.realpath(path)), stat.S_IMODE(found.st_mode))


def _own_stream(found: os.stat_result) -> int | None:
    """Return the descriptor of our own output if this file is it, as /dev/stdout is; else None.

    If our output goes to a file, replacing that would lose what is printed later; opened anew, it would be written
    from its beginning.
    """
    for descriptor in (1, 2):
        try:
            if os.path.samestat(found, os.fstat(descriptor)):
                return descriptor
        except OSError:  # closed from the start
            continue
    return None


def _write_into(target: _Target, draft: Path) -> None:
    sys.stdout.flush()  # what was printed before comes first
    # Opened without creating it, if it has gone, and without truncating it: only a plain file could be.
    receiver = os.open(target.file, os.O_WRONLY) if target.stream is None else os.dup(target.stream)
    with os.fdopen(receiver, "wb") as opened, draft.open("rb") as content:
        shutil.copyfileobj(content, opened)


def _prefix(file: Path) -> str:
    return f".{file.name}."


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it, if missing.

    Raises:
        UsageError: the system refuses.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot create the folder {folder}: {error.strerror}; choose another place") from error


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"cannot write {path}: {error.strerror}; choose another place")
