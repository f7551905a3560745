"""What is kept between runs: the same as if nothing were."""

from __future__ import annotations

import pytest
from builders import CODE, engine, node, rows

from wfperf.engine.config import IMPLEMENTATIONS

WORKFLOW = rows(
    node("a", "SET", {"values": {"l": [1]}}, to=[("b", "True")], split="first"),
    node("b"),
    process_guid_sql="SELECT :guid || '-' || :workflow || '-' || :package || '-' || :archetype",
)


@pytest.mark.parametrize("name", IMPLEMENTATIONS["buffer"])
def test_what_is_kept_is_what_would_be_read_again(name):
    with engine(WORKFLOW, buffer=name) as started:
        run_ = started.prepare_run(CODE, "g", {"result": {}}, "core", "type")
        node_a = run_.node_set["a"]
        data, data_again = (started.buffer.data(run_.entry, node_a) for _ in range(2))
        branches, branches_again = (started.buffer.branches(run_.entry, node_a) for _ in range(2))
    assert data.values == data_again.values == {"l": [1]}
    for each in (branches, branches_again):
        assert each.split == "first"
        assert [(edge.target, edge.condition.text) for edge in each.edges] == [("b", "True")]
    # What the claim is about: parsed at every use, or once.
    assert (data is data_again) == (branches is branches_again) == (name != "original")


@pytest.mark.parametrize(("name", "second"), [("original", "g2"), ("tuned", "g2"), ("proposed", "g1")])
def test_a_process_guid_is_its_run_s_own_unless_kept_as_proposed(name, second):
    with engine(WORKFLOW, buffer=name) as started:
        first = started.run_workflow(CODE, guid="g1", archetype="t")
        again = started.run_workflow(CODE, guid="g2", archetype="t")
    assert first.process_guid == "g1-W-core-t"
    assert again.process_guid == f"{second}-W-core-t"
