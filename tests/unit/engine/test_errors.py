"""Errors say what is wrong and where, on one line."""

from __future__ import annotations

import pytest

from wfperf.engine.errors import (
    DatabaseError,
    DeadlockError,
    ExpressionError,
    NodeDataError,
    NodeExecutionError,
    NoMatchingBranchError,
    Problem,
    RunError,
    WorkflowDefinitionError,
    describe,
)
from wfperf.errors import ExitCode


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        (ValueError("a\n  b"), "ValueError: a b"),
        (ValueError(), "ValueError"),
        (KeyError("a"), "KeyError: 'a'"),
        (NodeDataError("field 'a'"), "field 'a'"),
        (ExpressionError("cannot parse"), "cannot parse"),
    ],
)
def test_a_cause_is_told_on_one_line_with_its_type_where_that_says_more(cause, text):
    assert describe(cause) == text


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("a", "Type", "is odd"), "node 'a' Type: is odd"),
        (Problem("a", "", "is odd"), "node 'a': is odd"),
        (Problem("", "", "is odd"), "is odd"),
    ],
)
def test_a_problem_says_where_it_stands(problem, text):
    assert str(problem) == text


def test_a_definition_s_problems_are_numbered_where_there_are_several():
    one, other = Problem("a", "Type", "is odd"), Problem("", "", "has no nodes")
    assert str(WorkflowDefinitionError("W", [one])) == "workflow 'W': node 'a' Type: is odd"
    error = WorkflowDefinitionError("W", [one, other])
    assert str(error) == "workflow 'W': (1) node 'a' Type: is odd; (2) has no nodes"
    assert error.problems == (one, other)


def test_every_error_carries_its_exit_code():
    assert WorkflowDefinitionError("W", []).exit_code is ExitCode.USAGE
    assert DatabaseError("x").exit_code is ExitCode.USAGE
    for error in (
        RunError("W", "a", "m"),
        NoMatchingBranchError("W", "a", "m"),
        DeadlockError("W", "a", "m"),
        NodeExecutionError("W", "a", "SET", ValueError()),
    ):
        assert error.exit_code is ExitCode.NOTHING_MEASURED
