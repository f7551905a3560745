"""Open the database that a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wfperf.cli.options import DEFAULT_DB
from wfperf.engine.errors import DatabaseError

if TYPE_CHECKING:
    from wfperf.engine.database import Database


def open_seeded(url: str) -> Database:
    """Return the open database with every scenario in it; only the default one is made and filled when it is not.

    Raises:
        DatabaseError: it is missing, unreachable, not ours or lacks scenarios.
    """
    from wfperf.engine.database import Database
    from wfperf.fixtures.seed import is_seeded, seed

    db = Database(url, create=url == DEFAULT_DB)
    if not is_seeded(db):
        if url != DEFAULT_DB:
            raise DatabaseError(
                f"{db.shown} does not hold wfperf's scenarios; add them with: wfperf seed --db {db.shown}"
            )
        seed(db)
    return db


def seeded_url(url: str) -> str:
    """Return the URL of a database as `open_seeded` leaves it, good for processes in any folder.

    Raises:
        DatabaseError: as `open_seeded`.
    """
    open_seeded(url).close()
    path = url.removeprefix("sqlite:///")
    return url if path in (url, "", ":memory:") else f"sqlite:///{Path(path).absolute()}"
