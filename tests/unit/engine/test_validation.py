"""Definitions: one canonical order, and every mistake told with its workflow, node and field."""

from __future__ import annotations

import pytest
from builders import dags, node, rows
from hypothesis import given
from hypothesis import strategies as st

from wfperf.engine.definition import Definition, Join
from wfperf.engine.errors import WorkflowDefinitionError
from wfperf.engine.nodes import DATA_TYPES
from wfperf.engine.rows import NodeRow
from wfperf.engine.validation import define


def defined(*nodes: NodeRow) -> Definition:
    header, ranked = rows(*nodes)
    return define(header, ranked)


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


def test_two_edges_to_one_node_count_once():
    definition = defined(node("a", to=["b", "b"]), node("b"))
    assert definition.targets["a"] == ("b",)
    assert names(definition) == ["a", "b"]


@pytest.mark.parametrize(
    ("broken", "field", "message"),
    [
        (node("x", "NOSUCH"), "Type", f"unknown type 'NOSUCH'; known: {', '.join(sorted(DATA_TYPES))}"),
        (node("x", rank="high"), "Rank", "must be a whole number, not 'high'"),
        (node("x", data="{"), "NodeData", "not JSON: EOF while parsing an object at line 1 column 1"),
        (node("x", data="[]"), "NodeData", "must be an object, not a list"),
        (node("x", data={"values": 1}), "NodeData.values", "must be an object, not a number"),
        (node("x", "sleep", {}), "NodeData.ms", "is missing"),
        (node("x", "SLEEP", {"ms": 1, "s": 1}), "NodeData.s", "is not a field of this; did you mean 'ms'?"),
        (node("x", "GATE", {"join": 2}), "NodeData.join", "waits for 2 ways in, but has 0"),
        (node("x", to="nonsense"), "Branches", "not JSON: expected ident at line 1 column 2"),
        (node("x", to='{"tos": []}'), "Branches.tos", "is not a field of this; did you mean 'to'?"),
        (
            node("x", to=[("a", "b"), ("a", "b >")], split="first"),
            "Branches.to[2].if",
            "cannot parse 'b >': SyntaxError: invalid syntax (<unknown>, line 1)",
        ),
        (
            node("x", to=[{"node": "a", "sql": "SELECT 1", "matches": "(?!b)"}], split="first"),
            "Branches.to[1].matches",
            "not a regular expression: invalid perl operator: (?!",
        ),
        (node("x", to=["nowhere"]), "Branches", "leads to 'nowhere', which is not a node of this workflow"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_names_workflow_node_and_field(broken, field, message):
    error = refused(node("a"), broken)
    assert [tuple(problem) for problem in error.problems] == [("x", field, message)]
    assert str(error) == f"workflow 'W': node 'x' {field}: {message}"


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
    assert list(map(str, refused(node("a", to=["b"]), node("b", to=["a"])).problems)) == [
        "no start node: every node has an incoming edge",
        "node 'a' Branches: a cycle: 'a' -> 'b' -> 'a'; a workflow has no loops",
    ]
    assert list(map(str, refused(node("a", to=["A"])).problems)) == [
        "no start node: every node has an incoming edge",
        "node 'a' Branches: a cycle: 'a' -> 'a'; a workflow has no loops",
    ]


def test_a_cycle_behind_a_start_is_refused():
    error = refused(node("a", to=["b"]), node("b", to=["c"]), node("c", to=["b"]))
    assert str(error) == "workflow 'W': node 'b' Branches: a cycle: 'b' -> 'c' -> 'b'; a workflow has no loops"


def test_nodes_behind_a_cycle_or_before_it_are_not_part_of_it():
    error = refused(node("a", to=["b"]), node("b", to=["c"]), node("c", to=["b", "d"]), node("d", to=["e"]), node("e"))
    assert [problem.message for problem in error.problems] == ["a cycle: 'b' -> 'c' -> 'b'; a workflow has no loops"]


def test_each_cycle_is_told():
    error = refused(
        node("a", to=["b", "d", "f"]),
        node("b", to=["c"]),
        node("c", to=["b"]),
        node("d", to=["e"]),
        node("e", to=["d"]),
        node("f", to=["f"]),
    )
    assert [problem.node for problem in error.problems] == ["b", "d", "f"]


def test_a_node_that_cannot_be_reached_is_a_warning():
    definition = defined(node("a", to=["b"]), node("b"), node("c", to=["d"]), node("d"))
    assert [(each.node, each.field, each.message) for each in definition.warnings] == [
        ("c", "", "cannot be reached from the start node 'a'; it is always skipped"),
        ("d", "", "cannot be reached from the start node 'a'; it is always skipped"),
    ]


def test_a_node_to_do_is_a_warning():
    definition = defined(node("a", "TODO", {"note": "ask"}, to=["b"]), node("b", "todo", {}))
    assert list(map(str, definition.warnings)) == [
        "node 'a': is still to do: ask; it only passes on",
        "node 'b': is still to do; it only passes on",
    ]


@pytest.mark.parametrize(("join", "needed"), [("all", 3), ("any", 1), (2, 2)])
def test_a_gate_knows_how_many_of_its_ways_in_it_needs_in_canonical_order(join, needed):
    definition = defined(
        node("start", rank=1, to=["z", "y", "x"]),
        *(node(name, rank=rank, to=["gate"]) for name, rank in (("z", 2), ("y", 3), ("x", 4))),
        node("gate", "GATE", {"join": join}, rank=5),
    )
    assert definition.joins == {"gate": Join(needed, ("z", "y", "x"))}


def test_a_gate_that_joins_by_or_is_as_any_other_node():
    assert defined(node("a", to=["b"]), node("b", "GATE", {})).joins == {}


def test_two_edges_from_one_node_are_one_way_in():
    error = refused(node("a", to=["g", "g"]), node("g", "GATE", {"join": 2}))
    assert str(error.problems[0]) == "node 'g' NodeData.join: waits for 2 ways in, but has 1"


def test_twenty_mistakes_get_twenty_messages():
    error = refused(
        node("a", "NOSUCH", to=["b", "nowhere"]),  # 2
        node("b", rank="high", data={"values": 1}, to=["c", "loop1"]),  # 2
        node("c", "SLEEP", {"mss": 5}, to=["d"]),  # 2: a field is missing, another unknown
        node("d", "CALC", {"expression": "1 +", "into": 3}, to=["e"]),  # 2
        node("e", "DECISION", {"rules": [{"when": "a"}, {"then": {}}], "otherwise": 1}, to=["f"]),  # 2
        node("f", "DATE", {"op": "later"}, to='{"split": "some", "to": [{"nodes": "g"}]}'),  # 4
        node("g", "GATE", {"join": 7}, guid="G"),  # 1, and the guid
        node("g2", to="nonsense", guid="g"),  # 2: the guid is another node's
        node("loop1", to=["loop2"]),
        node("loop2", to=["loop1"]),  # 1
        node("same", "REGEX", {"op": "test", "text": "", "pattern": "("}),  # 1
        node("same", guid="other"),  # 1: the name is another node's
    )
    assert sorted(map(str, error.problems)) == sorted([
        f"node 'a' Type: unknown type 'NOSUCH'; known: {', '.join(sorted(DATA_TYPES))}",
        "node 'a' Branches: leads to 'nowhere', which is not a node of this workflow",
        "node 'b' Rank: must be a whole number, not 'high'",
        "node 'b' NodeData.values: must be an object, not a number",
        "node 'c' NodeData.ms: is missing",
        "node 'c' NodeData.mss: is not a field of this; did you mean 'ms'?",
        "node 'd' NodeData.expression: cannot parse '1 +': SyntaxError: invalid syntax (<unknown>, line 1)",
        "node 'd' NodeData.into: must be text, not a number",
        "node 'e' NodeData.rules[2].when: is missing",
        "node 'e' NodeData.otherwise: must be an object, not a number",
        "node 'f' NodeData.op: must be one of 'now', 'add', 'difference', 'format', not 'later'",
        "node 'f' Branches.split: must be 'all', 'first' or 'matching', not 'some'",
        "node 'f' Branches.to[1].node: is missing",
        "node 'f' Branches.to[1].nodes: is not a field of this",
        "node 'g' NodeData.join: waits for 7 ways in, but has 0",
        "node 'g' WorkflowGuid: 2 nodes share this guid",
        "node 'g2' Branches: not JSON: expected ident at line 1 column 2",
        "node 'loop1' Branches: a cycle: 'loop1' -> 'loop2' -> 'loop1'; a workflow has no loops",
        "node 'same' NodeData.pattern: not a regular expression: missing ): (",
        "node 'same' Name: 2 nodes share this name",
    ])  # fmt: skip
    assert len(error.problems) == 20
    assert "(20) " in str(error)
    assert "(21) " not in str(error)


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
    definition = define(workflow.header, workflow.nodes)
    shuffled = list(workflow.nodes)
    random.shuffle(shuffled)
    assert define(workflow.header, shuffled) == definition


@given(dags(max_nodes=12))
def test_every_edge_leads_forward_and_the_smallest_ready_node_comes_first(workflow):
    definition = define(workflow.header, workflow.nodes)
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
