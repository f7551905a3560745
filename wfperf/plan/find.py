"""Find the plan and the gate's budgets of a project: here, and in the folders above.

A plan names code that is run. So files and folders count only if they are the user's or root's, and root's only if not
everyone may write them; a shared folder such as /tmp does not count. (git's `safe.directory` has the same reason.)
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wfperf.errors import UsageError
from wfperf.plan.load import BESIDE_A_PLAN, PYPROJECT, read_tables

PLAN_FILE = "wfperf.toml"
NAMES = (PLAN_FILE, PYPROJECT)
"""Files that may hold a plan; the first one takes precedence."""

BUDGETS = "gate"


@dataclass(frozen=True, slots=True)
class Found:
    """A file that holds a plan, and another one in the same folder whose plan is not used."""

    file: Path
    passed_over: Path | None = None


def find_plan(start: Path, skipped: Callable[[Path], None] = lambda _: None) -> Found | None:
    """Return the nearest plan, here or above: a wfperf.toml, or a pyproject.toml whose table `tool.wfperf` holds one.

    Args:
        start: the current folder.
        skipped: called with each plan that does not count, because another user could have written it.

    Raises:
        UsageError: a file that may hold the plan cannot be read, or is broken.
    """
    for folder, is_trusted in _upward(start):
        files = [folder / name for name in NAMES]
        trusted = [file for file in files if is_trusted and _is_trusted_file(file)]
        for file in files:
            if file not in trusted and _seems_to_hold_plan(file):
                skipped(file)
        holding = [file for file in trusted if holds_plan(file)]
        if holding:
            return Found(*holding)
    return None


def find_budgets(start: Path) -> Path | None:
    """Return the nearest file, here or above, that holds budgets and no plan: a plan's budgets are only its own.

    Raises:
        UsageError: a file cannot be read, or is broken.
    """
    for folder in folders_upward(start):
        for file in (folder / name for name in NAMES):
            if _is_trusted_file(file) and _holds_budgets(file) and not holds_plan(file):
                return file
    return None


def budgets_beside(plan: Path) -> Path:
    """Return the file with the budgets of a plan: its own, or the pyproject.toml beside a wfperf.toml without any.

    Raises:
        UsageError: a file cannot be read, or is broken.
    """
    beside = plan.with_name(PYPROJECT)
    is_elsewhere = plan.name == PLAN_FILE and not _holds_budgets(plan) and _holds_budgets(beside)
    return beside if is_elsewhere and not holds_plan(beside) else plan


def folders_upward(start: Path) -> Iterator[Path]:
    """Yield a folder and those above it, as relative paths, up to the root of its repository, or else of the system.

    The home folder is the last one, too; and it ends below a folder in which others could have put something.
    """
    return (folder for folder, is_trusted in _upward(start) if is_trusted)


def _upward(start: Path) -> Iterator[tuple[Path, bool]]:
    """Yield those folders, each with whether it is trusted; the last one may be one that is not.

    The first one counts as trusted, because the user went there; if it is not, it is still the last one.
    """
    try:
        first = Path(os.path.abspath(start))  # noqa: PTH100 - links stay: the user sees what is above them
    except FileNotFoundError:
        return  # the current folder was removed
    home = Path(os.path.realpath(os.path.expanduser("~")))  # noqa: PTH111 - pathlib's fails for a user without a home
    for folder in (first, *first.parents):
        is_trusted = _is_trusted(folder)
        yield Path(os.path.relpath(folder)), is_trusted or folder is first
        # .git is a folder, or a file in a linked worktree.
        if not is_trusted or _is_there(folder / ".git") or folder.resolve() == home:
            return


def holds_plan(file: Path) -> bool:
    """Return whether a file holds a plan, or is meant to; budgets alone are no plan.

    Raises:
        UsageError: it cannot be read, or is broken.
    """
    tables = _tables(file)
    if tables is None:
        return False
    return bool(tables.keys() - BESIDE_A_PLAN) or (not tables and file.name == PLAN_FILE)


def _is_trusted_file(file: Path) -> bool:
    return _is_trusted(file) and _is_trusted(file, follow=False)  # others could link to a file of the user


def _is_trusted(path: Path, *, follow: bool = True) -> bool:
    """Return whether only the user or root can have put it there; False if it does not exist.

    What is the user's may be writable by everyone: on some file systems, such as Windows' seen from Linux, all is.
    """
    try:
        found = path.stat(follow_symlinks=follow)
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return True  # Windows tells no owner
    is_open = found.st_mode & stat.S_IWOTH and not stat.S_ISLNK(found.st_mode)  # links have no permissions of their own
    if is_open and found.st_mode & stat.S_ISVTX:
        return False  # a shared folder, whoever made it
    return found.st_uid in _our_ids() or (found.st_uid == 0 and not is_open)


def _our_ids() -> set[int]:
    ours = os.geteuid()
    behind_sudo = os.environ.get("SUDO_UID", "") if ours == 0 else ""
    return {ours, int(behind_sudo)} if behind_sudo.isdecimal() else {ours}


def _seems_to_hold_plan(file: Path) -> bool:
    try:
        return holds_plan(file)
    except UsageError:  # an error in a file that does not count must not stop the command
        return file.name == PLAN_FILE


def _holds_budgets(file: Path) -> bool:
    return BUDGETS in (_tables(file) or {})


def _tables(file: Path) -> Mapping[str, Any] | None:
    return read_tables(file) if _is_regular(file) else None


def _is_regular(path: Path) -> bool:
    try:
        return path.is_file()  # reading a FIFO could wait for ever
    except OSError:  # a folder above that we may not read
        return False


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder above that we may not read
        return False
