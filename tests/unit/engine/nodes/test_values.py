"""Nodes that compute values from values."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from builders import failure, run, run_node
from builders import node as row

from wfperf.engine.clock import FrozenClock


class TestSet:
    def test_every_text_is_filled_at_any_depth_and_keys_stay(self):
        values = {"t": "$a$", "n": 2, "l": ["~~a~~", None, {"$a$": "$a$"}]}
        assert run_node("SET", {"values": values}, {"a": 1}) == {"t": "1", "n": 2, "l": ["1", None, {"$a$": "1"}]}

    def test_runs_do_not_share_what_they_write(self):
        nodes = [row("n", "SET", {"values": {"l": [1]}}, to=["m"]), row("m", "SET", {"values": {}})]
        first = run(*nodes, buffer="tuned")
        first.nodes[0].writes["l"].append(2)
        assert run(*nodes, buffer="tuned").nodes[0].writes == {"l": [1]}

    @pytest.mark.parametrize("data", [{}, {"values": [1]}, {"values": None}])
    def test_values_must_be_an_object(self, data):
        assert "'values'" in failure("SET", data)


class TestCalc:
    def test_computes_over_the_variables_into_its_name_or_into(self):
        assert run_node("CALC", {"expression": "a * 2"}, {"a": 4}) == {"n": 8}
        assert run_node("CALC", {"expression": "a * 2", "into": "b"}, {"a": 4}) == {"b": 8}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "needs the field 'expression'"),
            ({"expression": 3}, "'expression' must be str, not int"),
            ({"expression": "1 +"}, "'expression': cannot parse '1 +'"),
            ({"expression": "b"}, "'expression': cannot evaluate 'b': NameNotDefined"),
            ({"expression": "a.b"}, "'expression': cannot parse 'a.b': no attributes"),
            ({"expression": "1", "into": 3}, "'into' must be str, not int"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in failure("CALC", data, {"a": 1})


class TestTemplate:
    def test_fills_both_styles_and_the_run_s_own_placeholders(self):
        template = "$a$ ~~a~~ $missing$ $guid$ $processguid$"
        text = run_node("TEMPLATE", {"template": template, "into": "t"}, {"A": 1})["t"]
        assert text.startswith("1 1 $missing$ run ")
        assert "$processguid$" not in text

    @pytest.mark.parametrize("data", [{}, {"template": 1}, {"template": None}])
    def test_template_must_be_text(self, data):
        assert "'template'" in failure("TEMPLATE", data)


class TestHash:
    @pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512", "sha3_256", "blake2b"])
    def test_digests_the_filled_text_in_utf_8(self, algorithm):
        writes = run_node("HASH", {"text": "$a$", "algorithm": algorithm}, {"a": "größe"})
        assert writes == {"n": hashlib.new(algorithm, "größe".encode()).hexdigest()}

    def test_sha256_unless_told_otherwise(self):
        assert run_node("HASH", {"text": ""}) == {"n": hashlib.sha256(b"").hexdigest()}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "needs the field 'text'"),
            ({"text": 3}, "'text' must be str"),
            ({"text": "a", "algorithm": "md5"}, "'algorithm' must be one of sha256, "),
            ({"text": "a", "algorithm": 3}, "'algorithm' must be str"),
            ({"text": "\ud800"}, "'text': UnicodeEncodeError"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in failure("HASH", data)


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
        ("data", "why"),
        [
            ({}, "needs the field 'op'"),
            ({"op": "load"}, "'op' must be one of parse, dump, get, not 'load'"),
            ({"op": "parse"}, "needs the field 'from'"),
            ({"op": "parse", "from": "x"}, "'from' names the variable 'x', which nothing has written"),
            ({"op": "parse", "from": "v"}, "'from' names 'v', which must be str, not dict"),
            ({"op": "parse", "from": "bad"}, "'from': JSONDecodeError: Expecting value"),
            ({"op": "parse", "from": "deep"}, "'from': RecursionError"),
            ({"op": "dump", "from": "set"}, "'from': TypeError: Object of type set is not JSON serializable"),
            ({"op": "get", "from": "v"}, "needs the field 'path'"),
            ({"op": "get", "from": "v", "path": "a"}, "'path' must be list, not str"),
            ({"op": "get", "from": "v", "path": ["a", 7, "b"]}, "'path': nothing at ['a', 7]"),
            ({"op": "get", "from": "v", "path": ["a", "b"]}, "'path': nothing at ['a', 'b']"),
            ({"op": "get", "from": "v", "path": [["a"]]}, "'path': nothing at [['a']]"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        variables = {"v": {"a": [5]}, "bad": "nope", "deep": "[" * 100_000, "set": {1}}
        assert why in failure("JSON", data, variables)


class TestDate:
    def test_now_is_the_engine_s_clock(self):
        clock = FrozenClock(datetime(2024, 2, 28, 1, 2, tzinfo=UTC))
        assert run_node("DATE", {"op": "now"}, clock=clock) == {"n": "2024-02-28T01:02:00+00:00"}

    @pytest.mark.parametrize(
        ("value", "days", "expected"),
        [
            ("2024-02-28", 2, "2024-03-01T00:00:00+00:00"),
            ("2024-03-01T12:00:00+02:00", -0.5, "2024-03-01T00:00:00+02:00"),
            ("$when$", 1, "2025-01-01T00:00:00+00:00"),
        ],
    )
    def test_adds_days(self, value, days, expected):
        assert run_node("DATE", {"op": "add", "value": value, "days": days}, {"when": "2024-12-31"}) == {"n": expected}

    def test_differences_are_days(self):
        data = {"op": "difference", "value": "2024-03-01T12:00", "since": "2024-02-28"}
        assert run_node("DATE", data) == {"n": 2.5}

    def test_formats(self):
        data = {"op": "format", "value": "2024-03-01", "format": "%d.%m.%Y"}
        assert run_node("DATE", data) == {"n": "01.03.2024"}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "needs the field 'op'"),
            ({"op": "sub"}, "'op' must be one of now, add, difference, format"),
            ({"op": "add", "days": 1}, "needs the field 'value'"),
            ({"op": "add", "value": "tomorrow", "days": 1}, "'value' must give an ISO 8601 date, not 'tomorrow'"),
            ({"op": "add", "value": "2024-01-01"}, "needs the field 'days'"),
            ({"op": "add", "value": "2024-01-01", "days": "1"}, "'days' must be int or float, not str"),
            ({"op": "add", "value": "2024-01-01", "days": True}, "'days' must be int or float, not bool"),
            ({"op": "add", "value": "9999-12-31", "days": 1}, "'days': OverflowError"),
            ('{"op": "add", "value": "2024-01-01", "days": NaN}', "'days': ValueError"),
            ({"op": "difference", "value": "2024-01-01"}, "needs the field 'since'"),
            ({"op": "difference", "value": "2024-01-01", "since": "?"}, "'since' must give an ISO 8601 date"),
            ({"op": "format", "value": "2024-01-01"}, "needs the field 'format'"),
            ({"op": "format", "value": "2024-01-01", "format": "\ud800"}, "'format': UnicodeEncodeError"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in failure("DATE", data)
