"""Read a workflow's rows from the database.

Invariant: the header and the nodes of that workflow in that package, or None when there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from wfperf.engine.queries import QUERIES
from wfperf.engine.rows import NodeRow, WorkflowRow
from wfperf.engine.runtime import Runtime


class LoadedRows(NamedTuple):
    """What the database holds of one workflow."""

    header: WorkflowRow
    nodes: list[NodeRow]


Load = Callable[[str, str], LoadedRows | None]


def original(engine: Runtime) -> Load:
    """Before: three queries."""

    def load(workflow: str, package: str) -> LoadedRows | None:
        key = {"workflow": workflow, "package": package}
        found = engine.db.rows(QUERIES["prepare_run_get_workflow_and_rank"], key)
        if not found:
            return None
        name, rank = found[0]
        process_guid_sql = engine.db.value(QUERIES["prepare_run_get_processguidsql"], key)
        nodes = engine.db.rows(QUERIES["prepare_run_get_nodes"], key)
        return LoadedRows(WorkflowRow(name, package, rank, process_guid_sql), [NodeRow(*row) for row in nodes])

    return load


def proposed(engine: Runtime) -> Load:
    """After: one join, on the workflow's name alone as the review wrote it."""
    return _joined(engine, "prepare_run_join_by_name")


def tuned(engine: Runtime) -> Load:
    """Ours: one join on name and package, so that another package's workflow of this name stays out."""
    return _joined(engine, "prepare_run_join_by_name_and_package")


def _joined(engine: Runtime, query: str) -> Load:
    def load(workflow: str, package: str) -> LoadedRows | None:
        found = engine.db.rows(QUERIES[query], {"workflow": workflow, "package": package})
        if not found:
            return None
        name, rank, process_guid_sql, *_ = found[0]
        # A workflow without nodes joins to one row of NULLs.
        nodes = [NodeRow(*row[3:]) for row in found if row[3] is not None]
        return LoadedRows(WorkflowRow(name, package, rank, process_guid_sql), nodes)

    return load
