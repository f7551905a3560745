"""Whole workflows in a database: read, written, replaced."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from wfperf.engine.errors import WorkflowDefinitionError
from wfperf.engine.rows import NodeRow, WorkflowRow
from wfperf.engine.validation import define
from wfperf.errors import UsageError
from wfperf.fixtures.builders import Rows
from wfperf.fixtures.seed import insert_workflow

if TYPE_CHECKING:
    from wfperf.engine.database import Database

_HEADER = """
    SELECT WorkflowName, Package, Rank, ProcessGuidSql, Description FROM def_workflows
    WHERE WorkflowName = :workflow AND Package = :package"""
_NODES = """
    SELECT WorkflowGuid, Rank, Type, Name, Async, NodeData, Branches FROM def_workflow
    WHERE WorkflowName = :workflow AND Package = :package"""
_ALL = "SELECT WorkflowName, Package FROM def_workflows ORDER BY WorkflowName, Package"
_DELETE = (
    "DELETE FROM def_workflow WHERE WorkflowName = :workflow AND Package = :package",
    "DELETE FROM def_workflows WHERE WorkflowName = :workflow AND Package = :package",
)


class StoredWorkflow(NamedTuple):
    """A workflow as its rows have it, with the description that the engine does not read."""

    header: WorkflowRow
    description: str
    nodes: tuple[NodeRow, ...]


def workflow_names(db: Database) -> list[tuple[str, str]]:
    """Return the code and the package of every workflow, in order.

    Raises:
        DatabaseError: the database cannot be read.
    """
    return [(str(code), str(package)) for code, package in db.rows(_ALL)]


def packages_by_code(db: Database) -> dict[str, list[str]]:
    """Return the packages that hold a workflow of each code, both in order.

    Raises:
        DatabaseError: the database cannot be read.
    """
    packages: dict[str, list[str]] = {}
    for code, package in workflow_names(db):
        packages.setdefault(code, []).append(package)
    return packages


def read_workflow(db: Database, code: str, package: str) -> StoredWorkflow:
    """Return a workflow, its nodes in canonical order, or by rank and guid where it is no valid definition.

    Raises:
        UsageError: there is none of this code in the package; the message says what there is.
        DatabaseError: the database cannot be read.
    """
    found = _found(db, code, package)
    if found is None:
        raise UsageError(_no_such(db, code, package))
    return found


def write_workflow(db: Database, workflow: StoredWorkflow, *, replace: bool) -> bool:
    """Write a workflow, whole or not at all; return whether anything had to be written.

    Raises:
        UsageError: there is another of this code in the package, and it may not be replaced.
        DatabaseError: the database cannot be written.
    """
    key = {"workflow": workflow.header.workflow, "package": workflow.header.package}
    with db.transaction():
        there = _found(db, workflow.header.workflow, workflow.header.package)
        if there is not None and _same(there, workflow):
            return False
        if there is not None and not replace:
            raise UsageError(
                f"workflow {workflow.header.workflow!r} is already in package {workflow.header.package!r} of "
                f"{db.shown}, and not the same; --force replaces it"
            )
        for statement in _DELETE:
            db.execute(statement, key)
        insert_workflow(db, Rows(workflow.header, list(workflow.nodes)), workflow.description)
    return True


def _same(one: StoredWorkflow, other: StoredWorkflow) -> bool:
    return one._replace(nodes=()) == other._replace(nodes=()) and sorted(map(repr, one.nodes)) == sorted(
        map(repr, other.nodes)
    )


def _found(db: Database, code: str, package: str) -> StoredWorkflow | None:
    key = {"workflow": code, "package": package}
    headers = db.rows(_HEADER, key)
    if not headers:
        return None
    name, home, rank, process_guid_sql, description = headers[0]
    header = WorkflowRow(name, home, rank, process_guid_sql)
    return StoredWorkflow(header, description, in_order(header, [NodeRow(*row) for row in db.rows(_NODES, key)]))


def in_order(header: WorkflowRow, nodes: list[NodeRow]) -> tuple[NodeRow, ...]:
    """Return rows in canonical order, or by rank and guid where they are no valid definition."""
    by_rank = sorted(nodes, key=lambda row: (not isinstance(row.rank, int), str(row.rank).zfill(20), row.guid))
    try:
        order = define(header, nodes).order
    except WorkflowDefinitionError:
        return tuple(by_rank)
    return tuple(sorted(nodes, key=lambda row: order[row.guid.lower()]))


def _no_such(db: Database, code: str, package: str) -> str:
    packages = packages_by_code(db)
    if code in packages:
        return f"workflow {code!r} is not in package {package!r}; give --package {packages[code][0]}"
    near = get_close_matches(code, packages, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(packages) or 'none'}"
    return f"no workflow {code!r} in {db.shown}; {hint}"
