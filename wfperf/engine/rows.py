"""A workflow as the database holds it."""

from __future__ import annotations

from typing import NamedTuple


class NodeRow(NamedTuple):
    """One row of `def_workflow`, as the database gives it."""

    guid: str
    rank: int
    type: str
    name: str
    is_async: int
    data: str
    branches: str


class WorkflowRow(NamedTuple):
    """One row of `def_workflows`."""

    workflow: str
    package: str
    rank: int
    process_guid_sql: str
