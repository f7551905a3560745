"""Definitions: one canonical order, and every mistake told with its workflow, node and field."""

from __future__ import annotations

import pytest
from builders import dags, default, node, rows
from hypothesis import given
from hypothesis import strategies as st

from wfperf.engine.definition import Definition, NodeRow, define, parse_branches, parse_data
from wfperf.engine.errors import WorkflowDefinitionError
from wfperf.engine.nodes import NODE_TYPES


def defined(*nodes: NodeRow) -> Definition:
    header, ranked = rows(*nodes)
    return define(header, ranked, NODE_TYPES)


def names(definition: Definition) -> list[str]:
    return [row.name for row in definition.rows]


def refused(*nodes: NodeRow) -> WorkflowDefinitionError:
    with pytest.raises(WorkflowDefinitionError) as caught:
        defined(*nodes)
    assert caught.value.workflow == "W"
    assert str(caught.value).startswith("workflow 'W': ")
    assert "\n" not in str(caught.value)
    return caught.value


def test_canonical_order_is_by_rank_among_what_is_ready():
    definition = defined(
        node("start", rank=50, to=["late", "early"]),
        node("late", rank=40, to=["end"]),
        node("early", rank=30, to=["end"]),
        node("end", rank=10),
    )
    assert names(definition) == ["start", "early", "late", "end"]
    assert definition.start == "start"
    assert definition.order == {"start": 0, "early": 1, "late": 2, "end": 3}
    assert definition.targets["start"] == ("late", "early")


def test_equal_ranks_go_by_guid():
    definition = defined(*(node(name, rank=10) for name in "cab"))
    assert names(definition) == ["a", "b", "c"]


def test_guids_are_compared_in_lower_case():
    definition = defined(node("first", guid="AA-1", to=["bB-2"]), node("second", guid="Bb-2"))
    assert definition.targets == {"aa-1": ("bb-2",), "bb-2": ()}


def test_types_are_found_in_any_spelling():
    assert names(defined(node("a", "set"), node("b", "Calc", {"expression": "1"}))) == ["a", "b"]


def test_empty_node_data_and_branches_are_empty_objects():
    assert parse_data("") == {}
    assert parse_branches("") == ("all", ())


def test_two_edges_to_one_node_count_once():
    definition = defined(node("a", to=["b", "b"]), node("b"))
    assert definition.targets["a"] == ("b",)
    assert names(definition) == ["a", "b"]


def test_a_default_comes_last_whatever_its_place():
    branches = parse_branches('{"split": "first", "to": [{"node": "d", "default": true}, {"node": "c", "if": "x"}]}')
    assert [edge.target for edge in branches.edges] == ["c", "d"]
    assert branches.edges[0].condition is not None
    assert branches.edges[1].condition is None


