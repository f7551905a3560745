"""Node sets: the same nodes under the same guids."""

from __future__ import annotations

import pytest
from builders import CODE, engine, node, rows

from wfperf.engine.config import IMPLEMENTATIONS


@pytest.mark.parametrize("name", IMPLEMENTATIONS["node_set"])
def test_node_sets_hold_the_nodes_by_guid(name):
    workflow = rows(node("a", "set", guid="A-1", is_async=1, to=["b-1"]), node("b", guid="b-1"))
    with engine(workflow, node_set=name) as started:
        first, second = (started.prepare_run(CODE, "run", {"result": {}}, "core", "").node_set for _ in range(2))
        assert list(first) == ["a-1", "b-1"]
        assert first["a-1"]._asdict() == {
            "guid": "a-1",
            "rank": 10,
            "kind": "SET",
            "is_async": True,
            "name": "a",
            "data": workflow.nodes[0].data,
            "branches": workflow.nodes[0].branches,
        }
        assert first == second
        assert (first is second) == (name != "original")
