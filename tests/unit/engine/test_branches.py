"""Branches: every kind of edge, and every mistake with its path."""

from __future__ import annotations

import json

import pytest

from wfperf.engine.branches import SqlMatch, parse_branches
from wfperf.faults import FaultsError


def faults(text):
    with pytest.raises(FaultsError) as caught:
        parse_branches(text if isinstance(text, str) else json.dumps(text))
    return list(caught.value.faults)


def test_an_empty_column_leads_nowhere():
    assert parse_branches("") == parse_branches("{}") == parse_branches('{"to": []}')
    assert parse_branches("").targets == ()


def test_every_kind_of_edge():
    edges = [
        {"node": "E", "error": True},
        {"node": "D", "default": True},
        {"node": "A"},
        {"node": "B", "if": "x > 1"},
        {"node": "C", "sql": "SELECT :x", "params": {"x": "$y$"}, "matches": "^a+$"},
    ]
    branches = parse_branches(json.dumps({"split": "matching", "to": edges}))
    assert (branches.split, branches.default, branches.errors) == ("matching", "d", ("e",))
    assert [edge.target for edge in branches.edges] == ["a", "b", "c"]
    plain, expression, sql = (edge.condition for edge in branches.edges)
    assert plain is None
    assert expression.text == "x > 1"
    assert isinstance(sql, SqlMatch)
    assert (sql.sql, sql.params, sql.pattern.pattern) == ("SELECT :x", {"x": "$y$"}, "^a+$")
    assert sql.text == "SELECT :x ~ ^a+$"
    assert branches.targets == ("a", "b", "c", "d", "e")


@pytest.mark.parametrize("split", ["all", "first", "matching"])
def test_every_split_takes_error_edges_and_plain_ones(split):
    branches = parse_branches(json.dumps({"split": split, "to": [{"node": "a"}, {"node": "e", "error": True}]}))
    assert ([edge.target for edge in branches.edges], branches.errors) == (["a"], ("e",))


def test_targets_are_told_once_each():
    edges = [{"node": "a", "if": "x"}, {"node": "A"}, {"node": "a", "default": True}, {"node": "a", "error": True}]
    assert parse_branches(json.dumps({"split": "first", "to": edges})).targets == ("a",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nonsense", ("", "not JSON: expected ident at line 1 column 2")),
        ("[]", ("", "must be an object, not a list")),
        ({"towards": []}, ("towards", "is not a field of this; known: split, to")),
        ({"to": "a"}, ("to", "must be a list, not text")),
        ({"to": ["a"]}, ("to[1]", "must be an object, not text")),
        ({"to": [{"node": 1}]}, ("to[1].node", "must be text, not a number")),
        ({"to": [{"if": "a"}], "split": "first"}, ("to[1].node", "is missing")),
        ({"to": [{"node": "a", "when": "b"}]}, ("to[1].when", "is not a field of this")),
        ({"split": "some"}, ("split", "must be 'all', 'first' or 'matching', not 'some'")),
        ({"split": "first", "to": [{"node": "a", "if": 1}]}, ("to[1].if", "must be text, not a number")),
        (
            {"split": "first", "to": [{"node": "a", "if": "b.c"}]},
            ("to[1].if", "cannot parse 'b.c': no attributes; write ['c'] for .c"),
        ),
        ({"to": [{"node": "a", "default": 1}]}, ("to[1].default", "must be true or false, not a number")),
        (
            {"split": "first", "to": [{"node": "a", "if": "b", "default": True}]},
            ("to[1]", "has more than one of 'if', 'sql', 'default' and 'error'"),
        ),
        (
            {"split": "first", "to": [{"node": "a", "if": "b", "sql": "SELECT 1", "matches": "1"}]},
            ("to[1]", "has more than one of 'if', 'sql', 'default' and 'error'"),
        ),
        (
            {"to": [{"node": "b"}, {"node": "a", "default": True, "error": True}]},
            ("to[2]", "has more than one of 'if', 'sql', 'default' and 'error'"),
        ),
        (
            {"split": "matching", "to": [{"node": "a", "sql": "SELECT 1", "matches": "1", "error": True}]},
            ("to[1]", "has more than one of 'if', 'sql', 'default' and 'error'"),
        ),
        (
            {"to": [{"node": "a", "sql": "SELECT 1", "matches": "1"}]},
            ("to[1]", "has a condition, but split 'all' takes every edge; use split 'first' or 'matching'"),
        ),
        (
            {"split": "first", "to": [{"node": "a", "sql": 1, "matches": "1"}]},
            ("to[1].sql", "must be text, not a number"),
        ),
        (
            {"split": "first", "to": [{"node": "a", "sql": "SELECT 1", "matches": "1", "params": [1]}]},
            ("to[1].params", "must be an object, not a list"),
        ),
        (
            {"split": "first", "to": [{"node": "a", "sql": "SELECT 1", "matches": 1}]},
            ("to[1].matches", "must be text, not a number"),
        ),
        ({"to": [{"node": "a", "error": None}]}, ("to[1].error", "must be true or false, not null")),
        ({"splits": "first"}, ("splits", "is not a field of this; did you mean 'split'?")),
        (
            {"to": [{"node": "a", "if": "b"}]},
            ("to[1]", "has a condition, but split 'all' takes every edge; use split 'first' or 'matching'"),
        ),
        (
            {"to": [{"node": "a", "default": True}]},
            ("to[1]", "is the default, but split 'all' takes every edge; use split 'first' or 'matching'"),
        ),
        (
            {"split": "first", "to": [{"node": "a", "default": True}, {"node": "b", "default": True}]},
            ("to[2].default", "to[1] is the default already"),
        ),
        (
            {"split": "first", "to": [{"node": "a", "sql": "SELECT 1"}]},
            ("to[1]", "'sql' and 'matches' go together: the query, and the pattern that its value matches"),
        ),
        (
            {"split": "first", "to": [{"node": "a", "matches": "1"}]},
            ("to[1]", "'sql' and 'matches' go together: the query, and the pattern that its value matches"),
        ),
        ({"to": [{"node": "a", "params": {}}]}, ("to[1].params", "has no 'sql' to be bound to")),
        (
            {"split": "first", "to": [{"node": "a", "sql": "SELECT 1", "matches": "(?=x)"}]},
            ("to[1].matches", "not a regular expression: invalid perl operator: (?="),
        ),
    ],
)
def test_a_mistake_is_told_with_its_path(text, told):
    assert faults(text) == [told]


def test_all_mistakes_are_told_at_once():
    found = faults({"split": "some", "to": [{"nodes": "a"}, {"node": "b", "if": "("}, {"node": "c", "matches": "("}]})
    assert [path for path, _ in found] == ["split", "to[1].node", "to[1].nodes", "to[2].if", "to[3].matches"]
    found = faults(
        {"to": [{"node": "a", "if": "x"}, {"node": "b", "default": True, "error": True}, {"node": "c", "params": {}}]}
    )
    assert [path for path, _ in found] == ["to[1]", "to[2]", "to[3].params"]
