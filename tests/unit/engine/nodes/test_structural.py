"""Nodes that only shape the graph."""

from __future__ import annotations

import pytest
from builders import node, refusal, refusals, rows, run, run_node

from wfperf.engine.nodes import NODE_TYPES
from wfperf.engine.nodes.structural import STRUCTURAL
from wfperf.engine.validation import define

JOINS = "must be 'or', 'all', 'any' or a number of ways in"


def test_no_dispatch_finds_them():
    assert not STRUCTURAL.keys() & NODE_TYPES.keys()


@pytest.mark.parametrize("kind", ["NULL", "null", "TODO", "GATE"])
def test_they_write_nothing_and_pass_on(kind):
    result = run(node("a", kind, {}, to=["b"]), node("b", "SET", {"values": {"v": 1}}))
    assert [(each.status, dict(each.writes)) for each in result.nodes] == [("done", {}), ("done", {"v": 1})]


@pytest.mark.parametrize(
    ("kind", "data", "why"),
    [
        ("NULL", {"note": "a"}, "NodeData.note: is not a field of this"),
        ("TODO", {"note": 5}, "NodeData.note: must be text, not a number"),
        ("TODO", {"note": None}, "NodeData.note: must be text, not null"),
        ("TODO", {"notes": "a"}, "NodeData.notes: is not a field of this; did you mean 'note'?"),
        ("GATE", {"joins": "all"}, "NodeData.joins: is not a field of this; did you mean 'join'?"),
        ("GATE", {"join": "ALL"}, f"NodeData.join: {JOINS}, not 'ALL'"),
        ("GATE", {"join": "2"}, f"NodeData.join: {JOINS}, not '2'"),
        ("GATE", {"join": 0}, f"NodeData.join: {JOINS}, not 0"),
        ("GATE", {"join": -1}, f"NodeData.join: {JOINS}, not -1"),
        ("GATE", {"join": 1.0}, f"NodeData.join: {JOINS}, not 1.0"),
        ("GATE", {"join": [1]}, f"NodeData.join: {JOINS}, not [1]"),
        ("GATE", {"join": 1}, "NodeData.join: waits for 1 ways in, but has 0"),
    ],
)
def test_a_mistake_is_refused_with_its_field(kind, data, why):
    assert refusal(kind, data) == why


@pytest.mark.parametrize("value", [True, None])
def test_true_and_null_are_no_joins(value):
    (only,) = refusals("GATE", {"join": value})
    assert only.startswith(f"NodeData.join: {JOINS}, not ")


@pytest.mark.parametrize(("join", "needed"), [("all", 2), ("any", 1), (1, 1), (2, 2)])
def test_a_gate_waits_for_as_many_as_it_says(join, needed):
    ways = (node("s", to=["a", "b"]), node("a", to=["g"]), node("b", to=["g"]))
    assert define(*rows(*ways, node("g", "GATE", {"join": join}))).joins["g"].needed == needed
    assert run(*ways, node("g", "GATE", {"join": join})).nodes[-1].status == "done"


@pytest.mark.parametrize("data", [{}, {"join": "or"}])
def test_a_gate_that_joins_by_or_needs_no_way_in(data):
    assert run_node("GATE", data) == {}
