"""Benchmarks of pyperf: a script that makes a Runner."""

from __future__ import annotations

import re
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.plan import Suite
from wfperf.suites.files import python_files, text_of

NAME = "pyperf"
REQUIREMENTS: tuple[str, ...] = ()
HAS_MARKERS = False

IMPORT = re.compile(r"^\s*(import|from) (pyperf|perf)\b", re.MULTILINE)
RUNNER = re.compile(r"\bRunner\(")


def recognizes(path: Path) -> bool:
    """Return whether it is a script, which imports pyperf and makes a runner, or a folder with such scripts alone."""
    files = [each for each in python_files(path) if each.name != "__init__.py"]
    return bool(files) and all(map(_is_script, files))


def _is_script(file: Path) -> bool:
    text = text_of(file)
    return bool(IMPORT.search(text) and RUNNER.search(text))


def suite(path: Path, keyword: str, _marker: str) -> Suite:
    """Return the suite in a script; names of its benchmarks must contain `keyword`.

    Raises:
        UsageError: it is a folder.
    """
    if not path.is_file():
        script = next(filter(_is_script, python_files(path)), path / "SCRIPT.py")
        raise UsageError(f"{path} is a folder; name one script of pyperf in it, such as {script}")
    return Suite(NAME, str(path), {"select": (keyword,) if keyword else ()})
