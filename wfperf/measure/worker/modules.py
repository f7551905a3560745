"""Import modules by their name, and files by their path: a file is that file, whatever else has its name.

Python takes a compiled file for that of a source file if size and modification time, in whole seconds, are the same. So
a file that is changed twice within a second could run as it was before: `validate_recent_bytecode_by_hash` prevents it.
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

CHECKED_HASH = (0b11).to_bytes(4, "little")
"""The flags of a compiled file that is valid if its source has the hash that follows them (PEP 552)."""


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


def validate_recent_bytecode_by_hash() -> None:
    """Let imports tie the compiled file of a source file that was changed just now to the source's hash (PEP 552)."""
    source_to_code, set_data = SourceFileLoader.source_to_code, SourceFileLoader.set_data
    hashes: dict[str, bytes] = {}

    def source_to_code_and_hash(self: SourceFileLoader, data: Any, path: str, **options: Any) -> Any:
        if isinstance(data, bytes):  # of what is compiled: the file itself may be another one by now
            hashes[self.path] = importlib.util.source_hash(data)
        return source_to_code(self, data, path, **options)

    def set_data_with_hash(self: SourceFileLoader, path: str, data: bytes, **options: Any) -> None:
        of_source = hashes.pop(self.path, None)
        try:
            age_s = time.time() - os.stat(self.path).st_mtime  # noqa: PTH116 - pathlib would only be imported for it
        except OSError:  # the source is gone: so is the reason to keep it compiled
            return
        if age_s < RECENT_S:
            if of_source is None:
                return
            data = b"".join((data[:4], CHECKED_HASH, of_source, data[16:]))
        set_data(self, path, data, **options)

    SourceFileLoader.source_to_code = source_to_code_and_hash  # type: ignore[method-assign,assignment]
    SourceFileLoader.set_data = set_data_with_hash  # type: ignore[method-assign,assignment]
