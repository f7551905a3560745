"""Find where a counted function is defined in a tree, to show the line to a reviewer."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

CALLS = " calls "
SKIPPED = frozenset({".git", ".venv", "node_modules", "__pycache__", ".wfperf", "site-packages", "dist-packages"})
ENVIRONMENT = "pyvenv.cfg"
"""The file that marks the folder of a virtual environment."""
Defined = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Definitions:
    """Finds functions by their counted names, `package/file.py:qualified.name`, below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lines: dict[str, dict[str, int]] = {}

    def locate(self, name: str) -> tuple[str, int]:
        """Return a function's file, relative to the folder, and its line; an empty name and 0 if there is no such file.

        A name such as `file.py:function calls other` stands for the function that calls. If several files match,
        none is returned. The line is 1 if only the file is found.
        """
        ending, _, qualified = name.partition(CALLS)[0].partition(":")
        found = [file for file in self._files if file == ending or file.endswith(f"/{ending}")]
        if len(found) != 1:
            return "", 0
        (file,) = found
        if file not in self._lines:
            self._lines[file] = dict(_definitions(self._folder / file))
        wanted = qualified.replace(".<locals>", "").split(".<")[0]
        return file, self._lines[file].get(wanted, 1)

    @cached_property
    def _files(self) -> list[str]:
        found = []
        for folder, inner, names in os.walk(self._folder):
            inner[:] = [each for each in inner if each not in SKIPPED and not Path(folder, each, ENVIRONMENT).exists()]
            found += [Path(folder, name).relative_to(self._folder).as_posix() for name in names if name.endswith(".py")]
        return found


def _definitions(file: Path) -> Iterator[tuple[str, int]]:
    """Yield the qualified name and the line of every function and class, without `<locals>`."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    below: list[tuple[str, ast.AST]] = [("", tree)]
    while below:
        prefix, node = below.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Defined):
                yield f"{prefix}{child.name}", child.lineno
                below.append((f"{prefix}{child.name}.", child))
            else:
                below.append((prefix, child))
