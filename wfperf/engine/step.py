"""One node of a run: what every driver does before and after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from wfperf.engine.definition import Branches, Node
from wfperf.engine.errors import ExpressionError, NodeExecutionError, NoMatchingBranchError
from wfperf.engine.expressions import evaluate
from wfperf.engine.nodes.base import NodeCall, Outcome
from wfperf.engine.run import Run, Writes

if TYPE_CHECKING:
    from wfperf.engine.workflow import Workflow


class Started(NamedTuple):
    """A node that has executed; its outcome may still be waited for."""

    node: Node
    seen: Mapping[str, Any]
    outcome: Outcome
    since_s: float


def start(engine: Workflow, run: Run, guid: str) -> Started:
    """Execute a node on the context it sees.

    Raises:
        NodeExecutionError: whatever the node raises, as its cause.
    """
    since_s = engine.clock.elapsed_s()
    node = run.node_set[guid]
    engine.announce(node.kind, node.name)
    seen = engine.contexts.enter(run.before(guid))
    try:
        data = engine.buffer.data(run.entry, node)
        call = NodeCall(engine, node, data, seen, run.guid, run.process_guid)
        outcome = engine.find(node.kind)(call)
    except Exception as error:  # a service may raise anything; what it was is the cause
        raise NodeExecutionError(run.definition.header.workflow, node.name, node.kind, error) from error
    return Started(node, seen, outcome, since_s)


def finish(engine: Workflow, run: Run, started: Started, writes: Writes) -> None:
    """Record what a node wrote, and the edges that the run takes from it.

    Raises:
        NoMatchingBranchError: the node's split takes no edge.
        NodeExecutionError: a condition cannot be evaluated.
    """
    node, guid = started.node, started.node.guid
    after = engine.contexts.leave(started.seen, writes)
    run.writes[guid] = writes
    run.states[guid] = after
    branches = engine.buffer.branches(run.entry, node)
    if branches.edges:
        run.take(guid, _targets(run, node, branches, after))
    run.durations_s[guid] = engine.clock.elapsed_s() - started.since_s


def _targets(run: Run, node: Node, branches: Branches, after: Mapping[str, Any]) -> list[str]:
    if branches.split == "all":
        return [edge.target for edge in branches.edges]
    workflow = run.definition.header.workflow
    for edge in branches.edges:
        try:
            if edge.condition is None or evaluate(edge.condition, after["result"]):
                return [edge.target]
        except ExpressionError as error:
            raise NodeExecutionError(workflow, node.name, node.kind, error) from error
    conditions = ", ".join(repr(edge.condition.text) for edge in branches.edges if edge.condition)
    raise NoMatchingBranchError(
        workflow, node.name, f"none of its conditions holds ({conditions}), and it has no default"
    )
