"""The Python files of a suite, as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def texts(path: Path) -> Iterator[str]:
    """Yield the text of a Python file, or of every one in a folder but those of hidden folders and environments."""
    yield from map(text_of, python_files(path))


def text_of(file: Path) -> str:
    """Return the text of a file, whatever its encoding."""
    return file.read_text(encoding="utf-8", errors="replace")


def python_files(path: Path) -> Iterator[Path]:
    """Yield a file itself, or every Python file in a folder but those of hidden folders and environments."""
    if path.is_file():
        yield path
        return
    for each in sorted(path.iterdir()):
        if each.is_dir() and not each.name.startswith(".") and not (each / "pyvenv.cfg").exists():
            yield from python_files(each)
        elif each.suffix == ".py" and each.is_file():
            yield each
