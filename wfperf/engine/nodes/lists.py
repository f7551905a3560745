"""Nodes that work on a list among the variables and write a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from statistics import fmean
from typing import Any, Literal

from pydantic import Field

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import ExpressionField, OneResult
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field


class ListData(OneResult):
    """The name of the variable that holds the list."""

    source: str = Field(alias="list")

    def items(self, call: NodeCall[Any]) -> list[Any]:
        """Return the list."""
        return call.variable("list", self.source, list)


class MapData(ListData):
    """What is computed for each item."""

    expression: ExpressionField


class MapNode(NodeType[MapData]):
    """MAP `list`, `expression`, `into`: the expression for each `item` at its `index`."""

    data = (MapData,)

    def execute(self, call: NodeCall[MapData]) -> Outcome:
        """Compute one value for each item."""
        expression = call.data.expression
        return {
            call.into: [
                call.evaluate("expression", expression, item=item, index=index)
                for index, item in enumerate(call.data.items(call))
            ]
        }


class FilterData(ListData):
    """What holds for the items that are kept."""

    where: ExpressionField


class FilterNode(NodeType[FilterData]):
    """FILTER `list`, `where`, `into`: the items for which the expression holds."""

    data = (FilterData,)

    def execute(self, call: NodeCall[FilterData]) -> Outcome:
        """Keep the items that match."""
        where = call.data.where
        return {
            call.into: [
                item
                for index, item in enumerate(call.data.items(call))
                if call.evaluate("where", where, item=item, index=index)
            ]
        }


class AggregateData(ListData):
    """How the list is reduced, of what, and by which groups."""

    op: Literal["count", "sum", "min", "max", "mean", "list"]
    field: str | None = None
    group_by: str | None = None


class AggregateNode(NodeType[AggregateData]):
    """AGGREGATE `list`, `op`, `field`, `group_by`, `into`: one value, or one for each group."""

    data = (AggregateData,)

    def execute(self, call: NodeCall[AggregateData]) -> Outcome:
        """Reduce the list."""
        data = call.data
        items, reduce = data.items(call), _REDUCTIONS[data.op]
        if data.group_by is None:
            return {call.into: in_field("list", lambda: reduce(_pick(data, items)))}
        groups: dict[str, list[Any]] = {}
        for item in items:
            groups.setdefault(str(_of(item, "group_by", data.group_by)), []).append(item)
        return {
            call.into: in_field(
                "list", lambda: {name: reduce(_pick(data, members)) for name, members in groups.items()}
            )
        }


_REDUCTIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "sum": sum,
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
    "mean": lambda values: fmean(values) if values else None,
    "list": list,
}


class SortData(ListData):
    """By which field of the items, and which way."""

    by: str | None = None
    descending: bool = False


class SortNode(NodeType[SortData]):
    """SORT `list`, `by`, `descending`, `into`: a stable sort, by a field of the items where `by` names one."""

    data = (SortData,)

    def execute(self, call: NodeCall[SortData]) -> Outcome:
        """Sort a copy of the list."""
        items, by, descending = call.data.items(call), call.data.by, call.data.descending
        if by is None:
            return {call.into: in_field("list", lambda: sorted(items, reverse=descending))}
        return {
            call.into: in_field("by", lambda: sorted(items, key=lambda item: _of(item, "by", by), reverse=descending))
        }


def _pick(data: AggregateData, items: list[Any]) -> list[Any]:
    name = data.field
    return items if name is None else [_of(item, "field", name) for item in items]


def _of(item: Any, field: str, key: str) -> Any:
    if not isinstance(item, Mapping) or key not in item:
        raise NodeDataError(f"NodeData field {field!r} names {key!r}, which an item of the list has not: {item!r}")
    return item[key]
