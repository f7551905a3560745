"""What runs leave in the tables `runs` and `run_nodes`, on SQLite and on PostgreSQL."""

import json
from datetime import UTC, datetime
from itertools import count

import pytest
from builders import node, rows
from sqlalchemy import event

from wfperf.engine.clock import FrozenClock
from wfperf.engine.database import Database
from wfperf.engine.errors import DatabaseError, NodeExecutionError
from wfperf.engine.recording import Recorder
from wfperf.engine.workflow import Workflow
from wfperf.fixtures.seed import insert_workflow

MOMENT = datetime(2025, 12, 14, 12, 0, tzinfo=UTC)

RUNS = "SELECT RunId, ParentRunId, WorkflowName, Package, RunGuid, StartedAt, Status, Error FROM runs ORDER BY RunId"
NODES = "SELECT RunId, Position, WorkflowGuid, Name, Type, Status, Writes FROM run_nodes ORDER BY RunId, Position"


def recorded(db, *workflows, guid="run", services=None, new_id=None, variables=None):
    for workflow in workflows:
        insert_workflow(db, workflow)
    numbers = count(1)
    recorder = Recorder(db, new_id or (lambda: f"r{next(numbers)}"))
    with Workflow(db, clock=FrozenClock(MOMENT), recorder=recorder, services=services) as engine:
        return engine.run_workflow("W", guid, {"result": variables or {}})


def test_a_run_and_its_nodes_in_canonical_order(database):
    never = [("c", "False"), {"node": "b", "default": True}]
    recorded(
        database, rows(node("a", "SET", {"values": {"x": [1, "ü"]}}, to=never, split="first"), node("b"), node("c"))
    )
    assert [tuple(row) for row in database.rows(RUNS)] == [
        ("r1", None, "W", "core", "run", "2025-12-14T12:00:00+00:00", "done", "")
    ]
    assert [(*row[:6], json.loads(row[6])) for row in database.rows(NODES)] == [
        ("r1", 0, "a", "a", "SET", "done", {"x": [1, "ü"]}),
        ("r1", 1, "b", "b", "SET", "done", {}),
        ("r1", 2, "c", "c", "SET", "skipped", {}),
    ]
    assert database.value("SELECT DurationS FROM runs") >= database.value("SELECT SUM(DurationS) FROM run_nodes") > 0


def test_a_run_that_failed_says_why_and_how_far_it_came(database):
    with pytest.raises(NodeExecutionError) as failure:
        recorded(database, rows(node("a", to=["b"]), node("b", "CALC", {"expression": "1 / 0"}, to=["c"]), node("c")))
    ((*_, status, error),) = database.rows(RUNS)
    assert (status, error) == ("failed", str(failure.value))
    assert [row[5] for row in database.rows(NODES)] == ["done", "failed", "stopped"]


def test_sub_runs_name_the_run_that_began_them(database):
    each = {"list": "items", "workflow": "SUB"}
    recorded(
        database,
        rows(node("all", "FOREACH", each)),
        rows(node("in", "WORKFLOW", {"workflow": "LEAF"}), code="SUB"),
        rows(node("leaf"), code="LEAF"),
        variables={"items": ["x", "y"]},
    )
    runs = {row[4]: row for row in database.rows(RUNS)}
    assert {guid: row[2] for guid, row in runs.items()} == {
        "run": "W",
        "run/all[0]": "SUB",
        "run/all[1]": "SUB",
        "run/all[0]/in": "LEAF",
        "run/all[1]/in": "LEAF",
    }
    for guid, parent in (("run/all[0]", "run"), ("run/all[1]", "run"), ("run/all[1]/in", "run/all[1]")):
        assert runs[guid][1] == runs[parent][0]
    nodes = database.rows(NODES)
    assert {row[0] for row in nodes if row[3] == "leaf"} == {runs["run/all[0]/in"][0], runs["run/all[1]/in"][0]}


def test_a_sub_run_that_failed_is_recorded_and_those_behind_it_are_not(database):
    failing = rows(node("in", "CALC", {"expression": "1 / item"}), code="SUB")
    with pytest.raises(NodeExecutionError):
        recorded(
            database,
            rows(node("all", "FOREACH", {"list": "items", "workflow": "SUB"})),
            failing,
            variables={"items": [1, 0, 2]},
        )
    assert {row[4]: row[6] for row in database.rows(RUNS)} == {
        "run": "failed",
        "run/all[0]": "done",
        "run/all[1]": "failed",
    }


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ({"when": MOMENT}, {"when": str(MOMENT)}),
        ({"text": "a\0b\ud800"}, {"text": "a\0b\ud800"}),
        ({"some": {1}}, {"some": "{1}"}),
    ],
    ids=["a date", "what databases refuse in a text", "a set"],
)
def test_what_a_service_wrote_is_kept_as_json(database, written, kept):
    recorded(database, rows(node("a", "SERVICE", {"service": "s"})), services={"s": lambda: written})
    assert json.loads(database.value("SELECT Writes FROM run_nodes")) == kept


def test_what_json_cannot_hold_at_all_is_named(database):
    loop = []
    loop.append(loop)
    recorded(database, rows(node("a", "SERVICE", {"service": "s"})), services={"s": lambda: {"loop": loop}})
    assert json.loads(database.value("SELECT Writes FROM run_nodes")) == {
        "loop": "not recorded: Circular reference detected"
    }


def test_texts_that_no_database_takes_do_not_lose_the_record(database):
    def fail():
        raise RuntimeError("a\0b\ud800")

    with pytest.raises(NodeExecutionError):
        recorded(database, rows(node("a", "SERVICE", {"service": "s"})), services={"s": fail}, guid="g\0")
    ((_, _, _, _, guid, _, _, error),) = database.rows(RUNS)
    assert guid == "g\ufffd"
    assert "a\ufffdb?" in error


def test_one_batch_a_run(database):
    executed = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: executed.append((told[2].split(), told[5])))
    recorded(database, rows(*(node(f"n{at}", to=[f"n{at + 1}"]) for at in range(9)), node("n9")))
    writes = [(sql[2], many) for sql, many in executed if sql[0] == "INSERT" and "run" in sql[2]]
    assert writes == [("runs", False), ("run_nodes", True)]


def test_a_record_is_whole_or_not_there(database):
    database.execute("DROP TABLE run_nodes")
    with pytest.raises(DatabaseError, match="run_nodes"):
        recorded(database, rows(node("a")))
    assert database.value("SELECT COUNT(*) FROM runs") == 0


def test_nothing_is_recorded_unless_told():
    db = Database("sqlite://")
    statements = []
    for statement in ("CREATE TABLE def_workflows (WorkflowName, Package, Rank, ProcessGuidSql, Description)",):
        db.execute(statement)
    db.execute(
        "CREATE TABLE def_workflow (WorkflowName, Package, Rank, Type, Name, WorkflowGuid, Async, NodeData, Branches)"
    )
    insert_workflow(db, rows(node("a")))
    event.listen(db.engine, "before_cursor_execute", lambda *told: statements.append(told[2].split()[0]))
    with Workflow(db) as engine:
        engine.run_workflow("W")
    assert set(statements) == {"SELECT"}
    db.close()
