"""What one run of a workflow did, node by node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Version 1: the first format.
# Version 2: with `given`.
SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class ExecutedNode:
    """What became of one node.

    Args:
        guid: its own id.
        name: its name.
        type: its type.
        status: `done`, `failed`, `skipped` or `stopped`.
        writes: the variables that it wrote.
        duration_s: how long it took.
        taken: the ids of the nodes that its edges led to.
        runs: the runs of other workflows that it began.
    """

    guid: str
    name: str
    type: str
    status: str
    writes: Mapping[str, Any]
    duration_s: float
    taken: tuple[str, ...]
    runs: tuple[ExecutedRun, ...]


@dataclass(frozen=True, slots=True)
class ExecutedRun:
    """A run that a node began: its workflow, ids and context, what stopped it if anything did, and its nodes."""

    workflow: str
    guid: str
    process_guid: str
    context: Mapping[str, Any]
    nodes: tuple[ExecutedNode, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Executed:
    """One run; all values are such that JSON holds them.

    Args:
        workflow: its code.
        package: where it was found.
        configuration: of the engine.
        guid: the run's own id.
        process_guid: the id of the process that it belongs to.
        error: what stopped it, in words; empty where nothing did.
        duration_s: how long it took, loading included.
        nodes: in canonical order.
        context: what it left.
        given: the names of the variables that it began with; None in results of version 1.
    """

    workflow: str
    package: str
    configuration: str
    guid: str
    process_guid: str
    error: str
    duration_s: float
    nodes: tuple[ExecutedNode, ...]
    context: Mapping[str, Any]
    given: tuple[str, ...] | None = None
