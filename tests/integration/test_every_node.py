"""Every node type, from a definition in a real database through `wfperf run`, as a user sees it."""

from __future__ import annotations

import json
from contextlib import closing
from types import SimpleNamespace

import pytest
from builders import mark_rows, node, rows
from processes import wfperf

from wfperf.engine.database import Database
from wfperf.engine.nodes import DATA_TYPES
from wfperf.fixtures.loopback import HOST, http_service, mail_service
from wfperf.fixtures.seed import insert_workflow, seed

VARIABLES = {
    "number": 4711,
    "total": 120,
    "country": "AT",
    "lines": [{"sku": "b", "quantity": 2, "kind": "x"}, {"sku": "a", "quantity": 0, "kind": "y"}],
    "payload": '{"gift": true}',
    "roles": ["clerk"],
}

# For each type its NodeData, and what it writes; `...` stands for what is another each time.
NODES = {
    "ACL": ({"roles": "roles", "allow": ["clerk"]}, {"n": True}),
    "AGGREGATE": ({"list": "lines", "op": "sum", "field": "quantity", "group_by": "kind"}, {"n": {"x": 2, "y": 0}}),
    "API": (
        {"url": "$service$/echo", "method": "POST", "json": {"number": "$number$"}},
        {"n": {"status": 200, "headers": ..., "json": ..., "text": ...}},
    ),
    "CALC": ({"expression": "total * 2"}, {"n": 240}),
    "DATE": ({"op": "add", "value": "2025-12-14", "days": 30}, {"n": "2026-01-13T00:00:00+00:00"}),
    "DECISION": ({"rules": [{"when": "total > 100", "then": {"tier": "silver"}}]}, {"tier": "silver"}),
    "EMAIL": (
        {"to": ["ada@example.com"], "subject": "order $number$", "text": "on its way"},
        {"n": {"message_id": ..., "accepted": ["ada@example.com"], "refused": {}}},
    ),
    "FILE": ({"op": "write", "path": "order.txt", "text": "$number$"}, {"n": {"path": "order.txt", "bytes": 4}}),
    "FILTER": ({"list": "lines", "where": "item['quantity'] > 0"}, {"n": [VARIABLES["lines"][0]]}),
    "FOREACH": ({"list": "lines", "workflow": "SUB", "returns": "last"}, {"n": [2, 2]}),
    "GATE": ({"join": "or"}, {}),
    "HASH": (
        {"text": "$country$"},
        {"n": "eb5442705969dc8da5dfac8f9658dc68acdab5bb7635ba7cc551e389416ac34e"},
    ),
    "JSON": ({"op": "parse", "from": "payload"}, {"n": {"gift": True}}),
    "LOG": ({"message": "order $number$"}, {}),
    "MAP": ({"list": "lines", "expression": "item['quantity'] + 1"}, {"n": [3, 1]}),
    "MATRIX": (
        {"inputs": ["country", "total"], "rows": [{"when": [{"in": ["AT"]}, {"from": 100}], "then": "free"}]},
        {"n": "free"},
    ),
    "NULL": ({}, {}),
    "REGEX": ({"op": "replace", "text": "$number$", "pattern": "(7)(1+)", "with": "<\\2\\1>"}, {"n": "4<117>"}),
    "SCHEDULER": (
        {"cron": "0 9 * * mon", "after": "2025-12-14", "timezone": "Europe/Vienna"},
        {"n": ["2025-12-15T09:00:00+01:00"]},
    ),
    "SERVICE": ({"service": "order", "args": {"number": "$number$"}}, ...),
    "SET": ({"values": {"label": "order $number$"}}, {"label": "order 4711"}),
    "SLEEP": ({"ms": 1}, {}),
    "SORT": ({"list": "lines", "by": "sku"}, {"n": VARIABLES["lines"][::-1]}),
    "SQL": (
        {"sql": "SELECT COUNT(*) FROM def_workflow WHERE Name = :x", "params": {"x": "n"}, "mode": "value"},
        {"n": ...},
    ),
    "SWITCH": ({"value": "$country$", "cases": {"AT": "south"}}, {"n": "south"}),
    "TEMPLATE": ({"template": "~~country~~/$number$"}, {"n": "AT/4711"}),
    "TODO": ({"note": "later"}, {}),
    "UUID": ({}, {"n": ...}),
    "VALIDATE": ({"fields": {"total": {"type": "whole", "min": 1}}}, {}),
    "WORKFLOW": ({"workflow": "SUB", "returns": ["last"]}, {"last": 2}),
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A database with a workflow for each type, and what they reach outside."""
    folder = tmp_path_factory.mktemp("every")
    url = f"sqlite:///{folder / 'wf.db'}"
    with closing(Database(url, create=True)) as db:
        seed(db)
        insert_workflow(db, mark_rows(3)._replace(header=mark_rows(3).header._replace(workflow="SUB")))
        for kind, (data, _) in NODES.items():
            insert_workflow(db, rows(node("n", kind.lower(), data), code=f"E2E_{kind}"))
    (folder / "files").mkdir()
    with http_service() as http, mail_service() as mail:
        context = {"result": {**VARIABLES, "service": http.url}}
        (folder / "context.json").write_text(json.dumps(context), encoding="utf-8")
        yield SimpleNamespace(folder=folder, url=url, smtp=f"smtp://{HOST}:{mail.port}", mail=mail)


def test_every_type_is_there():
    assert set(NODES) == set(DATA_TYPES)


@pytest.mark.parametrize("kind", NODES)
def test_a_node_runs_from_the_command_line(kind, place):
    options = ["--context", "context.json", "--db", place.url, "--files", "files", "--smtp", place.smtp]
    process = wfperf("run", f"E2E_{kind}", *options, "--format", "json", cwd=place.folder)
    assert (process.returncode, process.stderr) == (0, "")
    (ran,) = json.loads(process.stdout)["nodes"]
    assert (ran["name"], ran["type"], ran["status"]) == ("n", kind, "done")
    hold(ran["writes"], NODES[kind][1])
    if kind == "FILE":
        assert (place.folder / "files" / "order.txt").read_text() == "4711"
    if kind == "EMAIL":
        assert [each.message["subject"] for each in place.mail.received] == ["order 4711"]
    if kind == "API":
        assert ran["writes"]["n"]["json"]["body"] == '{"number":"4711"}'


def hold(found, expected):
    """Compare what was written with what was to be; `...` is anything that is there."""
    if expected is ...:
        assert found not in (None, "", {}, [])
    elif isinstance(expected, dict):
        assert set(found) == set(expected)
        for name, value in expected.items():
            hold(found[name], value)
    else:
        assert found == expected


def test_what_ran_is_recorded(place):
    with closing(Database(place.url)) as db:
        before = db.value("SELECT COUNT(*) FROM runs")
        for option, more in (("--record", 1), ("--no-record", 0)):
            done = wfperf("run", "E2E_SET", "--db", place.url, "--context", "context.json", option, cwd=place.folder)
            assert done.returncode == 0
            assert db.value("SELECT COUNT(*) FROM runs") == before + more
            before += more
        assert (
            db.value("SELECT Writes FROM run_nodes WHERE WorkflowGuid = 'n' AND Type = 'SET'")
            == '{"label": "order 4711"}'
        )


def test_a_run_that_stops_shows_how_far_it_came(place):
    steps = [node("a", to=["b"]), node("b", "CALC", {"expression": "1 / 0"}, to=["c"]), node("c")]
    with closing(Database(place.url)) as db:
        insert_workflow(db, rows(*steps, code="STOPS"))
    process = wfperf("run", "STOPS", "--db", place.url, cwd=place.folder)
    assert process.returncode == 5
    assert process.stderr == (
        "wfperf: error: workflow 'STOPS', node 'b': CALC failed: NodeData field 'expression': cannot evaluate '1 / 0': "
        "ZeroDivisionError: division by zero\n"
    )
    assert [line.split()[:3] for line in process.stdout.splitlines() if line.startswith((" a ", " b ", " c "))] == [
        ["a", "SET", "done"],
        ["b", "CALC", "failed"],
        ["c", "SET", "stopped"],
    ]
    assert "1 nodes done, 0 skipped, 1 failed, 1 stopped" in process.stdout
    as_json = wfperf("run", "STOPS", "--db", place.url, "--format", "json", cwd=place.folder)
    assert as_json.returncode == 5
    assert json.loads(as_json.stdout)["error"] in as_json.stderr


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ["--files", "nowhere"],
            "there is no folder nowhere; --files takes an existing folder, the root of FILE nodes",
        ),
        (["--smtp", "http://user:geheim@host"], "cannot use the mail server's URL; write smtp://host:port"),
        (["--guid", "a\nb"], "--guid 'a\\nb' has characters that cannot be printed"),
    ],
)
def test_what_cannot_be_reached_is_told(place, options, told):
    process = wfperf("run", "E2E_SET", "--db", place.url, *options, cwd=place.folder)
    assert process.returncode == 2
    assert told in process.stderr
    assert "geheim" not in process.stderr


@pytest.mark.parametrize(("kind", "told"), [("FILE", "wfperf run --files"), ("EMAIL", "wfperf run --smtp")])
def test_a_node_without_its_outside_says_what_to_give(place, kind, told):
    process = wfperf("run", f"E2E_{kind}", "--db", place.url, "--context", "context.json", cwd=place.folder)
    assert process.returncode == 5
    assert told in process.stderr
