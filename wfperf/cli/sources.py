"""Find the source files of modules without importing them: the user's code runs in workers only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path


def source_file(trees: Iterable[Path], module: str) -> Path | None:
    """Return the source file of a module in source trees; None if it lies elsewhere.

    Args:
        trees: the source trees; the first one that has the module counts.
        module: its name, or the path of its file.
    """
    if module.endswith(".py"):
        return Path(module)
    paths = [each.joinpath(*module.split(".")) for each in trees]
    candidates = [each for path in paths for each in (path / "__init__.py", path.with_name(f"{path.name}.py"))]
    return next((each for each in candidates if each.is_file()), None)


def origin(targets: Sequence[str], trees: Sequence[str]) -> str:
    """Return where functions come from, as text for the first line of the output."""
    from wfperf.listing import few

    found = [source_file(map(Path, trees), each.rpartition(":")[0]) for each in targets]
    files = dict.fromkeys(min(str(file), os.path.relpath(file), key=len) for file in found if file)
    return f"functions of {few([*files])}" if files else "functions"
