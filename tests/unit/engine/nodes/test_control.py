"""Nodes that choose, wait or say something."""

from __future__ import annotations

import logging
import threading

import pytest
from builders import engine, failure, refusal, refusals, rows, run_node
from builders import node as row

from wfperf.engine.clock import FrozenClock


class TestDecision:
    RULES = ({"when": "a > 10", "then": {"size": "large"}}, {"when": "a > 1", "then": {"size": "$a$", "l": ["~~a~~"]}})

    @pytest.mark.parametrize(
        ("value", "written"), [(11, {"size": "large"}), (2, {"size": "2", "l": ["2"]}), (0, {"size": "none of 0"})]
    )
    def test_the_first_rule_that_holds_writes(self, value, written):
        data = {"rules": self.RULES, "otherwise": {"size": "none of $a$"}}
        assert run_node("DECISION", data, {"a": value}) == written

    def test_a_rule_without_then_writes_nothing(self):
        assert run_node("DECISION", {"rules": [{"when": "True"}]}) == {}

    def test_rules_behind_the_one_that_holds_are_not_evaluated(self):
        rules = [{"when": "True", "then": {"b": 1}}, {"when": "nowhere"}]
        assert run_node("DECISION", {"rules": rules}) == {"b": 1}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.rules: is missing"),
            ({"rules": {}}, "NodeData.rules: must be a list, not an object"),
            ({"rules": [3]}, "NodeData.rules[1]: must be an object, not a number"),
            ({"rules": [{}]}, "NodeData.rules[1].when: is missing"),
            ({"rules": [{"when": "False"}, {"when": 1}]}, "NodeData.rules[2].when: must be text, not a number"),
            (
                {"rules": [{"when": "a >"}]},
                "NodeData.rules[1].when: cannot parse 'a >': SyntaxError: invalid syntax (<unknown>, line 1)",
            ),
            ({"rules": [{"when": "True", "then": 3}]}, "NodeData.rules[1].then: must be an object, not a number"),
            ({"rules": [{"when": "True", "than": {}}]}, "NodeData.rules[1].than: is not a field of this"),
            ({"rules": [], "otherwise": []}, "NodeData.otherwise: must be an object, not a list"),
            ({"rules": [], "otherwhise": {}}, "NodeData.otherwhise: is not a field of this; did you mean 'otherwise'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("DECISION", data) == why

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (
                {"rules": [{"when": "False"}, {"when": "b"}]},
                "NodeData field 'rules[2].when': cannot evaluate 'b': NameNotDefined: 'b' is not defined",
            ),
            ({"rules": [{"when": "False"}]}, "no rule holds, and NodeData has no 'otherwise'"),
            ({"rules": []}, "no rule holds, and NodeData has no 'otherwise'"),
        ],
    )
    def test_what_depends_on_the_variables_fails_when_it_runs(self, data, why):
        assert failure("DECISION", data, {"a": 1}).startswith(why)


class TestSwitch:
    CASES = {"1": "one", "x": ["$a$"], "": None}  # noqa: RUF012 - never changed

    @pytest.mark.parametrize(("value", "written"), [(1, "one"), ("x", ["x"]), ("", None), (7, {"other": "7"})])
    def test_writes_the_case_of_the_filled_value(self, value, written):
        data = {"value": "$a$", "cases": self.CASES, "default": {"other": "~~a~~"}, "into": "b"}
        assert run_node("SWITCH", data, {"a": value}) == {"b": written}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"cases": {}}, "NodeData.value: is missing"),
            ({"value": 1, "cases": {}}, "NodeData.value: must be text, not a number"),
            ({"value": "a"}, "NodeData.cases: is missing"),
            ({"value": "a", "cases": []}, "NodeData.cases: must be an object, not a list"),
            ({"value": "a", "cases": {}, "into": 1}, "NodeData.into: must be text, not a number"),
            (
                {"value": "a", "cases": {}, "defualt": 1},
                "NodeData.defualt: is not a field of this; did you mean 'default'?",
            ),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("SWITCH", data) == why

    def test_a_value_without_a_case_or_default_fails_when_it_runs(self):
        data = {"value": "$a$", "cases": {"b": 1}}
        assert failure("SWITCH", data, {"a": 1}) == "no case '1', and NodeData has no 'default'"

    def test_a_default_of_null_is_a_value(self):
        assert run_node("SWITCH", {"value": "a", "cases": {}, "default": None}) == {"n": None}


class TestLog:
    @pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
    def test_logs_the_filled_message_and_writes_nothing(self, level, caplog):
        with caplog.at_level(logging.DEBUG, logger="wfperf.engine.log"):
            assert run_node("LOG", {"message": "100 % $a$", "level": level}, {"a": "%s"}) == {}
        assert caplog.record_tuples == [("wfperf.engine.log", getattr(logging, level.upper()), "100 % %s")]

    def test_info_unless_told_otherwise(self, caplog):
        with caplog.at_level(logging.INFO, logger="wfperf.engine.log"):
            run_node("LOG", {"message": "m"})
        assert [record.levelname for record in caplog.records] == ["INFO"]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.message: is missing"),
            ({"message": 1}, "NodeData.message: must be text, not a number"),
            (
                {"message": "m", "level": "loud"},
                "NodeData.level: must be 'debug', 'info', 'warning' or 'error', not 'loud'",
            ),
            ({"message": "m", "level": 3}, "NodeData.level: must be 'debug', 'info', 'warning' or 'error', not 3"),
            ({"message": "m", "into": "a"}, "NodeData.into: is not a field of this; known: message, level"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("LOG", data) == why


class TestSleep:
    def test_waits_on_the_engine_s_clock_and_writes_nothing(self):
        waited = []

        class Clock(FrozenClock):
            @staticmethod
            def wait(seconds):
                waited.append(seconds)

        with engine(
            rows(row("a", "SLEEP", {"ms": 1500}, to=["b"]), row("b", "SLEEP", {"ms": 0.5})), clock=Clock()
        ) as started:
            result = started.run_workflow("W")
        assert waited == [1.5, 0.0005]
        assert [dict(each.writes) for each in result.nodes] == [{}, {}]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.ms: is missing"),
            ({"ms": "1"}, "NodeData.ms: must be a number, not text"),
            ({"ms": True}, "NodeData.ms: must be a number, not true or false"),
            ({"ms": -1}, "NodeData.ms: must be greater than or equal to 0, not -1"),
            ('{"ms": NaN}', "NodeData.ms: must be a finite number, not nan"),
            ('{"ms": 1e999}', "NodeData.ms: must be a finite number, not inf"),
            ('{"ms": -1e999}', "NodeData.ms: must be a finite number, not -inf"),
            (
                {"ms": 1e300},
                f"NodeData.ms: must be less than or equal to {threading.TIMEOUT_MAX * 1000:.0f}, not 1e+300",
            ),
            ({"ms": 1, "s": 1}, "NodeData.s: is not a field of this; did you mean 'ms'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("SLEEP", data) == why

    def test_a_misspelt_field_is_missing_and_unknown(self):
        assert refusals("SLEEP", {"mss": 1}) == [
            "NodeData.ms: is missing",
            "NodeData.mss: is not a field of this; did you mean 'ms'?",
        ]