@pytest.mark.parametrize(
    ("broken", "field", "message"),
    [
        (node("x", "NOSUCH"), "Type", "unknown type 'NOSUCH'; known: AGGREGATE, "),
        (node("x", rank="high"), "Rank", "must be a whole number, not 'high'"),
        (node("x", data="{"), "NodeData", "Expecting property name"),
        (node("x", data="[1]"), "NodeData", "expected a JSON object, found list"),
        (node("x", data="[" * 100_000), "NodeData", "nested too deeply"),
        (node("x", to="nonsense"), "Branches", "Expecting value"),
        (node("x", to="[]"), "Branches", "expected a JSON object, found list"),
        (node("x", to='{"towards": []}'), "Branches", "unknown key 'towards' in branches; known: split, to"),
        (node("x", to='{"to": "a"}'), "Branches", "'to' must be a list of edges"),
        (node("x", to='{"to": ["a"]}'), "Branches", "an edge is an object with 'node', found \"a\""),
        (node("x", to='{"to": [{"node": 1}]}'), "Branches", "an edge is an object with 'node', found"),
        (node("x", to=[{"node": "a", "when": "b"}]), "Branches", "unknown key 'when' in an edge"),
        (node("x", to=["a"], split="some"), "Branches", "unknown split 'some'; use one of all, first"),
        (node("x", to=[("a", "b >")], split="first"), "Branches", "cannot parse 'b >'"),
        (node("x", to=[("a", "b.c")], split="first"), "Branches", "no attributes"),
        (node("x", to=[{"node": "a", "if": 1}], split="first"), "Branches", "'if' of the edge to 'a' must be text"),
        (node("x", to=[{"node": "a", "default": 1}]), "Branches", "'default' of the edge to 'a' must be true"),
        (node("x", to=[default("a") | {"if": "b"}], split="first"), "Branches", "must be true, and without 'if'"),
        (node("x", to=[("a", "b")]), "Branches", "the edge to 'a' has a condition, but split 'all' takes every edge"),
        (node("x", to=[default("a")]), "Branches", "the edge to 'a' has a condition"),
        (node("x", to=[default("a"), default("a")], split="first"), "Branches", "more than one default edge"),
        (node("x", to=["nowhere"]), "Branches", "leads to 'nowhere', which is not a node of this workflow"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_names_workflow_node_and_field(broken, field, message):
    error = refused(node("a"), broken)
    assert [(problem.node, problem.field) for problem in error.problems] == [("x", field)]
    assert message in error.problems[0].message
    assert f"node 'x' {field}: {error.problems[0].message}" in str(error)


def test_a_workflow_without_nodes_is_refused():
    assert str(refused()) == "workflow 'W': has no nodes"


def test_guids_and_names_are_unique():
    error = refused(node("a", guid="G-1"), node("b", guid="g-1"), node("b", guid="g-2"))
    assert list(map(str, error.problems)) == [
        "node 'g-1' WorkflowGuid: 2 nodes share this guid",
        "node 'b' Name: 2 nodes share this name",
    ]


def test_a_dangling_edge_is_told_of_its_own_node_even_where_guids_collide():
    error = refused(node("a", guid="g"), node("b", guid="g", to=["nowhere"]))
    assert [problem.node for problem in error.problems if problem.field == "Branches"] == ["b"]


def test_a_cycle_without_a_start_is_refused():
    assert "no start node: every node has an incoming edge" in str(refused(node("a", to=["b"]), node("b", to=["a"])))
    assert "no start node" in str(refused(node("a", to=["a"])))


def test_a_cycle_behind_a_start_is_refused():
    error = refused(node("a", to=["b"]), node("b", to=["c"]), node("c", to=["b"]))
    assert str(error) == "workflow 'W': node 'b' Branches: a cycle holds 'b', 'c'; a workflow has no loops"


def test_all_problems_are_told_at_once():
    error = refused(
        node("a", "NOSUCH", data="{", to="nonsense"),
        node("b", to=["nowhere", "neither"]),
        node("c", data="3"),
    )
    assert [(problem.node, problem.field) for problem in error.problems] == [
        ("a", "Type"),
        ("a", "NodeData"),
        ("a", "Branches"),
        ("c", "NodeData"),
        ("b", "Branches"),
        ("b", "Branches"),
    ]


@given(dags(max_nodes=12), st.randoms(use_true_random=False))
def test_order_does_not_depend_on_the_order_of_the_rows(workflow, random):
    definition = define(workflow.header, workflow.nodes, NODE_TYPES)
    shuffled = list(workflow.nodes)
    random.shuffle(shuffled)
    assert define(workflow.header, shuffled, NODE_TYPES) == definition


@given(dags(max_nodes=12))
def test_every_edge_leads_forward_and_the_smallest_ready_node_comes_first(workflow):
    definition = define(workflow.header, workflow.nodes, NODE_TYPES)
    order = definition.order
    assert sorted(order.values()) == list(range(len(workflow.nodes)))
    assert all(order[guid] < order[target] for guid, targets in definition.targets.items() for target in targets)
    incoming = {
        row.guid: {guid for guid, ways in definition.targets.items() if row.guid in ways} for row in definition.rows
    }
    done: set[str] = set()
    for row in definition.rows:
        ready = [other for other in definition.rows if other.guid not in done and incoming[other.guid] <= done]
        assert (row.rank, row.guid) == min((other.rank, other.guid) for other in ready)
        done.add(row.guid)
