"""Find what a project says of wfperf, its plan and its gate's budgets: here, and in the folders above."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wfperf.plan.load import BESIDE_A_PLAN, PYPROJECT, read_tables

PLAN_FILE = "wfperf.toml"
NAMES = (PLAN_FILE, PYPROJECT)
"""Where a project may say something, the one that counts first."""

BUDGETS = "gate"


@dataclass(frozen=True, slots=True)
class Found:
    """A file that holds a plan, and another one of the same folder that holds one too and does not count."""

    file: Path
    passed_over: Path | None = None


def find_plan(start: Path) -> Found | None:
    """Return the nearest plan, here or above: a wfperf.toml, or a pyproject.toml whose table `tool.wfperf` holds one.

    Raises:
        UsageError: a file cannot be read, or is broken; it may be the plan that is meant.
    """
    for folder in folders_upward(start):
        holding = [folder / name for name in NAMES if holds_plan(folder / name)]
        if holding:
            return Found(*holding)
    return None


def find_budgets(start: Path) -> Path | None:
    """Return the nearest file, here or above, that holds budgets and no plan: those of a plan are for that plan.

    Raises:
        UsageError: a file cannot be read, or is broken.
    """
    for folder in folders_upward(start):
        for file in (folder / name for name in NAMES):
            if _holds_budgets(file) and not holds_plan(file):
                return file
    return None


def budgets_beside(plan: Path) -> Path:
    """Return the file with the budgets of a plan: its own, or for a wfperf.toml without any the pyproject.toml beside.

    Raises:
        UsageError: a file cannot be read, or is broken.
    """
    beside = plan.with_name(PYPROJECT)
    is_elsewhere = plan.name == PLAN_FILE and not _holds_budgets(plan) and _holds_budgets(beside)
    return beside if is_elsewhere and not holds_plan(beside) else plan


def folders_upward(start: Path) -> Iterator[Path]:
    """Give a folder and those above it, as seen from here, up to the root of its repository, or else of the system."""
    try:
        first = Path(os.path.abspath(start))  # noqa: PTH100 - a link stays one: what is above it is what the user sees
    except FileNotFoundError:
        return  # the folder that we are in was removed
    for folder in (first, *first.parents):
        yield Path(os.path.relpath(folder))
        if _is_there(folder / ".git"):  # a folder, or a file in a working tree beside the first one
            return


def holds_plan(file: Path) -> bool:
    """Return whether a file holds a plan, or is meant to; budgets alone are none.

    Raises:
        UsageError: it cannot be read, or is broken.
    """
    tables = _tables(file)
    if tables is None:
        return False
    return bool(tables.keys() - BESIDE_A_PLAN) or (not tables and file.name == PLAN_FILE)


def _holds_budgets(file: Path) -> bool:
    return BUDGETS in (_tables(file) or {})


def _tables(file: Path) -> Mapping[str, Any] | None:
    return read_tables(file) if _is_there(file) and not file.is_dir() else None


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder above that is not ours to look into
        return False
