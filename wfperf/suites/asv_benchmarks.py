"""Benchmarks of airspeed velocity (asv): a folder of modules, which asv.conf.json names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.suites.files import texts

NAME = "asv"
REQUIREMENTS: tuple[str, ...] = ()
HAS_MARKERS = False

CONFIGURATION = "asv.conf.json"
BENCHMARK = re.compile(
    r"^\s*(async )?def (time|timeraw|mem|peakmem|track)_\w+\(|^class (Time|Mem|PeakMem|Track)[A-Z_]", re.MULTILINE
)
"""A line that begins a benchmark."""
COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
"""A text, which is kept, or a comment, which asv allows in its file."""
LAST_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])')
"""A text, which is kept, or a comma before the end of a list or an object, which asv allows, too."""


def recognizes(path: Path) -> bool:
    """Return whether it is asv's configuration, or some file has benchmarks by their names."""
    return path.name == CONFIGURATION or any(map(BENCHMARK.search, texts(path)))


def place(path: Path) -> Path:
    """Return the folder of the benchmarks, which asv's configuration names.

    Raises:
        UsageError: the configuration cannot be read, or there is no such folder.
    """
    if path.name != CONFIGURATION:
        return path
    try:
        settings = json.loads(LAST_COMMA.sub(r"\1", COMMENT.sub(r"\1", path.read_text(encoding="utf-8"))))
        folder: Path = path.parent / settings.get("benchmark_dir", "benchmarks")
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    if not folder.is_dir():
        raise UsageError(f"{path}: there is no folder {folder} with benchmarks")
    return folder


def options(_path: Path, keyword: str, _marker: str) -> Mapping[str, tuple[str, ...]]:
    """Return the regular expression that selects benchmarks by their names, as `asv run --bench` does.

    Raises:
        UsageError: it is none.
    """
    try:
        re.compile(keyword)
    except re.error as error:
        raise UsageError(f"-k takes a regular expression for benchmarks of asv: {error}") from error
    return {"select": (keyword,) if keyword else ()}
