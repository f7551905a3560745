"""What one run did, node by node."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wfperf.engine.run import NodeTrace, RunResult, Status
from wfperf.report.table import Cell, Column, Table, Tone

DEEPEST = 100
"""Levels of a nested value that are shown."""

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
    """Return one row a node in canonical order, and under them what became of the context."""
    result = executed.result
    title = f"{result.workflow}, configuration {executed.configuration}, process {result.process_guid}"
    return Table(title, _COLUMNS, [_row(node) for node in result.nodes], _notes(executed))


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
        "duration_s": executed.duration_s,
        "nodes": [_plain(asdict(node)) for node in result.nodes],
        "context": _plain(result.context),
    }


def _row(node: NodeTrace) -> Sequence[Cell | str]:
    if node.status == "skipped":
        return Cell(node.name, Tone.MUTED), Cell(node.type, Tone.MUTED), Cell(node.status, Tone.MUTED), "", ""
    return (
        Cell(node.name, Tone.STRONG),
        node.type,
        Cell(node.status, Tone.GOOD),
        f"{node.duration_s * 1000:.3f}",
        ", ".join(f"{name} = {json.dumps(_plain(value), ensure_ascii=False)}" for name, value in node.writes.items()),
    )


def _notes(executed: Executed) -> list[str]:
    statuses = Counter(node.status for node in executed.result.nodes)
    result = executed.result.context["result"]
    told = f"{statuses[Status.DONE]} nodes done, {statuses[Status.SKIPPED]} skipped"
    time_ms = executed.duration_s * 1000
    return [
        f"{told}; {time_ms:.3f} ms in all, loading included.",
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
