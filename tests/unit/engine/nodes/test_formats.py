"""JSON: parsed, dumped, and looked into."""

from __future__ import annotations

import pytest
from builders import failure, refusal, run_node


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
        [
            ("a[0].b", 1),
            ("a[?b > `1`].b | [0]", 2),
            ("length(a)", 2),
            ("nowhere", None),
            ("a[].c", []),
            ("merge(a[0], {c: `3`}, a[1])", {"b": 2, "c": 3}),
            ("max_by(a, &b).b", 2),
        ],
    )
    @pytest.mark.parametrize("driver", ["sequential", "concurrent", "dataflow"])
    def test_a_query_is_jmespath(self, query, answer, driver):
        data = {"op": "query", "from": "v", "query": query}
        assert run_node("JSON", data, {"v": {"a": [{"b": 1}, {"b": 2}]}}, driver=driver) == {"n": answer}

    def test_a_query_that_cannot_be_computed_fails_when_it_runs(self):
        assert failure("JSON", {"op": "query", "from": "v", "query": "abs(a)"}, {"v": {"a": "text"}}).startswith(
            "NodeData field 'query': JMESPathTypeError: In function abs(), invalid type"
        )

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.op: is missing"),
            ({"op": "load"}, "NodeData.op: must be one of 'parse', 'dump', 'get', 'query', not 'load'"),
            ({"op": "parse"}, "NodeData.from: is missing"),
            ({"op": "parse", "from": 3}, "NodeData.from: must be text, not a number"),
            ({"op": "parse", "from": "v", "path": []}, "NodeData.path: is not a field of this; known: into, from, op"),
            ({"op": "get", "from": "v"}, "NodeData.path: is missing"),
            ({"op": "get", "from": "v", "path": "a"}, "NodeData.path: must be a list, not text"),
            (
                {"op": "get", "form": "v", "from": "v", "path": []},
                "NodeData.form: is not a field of this; did you mean 'from'?",
            ),
            (
                {"op": "get", "from": "v", "path": [["a"]]},
                "NodeData.path[1]: must be text or a whole number, not a list",
            ),
            (
                {"op": "get", "from": "v", "path": ["a", 1.5]},
                "NodeData.path[2]: must be text or a whole number, not 1.5",
            ),
            ({"op": "query", "from": "v"}, "NodeData.query: is missing"),
            ({"op": "query", "from": "v", "query": 3}, "NodeData.query: must be text, not a number"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("JSON", data) == why

    @pytest.mark.parametrize(
        ("query", "why"),
        [
            ("a[", "it breaks off, at character 3 of 'a['"),
            ("nope(a)", "no function nope(); known: abs, avg, "),
            ("abs(a, b)", "arguments of abs() must be 1, not 2"),
            ("a[?b > nope(c)]", "no function nope(); known: abs, avg, "),
            ("", "it is empty"),
            ("a b", "Unexpected token: b, at character 3 of 'a b'"),
            ("a[?b == 'x", "Unclosed ' delimiter, at character 9 of "),
            ("merge()", "arguments of merge() must be 1 or more, not 0"),
            ("[&a]", "'&' makes an argument of a function, not a value"),
            ("[" * 5000, "nested too deeply"),
        ],
    )
    def test_a_query_that_cannot_be_used_is_refused(self, query, why):
        told = refusal("JSON", {"op": "query", "from": "v", "query": query})
        assert told.startswith(f"NodeData.query: not a JMESPath expression: {why}")

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (
                {"op": "parse", "from": "x"},
                "NodeData field 'from' names the variable 'x', which nothing has written",
            ),
            ({"op": "parse", "from": "v"}, "NodeData field 'from' names 'v', which must be str, not an object"),
            ({"op": "parse", "from": "bad"}, "NodeData field 'from': JSONDecodeError: Expecting value"),
            ({"op": "parse", "from": "deep"}, "NodeData field 'from': RecursionError"),
            (
                {"op": "dump", "from": "set"},
                "NodeData field 'from': TypeError: Object of type set is not JSON serializable",
            ),
            ({"op": "get", "from": "v", "path": ["a", 7, "b"]}, "NodeData field 'path': nothing at ['a', 7]"),
            ({"op": "get", "from": "v", "path": ["a", "b"]}, "NodeData field 'path': nothing at ['a', 'b']"),
        ],
    )
    def test_what_depends_on_the_variables_fails_when_it_runs(self, data, why):
        variables = {"v": {"a": [5]}, "bad": "nope", "deep": "[" * 100_000, "set": {1}}
        assert failure("JSON", data, variables).startswith(why)
