"""Nodes that work on a list among the variables."""

from __future__ import annotations

import copy

import pytest
from builders import failure, refusal, refusals, run_node

LINES = [
    {"sku": "b", "price": 2.0, "kind": 1},
    {"sku": "a", "price": 3.0, "kind": 2},
    {"sku": "c", "price": 2.0, "kind": 1},
]

VARIABLES = {"lines": LINES, "numbers": [3, 1, 2], "empty": [], "text": "abc", "mixed": [1, "a"], "factor": 10}

LIST_TYPES = [
    ("MAP", {"expression": "item"}),
    ("FILTER", {"where": "item"}),
    ("AGGREGATE", {"op": "count"}),
    ("SORT", {}),
]

PARSED = "SyntaxError: invalid syntax"


def writes(kind, **data):
    variables = copy.deepcopy(VARIABLES)
    written = run_node(kind, data, variables)
    assert variables == VARIABLES
    return written


@pytest.mark.parametrize(("kind", "rest"), LIST_TYPES)
class TestTheList:
    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.list: is missing"),
            ({"list": 3}, "NodeData.list: must be text, not a number"),
            ({"list": "numbers", "into": []}, "NodeData.into: must be text, not a list"),
            ({"list": "numbers", "in": "a"}, "NodeData.in: is not a field of this; did you mean 'into'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, kind, rest, data, why):
        assert refusal(kind, rest | data) == why

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            ("missing", "NodeData field 'list' names the variable 'missing', which nothing has written"),
            ("text", "NodeData field 'list' names 'text', which must be list, not text"),
        ],
    )
    def test_a_variable_that_is_no_list_fails_when_it_runs(self, kind, rest, name, why):
        assert failure(kind, rest | {"list": name}, VARIABLES) == why


class TestMap:
    def test_computes_each_item_with_its_index_and_the_variables(self):
        assert writes("MAP", list="numbers", expression="item * factor + index") == {"n": [30, 11, 22]}
        assert writes("MAP", list="lines", expression="item['sku']", into="skus") == {"skus": ["b", "a", "c"]}
        assert writes("MAP", list="empty", expression="item") == {"n": []}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.expression: is missing"),
            ({"expression": None}, "NodeData.expression: must be text, not null"),
            ({"expression": "item +"}, f"NodeData.expression: cannot parse 'item +': {PARSED} (<unknown>, line 1)"),
            (
                {"expression": "item", "where": "item"},
                "NodeData.where: is not a field of this; known: into, list, expression",
            ),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("MAP", {"list": "numbers"} | data) == why

    def test_an_expression_that_cannot_be_computed_for_an_item_fails_when_it_runs(self):
        assert failure("MAP", {"list": "numbers", "expression": "item['a']"}, VARIABLES).startswith(
            "NodeData field 'expression': cannot evaluate \"item['a']\": TypeError: "
        )


