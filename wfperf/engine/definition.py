"""A workflow's definition: valid nodes in the one canonical order, and what is kept beside them between runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wfperf.engine.branches import Branches
from wfperf.engine.errors import Problem
from wfperf.engine.rows import NodeRow, WorkflowRow


class Node(NamedTuple):
    """A node as a run uses it; `kind` is the type in the spelling of the registry."""

    guid: str
    rank: int
    kind: str
    is_async: bool
    name: str
    data: str
    branches: str


class Join(NamedTuple):
    """A GATE that passes on after so many arrivals: how many, and its ways in, in canonical order."""

    needed: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A valid workflow. `rows` stand in canonical order: Kahn's algorithm, smallest (rank, guid) first."""

    header: WorkflowRow
    rows: tuple[NodeRow, ...]
    start: str
    targets: Mapping[str, tuple[str, ...]]
    """For each node's guid, the guids its edges lead to, error edges and defaults among them."""
    order: Mapping[str, int]
    """For each node's guid, its place in canonical order, from 0."""
    joins: Mapping[str, Join]
    """For the guids of the GATEs that do not wait for every way in that is still open."""
    warnings: tuple[Problem, ...]
    """What does not keep the workflow from running, but is hardly meant."""


@dataclass(slots=True)
class BufferEntry:
    """What `workflow_buffer` keeps of one workflow; what lies beside the definition is the seams' own."""

    definition: Definition
    node_set: Mapping[str, Node] | None = None
    process_guid: str | None = None
    waits_overlap: bool | None = None
    parsed_node_data: dict[str, Any] = field(default_factory=dict)
    parsed_branches: dict[str, Branches] = field(default_factory=dict)
