"""Benchmarks of pytest-benchmark and pytest-codspeed: tests with their fixture or marker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from wfperf.suites.files import texts

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


def place(path: Path) -> Path:
    """Return the file or folder itself."""
    return path
