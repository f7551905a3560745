"""Which code is one's own: what lies in some packages, or in source trees but for the libraries there."""

from __future__ import annotations

import importlib.util
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType

COMPREHENSIONS = frozenset({"<listcomp>", "<dictcomp>", "<setcomp>"})
"""Frames that only some Python versions make."""
LIBRARY_FOLDERS = frozenset({"site-packages", "dist-packages"})
"""Where packages are installed, by pip and by Debian."""
STANDARD_LIBRARY = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120 - a prefix of names of files
ENVIRONMENT = "pyvenv.cfg"
"""The file that tells the folder of a virtual environment."""
WORKER = Path(__file__).parent
"""This folder: in wfperf's own repository it would pass for code of the benchmark."""


class Own:
    """One's own code: what lies in some folders (with a separator at their end) and files, or below source trees.

    Libraries that lie below a source tree, in a virtual environment for instance, are none of one's own.
    """

    def __init__(self, homes: Sequence[str], trees: Sequence[str] = ()) -> None:
        self.homes = tuple(homes)
        # A source tree may be reached through a link, by the path of imports or by what was installed from it.
        roots = {os.path.join(root, "") for tree in trees for root in (tree, os.path.realpath(tree))}  # noqa: PTH118
        self.trees = tuple(sorted(roots, key=lambda root: (-len(root), root)))
        self._names: dict[str, str] = {}

    def __contains__(self, code: CodeType) -> bool:
        return self.holds(code.co_filename)

    def holds(self, file: str) -> bool:
        """Return whether a file is one of one's own."""
        return bool(self._file(file))

    def name(self, code: CodeType) -> str:
        """Return what a function of one's own is called: `package/file.py:qualified.name`."""
        return f"{self._file(code.co_filename)}:{qualified(code)}"

    def _file(self, file: str) -> str:
        """Return what a file of one's own is called, the same wherever its source tree lies; empty for another one."""
        known = self._names.get(file)
        if known is None:
            known = self._names[file] = self._named(file)
        return known

    def _named(self, file: str) -> str:
        for home in self.homes:
            if file.startswith(home):
                return Path(file).relative_to(Path(home).parent).as_posix()
        if not self.trees or not os.path.isabs(file):  # noqa: PTH117 - such as <string>: code without a file
            return ""
        for path in dict.fromkeys((file, os.path.realpath(file))):
            tree = next((tree for tree in self.trees if path.startswith(tree)), "")  # the innermost
            if tree and not _is_of_library(path, tree):
                return Path(path).relative_to(tree).as_posix()
        return ""

    def by_name(self, times: Mapping[CodeType, int]) -> Counter[str]:
        """Return how often each function of one's own was seen, but for comprehensions."""
        named: Counter[str] = Counter()
        for code, number in times.items():
            if code.co_name not in COMPREHENSIONS:
                named[self.name(code)] += number
        return named


def homes(package: str) -> list[str]:
    """Return the folders of a package, each with a separator at its end, or the file of a module.

    A package without `__init__.py` may have several folders.

    Raises:
        ModuleNotFoundError: there is no such package.
    """
    found = importlib.util.find_spec(package)
    if found is None:
        raise ModuleNotFoundError(f"no package {package!r}, whose function calls were to be counted")
    return [place + os.sep for place in found.submodule_search_locations or ()] or [str(found.origin)]


def _is_of_library(file: str, tree: str) -> bool:
    """Return whether a file below a source tree belongs to a library, to Python or to this program."""
    path = Path(file)
    if file.startswith(STANDARD_LIBRARY) or not LIBRARY_FOLDERS.isdisjoint(path.parts) or path.parent == WORKER:
        return True
    *between, _ = path.relative_to(tree).parents  # a whole source tree may be an environment's folder
    return any(Path(tree, folder, ENVIRONMENT).exists() for folder in between)


def qualified(code: CodeType) -> str:
    """Return a function's qualified name; its plain one where Python is older than 3.11."""
    return str(getattr(code, "co_qualname", code.co_name))
