"""Nodes that run other workflows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import Field

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import OneResult
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, SubRuns
from wfperf.engine.run import Run
from wfperf.engine.trace import RunResult

MAX_DEPTH = 32
"""How many workflows may run inside each other."""


class SubWorkflowData(OneResult):
    """The workflow to run, in which package (the caller's own where none is named), and variables to add.

    It starts with the caller's variables, and upon them the filled `input`.
    """

    workflow: str = Field(min_length=1)
    package: str | None = None
    input: dict[str, Any] = Field(default_factory=dict)


class WorkflowData(SubWorkflowData):
    """Which of its variables are written; without any, `into` gets all that its nodes wrote, as an object."""

    returns: list[str] | None = None


class WorkflowNode(NodeType[WorkflowData]):
    """WORKFLOW `workflow`, `package`, `input`, `returns`, `into`: runs another workflow on a copy of the variables."""

    data = (WorkflowData,)

    def execute(self, call: NodeCall[WorkflowData]) -> Outcome:
        """Ask the driver to drive the sub-workflow."""
        returns, into = call.data.returns, call.into

        def collect(results: Sequence[RunResult]) -> dict[str, Any]:
            (result,) = results
            if returns is None:
                return {into: _written(result)}
            return {name: _returned(result, name) for name in returns}

        return SubRuns([_prepared(call, call.node.name, {})], collect)


class ForeachData(SubWorkflowData):
    """The list, what its items and their places are called, and which variable of each run is collected."""

    source: str = Field(alias="list")
    item: str = "item"
    index: str = "index"
    returns: str | None = None


class ForeachNode(NodeType[ForeachData]):
    """FOREACH `list`, `workflow`, `item`, `index`, `returns`, ...: runs a workflow for each item; writes a list.

    Marked Async, the runs go beside each other where the driver can.
    """

    data = (ForeachData,)

    def execute(self, call: NodeCall[ForeachData]) -> Outcome:
        """Ask the driver to drive one run for each item."""
        data, into = call.data, call.into
        items = call.variable("list", data.source, list)
        runs = [
            _prepared(call, f"{call.node.name}[{index}]", {data.item: item, data.index: index})
            for index, item in enumerate(items)
        ]

        def collect(results: Sequence[RunResult]) -> dict[str, Any]:
            if data.returns is None:
                return {into: [_written(result) for result in results]}
            return {into: [_returned(result, data.returns) for result in results]}

        return SubRuns(runs, collect, beside=call.node.is_async)


def _prepared(call: NodeCall[Any], suffix: str, own: Mapping[str, Any]) -> Run:
    data: SubWorkflowData = call.data
    depth = call.run.depth + 1
    if depth > MAX_DEPTH:
        raise NodeDataError(
            f"more than {MAX_DEPTH} workflows run inside each other; does {data.workflow!r} call itself?"
        )
    package = data.package or call.run.definition.header.package
    context = {**call.context, "result": {**call.variables, **call.fill(data.input), **own}}
    run = call.engine.prepare_run(data.workflow, f"{call.run.guid}/{suffix}", context, package, "")
    run.depth = depth
    return run


def _written(result: RunResult) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for node in result.nodes:
        written.update(node.writes)
    return written


def _returned(result: RunResult, name: str) -> Any:
    variables = result.context["result"]
    if name not in variables:
        raise NodeDataError(
            f"NodeData field 'returns' names {name!r}, which workflow {result.workflow!r} has not written"
        )
    return variables[name]
