"""Benchmarks of pytest-benchmark and pytest-codspeed: tests with their fixture or marker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

NAME = "pytest"
REQUIREMENTS = ("pytest",)

SIGN = re.compile(r"\b(codspeed_)?benchmark\b")
"""The name of the fixture and of the marker."""
TEST = re.compile(r"^\s*(async )?def test|^class Test", re.MULTILINE)


def recognizes(path: Path) -> bool:
    """Return whether some file has tests, and names the fixture or the marker."""
    return any(SIGN.search(text) and TEST.search(text) for text in texts(path))


def options(path: Path, keyword: str, marker: str) -> Mapping[str, tuple[str, ...]]:  # noqa: ARG001 - as every kind's
    """Return pytest's own options of selection."""
    return {"select": (*(("-k", keyword) if keyword else ()), *(("-m", marker) if marker else ()))}


def texts(path: Path) -> Iterator[str]:
    """Yield the text of a Python file, or of every one in a folder but those of hidden folders and environments."""
    for file in python_files(path):
        yield file.read_text(encoding="utf-8", errors="replace")


def python_files(path: Path) -> Iterator[Path]:
    """Yield a Python file, or every one in a folder but those of hidden folders and environments."""
    if path.is_file():
        yield path
        return
    for each in sorted(path.iterdir()):
        if each.is_dir() and not each.name.startswith(".") and not (each / "pyvenv.cfg").exists():
            yield from python_files(each)
        elif each.suffix == ".py" and each.is_file():
            yield each
