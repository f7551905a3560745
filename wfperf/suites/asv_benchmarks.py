"""Benchmarks of airspeed velocity (asv): a folder of modules, which asv.conf.json names."""

from __future__ import annotations

import json
import re
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.plan import Suite
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
    """Return whether it is asv's configuration, a folder with one, or some file has benchmarks by their names."""
    return _configuration(path) is not None or any(map(BENCHMARK.search, texts(path)))


def suite(path: Path, keyword: str, _marker: str) -> Suite:
    """Return the suite in the folder that asv's configuration names.

    Args:
        path: the configuration, the folder itself, or a file.
        keyword: a regular expression for names of benchmarks, as `asv run --bench` takes it; empty for all.

    Raises:
        UsageError: the configuration cannot be read, there is no such folder, or `keyword` is no regular expression.
    """
    try:
        re.compile(keyword)
    except re.error as error:
        raise UsageError(f"-k takes a regular expression for benchmarks of asv: {error}") from error
    file = _configuration(path)
    return Suite(NAME, str(_folder(file) if file else path), {"select": (keyword,) if keyword else ()})


def _configuration(path: Path) -> Path | None:
    """Return asv's configuration: the file itself, or the one in the folder."""
    if path.name == CONFIGURATION:
        return path
    file = path / CONFIGURATION
    return file if file.is_file() else None


def _folder(file: Path) -> Path:
    try:
        settings = json.loads(LAST_COMMA.sub(r"\1", COMMENT.sub(r"\1", file.read_text(encoding="utf-8"))))
        folder: Path = file.parent / settings.get("benchmark_dir", "benchmarks")
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise UsageError(f"cannot read {file}: {error}") from error
    if not folder.is_dir():
        raise UsageError(f"{file}: there is no folder {folder} with benchmarks")
    return folder
