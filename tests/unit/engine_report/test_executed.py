import json

import pytest
from builders import engine, node, rows
from goldens import rendered

from wfperf.engine_report.executed import DEEPEST
from wfperf.engine_report.executed import executed as of_run
from wfperf.report.trace import trace_table
from wfperf.results.files import to_json
from wfperf.results.kinds import to_data


def executed(*nodes, variables=None):
    given = variables or {}
    with engine(rows(*nodes)) as started:
        result = started.run_workflow("W", context={"result": dict(given)})
    return of_run(result, configuration="original", package="core", given=given, duration_s=0.5)


def cells(trace):
    return [[str(cell) for cell in row] for row in trace_table(trace).rows]


def test_every_node_has_a_row_in_canonical_order_with_what_it_wrote():
    trace = executed(
        node("late", "CALC", {"expression": "a + 1", "into": "b"}, rank=30),
        node("first", "SET", {"values": {"a": 1, "text": 'a "word"\n'}}, to=["late"], rank=10),
    )
    assert [row[:3] for row in cells(trace)] == [["first", "SET", "done"], ["late", "CALC", "done"]]
    assert [row[4] for row in cells(trace)] == ['a = 1, text = "a \\"word\\"\\n"', "b = 2"]
    assert all(float(row[3]) >= 0 for row in cells(trace))


def test_a_skipped_node_shows_no_time_and_wrote_nothing():
    never = node("a", to=[("b", "False"), {"node": "c", "default": True}], split="first")
    trace = executed(never, node("b"), node("c"))
    assert [row[2] for row in cells(trace)] == ["done", "skipped", "done"]
    assert cells(trace)[1][3:] == ["", ""]
    assert trace_table(trace).notes[0].startswith("2 nodes done, 1 skipped; 500.000 ms in all")


def test_the_notes_count_given_and_new_variables():
    trace = executed(node("a", "SET", {"values": {"x": 2, "y": 3}}), variables={"x": 1, "z": 1})
    assert trace_table(trace).notes[1] == "3 variables at the end: 2 given, 1 new."


def test_one_line_a_node_whatever_it_wrote():
    trace = executed(node("a", "SET", {"values": {"long": "word " * 1000, "wide": "ü" * 500}}))
    lines = rendered([trace_table(trace)], 80).splitlines()
    assert max(map(len, lines)) <= 80
    assert len([line for line in lines if "SET" in line]) == 1


def test_names_from_a_database_do_not_steer_the_terminal():
    trace = executed(node("a\x1b[31m\x9b1m", "SET", {"values": {"k\x07": "\x1b]0;title\x07"}}))
    shown = rendered([trace_table(trace)], 120)
    assert not {each for each in shown if not each.isprintable()} - {"\n"}
    assert "a\\x1b[31m\\x9b1m" in shown


@pytest.mark.parametrize(
    ("expression", "given", "kept"),
    [
        ("1e308 * 10", {}, None),
        ("{1: 2}", {}, {"1": 2}),
        ("a", {"a": "\ud800"}, "\ud800"),
        ("(1, 2)", {}, [1, 2]),
        ("set(a)", {"a": [1]}, "{1}"),
    ],
    ids=["infinite", "number as key", "half a surrogate pair", "tuple", "set"],
)
def test_the_run_as_json_is_json_whatever_the_context_holds(expression, given, kept):
    trace = executed(node("n", "CALC", {"expression": expression}), variables=given)
    text = to_json(to_data(trace))
    data = json.loads(text.encode(), parse_constant=pytest.fail)
    assert data["context"]["result"]["n"] == data["nodes"][0]["writes"]["n"] == kept
    assert cells(trace)


def test_values_nested_deeper_than_any_renderer_goes_are_cut_and_say_so():
    deep = 1
    for _ in range(600):
        deep = [deep]
    trace = executed(node("n"), variables={"deep": deep})
    assert f"nested deeper than {DEEPEST} levels" in to_json(to_data(trace))
