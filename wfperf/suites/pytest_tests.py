"""Benchmarks of pytest-benchmark and pytest-codspeed: tests with their fixture or marker."""

from __future__ import annotations

import re
from pathlib import Path

from wfperf.plan import Suite
from wfperf.suites.files import python_files, text_of, texts

NAME = "pytest"
REQUIREMENTS = ("pytest",)
HAS_MARKERS = True

SIGN = re.compile(r"\b(codspeed_)?benchmark\b")
"""The name of the fixture and of the marker."""
FOUND_BY_PYTEST = re.compile(r"test_.*\.py$|.*_test\.py$")
"""Its default `python_files`."""
TEST = re.compile(r"^\s*(async )?def test|^class Test", re.MULTILINE)


def recognizes(path: Path) -> bool:
    """Return whether some file has tests, and names the fixture or the marker."""
    return any(map(_is_benchmark, texts(path)))


def suite(path: Path, keyword: str, marker: str) -> Suite:
    """Return the suite with pytest's own options of selection, and files that pytest passes over by their names.

    Many projects keep benchmarks in files such as `bench_core.py`, which pytest takes only if it is given them.
    """
    select = (*(("-k", keyword) if keyword else ()), *(("-m", marker) if marker else ()))
    files = python_files(path) if path.is_dir() else ()
    passed_over = [each for each in files if not FOUND_BY_PYTEST.match(each.name) and each.name != "conftest.py"]
    more = (str(each.relative_to(path)) for each in passed_over if _is_benchmark(text_of(each)))
    return Suite(NAME, str(path), {"select": select, "files": tuple(more)})


def _is_benchmark(text: str) -> bool:
    return bool(SIGN.search(text) and TEST.search(text))
