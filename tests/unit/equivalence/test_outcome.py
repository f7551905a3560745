"""Outcomes: what counts as equal, and how a difference is told."""

from __future__ import annotations

import math
from collections import OrderedDict

import pytest
from builders import engine, node, rows
from hypothesis import given
from hypothesis import strategies as st

from wfperf.engine.errors import RunError
from wfperf.equivalence.outcome import differing, failed, observe, run_outcome, same
from wfperf.results.difference import Difference, text_differences, written

EQUAL = [
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ({"a": {"x": 1, "y": [1]}}, OrderedDict(a=OrderedDict(y=[1], x=1))),
    ({"a": math.nan}, {"a": float("nan")}),
    ({"a": {1, 2, 3}}, {"a": {3, 2, 1}}),
]
UNEQUAL = [
    ({"a": 1}, {"a": True}),
    ({"a": 1}, {"a": 1.0}),
    ({"a": "1"}, {"a": 1}),
    ({"a": [1, 2]}, {"a": [2, 1]}),
    ({"a": [1]}, {"a": (1,)}),
    ({"a": None}, {}),
    ({"1": "a"}, {1: "a"}),
    ({"a": "x', 'b': 'y"}, {"a": "x", "b": "y"}),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_outcomes(one, other):
    assert same(one, other)
    assert written(one) == written(other)
    assert differing(one, other) == ()


@pytest.mark.parametrize(("one", "other"), UNEQUAL)
def test_unequal_outcomes(one, other):
    assert not same(one, other)
    assert differing(one, other)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=2), inner, max_size=3)),
    max_leaves=8,
)
outcomes = st.dictionaries(st.text(max_size=2), json_values, max_size=4)


@given(outcomes, outcomes)
def test_two_outcomes_are_the_same_exactly_where_there_is_no_difference(one, other):
    assert same(one, other) == (differing(one, other) == ())
    assert same(one, one)


def test_a_difference_says_where_it_is():
    expected = {"nodes": {"a": {"writes": {"x": [1]}}}, "same": 0, "only here": "e"}
    got = {"nodes": {"a": {"writes": {"x": [2]}}}, "same": 0, "only there": None}
    assert differing(expected, got) == (
        Difference("nodes, a, writes, x", "[1]", "[2]"),
        Difference("only here", "'e'", "nothing"),
        Difference("only there", "nothing", "None"),
    )


def test_a_failure_instead_of_a_result_is_one_difference():
    failure = {"error": "KeyError", "node": "", "message": "'x'"}
    with engine(rows(node("a"))) as started:
        result = run_outcome(started.run_workflow("W"))
    assert differing(result, failure) == (Difference("", "a result", "KeyError: 'x'"),)
    assert differing({"run 1": failure}, {"run 1": result}) == (Difference("run 1", "KeyError: 'x'", "a result"),)


@pytest.mark.parametrize("got", ["{}", "5", '{"total": 5}', '{"error": "none", "message": "", "more": 1}'])
def test_a_result_of_one_s_own_that_speaks_of_an_error_is_no_failure(got):
    assert text_differences('{"error": "none"}', got)
    assert text_differences(got, '{"error": "none"}')


def test_whatever_is_raised_is_an_outcome():
    def fail():
        raise RunError("W", "n", "stopped")

    assert observe(fail) == {"error": "RunError", "node": "n", "message": "workflow 'W', node 'n': stopped"}
    assert observe(lambda: {"text": 1 / 0})["error"] == "ZeroDivisionError"
    assert observe(lambda: {"text": "fine"}) == {"text": "fine"}


def test_an_interruption_is_no_outcome():
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        observe(interrupt)


def test_a_failure_is_found_in_any_of_several_runs():
    failure = observe(lambda: {"text": 1 / 0})
    assert failed(failure)
    assert failed({"run 1": {"guid": "a"}, "run 2": failure})
    assert not failed({"run 1": {"guid": "a"}, "text": "error"})


def test_a_run_s_outcome_has_all_of_its_result_but_the_durations():
    workflow = rows(node("b", to=[("c", "False"), {"node": "d", "default": True}], split="first"), node("c"), node("d"))
    with engine(workflow) as started:
        result = started.run_workflow("W", guid="g", context={"result": {"a": 1}})
    outcome = run_outcome(result)
    assert outcome["order"] == ["b", "c", "d"]
    assert [each["status"] for each in outcome["nodes"].values()] == ["done", "skipped", "done"]
    assert outcome["context"] == {"result": {"a": 1}}
    assert (outcome["workflow"], outcome["guid"], outcome["process guid"]) == ("W", "g", result.process_guid)
    assert "duration" not in repr(outcome)
