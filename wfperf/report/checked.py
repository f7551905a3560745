"""What `check` found: a row for each problem and warning."""

from __future__ import annotations

from collections.abc import Iterator

from wfperf.report.intervals import counted_text
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.checked import Checked, CheckedWorkflow, Remark

_COLUMNS = (Column("", kept=True), Column("node"), Column("field"), Column("what"))


def checked_tables(checked: Checked) -> list[Table]:
    """Return a table for each workflow; it has no rows if nothing was found."""
    return [Table(_title(each), _COLUMNS, list(_rows(each))) for each in checked.workflows]


def _title(checked: CheckedWorkflow) -> str:
    name = f"{checked.workflow} in {checked.package}"
    if checked.problems:
        return f"{name}: cannot run, {counted_text(len(checked.problems), 'problem')}"
    types = "" if checked.types is None else f" of {counted_text(checked.types, 'type')}"
    warned = f", {counted_text(len(checked.warnings), 'warning')}" if checked.warnings else ""
    return f"{name}: can run, {counted_text(checked.nodes, 'node')}{types}{warned}"


def _rows(checked: CheckedWorkflow) -> Iterator[tuple[Cell | str, ...]]:
    for word, tone, found in (("problem", Tone.BAD, checked.problems), ("warning", Tone.UNSURE, checked.warnings)):
        for each in found:
            yield _row(Cell(word, tone), each)


def _row(word: Cell, remark: Remark) -> tuple[Cell | str, ...]:
    return word, Cell(remark.node, Tone.STRONG), remark.field, remark.message
