"""How mistakes in NodeData are told."""

from __future__ import annotations

import pytest
from builders import refusal, refusals, run_node

from wfperf.engine.nodes import DATA_TYPES, fields_of, parse_node_data
from wfperf.faults import FaultsError

LEVELS = "must be 'debug', 'info', 'warning' or 'error'"


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("SET", "{", "NodeData: not JSON: EOF while parsing an object at line 1 column 1"),
        ("SET", "[]", "NodeData: must be an object, not a list"),
        ("SET", "3", "NodeData: must be an object, not a number"),
        ("SET", '{"values": ' + "[" * 1000 + "]" * 1000 + "}", "NodeData: nested too deeply"),
        ("SET", "null", "NodeData: must be an object, not null"),
        ("SET", '{"values": {}, "": 1}', 'NodeData."": is not a field of this; known: values'),
        ("SET", '{"values": {}, "<b>": 1}', "NodeData.<b>: is not a field of this; known: values"),
        ("SET", '{"values": {}, "Values": 1}', "NodeData.Values: is not a field of this; did you mean 'values'?"),
        ("LOG", '{"message": "m", "x": 1}', "NodeData.x: is not a field of this; known: message, level"),
        ("NULL", '{"x": 1}', "NodeData.x: is not a field of this"),
        ("DATE", '{"op": "now", "days": 1}', "NodeData.days: is not a field of this; known: into, op"),
        ("DATE", '{"op": 3}', "NodeData.op: must be one of 'now', 'add', 'difference', 'format', not 3"),
        ("DATE", '{"op": ["now"]}', "NodeData.op: must be one of 'now', 'add', 'difference', 'format', not ['now']"),
        ("DATE", "[]", "NodeData: must be an object, not a list"),
        ("CALC", '{"expression": "1", "into": ""}', "NodeData.into: must have at least 1 character, not ''"),
        ("LOG", '{"message": "m", "level": null}', f"NodeData.level: {LEVELS}, not null"),
        ("LOG", '{"message": "m", "level": true}', f"NodeData.level: {LEVELS}, not true"),
        ("EMAIL", '{"to": [], "subject": "", "text": ""}', "NodeData.to: must have at least 1 item, not 0"),
        ("API", '{"url": "a", "retries": 1.5}', "NodeData.retries: must be a whole number, not 1.5"),
        ("API", '{"url": "a", "retries": 11}', "NodeData.retries: must be less than or equal to 10, not 11"),
        ("API", '{"url": "a", "headers": {"X": 1}}', "NodeData.headers.X: must be text, not a number"),
    ],
)
def test_a_mistake_is_told_with_its_field(kind, text, why):
    assert refusal(kind, text) == why


@pytest.mark.parametrize(("kind", "data"), [("LOG", {"message": "m", "level": "x" * 99}), ("DATE", {"op": "x" * 99})])
def test_long_values_are_cut(kind, data):
    assert refusal(kind, data).rpartition("not ")[2] == "'" + "x" * 36 + "..."


def test_every_mistake_is_told_with_its_path():
    data = {"rules": [{"when": "a >"}, {"when": "True", "then": 3}, {}], "otherwise": 5}
    assert refusals("DECISION", data) == [
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


def test_a_number_larger_than_any_float_is_a_number():
    data = {"fields": {"n": {"type": "whole", "max": 10**400}}}
    assert run_node("VALIDATE", data, {"n": 10**399}) == {}
