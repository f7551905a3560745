"""Nodes that run other workflows."""

from __future__ import annotations

import asyncio

import pytest
from builders import CODE, engine, node, refusal, refusals, rows

from wfperf.engine.drivers import DRIVERS
from wfperf.engine.errors import NodeDataError, NodeExecutionError, WorkflowDefinitionError
from wfperf.engine.nodes.subworkflows import MAX_DEPTH
from wfperf.errors import UsageError

ADD = rows(node("add", "CALC", {"expression": "a + 1", "into": "b"}), code="ADD")


def traced(kind, data, *others, variables=None, driver="sequential", is_async=0):
    """Return the trace of a node that runs other workflows."""
    caller = rows(node("n", kind, data, is_async=is_async))
    with engine(caller, *others, driver=driver) as started:
        return started.run_workflow(CODE, "run", {"result": dict(variables or {})}).nodes[0]


def writes(kind, data, *others, **options):
    return dict(traced(kind, data, *others, **options).writes)


def cause(kind, data, *others, **options):
    with pytest.raises(NodeExecutionError) as caught:
        traced(kind, data, *others, **options)
    assert (caught.value.workflow, caught.value.node, caught.value.node_type) == (CODE, "n", kind)
    return caught.value.cause


@pytest.mark.parametrize("kind", ["WORKFLOW", "FOREACH"])
class TestBoth:
    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.workflow: is missing"),
            ({"workflow": 3}, "NodeData.workflow: must be text, not a number"),
            ({"workflow": ""}, "NodeData.workflow: must have at least 1 character, not ''"),
            ({"workflow": "ADD", "package": 1}, "NodeData.package: must be text, not a number"),
            ({"workflow": "ADD", "input": [1]}, "NodeData.input: must be an object, not a list"),
            ({"workflow": "ADD", "input": None}, "NodeData.input: must be an object, not null"),
            ({"workflow": "ADD", "into": ""}, "NodeData.into: must have at least 1 character, not ''"),
            ({"workflow": "ADD", "return": "b"}, "NodeData.return: is not a field of this; did you mean 'returns'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, kind, data, why):
        assert refusal(kind, {"list": "l"} | data if kind == "FOREACH" else data) == why

    def test_a_workflow_that_is_nowhere_fails_when_it_runs(self, kind):
        data = {"workflow": "NOPE"} | ({"list": "l"} if kind == "FOREACH" else {})
        error = cause(kind, data, variables={"l": [1]})
        assert isinstance(error, UsageError)
        assert str(error) == "no workflow 'NOPE' in package 'core' of sqlite://"

    def test_mistakes_in_the_other_workflow_are_told_as_its_own(self, kind):
        data = {"workflow": "BAD"} | ({"list": "l"} if kind == "FOREACH" else {})
        error = cause(kind, data, rows(node("x", "SLEEP", {}), code="BAD"), variables={"l": [1]})
        assert isinstance(error, WorkflowDefinitionError)
        assert str(error) == "workflow 'BAD': node 'x' NodeData.ms: is missing"


class TestWorkflow:
    def test_writes_all_that_its_nodes_wrote_or_the_variables_that_are_returned(self):
        assert writes("WORKFLOW", {"workflow": "ADD"}, ADD, variables={"a": 1}) == {"n": {"b": 2}}
        assert writes("WORKFLOW", {"workflow": "ADD", "into": "x"}, ADD, variables={"a": 1}) == {"x": {"b": 2}}
        returns = {"workflow": "ADD", "returns": ["b", "a"]}
        assert writes("WORKFLOW", returns, ADD, variables={"a": 1}) == {"b": 2, "a": 1}
        assert writes("WORKFLOW", {"workflow": "ADD", "returns": []}, ADD, variables={"a": 1}) == {}

    def test_it_starts_with_the_caller_s_variables_and_upon_them_the_filled_input(self):
        seen = rows(node("s", "TEMPLATE", {"template": "$a$ $b$", "into": "seen"}), code="SEEN")
        data = {"workflow": "SEEN", "input": {"b": "of $a$"}, "returns": ["seen"]}
        assert writes("WORKFLOW", data, seen, variables={"a": 1, "b": 2}) == {"seen": "1 of 1"}

    def test_it_is_looked_for_in_the_caller_s_package_or_the_one_that_is_named(self):
        other = rows(node("s", "SET", {"values": {"b": "other's"}}), code="ADD", package="other")
        assert writes("WORKFLOW", {"workflow": "ADD", "package": "other"}, ADD, other) == {"n": {"b": "other's"}}
        assert writes("WORKFLOW", {"workflow": "ADD"}, ADD, other, variables={"a": 1}) == {"n": {"b": 2}}

    def test_its_run_is_named_after_the_caller_s(self):
        trace = traced("WORKFLOW", {"workflow": "ADD"}, ADD, variables={"a": 1})
        assert [(each.workflow, each.guid) for each in trace.runs] == [("ADD", "run/n")]

    @pytest.mark.parametrize(
        ("returns", "why"),
        [
            ("b", "NodeData.returns: must be a list, not text"),
            (["b", 3], "NodeData.returns[2]: must be text, not a number"),
        ],
    )
    def test_returns_is_a_list_of_names(self, returns, why):
        assert refusal("WORKFLOW", {"workflow": "ADD", "returns": returns}) == why

    def test_what_it_has_not_written_cannot_be_returned(self):
        error = cause("WORKFLOW", {"workflow": "ADD", "returns": ["c"]}, ADD, variables={"a": 1})
        assert isinstance(error, NodeDataError)
        assert str(error) == "NodeData field 'returns' names 'c', which workflow 'ADD' has not written"

    def test_a_failure_in_it_names_both_nodes(self):
        error = cause("WORKFLOW", {"workflow": "ADD"}, ADD)
        assert isinstance(error, NodeExecutionError)
        assert (error.workflow, error.node) == ("ADD", "add")

    def test_a_workflow_that_calls_itself_is_stopped(self):
        error = cause("WORKFLOW", {"workflow": CODE})
        around = 1
        while isinstance(error, NodeExecutionError):
            error, around = error.cause, around + 1
        assert str(error) == "more than 32 workflows run inside each other; does 'W' call itself?"
        assert around == MAX_DEPTH + 1 == 33


class TestForeach:
    @pytest.mark.parametrize("driver", DRIVERS)
    @pytest.mark.parametrize("is_async", [0, 1])
    def test_runs_once_for_each_item_and_writes_a_list_in_their_order(self, driver, is_async):
        each = rows(node("s", "CALC", {"expression": "item * 10 + index", "into": "b"}), code="EACH")
        data = {"list": "l", "workflow": "EACH", "returns": "b", "into": "all"}
        trace = traced("FOREACH", data, each, variables={"l": [3, 1, 2]}, driver=driver, is_async=is_async)
        assert dict(trace.writes) == {"all": [30, 11, 22]}
        assert [run.guid for run in trace.runs] == ["run/n[0]", "run/n[1]", "run/n[2]"]

    def test_items_and_places_are_called_as_told(self):
        each = rows(node("s", "CALC", {"expression": "[line, at]", "into": "b"}), code="EACH")
        data = {"list": "l", "workflow": "EACH", "item": "line", "index": "at"}
        assert writes("FOREACH", data, each, variables={"l": ["x", "y"]}) == {"n": [{"b": ["x", 0]}, {"b": ["y", 1]}]}

    @pytest.mark.parametrize("driver", ["concurrent", "dataflow"])
    @pytest.mark.parametrize(
        ("is_async", "order"),
        [(0, ["begin 0", "end 0", "begin 1", "end 1"]), (1, ["begin 0", "begin 1", "end 0", "end 1"])],
    )
    def test_runs_go_beside_each_other_where_the_node_is_async(self, driver, is_async, order):
        seen = []

        async def visit(number):
            seen.append(f"begin {number}")
            await asyncio.sleep(0)
            seen.append(f"end {number}")
            return {}

        each = rows(node("s", "SERVICE", {"service": "visit", "args": {"number": "$item$"}}), code="EACH")
        caller = rows(node("n", "FOREACH", {"list": "l", "workflow": "EACH"}, is_async=is_async))
        with engine(caller, each, services={"visit": visit}, driver=driver) as started:
            started.run_workflow(CODE, context={"result": {"l": [0, 1]}})
        assert seen == order

    def test_of_an_empty_list_nothing_runs(self):
        assert writes("FOREACH", {"list": "l", "workflow": "NOPE"}, variables={"l": []}) == {"n": []}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"list": 3}, "NodeData.list: must be text, not a number"),
            ({"list": "l", "item": 3}, "NodeData.item: must be text, not a number"),
            ({"list": "l", "index": None}, "NodeData.index: must be text, not null"),
            ({"list": "l", "returns": ["b"]}, "NodeData.returns: must be text, not a list"),
            ({"list": "l", "items": "b"}, "NodeData.items: is not a field of this; did you mean 'item'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("FOREACH", {"workflow": "ADD"} | data) == why

    def test_several_mistakes_are_told_at_once(self):
        assert sorted(refusals("FOREACH", {"input": 1, "item": None})) == [
            "NodeData.input: must be an object, not a number",
            "NodeData.item: must be text, not null",
            "NodeData.list: is missing",
            "NodeData.workflow: is missing",
        ]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"list": "no"}, "NodeData field 'list' names the variable 'no', which nothing has written"),
            ({"list": "a"}, "NodeData field 'list' names 'a', which must be list, not a number"),
            ({"list": "l", "returns": "c"}, "NodeData field 'returns' names 'c', which workflow 'ADD' has not written"),
        ],
    )
    def test_what_depends_on_the_variables_fails_when_it_runs(self, data, why):
        error = cause("FOREACH", {"workflow": "ADD"} | data, ADD, variables={"a": 1, "l": [1]})
        assert isinstance(error, NodeDataError)
        assert str(error) == why

    @pytest.mark.parametrize("driver", DRIVERS)
    def test_of_several_runs_that_stop_the_first_in_the_list_counts(self, driver):
        each = rows(node("s", "CALC", {"expression": "1 / item"}), code="EACH")
        data = {"list": "l", "workflow": "EACH"}
        error = cause("FOREACH", data, each, variables={"l": [1, 0, "x"]}, driver=driver, is_async=1)
        assert "ZeroDivisionError" in str(error)
