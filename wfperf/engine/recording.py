"""What runs did, kept in the tables `runs` and `run_nodes`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from wfperf.engine.run import Run
from wfperf.engine.trace import NodeTrace, Status

if TYPE_CHECKING:
    from wfperf.engine.database import Database

_INSERT_RUN = """
    INSERT INTO runs (RunId, ParentRunId, WorkflowName, Package, RunGuid, ProcessGuid, StartedAt, DurationS, Status,
                      Error)
    VALUES (:id, :parent, :workflow, :package, :guid, :process_guid, :started_at, :duration_s, :status, :error)"""
_INSERT_NODE = """
    INSERT INTO run_nodes (RunId, Position, WorkflowGuid, Name, Type, Status, DurationS, Writes)
    VALUES (:id, :position, :guid, :name, :type, :status, :duration_s, :writes)"""

Row = dict[str, Any]


class Recorder:
    """Keeps what runs did: each run in one batch and one transaction, with the runs that it began.

    Args:
        db: holds the tables, as `sql/schema.sql` makes them.
        new_id: gives the id of the next run, another each time.
    """

    def __init__(self, db: Database, new_id: Callable[[], object] = uuid4) -> None:
        self._db = db
        self._new_id = new_id

    def record(self, run: Run, started_at: datetime) -> str:
        """Record a run that has ended, and return its id.

        Raises:
            DatabaseError: the tables are missing or cannot be written.
        """
        top = str(self._new_id())
        runs: list[Row] = []
        nodes: list[Row] = []
        unrecorded: list[tuple[Run, str, str | None]] = [(run, top, None)]
        while unrecorded:
            each, run_id, parent = unrecorded.pop()
            runs.append(_run_row(each, run_id, parent, started_at))
            nodes += _node_rows(each, run_id)
            unrecorded += [(child, str(self._new_id()), run_id) for child in each.begun()]
        with self._db.transaction():
            self._db.execute(_INSERT_RUN, runs)
            self._db.execute(_INSERT_NODE, nodes)
        return top


def _run_row(run: Run, run_id: str, parent: str | None, started_at: datetime) -> Row:
    header = run.definition.header
    return {
        "id": run_id,
        "parent": parent,
        "workflow": header.workflow,
        "package": header.package,
        "guid": _storable(run.guid),
        "process_guid": _storable(run.process_guid),
        "started_at": started_at.isoformat(),
        "duration_s": run.duration_s,
        "status": str(Status.FAILED if run.error else Status.DONE),
        "error": _storable(str(run.error or "")),
    }


def _node_rows(run: Run, run_id: str) -> Iterator[Row]:
    for position, node in enumerate(run.result().nodes):
        yield {
            "id": run_id,
            "position": position,
            "guid": node.guid,
            "name": node.name,
            "type": node.type,
            "status": str(node.status),
            "duration_s": node.duration_s,
            "writes": _json(node),
        }


def _json(node: NodeTrace) -> str:
    """Return what a node wrote as JSON; what JSON cannot hold is given as text."""
    try:
        return json.dumps(_text_keys(node.writes), default=str)
    except (RecursionError, TypeError, ValueError) as error:
        return json.dumps(dict.fromkeys(node.writes, f"not recorded: {error}"))


def _text_keys(writes: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in writes.items()}


def _storable(text: str) -> str:
    """Return a text without what databases refuse in one: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "�").encode(errors="replace").decode()
