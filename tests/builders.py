"""Workflows for the tests: rows built by name, stored with bound parameters, run on a real database."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from hypothesis import strategies as st

from wfperf.engine.clock import FrozenClock
from wfperf.engine.config import EngineConfig
from wfperf.engine.database import Database
from wfperf.engine.errors import NodeDataError, NodeExecutionError, RunError, WorkflowDefinitionError
from wfperf.engine.rows import NodeRow, WorkflowRow
from wfperf.engine.trace import RunResult
from wfperf.engine.workflow import Workflow
from wfperf.fixtures.builders import Rows
from wfperf.fixtures.seed import insert_workflow, sql_file
from wfperf.fixtures.services import SERVICES

CODE = "W"


def create_schema(db: Database) -> None:
    """Create the engine's tables."""
    for statement in sql_file("schema.sql").read_text(encoding="utf-8").split(";\n"):
        if statement.strip():
            db.connection.exec_driver_sql(statement)


_UNUSED: list[Database] = []
"""Databases in memory that no test uses now; each has kept the statements that SQLAlchemy has compiled for it."""


@contextmanager
def memory_database() -> Iterator[Database]:
    """Give an in-memory database that holds the engine's tables and nothing else.

    It may be one that another test has used: a new one, and its statements, would take twice as long.
    """
    db = _UNUSED.pop() if _UNUSED else Database("sqlite://")
    _sqlite(_with_tables()).backup(_sqlite(db))
    try:
        yield db
    finally:
        if _sqlite(db).in_transaction:
            db.close()
        else:
            _UNUSED.append(db)


@cache
def _with_tables() -> Database:
    db = Database("sqlite://")
    create_schema(db)
    return db


def _sqlite(db: Database) -> sqlite3.Connection:
    connection = db.connection.connection.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    return connection


def node(name: str, kind: str = "SET", data: Any = None, *, to: Any = (), split: str = "", **columns: Any) -> NodeRow:
    """Return a node whose guid is its name; `to` holds names, (name, condition) pairs or whole edges.

    Text for `data` or `to` is taken as the column's own text. A rank of 0 stands for the node's place in `rows`.
    """
    data = {"values": {}} if data is None else data
    branches = {"to": [_edge(item) for item in to]} | ({"split": split} if split else {})
    fields = {
        "guid": name,
        "rank": 0,
        "type": kind,
        "name": name,
        "is_async": 0,
        "data": data if isinstance(data, str) else json.dumps(data),
        "branches": to if isinstance(to, str) else json.dumps(branches),
    }
    return NodeRow(**fields | columns)


def _edge(item: Any) -> Any:
    if isinstance(item, tuple):
        return {"node": item[0], "if": item[1]}
    return {"node": item} if isinstance(item, str) else item


def default(name: str) -> dict[str, Any]:
    """Return the default edge to a node."""
    return {"node": name, "default": True}


def rows(*nodes: NodeRow, code: str = CODE, package: str = "core", process_guid_sql: str = "") -> Rows:
    """Return a workflow of these nodes; those without a rank are ranked 10, 20, ... as they stand."""
    ranked = [row if row.rank else row._replace(rank=10 * place) for place, row in enumerate(nodes, 1)]
    return Rows(WorkflowRow(code, package, 10, process_guid_sql), ranked)


def mark_rows(size: int) -> Rows:
    """Return a chain of so many nodes; each writes its place into `last`, the first one also into `n0`."""
    nodes = [
        node(
            f"n{at:06}",
            "SET",
            {"values": {"last": at} | ({} if at else {"n0": 0})},
            to=[f"n{at + 1:06}"] if at < size - 1 else (),
            rank=at + 1,
        )
        for at in range(size)
    ]
    return rows(*nodes)


@contextmanager
def engine(
    *workflows: Rows, clock: Any = None, services: Any = SERVICES, files: Any = None, mail: Any = None, **seams: str
) -> Iterator[Workflow]:
    """Give an engine over an in-memory database that holds these workflows."""
    config = EngineConfig(**seams)
    with (
        memory_database() as db,
        Workflow(db, config=config, services=services, clock=clock or FrozenClock(), files=files, mail=mail) as started,
    ):
        for workflow in workflows:
            insert_workflow(db, workflow)
        assert started.config.choices() == EngineConfig().choices() | seams
        yield started


