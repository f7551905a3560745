"""What a run leaves behind: what became of each node, and of the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Writes = Mapping[str, Any]
"""The variables that a node writes, by name."""


class Status(StrEnum):
    """What became of a node.

    `failed` nodes took their error edges, or stopped the run; `skipped` ones were reached by no path;
    `stopped` ones come canonically after the failure that stopped the run.
    """

    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class NodeTrace:
    """What became of one node: what it wrote, which nodes its edges led to, which runs of other workflows it began."""

    guid: str
    name: str
    type: str
    status: Status
    writes: Writes = field(default_factory=dict)
    duration_s: float = field(default=0.0, compare=False)
    taken: tuple[str, ...] = ()
    runs: tuple[RunResult, ...] = ()


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run. `nodes` stand in canonical order; equal results have equal fields, durations aside.

    `error` is empty, or says what stopped the run; then `context` holds what was written before that.
    """

    workflow: str
    guid: str
    process_guid: str
    context: Mapping[str, Any]
    nodes: tuple[NodeTrace, ...]
    error: str = ""
