"""The result of `run`: what each node of a workflow did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# Version 1: the first format.
# Version 2: with `given`.
SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class ExecutedNode:
    """What one node did.

    Args:
        guid: its id.
        name: its name.
        type: its type.
        status: `done`, `failed`, `skipped` or `stopped`.
        writes: variables that it wrote.
        duration_s: its duration, in seconds.
        taken: ids of the nodes at the end of the edges that were taken.
        runs: runs of other workflows that it started.
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
    """A run that a node started: its workflow, ids, context and nodes, and the error that stopped it, if any."""

    workflow: str
    guid: str
    process_guid: str
    context: Mapping[str, Any]
    nodes: tuple[ExecutedNode, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class Executed:
    """One run; JSON can hold all values.

    Args:
        workflow: its code.
        package: its package.
        configuration: configuration of the engine.
        guid: id of the run.
        process_guid: id of the process that the run belongs to.
        error: message of the error that stopped it; empty if there was none.
        duration_s: duration in seconds, loading included.
        nodes: all nodes, in canonical order.
        context: the context at the end.
        given: names of the variables in the context at the start; None in results of version 1.
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
