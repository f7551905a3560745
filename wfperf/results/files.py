"""Write result files: whole or not at all, and never over another without leave."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wfperf.errors import UsageError
from wfperf.interrupts import interrupts_held_back


def check_writable(path: Path, *, force: bool) -> None:
    """Make sure, before the work begins, that a file can be written.

    Raises:
        UsageError: it exists and `force` is not given, or its folder cannot be written.
    """
    if path.exists() and not force:
        raise UsageError(f"{path} exists; choose another name or give --force")
    _make_folder(path.parent)
    try:
        with interrupts_held_back(), tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}."):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a temporary file in the same folder; it takes the path's place when the block ends well.

    Raises:
        UsageError: the folder cannot be written.
    """
    _make_folder(path.parent)
    draft = None
    try:
        with interrupts_held_back():  # half made, it would be left
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            draft = Path(name)
            os.close(handle)
        yield draft
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        if draft is not None:
            draft.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises:
        UsageError: it cannot be written.
    """
    with replaced(path) as draft:
        draft.write_text(text, encoding="utf-8")


def to_json(data: Any) -> str:
    """Return data as readable JSON that ends in a newline; a float that JSON cannot hold becomes null."""
    text = json.dumps(_finite(data), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return text.encode("utf-8", "backslashreplace").decode("utf-8")  # half a surrogate pair as JSON's own escape


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot create the folder {folder}: {error.strerror}; choose another place") from error


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"cannot write {path}: {error.strerror}; choose another place")
