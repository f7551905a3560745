"""Tables and plain lines on a terminal, a pipe or a string."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table as _Grid
from rich.text import Text

from wfperf.report.table import Cell, Table, Tone

_STYLES = {
    Tone.PLAIN: "",
    Tone.GOOD: "green",
    Tone.BAD: "red",
    Tone.UNSURE: "yellow",
    Tone.MUTED: "dim",
    Tone.STRONG: "bold",
}

PIPE_WIDTH = 160
"""Columns of a table that is piped: nothing tells how wide its reader is."""


def console(*, stderr: bool = False) -> Console:
    """Return a console on stdout or stderr that honours NO_COLOR, FORCE_COLOR, COLUMNS and pipes."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(stderr=stderr, width=width, highlight=False, emoji=False, markup=False, soft_wrap=False)


def show(tables: Iterable[Table], on: Console | None = None) -> None:
    """Print tables, one under another, each with its notes."""
    on = on or console()
    for number, table in enumerate(tables):
        if number:
            on.print()
        on.print(_grid(table) if table.rows else Text(table.title, style="bold"))
        for note in table.notes:
            on.print(Text(note, style="dim"))


def _grid(table: Table) -> _Grid:
    grid = _Grid(title=table.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        grid.add_column(
            column.heading,
            justify="right" if column.right else "left",
            no_wrap=column.kept,
            overflow="fold",
        )
    for row in table.rows:
        grid.add_row(*(_text(cell) for cell in row))
    return grid


def _text(cell: Cell | str) -> Text:
    return Text(cell) if isinstance(cell, str) else Text(cell.text, style=_STYLES[cell.tone])
