"""A workflow's definition: validated node rows in the one canonical order."""

from __future__ import annotations

import heapq
import json
import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from wfperf.engine.errors import ExpressionError, Problem, WorkflowDefinitionError
from wfperf.engine.expressions import Expression, parse

SPLITS = ("all", "first")


class NodeRow(NamedTuple):
    """One row of `def_workflow`, as the database gives it."""

    guid: str
    rank: int
    type: str
    name: str
    is_async: int
    data: str
    branches: str


class WorkflowRow(NamedTuple):
    """One row of `def_workflows`."""

    workflow: str
    package: str
    rank: int
    process_guid_sql: str


class Node(NamedTuple):
    """A node as a run uses it; `kind` is the type in the spelling of the registry."""

    guid: str
    rank: int
    kind: str
    is_async: bool
    name: str
    data: str
    branches: str


class Edge(NamedTuple):
    """A way out of a node: unconditional, conditional, or (in a `first` split) the default."""

    target: str
    condition: Expression | None


class Branches(NamedTuple):
    """A node's way on: a split over edges. A default comes last in a `first` split, whatever its place."""

    split: str
    edges: tuple[Edge, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A valid workflow. `rows` stand in canonical order: Kahn's algorithm, smallest (rank, guid) first."""

    header: WorkflowRow
    rows: tuple[NodeRow, ...]
    start: str
    targets: Mapping[str, tuple[str, ...]]
    """For each node's guid, the guids its edges lead to."""
    order: Mapping[str, int]
    """For each node's guid, its place in canonical order, from 0."""


def parse_data(text: str) -> dict[str, Any]:
    """Parse a NodeData column; an empty one is an empty object.

    Raises:
        ValueError: not JSON, nested too deeply, or not an object.
    """
    try:
        data = json.loads(text or "{}")
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(data, dict):
        raise ValueError(f"expected a JSON object, found {type(data).__name__}")  # noqa: TRY004 - one error for bad text
    return data


def parse_branches(text: str) -> Branches:
    """Parse a Branches column: `{"split": "all"|"first", "to": [{"node", "if"|"default"}]}`.

    Raises:
        ValueError: not JSON, an unknown key or split, or an edge that its split does not take.
    """
    data = parse_data(text)
    _only(data, ("split", "to"), "branches")
    split = data.get("split", "all")
    if split not in SPLITS:
        raise ValueError(f"unknown split {split!r}; use one of {', '.join(SPLITS)}")
    to = data.get("to", [])
    if not isinstance(to, list):
        raise ValueError("'to' must be a list of edges")  # noqa: TRY004 - one error for bad text
    edges: list[Edge] = []
    defaults: list[Edge] = []
    for item in to:
        edge, is_default = _parse_edge(item)
        if split == "all" and (edge.condition or is_default):
            raise ValueError(f"the edge to {edge.target!r} has a condition, but split 'all' takes every edge")
        (defaults if is_default else edges).append(edge)
    if len(defaults) > 1:
        raise ValueError("more than one default edge")
    return Branches(split, (*edges, *defaults))


def _parse_edge(item: object) -> tuple[Edge, bool]:
    if not isinstance(item, dict) or not isinstance(item.get("node"), str):
        raise ValueError(f"an edge is an object with 'node', found {json.dumps(item)}")  # noqa: TRY004 - one error for bad text
    _only(item, ("node", "if", "default"), "an edge")
    condition, is_default = item.get("if"), item.get("default", False)
    if condition is not None and not isinstance(condition, str):
        raise ValueError(f"'if' of the edge to {item['node']!r} must be text")
    if not isinstance(is_default, bool) or (is_default and condition is not None):
        raise ValueError(f"'default' of the edge to {item['node']!r} must be true, and without 'if'")
    return Edge(item["node"].lower(), None if condition is None else parse(condition)), is_default


def _only(data: Mapping[str, Any], known: Sequence[str], what: str) -> None:
    unknown = [key for key in data if key not in known]
    if unknown:
        raise ValueError(f"unknown key {unknown[0]!r} in {what}; known: {', '.join(known)}")


def define(header: WorkflowRow, rows: Iterable[NodeRow], types: Collection[str]) -> Definition:
    """Validate the rows of a workflow and put them into canonical order.

    Raises:
        WorkflowDefinitionError: naming every problem with its node and field.
    """
    found = sorted((row._replace(guid=str(row.guid).lower()) for row in rows), key=_place)
    problems = _duplicates(found)
    checked = [(row, _check_row(row, types, problems)) for row in found]
    targets = {row.guid: leads_to for row, leads_to in checked}
    problems += [
        Problem(row.name, "Branches", f"leads to {target!r}, which is not a node of this workflow")
        for row, leads_to in checked
        for target in leads_to
        if target not in targets
    ]
    if not found:
        problems.append(Problem("", "", "has no nodes"))
    if problems:
        raise WorkflowDefinitionError(header.workflow, problems)
    ordered = _canonical(header.workflow, found, targets)
    return Definition(
        header=header,
        rows=tuple(ordered),
        start=ordered[0].guid,
        targets=targets,
        order={row.guid: place for place, row in enumerate(ordered)},
    )


def _place(row: NodeRow) -> tuple[float, str]:
    if not isinstance(row.rank, int):  # SQLite takes any text for a rank; `_check_row` tells of it
        return math.inf, row.guid
    return row.rank, row.guid


def _duplicates(rows: Sequence[NodeRow]) -> list[Problem]:
    return [
        Problem(str(value), field, f"{count} nodes share this {what}")
        for field, what, values in (
            ("WorkflowGuid", "guid", Counter(row.guid for row in rows)),
            ("Name", "name", Counter(row.name for row in rows)),
        )
        for value, count in values.items()
        if count > 1
    ]


def _check_row(row: NodeRow, types: Collection[str], problems: list[Problem]) -> tuple[str, ...]:
    if not isinstance(row.rank, int):
        problems.append(Problem(row.name, "Rank", f"must be a whole number, not {row.rank!r}"))
    if row.type.upper() not in types:
        problems.append(Problem(row.name, "Type", f"unknown type {row.type!r}; known: {', '.join(sorted(types))}"))
    try:
        parse_data(row.data)
    except ValueError as error:
        problems.append(Problem(row.name, "NodeData", str(error)))
    try:
        branches = parse_branches(row.branches)
    except (ExpressionError, ValueError) as error:
        problems.append(Problem(row.name, "Branches", str(error)))
        return ()
    return tuple(dict.fromkeys(edge.target for edge in branches.edges))


def _canonical(workflow: str, rows: Sequence[NodeRow], targets: Mapping[str, tuple[str, ...]]) -> list[NodeRow]:
    by_guid = {row.guid: row for row in rows}
    waiting = Counter(target for row in rows for target in targets[row.guid])
    ready = [(row.rank, row.guid) for row in rows if not waiting[row.guid]]
    if not ready:
        raise WorkflowDefinitionError(workflow, [Problem("", "", "no start node: every node has an incoming edge")])
    heapq.heapify(ready)
    ordered = []
    while ready:
        _, guid = heapq.heappop(ready)
        ordered.append(by_guid[guid])
        for target in targets[guid]:
            waiting[target] -= 1
            if not waiting[target]:
                heapq.heappush(ready, (by_guid[target].rank, target))
    if len(ordered) < len(rows):
        done = {row.guid for row in ordered}
        stuck = [row.name for row in rows if row.guid not in done]
        raise WorkflowDefinitionError(
            workflow,
            [
                Problem(
                    stuck[0],
                    "Branches",
                    f"a cycle holds {', '.join(map(repr, stuck))}; a workflow has no loops",
                )
            ],
        )
    return ordered
