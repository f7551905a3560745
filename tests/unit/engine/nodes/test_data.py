"""How mistakes in NodeData are told."""

from __future__ import annotations

import pytest
from builders import told

from wfperf.engine.nodes import DATA_TYPES, fields_of, parse_node_data
from wfperf.engine.nodes.data import FaultsError


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("SET", "{", "NodeData: not JSON: EOF while parsing an object at line 1 column 1"),
        ("SET", "[]", "NodeData: must be an object, not a list"),
        ("SET", "3", "NodeData: must be an object, not a number"),
        ("SET", '{"values": ' + "[" * 1000 + "]" * 1000 + "}", "NodeData: nested too deeply"),
        (
            "SET",
            '{"value": {}}',
            "NodeData.values: is missing; NodeData.value: is not a field of this; did you mean 'values'?",
        ),
        ("LOG", '{"message": "m", "x": 1}', "NodeData.x: is not a field of this; known: message, level"),
        ("NULL", '{"x": 1}', "NodeData.x: is not a field of this"),
        ("DATE", '{"op": "add"}', "NodeData.value: is missing; NodeData.days: is missing"),
        ("DATE", '{"op": "now", "days": 1}', "NodeData.days: is not a field of this; known: into, op"),
        ("DATE", '{"op": 3}', "NodeData.op: must be one of 'now', 'add', 'difference', 'format', not '3'"),
        ("DATE", "[]", "NodeData: must be an object, not a list"),
        ("CALC", '{"expression": "1", "into": ""}', "NodeData.into: must have at least 1 character, not ''"),
        ("GATE", '{"join": 0}', "NodeData.join: must be 'or', 'all', 'any' or a number of ways in, not 0"),
        ("GATE", '{"join": "some"}', "NodeData.join: must be 'or', 'all', 'any' or a number of ways in, not 'some'"),
    ],
)
def test_a_mistake_is_told_with_its_field(kind, text, why):
    assert told(kind, text) == why


def test_long_values_are_cut():
    shown = told("LOG", {"message": "m", "level": "x" * 100}).rpartition("not ")[2]
    assert shown == repr("x" * 100)[:37] + "..."


def test_every_mistake_is_told_with_its_path():
    data = {"rules": [{"when": "a >"}, {"when": "True", "then": 3}, {}], "otherwise": 5}
    assert told("DECISION", data).split("; ") == [
        "NodeData.rules[1].when: cannot parse 'a >': SyntaxError: invalid syntax (<unknown>, line 1)",
        "NodeData.rules[2].then: must be an object, not a number",
        "NodeData.rules[3].when: is missing",
        "NodeData.otherwise: must be an object, not a number",
    ]


@pytest.mark.parametrize("kind", DATA_TYPES)
def test_fields_are_known_for_each_variant(kind):
    known = fields_of(kind)
    assert len(known) >= len(DATA_TYPES[kind])
    assert ("" in known) == (len(DATA_TYPES[kind]) == 1)


def test_an_empty_column_is_an_empty_object():
    assert parse_node_data("NULL", "") == parse_node_data("NULL", "{}")
    with pytest.raises(FaultsError, match="values: is missing"):
        parse_node_data("SET", "")
