"""Which code is the user's own: that of some packages, or of source trees without their libraries."""

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
"""Where pip and Debian install packages."""
STANDARD_LIBRARY = os.path.dirname(os.__file__) + os.sep  # noqa: PTH120 - a prefix of names of files
ENVIRONMENT = "pyvenv.cfg"
"""The file that marks the folder of a virtual environment."""
WORKER = Path(__file__).parent
"""This folder: in wfperf's own repository, it would count as the user's own code."""


class Own:
    """The user's own code: some folders (with a separator at their end) and files, and what lies below source trees.

    Libraries below a source tree, for instance in a virtual environment, do not belong to it.
    """

    def __init__(self, homes: Sequence[str], trees: Sequence[str] = ()) -> None:
        self.homes = tuple(homes)
        # Imports, or what was installed from a source tree, may reach it through a link.
        roots = {os.path.join(root, "") for tree in trees for root in (tree, os.path.realpath(tree))}  # noqa: PTH118
        self.trees = tuple(sorted(roots, key=lambda root: (-len(root), root)))
        self._names: dict[str, str] = {}

    def __contains__(self, code: CodeType) -> bool:
        return self.holds(code.co_filename)

    def holds(self, file: str) -> bool:
        """Return whether a file is the user's own."""
        return bool(self._file(file))

    def name(self, code: CodeType) -> str:
        """Return the name of an own function: `package/file.py:qualified.name`."""
        return f"{self._file(code.co_filename)}:{qualified(code)}"

    def _file(self, file: str) -> str:
        """Return the name of an own file, the same wherever its source tree lies; empty for any other file."""
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
        """Return the number of each own function by its name, without comprehensions."""
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
    """Return whether a file below a source tree belongs to a library, to Python or to this worker."""
    path = Path(file)
    if file.startswith(STANDARD_LIBRARY) or not LIBRARY_FOLDERS.isdisjoint(path.parts) or path.parent == WORKER:
        return True
    *between, _ = path.relative_to(tree).parents  # the source tree itself may be an environment
    return any(Path(tree, folder, ENVIRONMENT).exists() for folder in between)


def qualified(code: CodeType) -> str:
    """Return a function's qualified name; its plain name before Python 3.11."""
    return str(getattr(code, "co_qualname", code.co_name))
