"""What one run of a workflow did, node by node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from wfperf.engine.trace import NodeTrace, RunResult

# Version 1: the first format.
# Version 2: with `given`.
SCHEMA_VERSION = 2

DEEPEST = 100
"""Levels of a nested value that are kept: no reader of JSON gives up at so few, some do at a few hundred."""


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
    nodes: tuple[NodeTrace, ...]
    context: Mapping[str, Any]
    given: tuple[str, ...] | None = None


def executed(
    result: RunResult, *, configuration: str, package: str, given: Mapping[str, Any], duration_s: float
) -> Executed:
    """Return a finished run as a result; what JSON cannot hold is given as text.

    Args:
        result: what the engine left.
        configuration: of the engine.
        package: where the workflow was found.
        given: the variables that it began with.
        duration_s: how long it took, loading included.
    """
    plain = _plain_run(result)
    return Executed(
        workflow=plain.workflow,
        package=package,
        configuration=configuration,
        guid=plain.guid,
        process_guid=plain.process_guid,
        error=plain.error,
        duration_s=duration_s,
        nodes=plain.nodes,
        context=plain.context,
        given=tuple(map(str, given)),
    )


def _plain_run(run: RunResult) -> RunResult:
    return replace(run, context=_plain(run.context), nodes=tuple(map(_plain_node, run.nodes)))


def _plain_node(node: NodeTrace) -> NodeTrace:
    return replace(node, writes=_plain(node.writes), runs=tuple(map(_plain_run, node.runs)))


def _plain(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        return f"... nested deeper than {DEEPEST} levels"
    if isinstance(value, Mapping):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth + 1) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
