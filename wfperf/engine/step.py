"""One node of a run: all of it but the waiting, which is the driver's own."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from typing import Any

from wfperf.engine.branches import Branches, SqlMatch
from wfperf.engine.definition import Node
from wfperf.engine.errors import NodeExecutionError, NoMatchingBranchError, describe
from wfperf.engine.expressions import Expression, evaluate
from wfperf.engine.nodes.base import NodeCall, Outcome, SubRuns
from wfperf.engine.nodes.structural import STRUCTURAL
from wfperf.engine.run import Run
from wfperf.engine.runtime import Runtime
from wfperf.engine.trace import Writes

Step = Generator[Outcome, Writes, None]
"""Yields at most once: what is left to do for the node's writes, which are sent back, or what went wrong thrown in."""

ERROR = "error"
"""The variable that a failed node writes for the nodes behind its error edges."""


def step(engine: Runtime, run: Run, guid: str) -> Step:
    """Execute a node on the context it sees; record what it wrote, and the edges that the run takes from it.

    Raises:
        NodeExecutionError: whatever the node raises, or a condition behind it, where it has no error edge.
        NoMatchingBranchError: the node's split takes no edge.
        DeadlockError: the node is a GATE that cannot be satisfied.
    """
    since_s = engine.clock.elapsed_s()
    node = run.node_set[guid]
    engine.announce(node.kind, node.name)
    if node.kind == "GATE":
        run.join(guid)
    before = run.before(guid)
    seen = engine.contexts.enter(before)
    branches = engine.buffer.branches(run.entry, node)
    try:
        if node.kind in STRUCTURAL:
            writes: Writes = {}
        else:
            call = NodeCall(engine, node, engine.buffer.data(run.entry, node), seen, run)
            outcome = engine.find(node.kind)(call)
            if type(outcome) is dict:
                writes = outcome
            else:
                if isinstance(outcome, SubRuns):
                    run.children[guid] = outcome.runs
                writes = yield outcome
    except Exception as cause:  # noqa: BLE001 - a service may raise anything; what it was is the cause
        _fail(engine, run, node, branches, before, cause)
    else:
        after = engine.contexts.leave(seen, writes)
        try:
            targets = _targets(engine, run, node, branches, after)
        except NoMatchingBranchError:
            raise
        except Exception as cause:  # noqa: BLE001 - a condition is a part of the node
            _fail(engine, run, node, branches, before, cause)
        else:
            _record(run, guid, writes, after)
            run.take(guid, targets)
    run.durations_s[guid] = engine.clock.elapsed_s() - since_s


def _record(run: Run, guid: str, writes: Writes, after: Mapping[str, Any]) -> None:
    run.writes[guid] = writes
    run.states[guid] = after


def _fail(
    engine: Runtime, run: Run, node: Node, branches: Branches, before: Mapping[str, Any], cause: Exception
) -> None:
    """Take the error edges: what the node would have written is dropped, and its failure written instead."""
    if not branches.errors:
        raise NodeExecutionError(run.definition.header.workflow, node.name, node.kind, cause) from cause
    writes = {ERROR: {"node": node.name, "type": node.kind, "message": describe(cause)}}
    _record(run, node.guid, writes, engine.contexts.leave(engine.contexts.enter(before), writes))
    run.failed.add(node.guid)
    run.take(node.guid, branches.errors)


def _targets(engine: Runtime, run: Run, node: Node, branches: Branches, after: Mapping[str, Any]) -> Iterable[str]:
    """Return the targets of the edges that are taken, each once, whatever the number of edges that lead there."""
    edges, split = branches.edges, branches.split
    if split == "all":
        return [edge.target for edge in edges]
    taken = {}
    for edge in edges:
        if edge.condition is None or _holds(engine, run, edge.condition, after):
            taken[edge.target] = True
            if split == "first":
                break
    if taken:
        return taken
    if branches.default is not None:
        return {branches.default: True}
    if not edges:
        return {}
    conditions = ", ".join(repr(edge.condition.text) for edge in edges if edge.condition)
    raise NoMatchingBranchError(
        run.definition.header.workflow,
        node.name,
        f"none of its conditions holds ({conditions}), and it has no default",
    )


def _holds(engine: Runtime, run: Run, condition: Expression | SqlMatch, after: Mapping[str, Any]) -> bool:
    if isinstance(condition, SqlMatch):
        return _matches(engine, run, condition, after)
    return bool(evaluate(condition, after["result"]))


def _matches(engine: Runtime, run: Run, condition: SqlMatch, after: Mapping[str, Any]) -> bool:
    """Return whether the first value of a query matches; no row, or NULL, matches nothing."""
    bound = {
        name: engine.local_patch_param(after, run.guid, run.process_guid, value) if isinstance(value, str) else value
        for name, value in condition.params.items()
    }
    value = engine.db.value(condition.sql, bound)
    return value is not None and condition.pattern.search(str(value)) is not None
