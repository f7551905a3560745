"""JSON: parsed, dumped, and looked into."""

from __future__ import annotations

import pytest
from builders import run_node, told


class TestJson:
    def test_parses_a_text(self):
        assert run_node("JSON", {"op": "parse", "from": "t"}, {"t": '{"a": [1, null]}'}) == {"n": {"a": [1, None]}}

    def test_dumps_a_value_with_sorted_keys(self):
        assert run_node("JSON", {"op": "dump", "from": "v"}, {"v": {"b": "ä", "a": None}}) == {
            "n": '{"a": null, "b": "ä"}'
        }

    @pytest.mark.parametrize(("path", "value"), [([], {"a": [5]}), (["a"], [5]), (["a", 0], 5), (["a", -1], 5)])
    def test_gets_what_lies_at_a_path(self, path, value):
        assert run_node("JSON", {"op": "get", "from": "v", "path": path}, {"v": {"a": [5]}}) == {"n": value}

    @pytest.mark.parametrize(
        ("query", "answer"),
        [("a[0].b", 1), ("a[?b > `1`].b | [0]", 2), ("length(a)", 2), ("nowhere", None), ("a[].c", [])],
    )
    def test_a_query_is_jmespath(self, query, answer):
        value = {"a": [{"b": 1}, {"b": 2}]}
        assert run_node("JSON", {"op": "query", "from": "v", "query": query}, {"v": value}) == {"n": answer}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"op": "query", "from": "v"}, "NodeData.query: is missing"),
            ({"op": "query", "from": "v", "query": 3}, "NodeData.query: must be text, not a number"),
            ({"op": "query", "from": "v", "query": "a["}, "NodeData.query: not a JMESPath expression: "),
            (
                {"op": "query", "from": "v", "query": "nope(a)"},
                "'query': UnknownFunctionError: Unknown function: nope()",
            ),
            ({"op": "query", "from": "v", "query": "abs(a)"}, "'query': JMESPathTypeError: In function abs()"),
        ],
    )
    def test_a_query_that_cannot_be_used_is_told(self, data, why):
        assert why in told("JSON", data, {"v": {"a": "text"}})

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.op: is missing"),
            ({"op": "load"}, "NodeData.op: must be one of 'parse', 'dump', 'get', 'query', not 'load'"),
            ({"op": "parse"}, "NodeData.from: is missing"),
            ({"op": "parse", "from": "x"}, "'from' names the variable 'x', which nothing has written"),
            ({"op": "parse", "from": "v"}, "'from' names 'v', which must be str, not an object"),
            ({"op": "parse", "from": "bad"}, "'from': JSONDecodeError: Expecting value"),
            ({"op": "parse", "from": "deep"}, "'from': RecursionError"),
            ({"op": "dump", "from": "set"}, "'from': TypeError: Object of type set is not JSON serializable"),
            ({"op": "get", "from": "v"}, "NodeData.path: is missing"),
            ({"op": "get", "from": "v", "path": "a"}, "NodeData.path: must be a list, not text"),
            ({"op": "get", "from": "v", "path": ["a", 7, "b"]}, "'path': nothing at ['a', 7]"),
            ({"op": "get", "from": "v", "path": ["a", "b"]}, "'path': nothing at ['a', 'b']"),
            (
                {"op": "get", "from": "v", "path": [["a"]]},
                "NodeData.path[1]: must be text or a whole number, not a list",
            ),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        variables = {"v": {"a": [5]}, "bad": "nope", "deep": "[" * 100_000, "set": {1}}
        assert why in told("JSON", data, variables)
