"""What a node type is, and what it is given."""

from __future__ import annotations

import pytest
from builders import run_node, told

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


@pytest.mark.parametrize("kind", sorted(set(NODE_TYPES) - {"UUID"}))
def test_empty_node_data_is_refused_with_every_field_it_needs(kind):
    models = DATA_TYPES[kind]
    if len(models) > 1:
        assert told(kind, {}) == "NodeData.op: is missing"
    else:
        needed = [field.alias or name for name, field in models[0].model_fields.items() if field.is_required()]
        assert needed
        assert sorted(told(kind, {}).split("; ")) == sorted(f"NodeData.{name}: is missing" for name in needed)


@pytest.mark.parametrize("kind", DATA_TYPES)
def test_an_unknown_field_is_refused(kind):
    assert "NodeData.nosuch: is not a field of this" in told(kind, {"nosuch": 1, "op": _any_op(kind)})


def _any_op(kind):
    return next(iter(fields_of(kind))) or None


def test_a_field_of_null_is_no_value():
    assert told("SLEEP", {"ms": None}) == "NodeData.ms: must be a number, not null"
    assert run_node("SET", {"values": {"a": None}}) == {"a": None}
