"""VALIDATE: variables held against rules on their types, sizes and values."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

import jmespath
import pytest
from builders import failure, refusal, refusals, run, run_node
from builders import node as row
from hypothesis import given
from hypothesis import strategies as st

VALUES = {
    "text": ["", "a"],
    "number": [0, -1.5, 10**400, Decimal("1.5")],
    "whole": [0, 10**400],
    "boolean": [True, False],
    "list": [[], [None]],
    "object": [{}, {"a": None}],
    "date": ["2025-12-14", "2025-12-14T12:00:00+01:00", datetime(2025, 12, 14, tzinfo=UTC)],
    "null": [None],
}
ALSO = {
    "number": VALUES["whole"],
    "text": ["2025-12-14", "2025-12-14T12:00:00+01:00"],
    "any": [value for values in VALUES.values() for value in values],
}


def problems(rule, value):
    return checked({"v": rule}, {"v": value})


def checked(fields, variables, **data):
    return run_node("VALIDATE", {"fields": fields, "invalid": "write", **data}, variables)["n"]


class TestTypes:
    @pytest.mark.parametrize("kind", [*VALUES, "any"])
    def test_a_value_is_of_its_type_and_no_other(self, kind):
        mine = VALUES.get(kind, []) + ALSO.get(kind, [])
        assert [value for value in mine if problems({"type": kind}, value)] == []
        others = [value for name, values in VALUES.items() if name != kind for value in values]
        others = [value for value in others if not any(type(value) is type(each) and value == each for each in mine)]
        assert [value for value in others if not problems({"type": kind}, value)] == []

    @pytest.mark.parametrize(
        ("kind", "value", "problem"),
        [
            ("number", True, "must be a finite number, not true or false"),
            ("number", float("nan"), "must be a finite number, not nan"),
            ("number", Decimal("NaN"), "must be a finite number, not Decimal"),
            ("number", "1", "must be a finite number, not '1'"),
            ("whole", 2.0, "must be a whole number, not 2.0"),
            ("whole", False, "must be a whole number, not true or false"),
            ("text", 5, "must be text, not a number"),
            ("boolean", 1, "must be true or false, not a number"),
            ("list", {}, "must be a list, not an object"),
            ("object", [], "must be an object, not a list"),
            ("date", "14.12.2025", "must be an ISO 8601 date, not '14.12.2025'"),
            ("null", "x" * 100, "must be null, not 'xxxxxxxxxxxx...xxxxxxxxxxxxx'"),
            ("text", None, "must be text, not null"),
        ],
    )
    def test_what_is_wrong_is_told(self, kind, value, problem):
        assert problems({"type": kind}, value) == [{"path": "v", "problem": problem}]

    @pytest.mark.parametrize("kind", [kind for kind in VALUES if kind != "null"])
    def test_null_is_valid_where_it_may_be(self, kind):
        assert problems({"type": kind, "nullable": True}, None) == []
        assert len(problems({"type": kind}, None)) == 1

    def test_a_field_is_required_unless_told_otherwise(self):
        assert checked({"v": {}}, {}) == [{"path": "v", "problem": "is missing"}]
        assert checked({"v": {"type": "text", "required": False}}, {}) == []
        assert len(checked({"v": {"type": "text", "required": False}}, {"v": 1})) == 1


class TestRules:
    @pytest.mark.parametrize(
        ("rule", "value", "problem"),
        [
            ({"type": "number", "min": 0}, -0.1, "must be at least 0, not -0.1"),
            ({"type": "whole", "max": 2}, 3, "must be at most 2, not 3"),
            ({"type": "text", "min_length": 2}, "ä", "must have a length of at least 2, not 1"),
            ({"type": "list", "max_length": 1}, [1, 2], "must have a length of at most 1, not 2"),
            ({"type": "text", "pattern": "^[a-z]+$"}, "a1", "does not match '^[a-z]+$'"),
            ({"type": "text", "pattern": "a"}, "\ud800", "has half a character, so no pattern can be looked for"),
            ({"type": "text", "one_of": ["a", "b"]}, "c", "must be one of ['a', 'b'], not 'c'"),
            ({"one_of": [1]}, True, "must be one of [1], not True"),
            ({"one_of": [True]}, 1, "must be one of [True], not 1"),
        ],
    )
    def test_a_broken_rule_is_told(self, rule, value, problem):
        assert problems(rule, value) == [{"path": "v", "problem": problem}]

    @pytest.mark.parametrize(
        ("rule", "value"),
        [
            ({"type": "number", "min": 0, "max": 0}, 0.0),
            ({"type": "text", "min_length": 2, "max_length": 2}, "😀ä"),
            ({"type": "text", "pattern": "b"}, "abc"),
            ({"one_of": [1, None]}, 1.0),
            ({"one_of": [1, None]}, None),
            ({"type": "text", "one_of": ["a"], "nullable": True}, None),
        ],
    )
    def test_a_kept_rule_is_not(self, rule, value):
        assert problems(rule, value) == []

    def test_a_pattern_is_linear_where_backtracking_would_take_years(self):
        assert len(problems({"type": "text", "pattern": "^(a+)+$"}, "a" * 50_000 + "b")) == 1


class TestNested:
    LINES = {  # noqa: RUF012 - never changed
        "lines": {
            "type": "list",
            "items": {
                "type": "object",
                "unknown": "refuse",
                "fields": {"sku": {"type": "text"}, "unit price": {"type": "number", "required": False}},
            },
        }
    }

    def test_paths_are_queries_for_the_values(self):
        variables = {"lines": [{"sku": "a"}, {"sku": 5, "unit price": "x", "z": 0, "b-c": 0}, 7]}
        found = checked(self.LINES, variables)
        assert [(each["path"], jmespath.search(each["path"], variables)) for each in found] == [
            ("lines[1].sku", 5),
            ('lines[1]."unit price"', "x"),
            ('lines[1]."b-c"', 0),
            ("lines[1].z", 0),
            ("lines[2]", 7),
        ]

    def test_one_failure_names_every_problem(self):
        why = failure("VALIDATE", {"fields": self.LINES | {"total": {}}}, {"lines": [{}, {"sku": "a", "x": 1}]})
        assert why == "lines[0].sku is missing; lines[1].x is not known; total is missing"

    def test_valid_variables_write_nothing(self):
        assert run_node("VALIDATE", {"fields": self.LINES}, {"lines": [{"sku": "a"}], "x": 1}) == {}

    def test_a_subject_is_checked_instead_of_the_variables(self):
        data = {"fields": {"a": {"type": "text"}}, "subject": "order", "unknown": "refuse"}
        assert run_node("VALIDATE", data, {"order": {"a": "x"}, "a": 5}) == {}
        assert failure("VALIDATE", data, {"order": {"a": 5, "c": 1, "b": 1}}) == (
            "a must be text, not a number; b is not known; c is not known"
        )

    def test_unknown_variables_may_be_refused(self):
        assert checked({"a": {}}, {"a": 1, "b": 2}) == []
        assert checked({"a": {}}, {"a": 1, "b": 2}, unknown="refuse") == [{"path": "b", "problem": "is not known"}]

    @pytest.mark.parametrize(
        ("variables", "why"),
        [
            ({}, "NodeData field 'subject' names the variable 'order', which nothing has written"),
            ({"order": [1]}, "NodeData field 'subject' names 'order', which must be dict, not a list"),
        ],
    )
    def test_a_subject_must_be_an_object(self, variables, why):
        assert failure("VALIDATE", {"fields": {"a": {}}, "subject": "order"}, variables) == why


@pytest.mark.parametrize("driver", ["sequential", "concurrent", "dataflow"])
def test_every_driver_gives_the_same(driver):
    checks = {"fields": {"a": {"type": "text"}}, "invalid": "write"}
    nodes = [
        row("start", to=["one", "two"]),
        row("one", "VALIDATE", checks, to=["end"], is_async=1),
        row("two", "VALIDATE", checks | {"into": "found"}, to=["end"], is_async=1),
        row("end", "VALIDATE", {"fields": {"found": {"type": "list"}, "one": {"type": "list", "min_length": 1}}}),
    ]
    result = run(*nodes, variables={"a": 1}, driver=driver).context["result"]
    assert result["one"] == result["found"] == [{"path": "a", "problem": "must be text, not a number"}]


NUMBERS = st.integers(-(10**6), 10**6) | st.floats(-1e6, 1e6)


@st.composite
def leaves(draw):
    """Return a rule, and a value that it allows."""
    kind = draw(st.sampled_from(("text", "number", "whole", "boolean", "date", "null", "any")))
    rule = {"type": kind}
    if kind in ("number", "whole"):
        numbers = sorted(draw(st.lists(NUMBERS if kind == "number" else st.integers(), min_size=3, max_size=3)))
        return rule | {"min": numbers[0], "max": numbers[2]}, numbers[1]
    if kind == "text":
        text = draw(st.text(st.characters(exclude_categories=["Cs"])))
        return rule | {"min_length": 0, "max_length": len(text), "pattern": "", "one_of": ["?", text]}, text
    return rule, draw(
        {
            "boolean": st.booleans(),
            "date": st.dates().map(str) | st.datetimes().map(datetime.isoformat),
            "null": st.none(),
            "any": NUMBERS | st.none() | st.text(st.characters(exclude_categories=["Cs"])),
        }[kind]
    )


@st.composite
def lists(draw, inner):
    """Return a rule for a list of what an inner rule allows, and such a list."""
    rule, value = draw(inner)
    values = [value] * draw(st.integers(0, 3))
    return {"type": "list", "items": rule, "max_length": len(values)}, values


@st.composite
def objects(draw, inner):
    """Return a rule for an object whose fields inner rules allow, and such an object."""
    drawn = draw(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), inner, max_size=3))
    rules = {name: rule for name, (rule, _) in drawn.items()}
    optional = {"nosuch": {"type": "text", "required": False}}
    return (
        {"type": "object", "fields": rules | optional, "unknown": "refuse"},
        {name: value for name, (_, value) in drawn.items()},
    )


RULED = st.recursive(leaves(), lambda inner: lists(inner) | objects(inner), max_leaves=6)


@given(RULED)
def test_what_rules_were_made_for_is_valid(ruled):
    rule, value = ruled
    if "nosuch" not in json.dumps(value):
        assert problems(rule, value) == []


@given(RULED, RULED)
def test_what_is_wrong_is_found_where_it_is(ruled, other):
    rule, value = ruled
    fields = {"right": rule, "wrong": {"type": "list", "items": {"type": "object", "fields": {"x": {"type": "null"}}}}}
    found = checked(fields, {"right": value, "wrong": [{"x": None}, {"x": [other[1]]}]})
    if "nosuch" not in json.dumps(value):
        assert found == [{"path": "wrong[1].x", "problem": "must be null, not a list"}]


class TestMistakes:
    @pytest.mark.parametrize(
        ("rule", "why"),
        [
            (
                {"type": "string"},
                (
                    ".type: must be 'any', 'text', 'number', 'whole', 'boolean', 'list', 'object', 'date' or 'null',"
                    " not 'string'"
                ),
            ),
            ({"type": "text", "min": 1}, ": 'min' goes with the types number, whole, not with 'text'"),
            ({"max": 1}, ": 'max' goes with the types number, whole, not with 'any'"),
            ({"type": "number", "min_length": 1}, ": 'min_length' goes with the types text, list, not with 'number'"),
            ({"type": "list", "pattern": "a"}, ": 'pattern' goes with the types text, not with 'list'"),
            ({"type": "object", "items": {}}, ": 'items' goes with the types list, not with 'object'"),
            ({"type": "list", "fields": {}}, ": 'fields' goes with the types object, not with 'list'"),
            ({"unknown": "refuse"}, ": 'unknown' goes with the types object, not with 'any'"),
            (
                {"type": "null", "nullable": True},
                ": 'nullable' goes with the types text, number, whole, boolean, list, object, date, not with 'null'",
            ),
            (
                {"type": "list", "one_of": [1]},
                (
                    ": 'one_of' goes with the types any, text, number, whole, boolean, date, not with 'list';"
                    " 'one_of' has 1, which is not a list"
                ),
            ),
            ({"type": "number", "min": 2, "max": 1}, ": 'min' is 2 and 'max' is 1, so no value is valid"),
            (
                {"type": "text", "min_length": 2, "max_length": 1},
                ": 'min_length' is 2 and 'max_length' is 1, so no value is valid",
            ),
            ({"type": "whole", "one_of": [1, True]}, ": 'one_of' has True, which is not a whole number"),
            ({"one_of": []}, ".one_of: must have at least 1 item, not 0"),
            ({"one_of": [[]]}, ".one_of[1]: must be text, a finite number, true, false or null, not a list"),
            ({"type": "object", "unknown": "refuse"}, ": 'unknown' is 'refuse', but no 'fields' are known"),
            ({"type": "text", "pattern": "("}, ".pattern: not a regular expression: missing ): ("),
            ({"type": "text", "min_length": -1}, ".min_length: must be greater than or equal to 0, not -1"),
            ({"type": "number", "min": "1"}, ".min: must be a number, not text"),
            ({"typ": "text"}, ".typ: is not a field of this"),
            ("text", ": must be an object, not text"),
        ],
    )
    def test_a_rule_that_makes_no_sense_is_refused_with_its_place(self, rule, why):
        assert refusal("VALIDATE", {"fields": {"a": rule}}) == f"NodeData.fields.a{why}"
        nested = {"a": {"type": "list", "items": {"type": "object", "fields": {"b": rule}}}}
        assert refusal("VALIDATE", {"fields": nested}) == f"NodeData.fields.a.items.fields.b{why}"

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.fields: is missing"),
            ({"fields": {}}, "NodeData.fields: must have at least 1 item, not 0"),
            ({"fields": {"a": {}}, "invalid": "no"}, "NodeData.invalid: must be 'fail' or 'write', not 'no'"),
            ({"fields": {"a": {}}, "unknown": False}, "NodeData.unknown: must be 'allow' or 'refuse', not false"),
            (
                {"fields": {"a": {}}, "into": "found"},
                "NodeData: 'into' goes with invalid 'write'; a node that fails writes nothing",
            ),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("VALIDATE", data) == why

    def test_every_mistake_is_told(self):
        data = {"fields": {"a": {"min": 1}, "b": {"type": "list", "items": {"type": "?"}}}, "invalid": "no"}
        assert [told.partition(": ")[0] for told in refusals("VALIDATE", data)] == [
            "NodeData.fields.a",
            "NodeData.fields.b.items.type",
            "NodeData.invalid",
        ]
