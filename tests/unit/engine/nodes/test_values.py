"""Nodes that compute values from values."""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest
from builders import engine, failure, refusal, refusals, rows, run, run_node
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

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.values: is missing"),
            ({"values": [1]}, "NodeData.values: must be an object, not a list"),
            ({"values": None}, "NodeData.values: must be an object, not null"),
            ({"values": {}, "into": "a"}, "NodeData.into: is not a field of this; known: values"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("SET", data) == why

    def test_a_misspelt_field_is_missing_and_unknown(self):
        assert refusals("SET", {"value": {}}) == [
            "NodeData.values: is missing",
            "NodeData.value: is not a field of this; did you mean 'values'?",
        ]


class TestCalc:
    def test_computes_over_the_variables_into_its_name_or_into(self):
        assert run_node("CALC", {"expression": "a * 2"}, {"a": 4}) == {"n": 8}
        assert run_node("CALC", {"expression": "a * 2", "into": "b"}, {"a": 4}) == {"b": 8}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.expression: is missing"),
            ({"expression": 3}, "NodeData.expression: must be text, not a number"),
            (
                {"expression": "1 +"},
                "NodeData.expression: cannot parse '1 +': SyntaxError: invalid syntax (<unknown>, line 1)",
            ),
            ({"expression": "a.b"}, "NodeData.expression: cannot parse 'a.b': no attributes; write ['b'] for .b"),
            ({"expression": "1", "into": 3}, "NodeData.into: must be text, not a number"),
            ({"expression": "1", "into": ""}, "NodeData.into: must have at least 1 character, not ''"),
            ({"expression": "1", "ito": "a"}, "NodeData.ito: is not a field of this; did you mean 'into'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("CALC", data) == why

    def test_a_variable_that_nothing_has_written_fails_when_it_runs(self):
        assert failure("CALC", {"expression": "b"}, {"a": 1}).startswith(
            "NodeData field 'expression': cannot evaluate 'b': NameNotDefined: 'b' is not defined"
        )


class TestTemplate:
    def test_fills_both_styles_and_the_run_s_own_placeholders(self):
        template = "$a$ ~~a~~ $missing$ $guid$ $processguid$"
        text = run_node("TEMPLATE", {"template": template, "into": "t"}, {"A": 1})["t"]
        assert text.startswith("1 1 $missing$ run ")
        assert "$processguid$" not in text

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.template: is missing"),
            ({"template": 1}, "NodeData.template: must be text, not a number"),
            ({"template": None}, "NodeData.template: must be text, not null"),
            (
                {"template": "a", "templates": "b"},
                "NodeData.templates: is not a field of this; did you mean 'template'?",
            ),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("TEMPLATE", data) == why


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

    @pytest.mark.parametrize("driver", ["sequential", "concurrent", "dataflow"])
    def test_every_driver_gives_the_same(self, driver):
        nodes = [row("start", to=["a", "b"]), *(row(name, "UUID", {"name": "x"}, is_async=1) for name in "ab")]
        found = [run(*nodes, driver=each).context["result"] for each in (driver, "sequential")]
        assert found[0] == found[1]
        assert found[0]["a"] != found[0]["b"]

    def test_another_run_has_other_ids(self):
        with engine(rows(row("n", "UUID", {}))) as started:
            ids = {started.run_workflow("W", guid=guid).nodes[0].writes["n"] for guid in ("r1", "r2", "r1")}
        assert len(ids) == 2

    @given(st.lists(st.text(), min_size=2, max_size=2, unique=True))
    def test_names_tell_ids_apart(self, names):
        with engine(rows(row("n", "UUID", {"name": "$a$"}))) as started:
            runs = [started.run_workflow("W", context={"result": {"a": name}}) for name in names]
        assert len({each.nodes[0].writes["n"] for each in runs}) == 2

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"name": 1}, "NodeData.name: must be text, not a number"),
            ({"name": None}, "NodeData.name: must be text, not null"),
            ({"nam": "a"}, "NodeData.nam: is not a field of this; did you mean 'name'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("UUID", data) == why


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
            ({"text": 3}, "NodeData.text: must be text, not a number"),
            (
                {"text": "a", "algorithm": "md5"},
                "NodeData.algorithm: must be 'sha256', 'sha384', 'sha512', 'sha3_256' or 'blake2b', not 'md5'",
            ),
            (
                {"text": "a", "algorithm": 3},
                "NodeData.algorithm: must be 'sha256', 'sha384', 'sha512', 'sha3_256' or 'blake2b', not 3",
            ),
            ({"text": "\ud800"}, "NodeData: not JSON: unexpected end of hex escape at line 1 column 17"),
            (
                {"text": "a", "algoritm": "sha512"},
                "NodeData.algoritm: is not a field of this; did you mean 'algorithm'?",
            ),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("HASH", data) == why

    def test_half_a_surrogate_pair_in_a_variable_fails_when_it_runs(self):
        assert failure("HASH", {"text": "$half$"}, {"half": "\ud800"}).startswith(
            "NodeData field 'text': UnicodeEncodeError: "
        )
