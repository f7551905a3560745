"""Import modules by their name, and files by their path: a file is that file, whatever else has its name.

Python takes a compiled file for that of a source file if size and modification time, in whole seconds, are the same. So
a file that is changed twice within a second could run as it was before; `keep_no_recent_bytecode` prevents that.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import time
from importlib.machinery import SourceFileLoader
from typing import Any

from .failures import ModuleFailedError

SUFFIX = ".py"
"""The end of what is no module's name, but a file."""

RECENT_S = 2.0
"""A source file that was changed so recently could be changed once more within the same second; some file systems keep
times in steps of two."""


def imported_module(module: str) -> Any:
    """Return a module by its name, or by the absolute path of its file.

    Raises:
        ModuleFailedError: there is none, or it fails when it is imported.
    """
    try:
        return _module_of_file(module) if module.endswith(SUFFIX) else importlib.import_module(module)
    except (Exception, SystemExit) as error:
        raise ModuleFailedError(module, error) from error


def _module_of_file(file: str) -> Any:
    if file not in sys.modules:
        spec = importlib.util.spec_from_file_location(_name(file), file)
        assert spec is not None  # noqa: S101 - it is a Python file
        assert spec.loader is not None  # noqa: S101
        made = importlib.util.module_from_spec(spec)
        sys.modules[file] = sys.modules[spec.name] = made
        try:
            spec.loader.exec_module(made)
        except BaseException:
            del sys.modules[file], sys.modules[spec.name]
            raise
    return sys.modules[file]


def _name(file: str) -> str:
    """Return the name of a file's module: as it would be imported, unless another module has that name."""
    stem = os.path.basename(file)[: -len(SUFFIX)]  # noqa: PTH119 - pathlib would only be imported for it
    if stem in sys.modules:
        return f"{stem} ({file})"
    try:
        found = importlib.util.find_spec(stem)
    except (ImportError, ValueError):
        found = None
    is_other = found is not None and os.path.realpath(found.origin or "") != os.path.realpath(file)
    return f"{stem} ({file})" if is_other else stem


def keep_no_recent_bytecode() -> None:
    """Let imports write no compiled file for a source file that was changed just now."""
    set_data = SourceFileLoader.set_data

    def set_data_if_older(self: SourceFileLoader, path: str, data: bytes, **options: Any) -> None:
        try:
            age_s = time.time() - os.stat(self.path).st_mtime  # noqa: PTH116 - pathlib would only be imported for it
        except OSError:  # the source is gone: so is the reason to keep it compiled
            return
        if age_s >= RECENT_S:
            set_data(self, path, data, **options)

    SourceFileLoader.set_data = set_data_if_older  # type: ignore[method-assign,assignment]
