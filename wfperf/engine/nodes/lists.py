"""Nodes that work on a list among the variables and write a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import fmean
from typing import Any

from wfperf.engine.errors import NodeDataError
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field


class MapNode(NodeType):
    """MAP `list`, `expression`, `into`: the expression for each `item` at its `index`."""

    def execute(self, call: NodeCall) -> Outcome:
        """Compute one value for each item."""
        items, expression = call.variable("list", list), call.expression("expression")
        return {
            call.into: [
                call.evaluate("expression", expression, item=item, index=index) for index, item in enumerate(items)
            ]
        }


class FilterNode(NodeType):
    """FILTER `list`, `where`, `into`: the items for which the expression holds."""

    def execute(self, call: NodeCall) -> Outcome:
        """Keep the items that match."""
        items, where = call.variable("list", list), call.expression("where")
        return {
            call.into: [
                item for index, item in enumerate(items) if call.evaluate("where", where, item=item, index=index)
            ]
        }


class AggregateNode(NodeType):
    """AGGREGATE `list`, `op`, `field`, `group_by`, `into`: one value, or one for each group."""

    def execute(self, call: NodeCall) -> Outcome:
        """Reduce the list."""
        items, reduce = call.variable("list", list), call.choice("op", _REDUCTIONS)
        if "group_by" not in call.data:
            return {call.into: in_field("list", lambda: reduce(_pick(call, items)))}
        key = call.field("group_by", str)
        groups: dict[str, list[Any]] = {}
        for item in items:
            groups.setdefault(str(_of(item, "group_by", key)), []).append(item)
        return {
            call.into: in_field(
                "list", lambda: {name: reduce(_pick(call, members)) for name, members in groups.items()}
            )
        }


class SortNode(NodeType):
    """SORT `list`, `by`, `descending`, `into`: a stable sort, by a field of the items where `by` names one."""

    def execute(self, call: NodeCall) -> Outcome:
        """Sort a copy of the list."""
        items, descending = call.variable("list", list), call.field("descending", bool, default=False)
        if "by" not in call.data:
            return {call.into: in_field("list", lambda: sorted(items, reverse=descending))}
        by = call.field("by", str)
        return {
            call.into: in_field("by", lambda: sorted(items, key=lambda item: _of(item, "by", by), reverse=descending))
        }


_REDUCTIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "sum": sum,
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
    "mean": lambda values: fmean(values) if values else None,
    "list": list,
}


def _pick(call: NodeCall, items: list[Any]) -> list[Any]:
    if "field" not in call.data:
        return items
    name = call.field("field", str)
    return [_of(item, "field", name) for item in items]


def _of(item: Any, field: str, key: str) -> Any:
    if not isinstance(item, Mapping) or key not in item:
        raise NodeDataError(f"NodeData field {field!r} names {key!r}, which an item of the list has not: {item!r}")
    return item[key]
