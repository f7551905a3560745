"""What `check` found: a row for each problem and warning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from wfperf.engine.errors import Problem
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.workflow_files.checking import Checked

_COLUMNS = (Column("", kept=True), Column("node"), Column("field"), Column("what"))


def checked_tables(checked: Iterable[Checked]) -> list[Table]:
    """Return a table for each workflow; one without rows where nothing was found."""
    return [Table(_title(each), _COLUMNS, list(_rows(each))) for each in checked]


def checked_data(checked: Sequence[Checked]) -> dict[str, Any]:
    """Return what was found as plain data for JSON."""
    return {
        "schema_version": 1,
        "kind": "check",
        "valid": not any(each.problems for each in checked),
        "workflows": [
            {
                "workflow": each.workflow,
                "package": each.package,
                "nodes": each.nodes,
                "problems": [problem._asdict() for problem in each.problems],
                "warnings": [warning._asdict() for warning in each.warnings],
            }
            for each in checked
        ],
    }


def _title(checked: Checked) -> str:
    name = f"{checked.workflow} in {checked.package}"
    if checked.problems:
        return f"{name}: cannot run, {_counted(len(checked.problems), 'problem')}"
    size = f"{_counted(checked.nodes, 'node')} of {_counted(checked.types, 'type')}"
    warned = f", {_counted(len(checked.warnings), 'warning')}" if checked.warnings else ""
    return f"{name}: can run, {size}{warned}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _rows(checked: Checked) -> Iterator[tuple[Cell | str, ...]]:
    for word, tone, found in (("problem", Tone.BAD, checked.problems), ("warning", Tone.UNSURE, checked.warnings)):
        for each in found:
            yield _row(Cell(word, tone), each)


def _row(word: Cell, problem: Problem) -> tuple[Cell | str, ...]:
    return word, Cell(problem.node, Tone.STRONG), problem.field, problem.message
