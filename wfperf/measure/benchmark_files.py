"""Files of benchmarks: every tree has the same ones, so that only the code that they use differs."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.plan import Plan
from wfperf.variants.repository import Repository

COMPILED = "__pycache__"
"""Folders of what Python makes of files."""


@dataclass(frozen=True, slots=True)
class BenchmarkFiles:
    """The files of benchmarks, and the tree that all others take them from.

    Args:
        top: the root of that tree.
        names: the files in it, relative to the root.
        folder: the folder of a suite, relative to the root, in which no other file stays; None without such a folder.
        outside: files and folders of benchmarks outside of the repository, which are used where they are.
    """

    top: Path
    names: tuple[Path, ...] = ()
    folder: Path | None = None
    outside: tuple[Path, ...] = ()

    def holds(self, tree: Path, file: Path) -> bool:
        """Return whether a file, its links resolved, is one of them: in a tree, or outside of the repository."""
        is_inside = file.is_relative_to(tree) and file.relative_to(tree) in self.names
        return is_inside or any(map(file.is_relative_to, self.outside))

    def put_into(self, tree: Path, repository: Repository) -> list[str]:
        """Make the benchmarks in a tree the same as here; return the names of those that were others there."""
        changed = []
        for name in self.names:
            original, copy = self.top / name, tree / name
            if original == copy:
                continue
            if copy.exists() and copy.read_bytes() != original.read_bytes():
                changed.append(str(name))
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(original, copy)
        if self.folder is not None and (tree / self.folder).is_dir():
            known = {tree / name for name in self.names}
            for file in replace(repository, top=tree).files(tree / self.folder):
                if file not in known:
                    file.unlink()
                    changed.append(str(file.relative_to(tree)))
        return changed


def benchmark_files(plan: Plan, functions: Sequence[Path], repository: Repository, at: Path) -> BenchmarkFiles:
    """Return the files of a plan's benchmarks: those of its suite, or of functions that are named by their files.

    Args:
        plan: the plan, with paths in the user's own working tree.
        functions: the files of such functions, in that working tree.
        repository: the user's.
        at: the root of the tree that has them: that working tree, or the tree of the base.

    Raises:
        UsageError: that tree has no such file.
    """
    if plan.suite:
        return _of_suite(Path(plan.suite.path).resolve(), repository.top, replace(repository, top=at))
    placed = [each.parent.resolve() / each.name for each in functions]
    inside = [each.relative_to(repository.top) for each in placed if each.is_relative_to(repository.top)]
    if missing := next((each for each in inside if not (at / each).is_file()), None):
        raise UsageError(f"the base has no file {missing}, so there are no benchmarks of it to run")
    outside = tuple(each.resolve() for each in placed if not each.is_relative_to(repository.top))
    return BenchmarkFiles(at, tuple(_with_helpers(inside, at)), outside=outside)


def _of_suite(path: Path, top: Path, tree: Repository) -> BenchmarkFiles:
    if not path.is_relative_to(top):
        return BenchmarkFiles(tree.top, outside=(path,))
    place = path.relative_to(top)
    above = (folder / "conftest.py" for folder in place.parents)
    names = [each.relative_to(tree.top) for each in tree.files(tree.top / place) if COMPILED not in each.parts]
    names += [each for each in above if (tree.top / each).is_file()]
    return BenchmarkFiles(tree.top, tuple(dict.fromkeys(names)), folder=place if path.is_dir() else None)


def _with_helpers(names: Sequence[Path], top: Path) -> list[Path]:
    """Return files of benchmarks with the modules beside them, which belong to them.

    That is not so in a package, nor in the root of the repository, where the code itself may lie.
    """
    found: dict[Path, None] = {}
    for name in names:
        folder = top / name.parent
        is_apart = folder != top and not (folder / "__init__.py").exists()
        beside = sorted(folder.glob("*.py")) if is_apart else []
        found |= dict.fromkeys([name, *(each.relative_to(top) for each in beside)])
    return list(found)
