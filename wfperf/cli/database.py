"""Open the database that a command works on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wfperf.cli.options import DEFAULT_DB

if TYPE_CHECKING:
    from wfperf.engine.database import Database


def open_seeded(url: str) -> Database:
    """Return an open database that holds every scenario. Only the default database is created and filled if needed.

    Raises:
        DatabaseError: it is missing or unreachable, belongs to another program, or lacks scenarios.
    """
    from wfperf.fixtures.seed import open_seeded

    return open_seeded(url, create=url == DEFAULT_DB)
