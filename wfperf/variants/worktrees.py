"""Temporary worktrees, which are always removed: at the end, or by the next run."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.interrupts import interrupts_held_back
from wfperf.variants.repository import Repository
from wfperf.variants.submodules import fill_submodules

PREFIX = "wfperf-"
SCRATCH = "scratch"
NONE = -1  # no file
PATIENCE_S = 10.0
"""How long to wait for another process that changes git's worktrees; it takes milliseconds, unless it is stopped."""
CLAIMS = "wfperf"
"""The folder in git's own that holds a claim for every running process: a locked file that names the folder of its
trees. The lock ends with the process, so a claim that can be locked has been left behind, or the repository was copied
with its claims: then the folder of the trees is still locked."""


class Worktrees:
    """Worktrees in one temporary folder. A context manager; it first removes what killed processes have left behind.

    Raises:
        UsageError: the repository or the temporary folder cannot be written.
        NothingMeasuredError: this system lacks the needed file locks.
    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._claim = self._lock = NONE
        self._name = ""
        self.folder = Path()

    def __enter__(self) -> Self:
        try:
            with interrupts_held_back():
                remove_stale(self.repository)
                self._make_folder()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    @property
    def scratch(self) -> Path:
        """A folder for temporary files; it goes with the trees."""
        return self.folder / SCRATCH

    def add(self, name: str, commit: str, *, as_it_stands: bool = False) -> Path:
        """Check out a commit with its submodules, and return its folder.

        Args:
            name: of the folder.
            commit: its full id.
            as_it_stands: take submodules with their uncommitted changes.

        Raises:
            UsageError: git fails, or a submodule lacks a commit.
        """
        tree = self.folder / name
        with interrupts_held_back():  # half a registration would be left behind
            _git_worktree(self.repository, "add", "--quiet", "--detach", "--no-checkout", str(tree), commit)
        self.repository.run("reset", "--quiet", "--hard", commit, at=tree)
        fill_submodules(self.repository, tree, self.scratch, as_it_stands=as_it_stands)
        return tree

    def remove(self, name: str) -> None:
        """Remove a tree by its name."""
        with interrupts_held_back():
            _remove_tree(self.repository, self.folder / name)

    @property
    def _path(self) -> Path:
        return self.repository.common / CLAIMS / self._name

    def _make_folder(self) -> None:
        try:
            while not self._claimed():
                pass
            self.folder = Path(tempfile.gettempdir()).resolve() / self._name
            os.write(self._claim, os.fsencode(self.folder))
            self.folder.mkdir(mode=0o700)
            self._lock = os.open(self.folder, os.O_RDONLY)
            _folder_locked(self._lock)
            self.scratch.mkdir()
        except OSError as error:
            raise UsageError(f"cannot make worktrees: {error}") from error
        # Git holds the claim, too: if it outlives us, nobody removes what it is still writing.
        self.repository = replace(self.repository, kept=(self._claim, self._lock))

    def _claimed(self) -> bool:
        self._name = PREFIX + secrets.token_hex(4)
        self._path.parent.mkdir(exist_ok=True)
        try:
            self._claim = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            if _locked(self._claim) and os.path.samestat(self._path.stat(), os.fstat(self._claim)):
                return True
        except FileNotFoundError:
            pass  # another process has just removed the empty folder, or the unlocked claim
        self._close()
        return False

    def _end(self) -> None:
        with interrupts_held_back():
            if self._claim == NONE:
                return
            try:
                if self.folder == Path() or _removed(self.repository, self.folder):
                    self._path.unlink(missing_ok=True)
            finally:
                self._close()
            with suppress(OSError):  # another process has its claim there
                self._path.parent.rmdir()

    def _close(self) -> None:
        for file in {self._claim, self._lock} - {NONE}:
            os.close(file)
        self._claim = self._lock = NONE


def remove_stale(repository: Repository) -> None:
    """Remove the worktrees of processes that were killed."""
    claims = repository.common / CLAIMS
    for path in sorted(claims.glob(f"{PREFIX}*")):
        with suppress(OSError):
            claim = os.open(path, os.O_RDWR)
            try:
                if _locked(claim) and _is_removed(repository, path.name, os.read(claim, 1 << 16)):
                    path.unlink(missing_ok=True)
            finally:
                os.close(claim)
    with suppress(OSError):
        claims.rmdir()


def _is_removed(repository: Repository, name: str, claimed: bytes) -> bool:
    folder = Path(os.fsdecode(claimed))
    if folder.name != name or folder.is_symlink():
        return True  # only our own folders are removed
    if not folder.exists():
        return _removed(repository, folder)
    lock = os.open(folder, os.O_RDONLY)
    try:
        return _folder_locked(lock) and _removed(repository, folder)
    finally:
        os.close(lock)


def _locked(claim: int) -> bool:
    try:
        import fcntl  # noqa: PLC0415 - not on every system
    except ImportError as error:
        raise NothingMeasuredError("measuring needs a system with fork; on Windows, run wfperf under WSL") from error
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _folder_locked(folder: int) -> bool:
    try:
        return _locked(folder)
    except OSError:
        return True  # a file system without locks on folders


def _removed(repository: Repository, folder: Path) -> bool:
    """Remove a folder of ours and its trees, and return whether they are gone."""
    for tree in _registered(repository, folder):
        _remove_tree(repository, tree)
    _remove_folder(folder)
    return not folder.exists() and not _registered(repository, folder)


def _remove_tree(repository: Repository, tree: Path) -> None:
    _remove_folder(tree)
    with suppress(UsageError):  # it was never registered
        _git_worktree(repository, "remove", "--force", "--force", str(tree))


def _registered(repository: Repository, folder: Path) -> list[Path]:
    """Return the trees that git knows in a folder."""
    trees = []
    for file in (repository.common / "worktrees").glob("*/gitdir"):
        with suppress(OSError):  # another process has just removed it
            pointer = os.fsdecode(file.read_bytes()).removesuffix("\n")
            trees.append(Path(os.path.normpath(file.parent / pointer)).parent)
    return [tree for tree in trees if tree.parent == folder]


def _git_worktree(repository: Repository, *arguments: str) -> None:
    """Add or remove a worktree, one process at a time: git fails on what another has half written."""
    alone = os.open(repository.common, os.O_RDONLY)
    try:
        until_s = time.monotonic() + PATIENCE_S
        while not _folder_locked(alone) and time.monotonic() < until_s:
            time.sleep(0.005)
        repository.run("worktree", *arguments)
    finally:
        os.close(alone)


def _remove_folder(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # read-only folders, as some package managers make them
        _allow(folder)
        for inner, folders, _ in os.walk(folder):
            for name in folders:
                _allow(Path(inner, name))
        shutil.rmtree(folder, ignore_errors=True)


def _allow(folder: Path) -> None:
    with suppress(OSError):
        if not folder.is_symlink():
            folder.chmod(0o700)
