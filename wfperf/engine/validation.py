"""From the rows of a workflow to its definition: every mistake is told at once, with its node and field."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from wfperf.engine.branches import Branches, parse_branches
from wfperf.engine.definition import Definition, Join
from wfperf.engine.errors import Problem, WorkflowDefinitionError
from wfperf.engine.graph import canonical_order, cycles, reachable
from wfperf.engine.nodes import DATA_TYPES, parse_node_data
from wfperf.engine.nodes.structural import GateData, TodoData
from wfperf.engine.rows import NodeRow, WorkflowRow
from wfperf.faults import FaultsError


class _Parsed(NamedTuple):
    """A row with what its columns hold; None for one that cannot be parsed."""

    row: NodeRow
    data: Any
    branches: Branches | None


def define(header: WorkflowRow, rows: Iterable[NodeRow]) -> Definition:
    """Validate the rows of a workflow and put them into canonical order.

    Raises:
        WorkflowDefinitionError: naming every problem with its node and field.
    """
    found = sorted((row._replace(guid=str(row.guid).lower()) for row in rows), key=_place)
    problems = _duplicates(found)
    parsed = [_parse(row, problems) for row in found]
    targets = {each.row.guid: each.branches.targets if each.branches else () for each in parsed}
    problems += _dangling(parsed, targets)
    sources = _sources(targets)
    problems += _too_many_needed(parsed, sources)
    problems += _shape(found, targets, sources)
    if problems:
        raise WorkflowDefinitionError(header.workflow, problems)
    by_guid = {row.guid: row for row in found}
    order = {guid: place for place, guid in enumerate(canonical_order(list(by_guid), targets))}
    start = next(iter(order))
    return Definition(
        header=header,
        rows=tuple(by_guid[guid] for guid in order),
        start=start,
        targets=targets,
        order=order,
        joins=dict(_joins(parsed, sources, order)),
        warnings=(*_unreached(found, start, targets), *_to_do(parsed)),
    )


def _place(row: NodeRow) -> tuple[float, str]:
    if not isinstance(row.rank, int):  # SQLite takes any text for a rank; `_parse` tells of it
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


def _parse(row: NodeRow, problems: list[Problem]) -> _Parsed:
    data = branches = None
    if not isinstance(row.rank, int):
        problems.append(Problem(row.name, "Rank", f"must be a whole number, not {row.rank!r}"))
    if row.type.upper() not in DATA_TYPES:
        problems.append(Problem(row.name, "Type", f"unknown type {row.type!r}; known: {', '.join(sorted(DATA_TYPES))}"))
    try:
        data = parse_node_data(row.type.upper(), row.data)
    except FaultsError as error:
        problems += _located(row, "NodeData", error)
    try:
        branches = parse_branches(row.branches)
    except FaultsError as error:
        problems += _located(row, "Branches", error)
    return _Parsed(row, data, branches)


def _located(row: NodeRow, column: str, error: FaultsError) -> Iterator[Problem]:
    for path, message in error.faults:
        yield Problem(row.name, f"{column}.{path}" if path else column, message)


def _dangling(parsed: Sequence[_Parsed], targets: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    for each in parsed:
        for target in each.branches.targets if each.branches else ():
            if target not in targets:
                message = f"leads to {target!r}, which is not a node of this workflow"
                yield Problem(each.row.name, "Branches", message)


def _sources(targets: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    sources: dict[str, list[str]] = {}
    for guid, leads_to in targets.items():
        for target in leads_to:
            sources.setdefault(target, []).append(guid)
    return sources


def _too_many_needed(parsed: Sequence[_Parsed], sources: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    for row, data, _ in parsed:
        ways_in = len(sources.get(row.guid, ()))
        if isinstance(data, GateData) and isinstance(data.join, int) and data.join > ways_in:
            yield Problem(row.name, "NodeData.join", f"waits for {data.join} ways in, but has {ways_in}")


def _shape(
    rows: Sequence[NodeRow], targets: Mapping[str, Sequence[str]], sources: Mapping[str, Sequence[str]]
) -> Iterator[Problem]:
    if not rows:
        yield Problem("", "", "has no nodes")
    elif all(row.guid in sources for row in rows):
        yield Problem("", "", "no start node: every node has an incoming edge")
    names = {row.guid: row.name for row in rows}
    for cycle in cycles(list(targets), targets):
        held = " -> ".join(repr(names[guid]) for guid in (*cycle, cycle[0]))
        yield Problem(names[cycle[0]], "Branches", f"a cycle: {held}; a workflow has no loops")


def _joins(
    parsed: Sequence[_Parsed], sources: Mapping[str, Sequence[str]], order: Mapping[str, int]
) -> Iterator[tuple[str, Join]]:
    for row, data, _ in parsed:
        if isinstance(data, GateData) and data.join != "or" and row.guid in sources:
            ways_in = tuple(sorted(sources[row.guid], key=order.__getitem__))
            needed = {"any": 1, "all": len(ways_in)}.get(str(data.join), data.join)
            yield row.guid, Join(int(needed), ways_in)


def _unreached(rows: Sequence[NodeRow], start: str, targets: Mapping[str, Sequence[str]]) -> Iterator[Problem]:
    reached = reachable(start, targets)
    start_name = next(row.name for row in rows if row.guid == start)
    for row in rows:
        if row.guid not in reached:
            yield Problem(row.name, "", f"cannot be reached from the start node {start_name!r}; it is always skipped")


def _to_do(parsed: Sequence[_Parsed]) -> Iterator[Problem]:
    for row, data, _ in parsed:
        if isinstance(data, TodoData):
            yield Problem(row.name, "", f"is still to do{f': {data.note}' if data.note else ''}; it only passes on")
