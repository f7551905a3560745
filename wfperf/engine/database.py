"""The database by URL: SQLite or PostgreSQL, bound parameters only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import sqlalchemy
from sqlalchemy import URL, Connection, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from wfperf.engine.errors import DatabaseError
from wfperf.redaction import HIDDEN, SECRET_OPTIONS

_statement = lru_cache(maxsize=512)(text)

_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}

ANOTHER = "choose another database with --db"


class Database:
    """One connection to a database, opened at first use and kept.

    Args:
        url: `sqlite:///file.db`, `sqlite://` (in memory) or `postgresql://user@host/name`.
        create: whether a missing SQLite file may be created.

    Raises:
        DatabaseError: the URL is unusable, or names an SQLite file that does not exist.
    """

    def __init__(self, url: str, *, create: bool = False) -> None:
        self._url = _parse_url(url)
        self.shown = _hide_secrets(self._url)
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        if self.is_sqlite and self._url.database not in (None, "", ":memory:"):
            path = Path(str(self._url.database))
            if create:
                _make_folder(path.parent)
            elif not path.is_file():
                raise DatabaseError(f"no database at {self.shown}; create it with: wfperf seed --db {self.shown}")
        options: dict[str, Any] = {"poolclass": StaticPool} if self.is_sqlite else {}
        self.engine = sqlalchemy.create_engine(self._url, isolation_level="AUTOCOMMIT", **options)
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The open connection.

        Raises:
            DatabaseError: the database cannot be reached.
        """
        if self._connection is None:
            try:
                self._connection = self.engine.connect()
            except (SQLAlchemyError, ImportError) as error:
                raise self.error("cannot open", error, ANOTHER) from error
        return self._connection

    def rows(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Sequence[Sequence[Any]]:
        """Run a query and return its rows.

        Raises:
            DatabaseError: the database refuses the query.
        """
        try:
            return self.connection.execute(_statement(sql), parameters or {}).fetchall()
        except SQLAlchemyError as error:
            raise self.error("cannot read", error) from error

    def value(self, sql: str, parameters: Mapping[str, Any] | None = None) -> Any:
        """Run a query and return the first column of its first row, or None when it has no row."""
        rows = self.rows(sql, parameters)
        return rows[0][0] if rows else None

    def execute(self, sql: str, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None) -> int:
        """Run a statement, once for each of several parameter sets, and return the number of rows it changed."""
        try:
            return self.connection.execute(_statement(sql), parameters or {}).rowcount
        except SQLAlchemyError as error:
            raise self.error("cannot write", error) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make what is written within take effect as a whole, or, when it is left by an exception, not at all.

        Raises:
            DatabaseError: the database cannot be written.
        """
        self.execute("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        try:
            yield
        except BaseException:
            self.execute("ROLLBACK")
            raise
        self.execute("COMMIT")

    def error(self, what: str, cause: BaseException, advice: str = "") -> DatabaseError:
        """Return the error to raise for a failed access: one line, no statement, no password; advice comes last."""
        origin = getattr(cause, "orig", None) or cause
        reason = " ".join(str(origin).split())
        for secret in _secrets(self._url):
            reason = reason.replace(secret, HIDDEN)
        return DatabaseError(f"{what} {self.shown}: {reason}" + (f"; {advice}" if advice else ""))

    def close(self) -> None:
        """Close the connection. A closed database opens again at its next use."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.engine.dispose()


def _parse_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseError(
            "cannot use the database URL: it is not of the form sqlite:///file.db or postgresql://user@host/name"
        ) from error
    if "@" in (parsed.host or ""):
        raise DatabaseError("cannot use the database URL: write an @ in the password as %40")
    driver = _DRIVERS.get(parsed.drivername.partition("+")[0])
    if driver is None:
        raise DatabaseError(f"cannot use a {parsed.drivername!r} database; use sqlite or postgresql")
    parsed = parsed.set(drivername=driver)
    try:
        parsed.get_dialect().import_dbapi()
    except (ImportError, NoSuchModuleError) as error:
        raise DatabaseError(
            "PostgreSQL needs the psycopg driver; install it with: pip install 'wfperf[postgres]'"
        ) from error
    return parsed


def _hide_secrets(url: URL) -> str:
    hidden = url.update_query_dict({key: HIDDEN for key in SECRET_OPTIONS if key in url.query})
    return hidden.render_as_string(hide_password=True).replace(quote_plus(HIDDEN), HIDDEN)


def _secrets(url: URL) -> set[str]:
    options = [value for key in SECRET_OPTIONS for value in url.normalized_query.get(key, ())]
    return {secret for secret in (str(url.password or ""), *options) if secret}


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"cannot create the folder {folder}: {error.strerror}; {ANOTHER}") from error
