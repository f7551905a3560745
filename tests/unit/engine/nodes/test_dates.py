"""Dates; the clock is the engine's."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from builders import failure, refusal, refusals, run_node

from wfperf.engine.clock import FrozenClock


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
            ({}, "NodeData.op: is missing"),
            ({"value": "2024-01-01", "days": 1}, "NodeData.op: is missing"),
            ({"op": "sub"}, "NodeData.op: must be one of 'now', 'add', 'difference', 'format', not 'sub'"),
            ({"op": None}, "NodeData.op: must be one of 'now', 'add', 'difference', 'format', not null"),
            ({"op": "add", "days": 1}, "NodeData.value: is missing"),
            ({"op": "add", "value": 3, "days": 1}, "NodeData.value: must be text, not a number"),
            ({"op": "add", "value": "2024-01-01"}, "NodeData.days: is missing"),
            ({"op": "add", "value": "2024-01-01", "days": "1"}, "NodeData.days: must be a number, not text"),
            ({"op": "add", "value": "2024-01-01", "days": True}, "NodeData.days: must be a number, not true or false"),
            ('{"op": "add", "value": "2024-01-01", "days": NaN}', "NodeData.days: must be a finite number, not nan"),
            ({"op": "difference", "value": "2024-01-01"}, "NodeData.since: is missing"),
            (
                {"op": "difference", "value": "2024-01-01", "since": "2024-01-01", "days": 1},
                "NodeData.days: is not a field of this; known: into, op, value, since",
            ),
            ({"op": "format", "value": "2024-01-01"}, "NodeData.format: is missing"),
            ({"op": "format", "value": "2024-01-01", "format": 1}, "NodeData.format: must be text, not a number"),
            ({"op": "now", "value": "2024-01-01"}, "NodeData.value: is not a field of this; known: into, op"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("DATE", data) == why

    def test_several_mistakes_are_told_at_once(self):
        assert refusals("DATE", {"op": "add", "value": 1, "day": 2, "into": ""}) == [
            "NodeData.into: must have at least 1 character, not ''",
            "NodeData.value: must be text, not a number",
            "NodeData.days: is missing",
            "NodeData.day: is not a field of this; did you mean 'days'?",
        ]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (
                {"op": "add", "value": "tomorrow", "days": 1},
                "NodeData field 'value' must give an ISO 8601 date, not 'tomorrow'",
            ),
            (
                {"op": "add", "value": "9999-12-31", "days": 1},
                "NodeData field 'days': OverflowError: date value out of range",
            ),
            (
                {"op": "difference", "value": "2024-01-01", "since": "?"},
                "NodeData field 'since' must give an ISO 8601 date, not '?'",
            ),
        ],
    )
    def test_what_depends_on_the_variables_fails_when_it_runs(self, data, why):
        assert failure("DATE", data) == why
