"""Mistakes in the command line, in workflows, contexts and baselines: one line that says what to do."""

import json

import pytest
from builders import node, rows
from processes import wfperf
from refusals import NOTHING_MEASURED, refused, words

from wfperf.engine.database import Database
from wfperf.fixtures.seed import insert_workflow

# The command line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("frobnicate",), "No such command 'frobnicate'"),
        (("--frobnicate",), "No such option '--frobnicate'"),
        (("seed", "--format", "json"), "No such option '--format'"),
        (("run", "--format", "xml"), "'xml' is not one of 'table', 'json'"),
        (("run", "--config"), "Option '--config' requires an argument"),
        (("run", "typical", "large"), "unexpected extra argument (large)"),
        (("plan", "dispatch", "loading"), "unexpected extra argument (loading)"),
        (("verify", "--random", "-1"), "-1 is not in the range x>=0"),
        (("verify", "--seed", "x"), "'x' is not a valid integer"),
        (("profile", "--phase", "7"), "no configuration belongs to phase 7"),
        (("profile", "--runs", "0"), "0 is not in the range x>=1"),
        (("profile", "--profilers", "stopwatch"), "'stopwatch'"),
        (("profile", "--profilers", ""), "--profilers names no profiler"),
        (("profile", "--phase", "1", "--config", "optimized"), "exclude each other; give one"),
        (("compare", "--phase", "9"), "the plan has nothing in phase 9"),
        (("compare", "--blocks", "0"), "0 is not in the range x>=1"),
        (("compare", "--max-time", "soon"), "'soon' is not a valid float"),
        (("compare", "--fail-on", "rain"), "not 'rain'"),
        (("compare", "--all", "--only", "dispatch"), "exclude each other; give one"),
        (("gate", "--format", "xml"), "'xml' is not one of 'table', 'json'"),
    ],
    ids=words,
)
def test_a_wrong_option(tmp_path, arguments, says):
    assert says in refused(*arguments, cwd=tmp_path)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "typcal"), "no scenario 'typcal', and no workflow with this code in"),
        (("profile", "--benchmark", "typcal"), "no benchmark 'typcal'; did you mean 'typical'?"),
        (("run", "--config", "phse-1"), "no configuration 'phse-1'; did you mean 'phase-1'?"),
        (("profile", "--config", "phse-1"), "no configuration 'phse-1'; did you mean 'phase-1'?"),
        (("compare", "--only", "dispach"), "'dispach'"),
        (("plan", "dispach"), "the plan has nothing named 'dispach'; did you mean 'dispatch'?"),
        (
            ("run", "--package", "other", "PERF_TEST"),
            "workflow 'PERF_TEST' is not in package 'other'; give --package core",
        ),
    ],
    ids=words,
)
def test_an_unknown_name(tmp_path, seeded_url, arguments, says):
    assert says in refused(*arguments, cwd=tmp_path, WFPERF_DB=seeded_url)


# Workflows


def broken(database_url, *nodes):
    db = Database(database_url)
    insert_workflow(db, rows(*nodes, code="BROKEN"))
    db.close()


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        ((), "workflow 'BROKEN': has no nodes"),
        ((node("a", data="{oops"),), "node 'a' NodeData: not JSON: key must be a string"),
        ((node("a", data="[1]"),), "node 'a' NodeData: must be an object, not a list"),
        ((node("a", to='{"to": 5}'),), "node 'a' Branches.to: must be a list, not a number"),
        ((node("a", to=["b"]), node("b", to=["c"]), node("c", to=["b"])), "a cycle: 'b' -> 'c' -> 'b'"),
        ((node("a", to=["a"]),), "no start node"),
        ((node("a", to=["nowhere"]),), "node 'a' Branches: leads to 'nowhere', which is not a node of this workflow"),
        ((node("a", "TELEPORT"),), "node 'a' Type: unknown type 'TELEPORT'; known: ACL, AGGREGATE"),
        ((node("a", to=[("a", "1 +")], split="first"),), "node 'a' Branches.to[1].if: cannot parse '1 +'"),
    ],
    ids=["empty", "no JSON", "no object", "no list", "cycle", "loop", "dangling edge", "unknown type", "no expression"],
)
def test_a_broken_workflow(tmp_path, seeded_url, nodes, says):
    broken(seeded_url, *nodes)
    line = refused("run", "BROKEN", "--db", seeded_url, cwd=tmp_path)
    assert line.startswith("wfperf: error: workflow 'BROKEN': ")
    assert says in line