def run(*nodes: NodeRow, variables: Mapping[str, Any] | None = None, **options: Any) -> RunResult:
    """Run a workflow of these nodes; options as for `engine`."""
    with engine(rows(*nodes), **options) as started:
        return started.run_workflow(CODE, context={"result": dict(variables or {})})


def run_node(kind: str, data: Any, variables: Mapping[str, Any] | None = None, **options: Any) -> Mapping[str, Any]:
    """Return what a single node named `n` writes."""
    return run(node("n", kind, data), variables=variables, **options).nodes[0].writes


def failure(kind: str, data: Any, variables: Mapping[str, Any] | None = None, **options: Any) -> str:
    """Return what a single node says that cannot be executed on these variables."""
    with pytest.raises(NodeExecutionError) as caught:
        run_node(kind, data, variables, **options)
    error = caught.value
    assert (error.workflow, error.node, error.node_type) == (CODE, "n", kind)
    assert isinstance(error.cause, NodeDataError)
    assert str(error) == f"workflow 'W', node 'n': {kind} failed: {error.cause}"
    return str(error.cause)


def refusals(kind: str, data: Any) -> list[str]:
    """Return all that a definition of one node `n` is refused for, as "NodeData.ms: is missing"."""
    with pytest.raises(WorkflowDefinitionError) as caught, engine(rows(node("n", kind, data))) as started:
        started.prepare_run(CODE, "run", {"result": {}}, "core", "")
    error = caught.value
    assert (error.workflow, {problem.node for problem in error.problems}) == (CODE, {"n"})
    return [f"{field}: {message}" for _, field, message in error.problems]


def refusal(kind: str, data: Any) -> str:
    """Return the one thing that a definition of one node `n` is refused for."""
    (only,) = refusals(kind, data)
    return only


def outcome(started: Any, variables: Mapping[str, Any], code: str = CODE) -> Any:
    """Return a run's result, or what its failure says."""
    try:
        return started.run_workflow(code, context={"result": dict(variables)})
    except RunError as error:
        return type(error), error.node, str(error)


DAG_VARIABLES: Mapping[str, Any] = {"a": 1, "b": 2, "c": "$a$", "items": [3, 1, 2]}

_WORK = (
    ("SET", {"values": {"a": 0}}),
    ("SET", {"values": {"b": "~~a~~-$b$", "d": ["$c$", {"x": "~~d~~"}]}}),
    ("CALC", {"expression": "len(items) + 1", "into": "a"}),
    ("CALC", {"expression": "a + 1", "into": "a"}),
    ("TEMPLATE", {"template": "$a$ ~~b~~ $c$ $processguid$", "into": "c"}),
    ("SORT", {"list": "items", "descending": True, "into": "items"}),
    ("MAP", {"list": "items", "expression": "item + index", "into": "items"}),
    ("JSON", {"op": "dump", "from": "items"}),
    ("SLEEP", {"ms": 0.001}),  # so short, but a wait: where nodes run beside each other, others get a turn
    ("LOG", {"message": "$a$", "level": "debug"}),
    ("CALC", {"expression": "missing", "into": "a"}),
)


@st.composite
def dags(draw: st.DrawFn, max_nodes: int = 9) -> Rows:
    """Return a random workflow: any edges that make no cycle, any ranks, both splits, nodes that may fail."""
    size = draw(st.integers(1, max_nodes))
    ranks = draw(st.lists(st.integers(1, 5), min_size=size, max_size=size))
    names = draw(st.permutations([f"n{place}" for place in range(size)]))
    # The last piece of work fails; it is drawn less often than the others.
    work = st.sampled_from(_WORK[:-1] * 3 + _WORK[-1:])
    nodes = []
    for place, name in enumerate(names):
        later = names[place + 1 :]
        targets = draw(st.lists(st.sampled_from(later), unique=True, max_size=3)) if later else []
        kind, data = draw(work)
        split = draw(st.sampled_from(("all", "first")))
        to: list[Any] = list(targets)
        if split == "first" and targets:
            conditions = st.sampled_from(("a == 1", "len(items) > 2", "b == 2", "False"))
            to = [(target, draw(conditions)) for target in targets[:-1]]
            to.append(draw(st.sampled_from((default(targets[-1]), (targets[-1], "a == 1")))))
        nodes.append(node(name, kind, data, to=to, split=split, rank=ranks[place], is_async=draw(st.integers(0, 1))))
    return rows(*draw(st.permutations(nodes)))
