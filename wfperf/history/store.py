"""The history's database: one SQLite file, bound parameters only."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Literal

from wfperf.errors import UsageError
from wfperf.results.files import check_writable, write_text
from wfperf.results.history import Entry, Machine

FOLDER = Path(".wfperf")
FILE = "history.db"
DEFAULT_FILE = FOLDER / FILE

# Version 1: the first one.
# Version 2: columns named as in the glossary.
SCHEMA_VERSION = 2
APPLICATION_ID = 0x77667068
"""`wfph`: SQLite keeps it in a file's header, by which programs know their own files."""

BUSY_TIMEOUT_S = 30.0
"""Many processes may write at once; each takes a few milliseconds."""

MIGRATIONS: Mapping[int, Sequence[str]] = {
    1: (
        "ALTER TABLE entries RENAME COLUMN scenario TO benchmark",
        "ALTER TABLE entries RENAME COLUMN subject TO variant",
        "ALTER TABLE entries RENAME COLUMN base TO baseline",
        "PRAGMA user_version = 2",
    ),
}
"""Statements from each older version to the next; the last one sets `user_version`."""

_SCHEMA = (
    """
    CREATE TABLE machines (
        id TEXT PRIMARY KEY, cpu TEXT NOT NULL, cores TEXT NOT NULL, platform TEXT NOT NULL, governor TEXT NOT NULL,
        container TEXT NOT NULL, implementation TEXT NOT NULL, python TEXT NOT NULL, libraries TEXT NOT NULL
    )""",
    """
    CREATE TABLE entries (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, run TEXT NOT NULL,
        command TEXT NOT NULL, revision TEXT NOT NULL, workload TEXT NOT NULL, benchmark TEXT NOT NULL,
        variant TEXT NOT NULL, baseline TEXT NOT NULL, metric TEXT NOT NULL, estimate REAL NOT NULL, low REAL NOT NULL,
        high REAL NOT NULL, level REAL NOT NULL, blocks INTEGER NOT NULL, verdict TEXT NOT NULL,
        machine TEXT NOT NULL REFERENCES machines (id), wfperf TEXT NOT NULL, against TEXT NOT NULL
    )""",
    "PRAGMA application_id = 0x77667068",
    "PRAGMA user_version = 2",
)
_ADD_MACHINE = """
    INSERT INTO machines VALUES
        (:id, :cpu, :cores, :platform, :governor, :container, :implementation, :python, :libraries)
    ON CONFLICT (id) DO NOTHING"""
_ADD_ENTRY = """
    INSERT INTO entries VALUES
        (NULL, :id, :at, :run, :command, :revision, :workload, :benchmark, :variant, :baseline, :metric, :estimate,
         :low, :high, :level, :blocks, :verdict, :machine, :wfperf, :against)
    ON CONFLICT (id) DO NOTHING"""
_READ = """
    SELECT at, run, command, revision, workload, benchmark, variant, baseline, metric, estimate, low, high, level,
           blocks, verdict, wfperf, against,
           cpu, cores, platform, governor, container, implementation, python, libraries
    FROM entries JOIN machines ON machines.id = entries.machine
    WHERE (:benchmark IS NULL OR benchmark = :benchmark)
      AND (:variant IS NULL OR variant = :variant)
      AND (:metric IS NULL OR metric = :metric)
      AND (:machine IS NULL OR substr(machine, 1, length(:machine)) = :machine)
    ORDER BY at, number"""
