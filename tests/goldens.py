"""Hold what a console shows against a file in tests/golden/, whole and to the letter.

`WFPERF_UPDATE_GOLDEN=1 pytest tests/unit/report` writes the files anew; read the difference before you keep it.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from wfperf.report.beside import show_pages
from wfperf.report.sources import Sources
from wfperf.report.table import Table

GOLDEN = Path(__file__).with_name("golden")


def rendered(pages: Iterable[Table | Sources], width: int) -> str:
    """Return what a console of a width shows, without the spaces at the lines' ends."""
    on = Console(file=io.StringIO(), width=width, color_system=None, highlight=False, emoji=False, markup=False)
    show_pages(pages, on)
    return "".join(line.rstrip() + "\n" for line in on.file.getvalue().splitlines())


def assert_golden(name: str, pages: Iterable[Table | Sources], width: int) -> None:
    """Assert that the pages look as in tests/golden/NAME.txt."""
    assert_golden_text(name, rendered(pages, width))


def assert_golden_text(name: str, shown: str) -> None:
    """Assert that a text is that of tests/golden/NAME.txt."""
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("WFPERF_UPDATE_GOLDEN"):
        file.write_text(shown, encoding="utf-8")
    assert shown == file.read_text(encoding="utf-8"), f"{file.name} differs; to update it: see {Path(__file__).name}"
