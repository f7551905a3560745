"""Benchmarks of pyperf: a script that makes a Runner."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.suites.files import texts

NAME = "pyperf"
REQUIREMENTS: tuple[str, ...] = ()
HAS_MARKERS = False

IMPORT = re.compile(r"^\s*(import|from) (pyperf|perf)\b", re.MULTILINE)
RUNNER = re.compile(r"\bRunner\(")


def recognizes(path: Path) -> bool:
    """Return whether it is one file, which imports pyperf and makes a runner."""
    return path.is_file() and any(IMPORT.search(text) and RUNNER.search(text) for text in texts(path))


def place(path: Path) -> Path:
    """Return the script.

    Raises:
        UsageError: it is a folder.
    """
    if not path.is_file():
        raise UsageError(f"{path} is a folder; name one script of pyperf")
    return path


def options(_path: Path, keyword: str, _marker: str) -> Mapping[str, tuple[str, ...]]:
    """Return the text that names of benchmarks must contain."""
    return {"select": (keyword,) if keyword else ()}
