"""A workflow's shape for a drawing: its nodes in canonical order, and every way on between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from wfperf.engine.branches import Branches, parse_branches
from wfperf.engine.definition import Definition
from wfperf.engine.nodes import parse_node_data
from wfperf.engine.rows import NodeRow


class Way(NamedTuple):
    """An edge from a node to another, by their places in the shape.

    `label` says when it is taken; empty where it always is. `is_error` where only a failure takes it, `is_default`
    where it is taken when no condition holds.
    """

    source: int
    target: int
    label: str
    is_error: bool = False
    is_default: bool = False


class NodeShape(NamedTuple):
    """A node: its name, its type, and how it splits and joins; empty where there is nothing to say."""

    name: str
    kind: str
    split: str
    join: str


class Shape(NamedTuple):
    """Nodes and ways of one workflow."""

    workflow: str
    places: tuple[NodeShape, ...]
    ways: tuple[Way, ...]


def shape(definition: Definition) -> Shape:
    """Return the shape of a definition."""
    parsed = [parse_branches(row.branches) for row in definition.rows]
    ways = tuple(way for at, branches in enumerate(parsed) for way in _ways(at, branches, definition))
    ways_in = [0] * len(parsed)
    for target in (target for targets in definition.targets.values() for target in targets):
        ways_in[definition.order[target]] += 1
    places = tuple(
        NodeShape(row.name, row.type.upper(), _split(branches), _join(row, ways_in[at]))
        for at, (row, branches) in enumerate(zip(definition.rows, parsed, strict=True))
    )
    return Shape(definition.header.workflow, places, ways)


def _ways(at: int, branches: Branches, definition: Definition) -> Iterator[Way]:
    for edge in branches.edges:
        label = "" if edge.condition is None else edge.condition.text
        yield Way(at, definition.order[edge.target], label)
    if branches.default is not None:
        yield Way(at, definition.order[branches.default], "default", is_default=True)
    for target in branches.errors:
        yield Way(at, definition.order[target], "error", is_error=True)


def _split(branches: Branches) -> str:
    return branches.split if len(branches.edges) + (branches.default is not None) > 1 else ""


def _join(row: NodeRow, ways_in: int) -> str:
    if row.type.upper() == "GATE":
        join = parse_node_data("GATE", row.data).join
        return f"{join} of {ways_in}" if isinstance(join, int) else str(join)
    return "or" if ways_in > 1 else ""
