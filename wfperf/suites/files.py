"""The Python files of a suite, as text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def texts(path: Path) -> Iterator[str]:
    """Yield the text of a Python file, or of every one in a folder but those of hidden folders and environments."""
    for file in _python_files(path):
        yield file.read_text(encoding="utf-8", errors="replace")


def _python_files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for each in sorted(path.iterdir()):
        if each.is_dir() and not each.name.startswith(".") and not (each / "pyvenv.cfg").exists():
            yield from _python_files(each)
        elif each.suffix == ".py" and each.is_file():
            yield each
