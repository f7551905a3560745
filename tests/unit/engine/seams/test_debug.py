"""Debugging: the same messages when on, none when off."""

from __future__ import annotations

import pytest
from builders import CODE, engine, node, rows

from wfperf.engine.config import IMPLEMENTATIONS


@pytest.mark.parametrize("name", IMPLEMENTATIONS["debug"])
def test_says_what_runs_when_debugging_is_on_and_nothing_when_off(name):
    with engine(rows(node("a", to=["b"]), node("b", "CALC", {"expression": "1"})), debug=name) as started:
        said = []
        started.log = said.append
        started.run_workflow(CODE)
        assert said == []
        started.do_debug = True
        started.run_workflow(CODE)
        assert said == ["Node type SET", "Run a node a", "Node type CALC", "Run a node b"]


@pytest.mark.parametrize("name", IMPLEMENTATIONS["debug"])
def test_messages_take_arguments_and_callables(name):
    with engine(debug=name) as started:
        said = []
        started.log, started.do_debug = said.append, True
        started.debug("Node type", "SET", 3)
        started.debug(lambda: "expensive", 1)
        started.debug(None)
    assert said == ["Node type SET 3", "expensive 1", "None"]


@pytest.mark.parametrize(("name", "evaluated"), [("original", 1), ("proposed", 0)])
def test_a_callable_is_evaluated_when_debugging_is_off_by_original_only(name, evaluated):
    called = []
    with engine(debug=name) as started:
        started.debug(lambda: called.append("message"))
    assert len(called) == evaluated
