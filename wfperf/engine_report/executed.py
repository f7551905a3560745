"""A run of the engine as a result that is shown and saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wfperf.engine.trace import NodeTrace, RunResult
from wfperf.results.executed import Executed, ExecutedNode, ExecutedRun

DEEPEST = 100
"""Levels of a nested value that are kept: no reader of JSON gives up at so few, some do at a few hundred."""


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
    plain = _run(result)
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


def _run(run: RunResult) -> ExecutedRun:
    return ExecutedRun(
        run.workflow, run.guid, run.process_guid, _plain(run.context), tuple(map(_node, run.nodes)), run.error
    )


def _node(node: NodeTrace) -> ExecutedNode:
    return ExecutedNode(
        guid=node.guid,
        name=node.name,
        type=node.type,
        status=str(node.status),
        writes=_plain(node.writes),
        duration_s=node.duration_s,
        taken=node.taken,
        runs=tuple(map(_run, node.runs)),
    )


def _plain(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        return f"... nested deeper than {DEEPEST} levels"
    if isinstance(value, Mapping):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth + 1) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