_NAMES: Mapping[str, str] = {
    "benchmark": "SELECT benchmark FROM entries GROUP BY benchmark ORDER BY min(number)",
    "variant": "SELECT variant FROM entries GROUP BY variant ORDER BY min(number)",
    "metric": "SELECT metric FROM entries GROUP BY metric ORDER BY min(number)",
    "machine": "SELECT id FROM machines ORDER BY id",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are read: those that match all fields; None is any. A machine's id may be shortened."""

    benchmark: str | None = None
    variant: str | None = None
    metric: str | None = None
    machine: str | None = None


class Store:
    """A history in a file. Processes may use it at the same time: a write is one transaction, and waits for others.

    Args:
        path: the database; the first write makes it, and its folder.
    """

    def __init__(self, path: Path = DEFAULT_FILE) -> None:
        self.path = path

    def add(self, entries: Sequence[Entry]) -> int:
        """Add entries, all or none, and return how many of them are new.

        Raises:
            UsageError: the file cannot be written, is no history, or is of a newer wfperf.
        """
        is_new = not self.path.exists()
        check_writable(self.path, force=True)
        if is_new:
            _hide_from_git(self.path.parent)
        with self._opened("rwc", "cannot write") as connection:
            connection.execute("BEGIN IMMEDIATE")
            self._prepare(connection)
            before = connection.total_changes
            machines = {each.machine.id: each.machine for each in entries}
            connection.executemany(_ADD_MACHINE, [{"id": key, **asdict(each)} for key, each in machines.items()])
            new_machines = connection.total_changes - before
            connection.executemany(
                _ADD_ENTRY, [{**asdict(each), "id": each.id, "machine": each.machine.id} for each in entries]
            )
            added = connection.total_changes - before - new_machines
            connection.execute("COMMIT")
        return added

    def read(self, wanted: Wanted = Wanted()) -> tuple[Entry, ...]:
        """Return entries, the oldest first; none if there is no file yet.

        Raises:
            UsageError: the file cannot be read, is no history, or is of a newer wfperf.
        """
        rows = self._rows(_READ, asdict(wanted))
        try:
            return tuple(map(_entry, rows))
        except (TypeError, ValueError) as error:
            raise UsageError(f"the history {self.path} is broken: {error}") from error

    def names(self, kind: Literal["benchmark", "variant", "metric", "machine"]) -> list[str]:
        """Return all values of a field.

        Raises:
            UsageError: as for `read`.
        """
        return [str(row[0]) for row in self._rows(_NAMES[kind], {})]

    def _rows(self, query: str, parameters: Mapping[str, str | None]) -> list[sqlite3.Row]:
        if not self.path.exists():
            return []
        with self._opened("rw", "cannot read") as connection:
            version = self._version(connection)
            if version == 0:
                return []  # another process has just made the file
            if version < SCHEMA_VERSION:
                connection.execute("BEGIN IMMEDIATE")
                self._prepare(connection)
                connection.execute("COMMIT")
            return connection.execute(query, parameters).fetchall()

    @contextmanager
    def _opened(self, mode: str, failing: str) -> Iterator[sqlite3.Connection]:
        address = f"{self.path.absolute().as_uri()}?mode={mode}"
        try:
            # Without an isolation level, so that sqlite3 begins no transactions itself.
            with closing(
                sqlite3.connect(address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
            ) as connection:
                connection.row_factory = sqlite3.Row
                yield connection
        except (sqlite3.Error, UnicodeError) as error:
            raise UsageError(
                f"{failing} the history {self.path}: {error}; choose another file with --db-file"
            ) from error

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Migrate tables to the current version, in an open transaction."""
        version = self._version(connection)
        steps = [_SCHEMA] if version == 0 else [MIGRATIONS[older] for older in range(version, SCHEMA_VERSION)]
        for step in steps:
            for statement in step:
                connection.execute(statement)

    def _version(self, connection: sqlite3.Connection) -> int:
        """Return the version of the tables; 0 for an empty file.

        Raises:
            UsageError: it is another program's database, or of a newer wfperf.
        """
        version, application, tables = (
            int(connection.execute(query).fetchone()[0])
            for query in ("PRAGMA user_version", "PRAGMA application_id", "SELECT count(*) FROM sqlite_master")
        )
        if application != APPLICATION_ID and (tables or version or application):
            raise UsageError(
                f"{self.path} is another database, not a history of wfperf; choose another file with --db-file"
            )
        if version > SCHEMA_VERSION:
            raise UsageError(
                f"the history {self.path} has schema version {version}; this wfperf reads up to {SCHEMA_VERSION}: use "
                "the one that wrote it"
            )
        return version


def _entry(row: sqlite3.Row) -> Entry:
    told = dict(row)
    machine = Machine(**{each.name: told.pop(each.name) for each in fields(Machine)})
    return Entry(machine=machine, **told)


def _hide_from_git(folder: Path) -> None:
    ignored = folder / ".gitignore"
    if folder.name == FOLDER.name and not ignored.exists():
        write_text(ignored, "*\n")
