"""A node's ways on: the split over its edges, and its error edges."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from wfperf.engine.expressions import Expression
from wfperf.engine.fields import ExpressionField, NodeData, PatternField
from wfperf.engine.patterns import Pattern
from wfperf.faults import Fault, FaultsError, faults

Split = Literal["all", "first", "matching"]


class SqlMatch(NamedTuple):
    """A condition on the database: the first value that the statement gives, as text, matches the pattern."""

    sql: str
    params: dict[str, Any]
    pattern: Pattern

    @property
    def text(self) -> str:
        """Return the condition as a reader knows it."""
        return f"{self.sql} ~ {self.pattern.pattern}"


class Edge(NamedTuple):
    """A way out of a node: unconditional where `condition` is None."""

    target: str
    condition: Expression | SqlMatch | None


class Branches(NamedTuple):
    """A node's ways on: a split over edges, the target where none of them holds, the targets where the node fails."""

    split: Split
    edges: tuple[Edge, ...]
    default: str | None
    errors: tuple[str, ...]

    @property
    def targets(self) -> tuple[str, ...]:
        """Return every node that an edge leads to, once each."""
        default = () if self.default is None else (self.default,)
        return tuple(dict.fromkeys((*(edge.target for edge in self.edges), *default, *self.errors)))


class _EdgeData(NodeData):
    node: Annotated[str, AfterValidator(str.lower)]
    condition: ExpressionField | None = Field(None, alias="if")
    sql: str | None = None
    params: dict[str, Any] | None = None
    matches: PatternField | None = None
    default: bool = False
    error: bool = False


class _BranchesData(NodeData):
    split: Split = "all"
    to: list[_EdgeData] = Field(default_factory=list)


_BRANCHES = TypeAdapter(_BranchesData)
_KNOWN = {"": tuple(_BranchesData.model_fields)}


def parse_branches(text: str) -> Branches:
    """Parse a Branches column: `{"split": "all"|"first"|"matching", "to": [{"node", ...}]}`.

    An edge is unconditional, or has one of `if` (an expression), `sql` with `matches` and perhaps `params`,
    `default` or `error`.

    Raises:
        FaultsError: not JSON, an unknown field or split, or an edge that its split does not take.
    """
    try:
        data = _BRANCHES.validate_json(text or "{}")
    except ValidationError as error:
        raise FaultsError(tuple(faults(error, _KNOWN))) from error
    if found := tuple(_misused(data)):
        raise FaultsError(found)
    plain = [edge for edge in data.to if not (edge.default or edge.error)]
    edges = [Edge(edge.node, _condition(edge)) for edge in plain]
    return Branches(
        split=data.split,
        edges=tuple(edges if data.split != "all" else dict.fromkeys(edges)),
        default=next((edge.node for edge in data.to if edge.default), None),
        errors=tuple(edge.node for edge in data.to if edge.error),
    )


def _condition(edge: _EdgeData) -> Expression | SqlMatch | None:
    if edge.sql is None or edge.matches is None:
        return edge.condition
    return SqlMatch(edge.sql, edge.params or {}, edge.matches)


def _misused(data: _BranchesData) -> Iterator[Fault]:
    for number, edge in enumerate(data.to, 1):
        path, conditional = f"to[{number}]", edge.condition is not None or edge.sql is not None
        if (edge.sql is None) != (edge.matches is None):
            yield Fault(path, "'sql' and 'matches' go together: the query, and the pattern that its value matches")
        elif edge.sql is None and edge.params is not None:
            yield Fault(f"{path}.params", "has no 'sql' to be bound to")
        if sum((edge.condition is not None, edge.sql is not None, edge.default, edge.error)) > 1:
            yield Fault(path, "has more than one of 'if', 'sql', 'default' and 'error'")
        elif data.split == "all" and (conditional or edge.default):
            what = "has a condition" if conditional else "is the default"
            yield Fault(path, f"{what}, but split 'all' takes every edge; use split 'first' or 'matching'")
    yield from _second_defaults(data.to)


def _second_defaults(edges: Sequence[_EdgeData]) -> Iterator[Fault]:
    defaults = [number for number, edge in enumerate(edges, 1) if edge.default]
    for number in defaults[1:]:
        yield Fault(f"to[{number}].default", f"to[{defaults[0]}] is the default already")
