"""A history as JSON lines, one entry per line, for copying it to another machine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.results.history import Entry
from wfperf.results.kinds import to_data
from wfperf.results.reading import result_of


def to_lines(entries: Iterable[Entry]) -> str:
    """Return entries as JSON lines, in plain ASCII."""
    return "".join(f"{json.dumps(to_data(each), allow_nan=False)}\n" for each in entries)


def read_lines(path: Path) -> tuple[Entry, ...]:
    """Return the entries of a file with the text of `to_lines`; empty lines are skipped.

    Raises:
        UsageError: it cannot be read, or a line is no entry; names line and reason.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    return tuple(
        _entry(line, f"{path}, line {number}") for number, line in enumerate(text.splitlines(), 1) if line.strip()
    )


def _entry(line: str, where: str) -> Entry:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where} is not JSON: {error}") from error
    return result_of(data, where, Entry)
