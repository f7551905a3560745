"""What one run did, node by node."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wfperf.engine.trace import NodeTrace, RunResult, Status
from wfperf.report.table import Cell, Column, Table, Tone

DEEPEST = 100
"""Levels of a nested value that are shown."""

MOST_RUNS = 10
"""How many of the runs that one node began are shown."""

_COLUMNS = (
    Column("node", kept=True),
    Column("type", kept=True),
    Column("status", kept=True),
    Column("ms", right=True, kept=True),
    Column("wrote", trimmed=True),
)


@dataclass(frozen=True, slots=True)
class Executed:
    """One run: what it was given, what it left, and how long it took, loading included."""

    configuration: str
    package: str
    given: Mapping[str, Any]
    result: RunResult
    duration_s: float


def trace_table(executed: Executed) -> Table:
    """Return one row a node in canonical order, and under them what became of the context.

    The nodes of a run that a node began stand under it, set off by depth.
    """
    result = executed.result
    title = f"{result.workflow}, configuration {executed.configuration}, process {result.process_guid}"
    return Table(title, _COLUMNS, list(_rows(result, "")), _notes(executed))


def trace_data(executed: Executed) -> dict[str, Any]:
    """Return the run as plain data for JSON; what JSON cannot hold is given as text."""
    result = executed.result
    return {
        "schema_version": 1,
        "kind": "run",
        "workflow": result.workflow,
        "package": executed.package,
        "configuration": executed.configuration,
        "guid": result.guid,
        "process_guid": result.process_guid,
        "error": result.error,
        "duration_s": executed.duration_s,
        "nodes": [_plain(asdict(node)) for node in result.nodes],
        "context": _plain(result.context),
    }


def _rows(result: RunResult, indent: str) -> Iterator[Sequence[Cell | str]]:
    for node in result.nodes:
        yield _row(node, indent)
        for run in node.runs[:MOST_RUNS]:
            yield Cell(f"{indent}  {run.guid}", Tone.MUTED), Cell(run.workflow, Tone.MUTED), "", "", ""
            yield from _rows(run, f"{indent}    ")
        if len(node.runs) > MOST_RUNS:
            more = f"{indent}  and {len(node.runs) - MOST_RUNS} runs more"
            yield Cell(more, Tone.MUTED), "", "", "", ""


def _row(node: NodeTrace, indent: str) -> Sequence[Cell | str]:
    name = f"{indent}{node.name}"
    if node.status in (Status.SKIPPED, Status.STOPPED):
        return Cell(name, Tone.MUTED), Cell(node.type, Tone.MUTED), Cell(node.status, Tone.MUTED), "", ""
    return (
        Cell(name, Tone.STRONG),
        node.type,
        Cell(node.status, Tone.BAD if node.status is Status.FAILED else Tone.GOOD),
        f"{node.duration_s * 1000:.3f}" if node.duration_s else "",
        ", ".join(f"{key} = {json.dumps(_plain(value), ensure_ascii=False)}" for key, value in node.writes.items()),
    )


def _notes(executed: Executed) -> list[str]:
    statuses = Counter(node.status for node in executed.result.nodes)
    result = executed.result.context["result"]
    told = [f"{statuses[Status.DONE]} nodes done", f"{statuses[Status.SKIPPED]} skipped"]
    told += [f"{statuses[each]} {each}" for each in (Status.FAILED, Status.STOPPED) if statuses[each]]
    time_ms = executed.duration_s * 1000
    return [
        f"{', '.join(told)}; {time_ms:.3f} ms in all, loading included.",
        f"{len(result)} variables at the end: {len(executed.given)} given, {len(result) - len(executed.given)} new.",
        "All of it: --format json. One cold run is no measurement; for one: wfperf compare",
    ]


def _plain(value: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        return f"... nested deeper than {DEEPEST} levels"
    if isinstance(value, Mapping):
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, depth + 1) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)
