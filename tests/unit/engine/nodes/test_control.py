"""Nodes that choose, wait or say something."""

from __future__ import annotations

import logging

import pytest
from builders import engine, failure, rows, run_node
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

    def test_rules_behind_the_one_that_holds_are_not_looked_at(self):
        assert run_node("DECISION", {"rules": [{"when": "True", "then": {"b": 1}}, 7]}) == {"b": 1}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "needs the field 'rules'"),
            ({"rules": {}}, "'rules' must be list, not dict"),
            ({"rules": [3]}, "'rules[1]' must be an object with 'when' and 'then'"),
            ({"rules": [{"when": "False"}, {"when": 1}]}, "'rules[2]' must be an object"),
            ({"rules": [{"when": "a >"}]}, "'rules[1]': cannot parse 'a >'"),
            ({"rules": [{"when": "b"}]}, "'rules[1]': cannot evaluate 'b'"),
            ({"rules": [{"when": "True", "then": 3}]}, "'rules[1]' must give an object of variables to write"),
            ({"rules": []}, "no rule holds, and NodeData has no 'otherwise'"),
            ({"rules": [], "otherwise": []}, "'otherwise' must give an object"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in failure("DECISION", data, {"a": 1})


class TestSwitch:
    CASES = {"1": "one", "x": ["$a$"], "": None}  # noqa: RUF012 - never changed

    @pytest.mark.parametrize(("value", "written"), [(1, "one"), ("x", ["x"]), ("", None), (7, {"other": "7"})])
    def test_writes_the_case_of_the_filled_value(self, value, written):
        data = {"value": "$a$", "cases": self.CASES, "default": {"other": "~~a~~"}, "into": "b"}
        assert run_node("SWITCH", data, {"a": value}) == {"b": written}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"cases": {}}, "needs the field 'value'"),
            ({"value": 1, "cases": {}}, "'value' must be str, not int"),
            ({"value": "a"}, "needs the field 'cases'"),
            ({"value": "a", "cases": []}, "'cases' must be dict, not list"),
            ({"value": "$a$", "cases": {"b": 1}}, "no case '1', and NodeData has no 'default'"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in failure("SWITCH", data, {"a": 1})


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
            ({}, "needs the field 'message'"),
            ({"message": 1}, "'message' must be str"),
            ({"message": "m", "level": "loud"}, "'level' must be one of debug, info, warning, error, not 'loud'"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in failure("LOG", data)


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
            ({}, "needs the field 'ms'"),
            ({"ms": "1"}, "'ms' must be int or float, not str"),
            ({"ms": True}, "'ms' must be int or float, not bool"),
            ({"ms": -1}, "'ms' must be from 0 to "),
            ('{"ms": NaN}', "'ms' must be from 0 to "),
            ('{"ms": 1e999}', "'ms' must be from 0 to "),
        ],
    )
    @pytest.mark.parametrize("driver", ["sequential", "concurrent"])
    def test_errors_name_the_field(self, data, why, driver):
        assert why in failure("SLEEP", data, driver=driver)
