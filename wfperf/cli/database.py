"""Open the database that a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wfperf.cli.options import DEFAULT_DB

if TYPE_CHECKING:
    from wfperf.engine.database import Database


def open_seeded(url: str) -> Database:
    """Return the open database with every scenario in it; only the default one is made and filled when it is not.

    Raises:
        DatabaseError: it is missing, unreachable, not ours or lacks scenarios.
    """
    from wfperf.fixtures.seed import open_seeded

    return open_seeded(url, create=url == DEFAULT_DB)


def absolute_url(url: str) -> str:
    """Return the URL of a database, good for processes in any folder."""
    path = url.removeprefix("sqlite:///")
    return url if path in (url, "", ":memory:") else f"sqlite:///{Path(path).absolute()}"
