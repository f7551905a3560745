"""Nodes that compute values from values."""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest
from builders import engine, rows, run, run_node, told
from builders import node as row
from hypothesis import given
from hypothesis import strategies as st


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
        assert "NodeData.values: " in told("SET", data)


class TestCalc:
    def test_computes_over_the_variables_into_its_name_or_into(self):
        assert run_node("CALC", {"expression": "a * 2"}, {"a": 4}) == {"n": 8}
        assert run_node("CALC", {"expression": "a * 2", "into": "b"}, {"a": 4}) == {"b": 8}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.expression: is missing"),
            ({"expression": 3}, "NodeData.expression: must be text, not a number"),
            ({"expression": "1 +"}, "NodeData.expression: cannot parse '1 +'"),
            ({"expression": "b"}, "'expression': cannot evaluate 'b': NameNotDefined"),
            ({"expression": "a.b"}, "NodeData.expression: cannot parse 'a.b': no attributes"),
            ({"expression": "1", "into": 3}, "NodeData.into: must be text, not a number"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in told("CALC", data, {"a": 1})


class TestTemplate:
    def test_fills_both_styles_and_the_run_s_own_placeholders(self):
        template = "$a$ ~~a~~ $missing$ $guid$ $processguid$"
        text = run_node("TEMPLATE", {"template": template, "into": "t"}, {"A": 1})["t"]
        assert text.startswith("1 1 $missing$ run ")
        assert "$processguid$" not in text

    @pytest.mark.parametrize("data", [{}, {"template": 1}, {"template": None}])
    def test_template_must_be_text(self, data):
        assert "NodeData.template: " in told("TEMPLATE", data)


class TestUuid:
    def test_equal_runs_give_equal_ids_and_everything_else_another(self):
        nodes = [row("n", "UUID", to=["m"], data={}), row("m", "UUID", {"name": "$a$"})]
        first, second = (run(*nodes, variables={"a": 1}) for _ in range(2))
        assert first == second
        other = run(*nodes, variables={"a": 2})
        ids = [each for result in (first, other) for node in result.nodes for each in node.writes.values()]
        assert ids[0] == ids[2]
        assert len({*ids}) == 3
        assert {UUID(each).version for each in ids} == {5}

    def test_another_run_has_other_ids(self):
        with engine(rows(row("n", "UUID", {}))) as started:
            ids = {started.run_workflow("W", guid=guid).nodes[0].writes["n"] for guid in ("r1", "r2", "r1")}
        assert len(ids) == 2

    @given(st.lists(st.text(), min_size=2, max_size=2, unique=True))
    def test_names_tell_ids_apart(self, names):
        with engine(rows(row("n", "UUID", {"name": "$a$"}))) as started:
            runs = [started.run_workflow("W", context={"result": {"a": name}}) for name in names]
        assert len({each.nodes[0].writes["n"] for each in runs}) == 2


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
            ({}, "NodeData.text: is missing"),
            ({"text": 3}, "NodeData.text: must be text"),
            ({"text": "a", "algorithm": "md5"}, "NodeData.algorithm: must be 'sha256', 'sha384', "),
            ({"text": "a", "algorithm": 3}, "NodeData.algorithm: must be 'sha256', 'sha384', "),
            ({"text": "\ud800"}, "NodeData: not JSON: unexpected end of hex escape"),
            ({"text": "$half$"}, "'text': UnicodeEncodeError"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in told("HASH", data, {"half": "\ud800"})
