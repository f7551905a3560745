"""Outcomes of cases as plain data, and where two of them differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from wfperf.engine.trace import NodeTrace, RunResult
from wfperf.results.difference import Difference, Outcome, differences, written


def observe(call: Callable[[], Outcome]) -> Outcome:
    """Return the outcome of a call, or its failure: the same error after the same nodes is the same outcome."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - whatever an implementation raises is its outcome
        told = {"error": type(error).__name__, "node": getattr(error, "node", ""), "message": str(error)}
        result = getattr(error, "result", None)
        return told if result is None else {**told, **run_outcome(result)}


def failed(outcome: Outcome) -> bool:
    """Return whether an outcome, or any outcome in it, is a failure."""
    return "error" in outcome or any(isinstance(part, Mapping) and "error" in part for part in outcome.values())


def run_outcome(result: RunResult) -> Outcome:
    """Return a run's result without durations; the cause of a difference comes before what follows from it."""
    return {
        "workflow": result.workflow,
        "guid": result.guid,
        "process guid": result.process_guid,
        "nodes": {node.name: _node_outcome(node) for node in result.nodes},
        "order": [node.name for node in result.nodes],
        "context": result.context,
    }


def _node_outcome(node: NodeTrace) -> Outcome:
    return {
        "guid": node.guid,
        "type": node.type,
        "status": str(node.status),
        "writes": node.writes,
        "taken": list(node.taken),
        "runs": {run.guid: run_outcome(run) for run in node.runs},
    }


def same(expected: Outcome, got: Outcome) -> bool:
    """Return whether two outcomes are equal."""
    return repr(expected) == repr(got) or written(expected) == written(got)


def differing(expected: Outcome, got: Outcome) -> tuple[Difference, ...]:
    """Return every place where two outcomes differ: the innermost that still has a name."""
    return differences(expected, got, _shown)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping) and {"error", "message"} <= value.keys():
        return f"{value['error']}: {value['message']}"
    if isinstance(value, Mapping) and "process guid" in value:
        return "a result"
    return written(value)
