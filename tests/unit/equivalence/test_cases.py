"""Cases: what they come to on an engine, what a reader sees of them, and how they get smaller."""

from __future__ import annotations

from dataclasses import replace

import pytest
from builders import engine, node, rows

from wfperf.equivalence.cases import TemplateCase, WorkflowCase
from wfperf.equivalence.shrink import shrink

CHAIN = rows(
    node("a", "SET", {"values": {"x": "$v$"}}, to=["b"]),
    node("b", "LOG", {"message": "$x$"}, to=[("c", "x == 1"), {"node": "d", "default": True}], split="first"),
    node("c", "SLEEP", {"ms": 0}, to=["d"], is_async=1),
    node("d", "TEMPLATE", {"template": "$x$!"}),
    process_guid_sql="SELECT 'p-' || :guid",
)
CASE = WorkflowCase(CHAIN, {"v": "w"})


def outcome(case, said=None, **seams):
    with engine(**seams) as started:
        case.stage(started.db)
        return case.outcome(started, [] if said is None else said)


def test_a_template_is_filled():
    assert outcome(TemplateCase("$a$ ~~B~~ ~~b~~ $processguid$", {"a": 1, "B": 2})) == {
        "filled text": "1 ~~B~~ 2 process"
    }
    assert outcome(TemplateCase("$guid$ $a$", None)) == {"filled text": "run $a$"}
    assert outcome(TemplateCase("x", {1: "a key that is no text"}))["error"] == "AttributeError"


def test_a_workflow_runs_to_all_that_it_leaves():
    left = outcome(CASE)
    assert left["process guid"] == "p-run"
    assert left["nodes"]["c"]["status"] == "skipped"
    assert left["context"] == {"result": {"v": "w", "x": "w", "d": "w!"}}
    assert left["input afterwards"] == {"result": {"v": "w"}}


def test_a_failure_is_told_by_type_node_and_message():
    broken = replace(CASE, rows=rows(node("n", "CALC", {"expression": "nowhere"})))
    left = outcome(broken)
    assert (left["error"], left["node"]) == ("NodeExecutionError", "n")
    assert "'nowhere' is not defined" in left["message"]


def test_two_runs_are_on_one_engine():
    case = replace(CASE, guids=("one", "two"))
    assert [run["process guid"] for run in outcome(case).values()] == ["p-one", "p-two"]
    assert [run["process guid"] for run in outcome(case, buffer="proposed").values()] == ["p-one", "p-one"]


def test_every_case_begins_with_a_cold_engine():
    with engine(buffer="proposed") as started:
        CASE.stage(started.db)
        guids = [replace(CASE, guids=(guid,)).outcome(started, [])["process guid"] for guid in ("one", "two")]
    assert guids == ["p-one", "p-two"]


def test_a_neighbour_has_the_name_in_another_package():
    case = replace(CASE, neighbour=rows(node("other"), package="elsewhere"))
    assert outcome(case) == outcome(CASE)
    assert outcome(case, loading="proposed")["error"] == "WorkflowDefinitionError"
    assert outcome(CASE, loading="proposed") == outcome(CASE)


def test_staging_takes_the_place_of_what_was_there():
    with engine() as started:
        for case in (replace(CASE, neighbour=rows(node("other"), package="elsewhere")), CASE):
            case.stage(started.db)
        assert started.db.rows("SELECT DISTINCT Package FROM def_workflow") == [("core",)]


def test_debug_messages_are_part_of_the_outcome_whatever_their_order():
    said = []
    with engine() as started:
        started.log = said.append
        quiet, loud = (replace(CASE, do_debug=debug) for debug in (False, True))
        loud.stage(started.db)
        assert quiet.outcome(started, said)["messages"] == []
        messages = loud.outcome(started, said)["messages"]
    assert messages == sorted(messages)
    assert "Run a node a" in messages


def test_what_an_engine_does_to_its_input_is_seen_and_reaches_no_other():
    case = WorkflowCase(rows(node("n", "AGGREGATE", {"list": "l", "op": "count"})), {"l": [2, 1]})
    with engine() as started:
        case.stage(started.db)
        find = started.find

        def scribbling(kind):
            def execute(call):
                call.variables["l"].append("scribbled")
                return find(kind)(call)

            return execute

        started.find = scribbling
        assert case.outcome(started, [])["input afterwards"] == {"result": {"l": [2, 1, "scribbled"]}}
    assert case.variables == {"l": [2, 1]}


def test_a_prepared_workflow_is_not_run():
    left = outcome(replace(CASE, prepare_only=True))
    assert set(left) == {"process_guid", "header", "nodes", "input afterwards"}


def test_a_reader_sees_template_context_and_guids_where_they_matter():
    assert TemplateCase("$b$\\", {"b": None, "a": "'"}).facts() == (
        ("template", "'$b$\\\\'"),
        ("context", "{'b': None, 'a': \"'\"}"),
    )
    assert TemplateCase("$guid$", None).facts()[1:] == (
        ("context", "none"),
        ("guids", "guid 'run', processguid 'process'"),
    )


def test_a_reader_sees_nodes_edges_and_conditions():
    case = replace(
        CASE,
        guids=("one", "two"),
        neighbour=rows(node("other"), package="elsewhere"),
        do_debug=True,
    )
    assert case.facts() == (
        ("a", 'SET {"values": {"x": "$v$"}} -> b'),
        ("b", 'LOG {"message": "$x$"} -> first of c if x == 1, d by default'),
        ("c", 'SLEEP {"ms": 0} -> d (Async)'),
        ("d", 'TEMPLATE {"template": "$x$!"}'),
        ("context", "{'v': 'w'}"),
        ("process guid", "SELECT 'p-' || :guid"),
        ("runs", "on one engine, with the guids 'one', 'two'"),
        ("beside it", "a workflow of the same name in package 'elsewhere'"),
        ("its other", 'SET {"values": {}}'),
        ("debugging", "on"),
    )


def test_a_reader_sees_a_broken_column_as_it_stands():
    assert replace(CASE, rows=rows(node("a", to="{"))).facts()[0] == ("a", 'SET {"values": {}} -> {')


@pytest.mark.parametrize(
    "case",
    [
        TemplateCase("$a$ and ~~b~~", {"a": "xyz", "b": {"c": [1, "two"]}}),
        replace(CASE, guids=("1", "2"), neighbour=CHAIN, do_debug=True),
        replace(CASE, rows=rows(node("a", data="{", to="["), node("b", data="[]"))),
    ],
)
def test_getting_smaller_ends_with_next_to_nothing(case):
    smallest = shrink(case, lambda each: each.smaller(), lambda _: True, max_tries=100_000)
    assert list(smallest.smaller()) == []
    assert smallest.weight() < case.weight()
    assert smallest.weight()[0] <= 1


def test_a_workflow_shrinks_to_the_nodes_that_matter():
    def fails(case):
        return "!" in str(outcome(case).get("context"))

    smallest = shrink(replace(CASE, guids=("one",), do_debug=True), lambda each: each.smaller(), fails)
    assert smallest.facts() == (("d", 'TEMPLATE {"template": "!"}'), ("context", "{}"))


def test_a_node_between_two_that_matter_is_taken_out_without_cutting_them_apart():
    def fails(case):
        nodes = outcome(case).get("nodes", {})
        return all(nodes.get(name, {}).get("status") == "done" for name in ("a", "d"))

    smallest = shrink(CASE, lambda each: each.smaller(), fails)
    assert [label for label, _ in smallest.facts()] == ["a", "d", "context"]
    assert smallest.facts()[0] == ("a", 'SET {"values": {}} -> d')
