"""Why something failed, as text for the user: the cause first, then its place in the user's own code."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

HERE = os.path.dirname(__file__)  # noqa: PTH120 - pathlib would only be imported for it
NOWHERE = "; name the folder that holds it with --path (or `path` of the plan)"
RELATIVE = "attempted relative import"
"""How Python's message begins about an import with a dot in a file that is no part of a package."""


class SayingAllError(Exception):
    """An error whose message says all, without the name of its class."""


class NotThereError(SayingAllError, LookupError):
    """Something that was named is not there."""


class ModuleFailedError(SayingAllError, ImportError):
    """A module that was named cannot be imported.

    Args:
        module: its name, or the path of its file.
        error: why.
    """

    def __init__(self, module: str, error: BaseException) -> None:
        self.module = _shown(module)
        self.reason = _reason(module, error)
        super().__init__(f"cannot import {self.module!r}: {self.reason}")


def described(error: BaseException) -> str:
    """Return an error as text."""
    if isinstance(error, SystemExit):
        return f"it called sys.exit({'' if error.code is None else repr(error.code)})"
    return str(error) if isinstance(error, SayingAllError) else f"{type(error).__name__}: {error}"


def failure(error: BaseException) -> dict[str, str]:
    """Return the answer to a request that has failed: why, and the module if it cannot be imported."""
    if isinstance(error, ModuleFailedError):
        return {"error": error.reason, "module": error.module}
    return {"error": described(error)}


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a question about the name that comes near, to put behind an error; empty if none does."""
    from difflib import get_close_matches  # noqa: PLC0415 - only where something is missing

    near = get_close_matches(name, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _reason(module: str, error: BaseException) -> str:
    if not isinstance(error, ModuleNotFoundError):
        hint = _of_package(module) if str(error).startswith(RELATIVE) else ""
        return described(error) + _place(error) + hint
    missing = error.name or ""
    if not f"{module}.".startswith(f"{missing}."):  # what the module imports is missing, not itself
        return f"{error}{_place(error)}; {sys.executable} has no such module"
    parent = missing.rpartition(".")[0]
    hint = "" if parent in sys.modules else NOWHERE
    return f"{error}{suggestion(missing, _modules_in(parent)) or hint}"


def _modules_in(package: str) -> Iterator[str]:
    """Yield the names of the modules in a package, or of all top-level ones."""
    from pkgutil import iter_modules  # noqa: PLC0415 - only where something is missing

    path: Any = getattr(sys.modules.get(package), "__path__", ()) if package else sys.path
    return (each.name for each in iter_modules(path, f"{package}." if package else ""))


def _place(error: BaseException) -> str:
    """Return where the user's code raised an error, to put behind it; empty if the error says it itself."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not file.startswith(("<", HERE)):
            place = f" ({_shown(file)}:{trace.tb_lineno})"
        trace = trace.tb_next
    return "" if isinstance(error, SyntaxError) else place


def _of_package(file: str) -> str:
    """Return what to do if a file imports relatively: it is to be named as a module of its package."""
    folder, base = os.path.split(file)
    names = [os.path.splitext(base)[0]]  # noqa: PTH122
    while os.path.exists(os.path.join(folder, "__init__.py")):  # noqa: PTH110, PTH118
        folder, base = os.path.split(folder)
        names.insert(0, base)
    if len(names) == 1:
        return "; a file alone belongs to no package: import the module by its name, without a dot"
    is_found = os.path.realpath(folder) in map(os.path.realpath, sys.path)
    path = "" if is_found else f" with --path {_shown(folder)}"
    return f"; the file belongs to a package, so name its module: {'.'.join(names)}:FUNCTION{path}"


def _shown(path: str) -> str:
    """Return a path as short as it can be; a module's name as it is."""
    relative = os.path.relpath(path) if os.path.isabs(path) else path  # noqa: PTH117
    return path if relative.startswith("..") else relative