def test_all_problems_of_a_workflow_stand_numbered_on_one_line(tmp_path, seeded_url):
    broken(seeded_url, node("a", data="{oops"), node("b", "TELEPORT"), node("c", to=["nowhere"]))
    line = refused("run", "BROKEN", "--db", seeded_url, cwd=tmp_path)
    places = [line.index(part) for part in ("(1) node 'a' NodeData", "(2) node 'b' Type", "(3) node 'c' Branches")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("nodes", "says"),
    [
        ((node("a", "CALC", {"expression": "1 / 0"}),), "node 'a': CALC failed: NodeData field 'expression'"),
        ((node("a", "SERVICE", {"service": "x"}),), "'x', which is not registered; registered: order"),
        ((node("a", "SQL", {"sql": "SELECT nothing"}),), "cannot read sqlite:"),
        ((node("a", to=[("b", "False")], split="first"), node("b")), "none of its conditions holds ('False')"),
    ],
    ids=["expression", "service", "statement", "no branch"],
)
@pytest.mark.parametrize("configuration", ["original", "phase-3", "optimized"])
def test_a_workflow_that_fails(tmp_path, seeded_url, nodes, says, configuration):
    broken(seeded_url, *nodes)
    options = ("--db", seeded_url, "--config", configuration, "-o", "run.json")
    process = wfperf("run", "BROKEN", *options, cwd=tmp_path)
    assert process.returncode == NOTHING_MEASURED
    (line,) = process.stderr.splitlines()
    assert line.startswith("wfperf: error: workflow 'BROKEN', node 'a': ")
    assert says in line
    # What had happened until then is shown, and written where that was asked for.
    assert " failed " in process.stdout
    assert json.loads((tmp_path / "run.json").read_text())["error"] == line.removeprefix("wfperf: error: ")


# The context


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is not JSON: Expecting value at line 1, column 1"),
        (
            b'{\n  "result": {a}\n}',
            "is not JSON: Expecting property name enclosed in double quotes at line 2, column 14",
        ),
        (b"\xff\xfe", "is not JSON: 'utf-8' codec can't decode"),
        (b"[" * 200_000, "is nested too deeply"),
        (b"1" * 5000, "is not JSON: Exceeds the limit"),
        (b"[1, 2]", 'is a list; it must be an object: {"result": {'),
        (b'"text"', "is a text; it must be an object"),
        (b"null", "is null; it must be an object"),
        (b'{"order_number": "1"}', "has no object 'result'; put the variables into it: {\"result\": {"),
        (b'{"result": [1]}', "has no object 'result'"),
    ],
    ids=["empty", "syntax", "bytes", "deep", "digits", "list", "text", "null", "no result", "a list as result"],
)
def test_a_context_that_cannot_be_used(tmp_path, seeded_url, content, says):
    (tmp_path / "context.json").write_bytes(content)
    line = refused("run", "--context", "context.json", "--db", seeded_url, cwd=tmp_path)
    assert line.startswith("wfperf: error: the context context.json ")
    assert says in line


def test_a_context_file_that_is_missing_or_a_folder(tmp_path, seeded_url):
    for name, why in (("missing.json", "No such file or directory"), (".", "Is a directory")):
        line = refused("run", "--context", name, "--db", seeded_url, cwd=tmp_path)
        assert f"cannot read the context {name}: {why}; --context takes a JSON file" in line


def test_a_context_without_the_variables_that_the_scenario_needs(tmp_path, seeded_url):
    (tmp_path / "context.json").write_text('{"result": {}}')
    process = wfperf("run", "large", "--context", "context.json", "--db", seeded_url, cwd=tmp_path)
    assert process.returncode == NOTHING_MEASURED
    (line,) = process.stderr.splitlines()
    assert "workflow 'PERF_LARGE', node 'node1': CALC failed" in line
    assert "'counter' is not defined" in line


# The baseline


@pytest.mark.parametrize(
    "content",
    [None, "{oops", "[]", '{"kind": "comparison"}', '{"kind": "work-baseline", "schema_version": 99, "python": {}}'],
    ids=["missing", "no JSON", "no object", "another kind", "newer"],
)
def test_a_baseline_that_cannot_be_used(tmp_path, seeded_url, content):
    if content is not None:
        (tmp_path / "wfperf-baseline.json").write_text(content)
    assert "wfperf-baseline.json" in refused("gate", "--db", seeded_url, cwd=tmp_path)
