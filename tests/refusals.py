"""What every refusal has in common, asserted on a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from processes import wfperf

USAGE, NOTHING_MEASURED = 2, 5


def refused(*arguments: str, cwd: Path, code: int = USAGE, **environment: str) -> str:
    """Return the one line that `wfperf ARGUMENTS` says when it refuses, having left everything as it was."""
    before = files(cwd)
    process = wfperf(*arguments, cwd=cwd, **environment)
    assert process.returncode == code, process.stdout + process.stderr
    assert process.stdout == ""
    assert "Traceback" not in process.stderr
    (line,) = process.stderr.splitlines()
    assert line.startswith("wfperf: error: ")
    assert files(cwd) == before, "a file was left, changed or removed"
    return line


def files(folder: Path) -> dict[Path, bytes]:
    """Return the content of every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def words(value: Any) -> str:
    """Return the id of a parameter that is a command line; of any other, nothing."""
    return " ".join(value) if isinstance(value, tuple) else ""
