"""Benchmarks of pyperf: a script that makes a Runner."""

from __future__ import annotations

import re
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.plan import Suite
from wfperf.suites.files import texts

NAME = "pyperf"
REQUIREMENTS: tuple[str, ...] = ()
HAS_MARKERS = False

IMPORT = re.compile(r"^\s*(import|from) (pyperf|perf)\b", re.MULTILINE)
RUNNER = re.compile(r"\bRunner\(")


def recognizes(path: Path) -> bool:
    """Return whether it is one file, which imports pyperf and makes a runner."""
    return path.is_file() and any(IMPORT.search(text) and RUNNER.search(text) for text in texts(path))


def suite(path: Path, keyword: str, _marker: str) -> Suite:
    """Return the suite in a script; names of its benchmarks must contain `keyword`.

    Raises:
        UsageError: it is a folder.
    """
    if not path.is_file():
        raise UsageError(f"{path} is a folder; name one script of pyperf")
    return Suite(NAME, str(path), {"select": (keyword,) if keyword else ()})
