"""Keep what a command has just measured; a failure to keep it does not fail the command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.history.store import FILE, FOLDER, Store
from wfperf.results.history import Entry


def keep(entries: Sequence[Entry], folder: Path = FOLDER) -> None:
    """Add entries to the history in a folder; if that cannot be written, say so in one line on standard error."""
    if not entries:
        return
    try:
        Store(folder / FILE).add(entries)
    except UsageError as error:
        reason = " ".join(str(error).split())
        sys.stderr.write(f"wfperf: warning: the numbers were not kept for wfperf history: {reason}\n")
