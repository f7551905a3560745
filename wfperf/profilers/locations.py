"""Source locations of profiled costs, named so that profiles of changed code can be matched."""

from __future__ import annotations

import linecache
import re
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType

import wfperf
from wfperf.results.profiled import SourceLocation

_OWN_ROOT = Path(wfperf.__file__).parent
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_LIBRARIES = re.compile(r".*/(?:(?:site|dist)-packages|lib(?:64)?/python3\.\d+t?)/")
"""Where any interpreter keeps its libraries."""


def function_location(filename: str, first_line: int, name: str, tree: Path | None = None) -> SourceLocation:
    """Return the location of a function that a profiler gives by file, first line and plain name.

    Files in `tree` are named from there, so that they have the same names in the trees of two revisions.
    """
    codes = _source(filename).starting_at.get(first_line, ())
    function = next((code.co_qualname for code in codes if code.co_name == name), _ADDRESS.sub("", name))
    return SourceLocation(_named(filename, tree), function, first_line, _is_users(filename))


def line_location(filename: str, line: int, name: str, tree: Path | None = None) -> SourceLocation:
    """Return the location of a line that a profiler gives by file, number and plain or qualified function name.

    Files in `tree` are named from there.
    """
    holding = _source(filename).holding.get(line, ())
    # The innermost comes last: if nested functions share a name, the line is the inner one's.
    code = next((code for code in reversed(holding) if name in (code.co_name, code.co_qualname)), None)
    if code is None:
        return SourceLocation(_named(filename, tree), name, line, _is_users(filename))
    text = linecache.getline(filename, line).strip()
    before = range(code.co_firstlineno, line)
    occurrence = sum(linecache.getline(filename, number).strip() == text for number in before)
    return SourceLocation(_named(filename, tree), code.co_qualname, line, _is_users(filename), text, occurrence)


class _Source:
    """The functions in a file's source text; empty if there is no file, as for generated code."""

    def __init__(self, filename: str) -> None:
        self.starting_at: dict[int, list[CodeType]] = defaultdict(list)
        self.holding: dict[int, list[CodeType]] = defaultdict(list)
        for code in _codes(filename):
            self.starting_at[code.co_firstlineno].append(code)
            for line in {line for _, _, line in code.co_lines() if line}:
                self.holding[line].append(code)


_source = cache(_Source)


def _codes(filename: str) -> Iterator[CodeType]:
    if not Path(filename).is_file():
        return
    try:
        module = SourceFileLoader("", filename).get_code("")  # compiled, or from the cache of compiled files
    except (SyntaxError, ValueError, OSError):
        return  # not Python source, so only the profiler's name for it is known
    if module is not None:
        yield from _with_nested(module)


def _with_nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_nested(constant)


def _named(filename: str, tree: Path | None) -> str:
    """Return the name of a file: as seen from the tree that holds it, but for its libraries."""
    if tree is None or not Path(filename).is_relative_to(tree) or _LIBRARIES.match(filename):
        return _shown(filename)
    return Path(filename).relative_to(tree).as_posix()


def _is_users(filename: str) -> bool:
    path = Path(filename)
    if not path.is_absolute():
        return False
    if path.is_relative_to(_OWN_ROOT):
        return True
    return not (_LIBRARIES.match(path.as_posix()) or any(path.is_relative_to(root) for root in _installed_roots()))


@cache
def _shown(filename: str) -> str:
    if filename == "~":  # cProfile's word for a built-in
        return ""
    path = Path(filename)
    if not path.is_absolute():
        return filename
    if not path.is_relative_to(_OWN_ROOT) and (libraries := _LIBRARIES.match(path.as_posix())):
        return path.as_posix()[libraries.end() :]
    for root in (_OWN_ROOT, *_library_roots()):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return Path(*path.parts[-2:]).as_posix()


@cache
def _installed_roots() -> tuple[Path, ...]:
    return tuple(Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib"))


@cache
def _library_roots() -> tuple[Path, ...]:
    """Return the folders that imports come from, the deepest first: one may lie in another."""
    found = {Path(entry) for entry in (*sys.path, *sysconfig.get_paths().values()) if Path(entry).is_absolute()}
    return tuple(sorted(found, key=lambda root: len(root.parts), reverse=True))
