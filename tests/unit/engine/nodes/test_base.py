"""What a node type is, and what it is given."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from builders import refusal, refusals, run_node

from wfperf.engine.database import Database
from wfperf.engine.nodes import DATA_TYPES, NODE_TYPES, fields_of
from wfperf.engine.nodes.base import NodeType
from wfperf.engine.workflow import Workflow


@pytest.mark.parametrize("kind", NODE_TYPES)
def test_constructing_a_node_opens_nothing(kind, tmp_path):
    url = f"sqlite:///{tmp_path}/wf.db"
    with Workflow(Database(url, create=True)) as started:
        constructed = NODE_TYPES[kind](started)
        assert constructed.engine is started
    assert list(tmp_path.iterdir()) == []


def test_a_type_must_say_what_it_does(memory_db):
    class Silent(NodeType):
        pass

    with Workflow(memory_db) as started, pytest.raises(TypeError, match=r"abstract.*execute"):
        Silent(started)


VARIANTS = [(kind, op) for kind in DATA_TYPES for op in fields_of(kind)]
SEVERAL = [kind for kind in DATA_TYPES if "" not in fields_of(kind)]


def model(kind, op):
    """Return the model of a type's NodeData, or of its variant."""
    found = dict(zip(fields_of(kind), DATA_TYPES[kind], strict=False))
    if len(found) < len(fields_of(kind)):  # a model may stand for several values of `op`
        found = {tag: each for each in DATA_TYPES[kind] for tag in get_args(each.model_fields["op"].annotation)}
    return found[op]


def needed(kind, op):
    return [each.alias or name for name, each in model(kind, op).model_fields.items() if each.is_required()]


@pytest.mark.parametrize(("kind", "op"), [each for each in VARIANTS if needed(*each) not in ([], ["op"])])
def test_node_data_without_any_of_its_fields_is_refused_with_each_it_needs(kind, op):
    told = refusals(kind, {"op": op} if op else {})
    assert sorted(told) == sorted(
        f"NodeData.{name}: is missing" for name in needed(kind, op) if not (op and name == "op")
    )


@pytest.mark.parametrize("kind", SEVERAL)
def test_the_op_says_which_fields_there_are_and_must_be_known(kind):
    known = ", ".join(map(repr, fields_of(kind)))
    assert refusal(kind, {}) == "NodeData.op: is missing"
    assert refusal(kind, {"op": "nosuch"}) == f"NodeData.op: must be one of {known}, not 'nosuch'"


@pytest.mark.parametrize(("kind", "op"), VARIANTS)
def test_an_unknown_field_is_refused(kind, op):
    told = refusals(kind, {"nosuch": 1} | ({"op": op} if op else {}))
    assert sum(each.startswith("NodeData.nosuch: is not a field of this") for each in told) == 1


@pytest.mark.parametrize(("kind", "op"), [each for each in VARIANTS if each[0] in SEVERAL])
def test_a_field_of_another_variant_is_refused(kind, op):
    fields = fields_of(kind)
    for name in {name for names in fields.values() for name in names} - set(fields[op]):
        told = refusals(kind, {"op": op, name: 1})
        assert sum(each.startswith(f"NodeData.{name}: is not a field of this") for each in told) == 1


@pytest.mark.parametrize(("kind", "op"), VARIANTS)
def test_null_is_refused_or_says_as_much_as_leaving_the_field_out(kind, op):
    for name, field in model(kind, op).model_fields.items():
        alias = field.alias or name
        told = refusals(kind, {"op": op, alias: None, "nosuch": 1} if op else {alias: None, "nosuch": 1})
        if not any(each.startswith(f"NodeData.{alias}: ") for each in told):
            assert field.annotation is Any or field.default is None


def test_null_is_neither_text_nor_a_number():
    assert refusal("SLEEP", {"ms": None}) == "NodeData.ms: must be a number, not null"
    assert refusal("CALC", {"expression": None}) == "NodeData.expression: must be text, not null"
    assert run_node("CALC", {"expression": "1", "into": None}) == {"n": 1}
    assert run_node("SET", {"values": {"a": None}}) == {"a": None}
