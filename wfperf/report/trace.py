"""The table of `run`: what each node did."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.executed import Executed, ExecutedNode

MOST_RUNS = 10
"""Sub-runs shown for one node: the first few show what they do, and the JSON has all."""

_COLUMNS = (
    Column("node", kept=True),
    Column("type", kept=True),
    Column("status", kept=True),
    Column("ms", right=True, kept=True),
    Column("wrote", trimmed=True),
)


def trace_table(executed: Executed) -> Table:
    """Return one row per node in canonical order, and notes on the context.

    The nodes of a run that a node began follow it, indented by depth.
    """
    title = f"{executed.workflow}, configuration {executed.configuration}, process {executed.process_guid}"
    return Table(title, _COLUMNS, list(_rows(executed.nodes, "")), _notes(executed))


def _rows(nodes: Sequence[ExecutedNode], indent: str) -> Iterator[Sequence[Cell | str]]:
    for node in nodes:
        yield _row(node, indent)
        for run in node.runs[:MOST_RUNS]:
            yield Cell(f"{indent}  {run.guid}", Tone.MUTED), Cell(run.workflow, Tone.MUTED), "", "", ""
            yield from _rows(run.nodes, f"{indent}    ")
        if len(node.runs) > MOST_RUNS:
            more = f"{indent}  and {len(node.runs) - MOST_RUNS} more runs"
            yield Cell(more, Tone.MUTED), "", "", "", ""


def _row(node: ExecutedNode, indent: str) -> Sequence[Cell | str]:
    name = f"{indent}{node.name}"
    if node.status in {"skipped", "stopped"}:
        return Cell(name, Tone.MUTED), Cell(node.type, Tone.MUTED), Cell(node.status, Tone.MUTED), "", ""
    return (
        Cell(name, Tone.STRONG),
        node.type,
        Cell(node.status, Tone.BAD if node.status == "failed" else Tone.GOOD),
        f"{node.duration_s * 1000:.3f}" if node.duration_s else "",
        ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in node.writes.items()),
    )


def _notes(executed: Executed) -> list[str]:
    statuses = Counter(node.status for node in executed.nodes)
    variables = len(executed.context["result"])
    told = [f"{statuses['done']} nodes done", f"{statuses['skipped']} skipped"]
    told += [f"{statuses[each]} {each}" for each in ("failed", "stopped") if statuses[each]]
    time_ms = executed.duration_s * 1000
    return [
        f"{', '.join(told)}; {time_ms:.3f} ms in all, loading included.",
        f"{variables} variables at the end{_given(variables, executed)}.",
        "Complete output: --format json. One cold run is not a measurement; to measure: wfperf compare",
    ]


def _given(variables: int, executed: Executed) -> str:
    if executed.given is None:
        return ""
    return f": {len(executed.given)} given, {variables - len(executed.given)} new"
