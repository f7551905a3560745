"""Loading: the header and the nodes of one workflow in one package."""

from __future__ import annotations

import pytest
from builders import CODE, engine, node, rows
from sqlalchemy import event

from wfperf.engine.config import IMPLEMENTATIONS


@pytest.mark.parametrize("name", IMPLEMENTATIONS["loading"])
def test_loads_the_header_and_the_nodes_by_rank(name):
    workflow = rows(node("late", rank=30), node("early", rank=20, to=["late"]), process_guid_sql="SELECT 1")
    with engine(workflow, rows(node("z"), code="OTHER"), loading=name) as started:
        loaded = started._load(CODE, "core")
        assert loaded.header == workflow.header
        assert loaded.nodes == sorted(workflow.nodes, key=lambda row: row.rank)


@pytest.mark.parametrize("name", IMPLEMENTATIONS["loading"])
def test_no_workflow_is_none_and_one_without_nodes_has_none(name):
    with engine(rows(), loading=name) as started:
        assert started._load("NOPE", "core") is None
        assert started._load(CODE, "core").nodes == []


@pytest.mark.parametrize("name", ["original", "tuned"])
def test_another_package_s_workflow_of_that_name_stays_out(name):
    with engine(rows(node("a")), rows(node("x"), node("y"), package="other"), loading=name) as started:
        assert [row.name for row in started._load(CODE, "core").nodes] == ["a"]
        assert [row.name for row in started._load(CODE, "other").nodes] == ["x", "y"]
        assert started._load(CODE, "none") is None


def test_the_proposed_join_is_on_the_name_alone():
    with engine(rows(node("a")), rows(node("x"), package="other"), loading="proposed") as started:
        assert sorted({row.name for row in started._load(CODE, "core").nodes}) == ["a", "x"]


@pytest.mark.parametrize(("name", "statements"), [("original", 3), ("proposed", 1), ("tuned", 1)])
def test_it_takes_three_queries_or_one(name, statements):
    with engine(rows(node("a")), loading=name) as started:
        executed = []
        event.listen(started.db.engine, "before_cursor_execute", lambda *args: executed.append(args[2]))
        started._load(CODE, "core")
    assert len(executed) == statements
