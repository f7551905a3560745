"""Nodes that work on a list among the variables."""

from __future__ import annotations

import copy

import pytest
from builders import run_node, told

LINES = [
    {"sku": "b", "price": 2.0, "kind": 1},
    {"sku": "a", "price": 3.0, "kind": 2},
    {"sku": "c", "price": 2.0, "kind": 1},
]

VARIABLES = {"lines": LINES, "numbers": [3, 1, 2], "empty": [], "text": "abc", "mixed": [1, "a"], "factor": 10}

NO_LIST = [
    ({}, "NodeData.list: is missing"),
    ({"list": 3}, "NodeData.list: must be text, not a number"),
    ({"list": "missing"}, "'list' names the variable 'missing', which nothing has written"),
    ({"list": "text"}, "'list' names 'text', which must be list, not text"),
]


def writes(kind, **data):
    variables = copy.deepcopy(VARIABLES)
    written = run_node(kind, data, variables)
    assert variables == VARIABLES
    return written


class TestMap:
    def test_computes_each_item_with_its_index_and_the_variables(self):
        assert writes("MAP", list="numbers", expression="item * factor + index") == {"n": [30, 11, 22]}
        assert writes("MAP", list="lines", expression="item['sku']", into="skus") == {"skus": ["b", "a", "c"]}
        assert writes("MAP", list="empty", expression="item") == {"n": []}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            *NO_LIST,
            ({"list": "numbers", "expression": None}, "NodeData.expression: must be text, not null"),
            ({"list": "numbers", "expression": "item +"}, "NodeData.expression: cannot parse"),
            ({"list": "empty", "expression": "item +"}, "NodeData.expression: cannot parse"),
            ({"list": "numbers", "expression": "item['a']"}, "'expression': cannot evaluate"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in told("MAP", {"expression": "item", **data}, VARIABLES)


class TestFilter:
    def test_keeps_the_items_that_match(self):
        assert writes("FILTER", list="numbers", where="item > 1") == {"n": [3, 2]}
        assert writes("FILTER", list="numbers", where="index < 1", into="first") == {"first": [3]}
        assert writes("FILTER", list="empty", where="item > 1") == {"n": []}

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            *NO_LIST,
            ({"list": "numbers", "where": 3}, "NodeData.where: must be text, not a number"),
            ({"list": "numbers", "where": "item = 1"}, "NodeData.where: cannot parse"),
            ({"list": "numbers", "where": "item > 'a'"}, "'where': cannot evaluate"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in told("FILTER", {"where": "item", **data}, VARIABLES)


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
            *NO_LIST,
            (
                {"list": "numbers", "op": None},
                "NodeData.op: must be 'count', 'sum', 'min', 'max', 'mean' or 'list', not None",
            ),
            (
                {"list": "numbers", "op": "median"},
                "NodeData.op: must be 'count', 'sum', 'min', 'max', 'mean' or 'list', not 'median'",
            ),
            ({"list": "lines", "op": "sum"}, "'list': TypeError"),
            ({"list": "mixed", "op": "max"}, "'list': TypeError"),
            ({"list": "lines", "op": "sum", "group_by": "kind"}, "'list': TypeError"),
            ({"list": "lines", "op": "sum", "field": 3}, "NodeData.field: must be text"),
            (
                {"list": "lines", "op": "sum", "field": "size"},
                "'field' names 'size', which an item of the list has not",
            ),
            (
                {"list": "numbers", "op": "sum", "field": "size"},
                "'field' names 'size', which an item of the list has not: 3",
            ),
            ({"list": "lines", "op": "sum", "group_by": "size"}, "'group_by' names 'size', which an item"),
            ({"list": "lines", "op": "sum", "group_by": 1}, "NodeData.group_by: must be text"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in told("AGGREGATE", {"op": "sum", **data}, VARIABLES)


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
            *NO_LIST,
            ({"list": "mixed"}, "'list': TypeError"),
            ({"list": "numbers", "descending": 1}, "NodeData.descending: must be true or false, not a number"),
            ({"list": "lines", "by": 1}, "NodeData.by: must be text"),
            ({"list": "lines", "by": "size"}, "'by' names 'size', which an item of the list has not"),
            ({"list": "uneven", "by": "size"}, "'by': TypeError"),
        ],
    )
    def test_errors_name_the_field(self, data, why):
        assert why in told("SORT", data, VARIABLES | {"uneven": [{"size": 1}, {"size": "L"}]})
