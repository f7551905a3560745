"""What is drawn: of every sort, enough of each, and the same for the same seed."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from functools import partial
from random import Random

import pytest
from builders import create_schema, default, node, rows

from wfperf.engine.database import Database
from wfperf.engine.nodes import DATA_TYPES
from wfperf.equivalence.bench import Bench
from wfperf.equivalence.cases import WorkflowCase
from wfperf.equivalence.coverage import EDGES, ENDS, JOINS, KINDS, NODE_TYPES, SPLITS, Coverage
from wfperf.equivalence.outcome import failed
from wfperf.equivalence.outside import outside
from wfperf.equivalence.templates import adversarial_templates, random_template
from wfperf.equivalence.workflows import MAX_NODES, conditions, random_workflow

DRAWS = 300


def draws(draw, seed=1, count=DRAWS):
    rng = Random(seed)
    return [draw(rng) for _ in range(count)]


def nodes(case):
    return case.rows.nodes


@pytest.fixture(scope="module")
def ran():
    """Random workflows, and what each comes to on the original engine."""
    with (
        outside() as reach,
        closing(Database("sqlite://")) as db,
        Bench(db, {"original": {}}, staged=True, reach=reach) as bench,
    ):
        create_schema(db)
        cases = draws(partial(random_workflow, service=reach.service))
        return [(case, bench.outcomes(case, ["original"])["original"]) for case in cases]


def runs(outcomes):
    """Return every single run of the outcomes that are results."""
    for outcome in outcomes:
        if not failed(outcome):
            yield from outcome.values() if "run 1" in outcome else [outcome]


@pytest.mark.parametrize("draw", [random_workflow, random_template])
def test_the_seed_decides(draw):
    assert repr(draws(draw, 1, 20)) == repr(draws(draw, 1, 20))
    assert repr(draws(draw, 1, 20)) != repr(draws(draw, 2, 20))


def test_without_a_mail_server_nothing_else_is_drawn():
    without = draws(partial(random_workflow, mail=False))
    sent = 0
    for case, other in zip(draws(random_workflow), without, strict=True):
        for row, same in zip(nodes(case), nodes(other), strict=True):
            if row.type.upper() == "EMAIL" and same.type.upper() == "NULL":
                sent += 1
            else:
                assert row == same
    assert sent > 10


def test_many_run_to_their_end_and_many_fail(ran):
    failing = sum(failed(outcome) for _, outcome in ran)
    assert DRAWS / 5 < failing < DRAWS / 2


def test_failures_are_of_every_sort(ran):
    errors = {outcome["error"] for _, outcome in ran if "error" in outcome}
    assert errors == {*KINDS[ENDS], "DatabaseError"}


def test_every_node_type_is_run(ran):
    done = Counter(
        each["type"]
        for run in runs(outcome for _, outcome in ran)
        for each in run["nodes"].values()
        if each["status"] == "done"
    )
    assert set(done) == set(DATA_TYPES)


def test_coverage_tells_what_ran_and_which_edges_were_taken(ran):
    coverage = Coverage()
    for case, outcome in ran:
        coverage.count(case.rows.nodes, outcome)
    assert [each.missing for each in coverage.covered()] == [()] * len(KINDS)


def test_coverage_counts_by_hand():
    flow = rows(
        node("s", to=[("a", "True"), ("b", "True"), default("c")], split="matching"),
        node("a", "CALC", {"expression": "1 / 0"}, to=["g", {"node": "h", "error": True}]),
        node("b", to=["g"]),
        node("c", to=["g"]),
        node("h", to=["g"]),
        node("g", "GATE", {"join": "any"}, to=["x", "y"]),
        node("x", to=["z"]),
        node("y", to=["z"]),
        node("z"),
    )
    case = WorkflowCase(flow, {})
    with closing(Database("sqlite://")) as db, Bench(db, {"original": {}}, staged=True) as bench:
        create_schema(db)
        outcome = bench.outcomes(case, ["original"])["original"]
    coverage = Coverage()
    coverage.count(flow.nodes, outcome)
    met = {each.sort: {name: times for name, times in each.met.items() if times} for each in coverage.covered()}
    assert met == {
        NODE_TYPES: {"CALC": 1, "GATE": 1, "SET": 6},
        EDGES: {"if": 2, "error": 1, "unconditional": 6},
        SPLITS: {"matching": 1, "all": 1},
        JOINS: {"any": 1, "or": 1},
        ENDS: {},
    }


def test_sizes_ranks_splits_and_conditions_vary(ran):
    cases = [case for case, _ in ran]
    assert {len(nodes(case)) for case in cases} == set(range(1, MAX_NODES + 1))
    columns = [json.loads(row.branches) for case in cases for row in nodes(case) if row.branches not in ("", "{}")]
    assert {each.get("split") for each in columns} >= {"all", "first", None}
    edges = [edge for each in columns for edge in each.get("to", [])]
    for kind in ("if", "sql", "error", "default"):
        assert any(kind in edge for edge in edges)
    assert any(edge.get("default") for edge in edges)
    assert {row.is_async for case in cases for row in nodes(case)} == {0, 1}
    assert {len(case.guids) for case in cases} == {1, 2}
    assert any(case.neighbour for case in cases)
    assert {case.do_debug for case in cases} == {True, False}


def test_nodes_are_skipped_and_joined(ran):
    all_runs = list(runs(outcome for _, outcome in ran))
    assert any(each["status"] == "skipped" for run in all_runs for each in run["nodes"].values())
    joins = 0
    for case, _ in ran:
        into = Counter(edge["node"].lower() for row in nodes(case) for edge in edges_of(row))
        joins += any(count > 1 for count in into.values())
    assert joins > DRAWS / 4


def edges_of(row):
    try:
        branches = json.loads(row.branches or "{}")
    except ValueError:
        return []
    return branches.get("to", []) if isinstance(branches, dict) else []


def test_branches_write_the_same_keys(ran):
    for run in runs(outcome for _, outcome in ran):
        written = Counter(key for each in run["nodes"].values() for key in each["writes"])
        if any(count > 1 for count in written.values()):
            return
    pytest.fail("no run wrote a key twice")


def test_templates_hold_what_breaks_substitutions():
    templates = [*adversarial_templates(), *draws(random_template)]
    texts = {case.text for case in templates}
    assert {"$a$b$", "$a$5$b$", "$$", "~~~~", ""} <= texts
    variables = [each for case in templates for each in (case.variables or {}).items()]
    keys = {key for key, _ in variables}
    assert {"", "Key", "KEY", "a.*", "(a|b)+", "ключ", "İ", "a$b"} <= keys
    values = [value for _, value in variables]
    assert None in values
    assert any(isinstance(value, dict) for value in values)
    assert any(isinstance(value, str) and "\\" in value for value in values)
    assert any(isinstance(value, str) and "$a$" in value for value in values)
    assert any(len({key.lower() for key in case.variables or {}}) < len(case.variables or {}) for case in templates)


def test_plain_templates_are_drawn_too():
    plain = [case for case in draws(random_template) if "$" not in str(case.variables) and "$" in case.text]
    assert len(plain) > DRAWS / 10


def test_the_fixed_conditions_are_two_runs_and_a_neighbour():
    twice, beside = conditions()
    assert len(twice.guids) == 2
    assert beside.neighbour.header.package != beside.rows.header.package
    assert beside.neighbour.header.workflow == beside.rows.header.workflow