class TestFilter:
    def test_keeps_the_items_that_match(self):
        assert writes("FILTER", list="numbers", where="item > 1") == {"n": [3, 2]}
        assert writes("FILTER", list="numbers", where="index < 1", into="first") == {"first": [3]}
        assert writes("FILTER", list="empty", where="item > 1") == {"n": []}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.where: is missing"),
            ({"where": 3}, "NodeData.where: must be text, not a number"),
            ({"where": "item ="}, f"NodeData.where: cannot parse 'item =': {PARSED} (<unknown>, line 1)"),
            ({"where": "item.a"}, "NodeData.where: cannot parse 'item.a': no attributes; write ['a'] for .a"),
            ({"where": "item", "wher": "item"}, "NodeData.wher: is not a field of this; did you mean 'where'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("FILTER", {"list": "numbers"} | data) == why

    def test_an_expression_that_cannot_be_computed_for_an_item_fails_when_it_runs(self):
        assert failure("FILTER", {"list": "numbers", "where": "item > 'a'"}, VARIABLES).startswith(
            "NodeData field 'where': cannot evaluate \"item > 'a'\": TypeError: "
        )


class TestAggregate:
    @pytest.mark.parametrize(
        ("op", "value", "of_none"),
        [
            ("count", 3, 0),
            ("sum", 6, 0),
            ("min", 1, None),
            ("max", 3, None),
            ("mean", 2.0, None),
            ("list", [3, 1, 2], []),
        ],
    )
    def test_reduces_a_list(self, op, value, of_none):
        assert writes("AGGREGATE", list="numbers", op=op) == {"n": value}
        assert writes("AGGREGATE", list="empty", op=op) == {"n": of_none}

    def test_reduces_a_field_of_the_items_by_group(self):
        assert writes("AGGREGATE", list="lines", op="sum", field="price") == {"n": 7.0}
        assert writes("AGGREGATE", list="lines", op="count", group_by="kind") == {"n": {"1": 2, "2": 1}}
        assert writes("AGGREGATE", list="lines", op="list", field="sku", group_by="kind", into="by_kind") == {
            "by_kind": {"1": ["b", "c"], "2": ["a"]}
        }
        assert writes("AGGREGATE", list="empty", op="sum", group_by="kind") == {"n": {}}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.op: is missing"),
            ({"op": None}, "NodeData.op: must be 'count', 'sum', 'min', 'max', 'mean' or 'list', not null"),
            ({"op": "median"}, "NodeData.op: must be 'count', 'sum', 'min', 'max', 'mean' or 'list', not 'median'"),
            ({"op": "sum", "field": 3}, "NodeData.field: must be text, not a number"),
            ({"op": "sum", "group_by": 1}, "NodeData.group_by: must be text, not a number"),
            ({"op": "sum", "groupby": "a"}, "NodeData.groupby: is not a field of this; did you mean 'group_by'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("AGGREGATE", {"list": "numbers"} | data) == why

    def test_several_mistakes_are_told_at_once(self):
        assert refusals("AGGREGATE", {"lst": "numbers", "op": "median", "field": 3}) == [
            "NodeData.list: is missing",
            "NodeData.op: must be 'count', 'sum', 'min', 'max', 'mean' or 'list', not 'median'",
            "NodeData.field: must be text, not a number",
            "NodeData.lst: is not a field of this; did you mean 'list'?",
        ]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"list": "lines"}, "NodeData field 'list': TypeError: "),
            ({"list": "mixed", "op": "max"}, "NodeData field 'list': TypeError: "),
            ({"list": "lines", "group_by": "kind"}, "NodeData field 'list': TypeError: "),
            (
                {"list": "lines", "field": "size"},
                "NodeData field 'field' names 'size', which an item of the list has not: {'sku': 'b'",
            ),
            (
                {"list": "numbers", "field": "size"},
                "NodeData field 'field' names 'size', which an item of the list has not: 3",
            ),
            (
                {"list": "lines", "group_by": "size"},
                "NodeData field 'group_by' names 'size', which an item of the list",
            ),
        ],
    )
    def test_what_depends_on_the_variables_fails_when_it_runs(self, data, why):
        assert failure("AGGREGATE", {"op": "sum"} | data, VARIABLES).startswith(why)


class TestSort:
    def test_sorts_a_copy(self):
        assert writes("SORT", list="numbers") == {"n": [1, 2, 3]}
        assert writes("SORT", list="numbers", descending=True, into="down") == {"down": [3, 2, 1]}
        assert writes("SORT", list="empty", by="price") == {"n": []}

    def test_is_stable_in_both_directions(self):
        assert [line["sku"] for line in writes("SORT", list="lines", by="price")["n"]] == ["b", "c", "a"]
        assert [line["sku"] for line in writes("SORT", list="lines", by="price", descending=True)["n"]] == [
            "a",
            "b",
            "c",
        ]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"descending": 1}, "NodeData.descending: must be true or false, not a number"),
            ({"descending": None}, "NodeData.descending: must be true or false, not null"),
            ({"by": 1}, "NodeData.by: must be text, not a number"),
            ({"decending": True}, "NodeData.decending: is not a field of this; did you mean 'descending'?"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("SORT", {"list": "numbers"} | data) == why

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"list": "mixed"}, "NodeData field 'list': TypeError: "),
            ({"list": "lines", "by": "size"}, "NodeData field 'by' names 'size', which an item of the list has not: "),
            ({"list": "uneven", "by": "size"}, "NodeData field 'by': TypeError: "),
        ],
    )
    def test_what_depends_on_the_variables_fails_when_it_runs(self, data, why):
        assert failure("SORT", data, VARIABLES | {"uneven": [{"size": 1}, {"size": "L"}]}).startswith(why)
