"""What a node type is, and what it is given."""

from __future__ import annotations

import pytest
from builders import failure, run_node

from wfperf.engine.database import Database
from wfperf.engine.nodes import NODE_TYPES
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


@pytest.mark.parametrize("kind", NODE_TYPES)
def test_empty_node_data_is_refused_with_the_field_it_needs(kind):
    assert "NodeData needs the field '" in failure(kind, {})


def test_a_field_of_null_is_a_field_that_is_missing():
    assert failure("SLEEP", {"ms": None}) == "NodeData needs the field 'ms'"
    assert run_node("SET", {"values": {"a": None}}) == {"a": None}
