"""Tables and plain lines on a terminal, a pipe or a string."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.table import Table as _Grid
from rich.text import Text

from wfperf.report.table import Cell, Column, Reproduction, Table, Tone

_STYLES = {
    Tone.PLAIN: "",
    Tone.GOOD: "green",
    Tone.BAD: "red",
    Tone.UNSURE: "yellow",
    Tone.MUTED: "dim",
    Tone.STRONG: "bold",
}

PIPE_WIDTH = 160
"""Columns of a piped table: a pipe has no width, and few rows need more."""

NARROW = 100
"""On a narrower terminal, a table has no spare columns: with them, names would be folded."""


def console(*, stderr: bool = False) -> Console:
    """Return a console on stdout or stderr that honours NO_COLOR, FORCE_COLOR, COLUMNS and pipes."""
    width = None if is_watched(stderr=stderr) or "COLUMNS" in os.environ else PIPE_WIDTH
    return _Console(stderr=stderr, width=width, highlight=False, emoji=False, markup=False, soft_wrap=False)


def is_watched(*, stderr: bool = False) -> bool:
    """Return whether this is a terminal: with FORCE_COLOR a file gets colours, but no live display."""
    stream = sys.stderr if stderr else sys.stdout
    return stream.isatty()


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the command line; rich would exit with 1, which means a regression in wfperf.

        On stderr only progress is lost: the work goes on.
        """
        if not self.stderr:
            raise  # noqa: PLE0704 - called while the BrokenPipeError is handled
        self.quiet = True


def show(tables: Iterable[Table], on: Console | None = None) -> None:
    """Print tables, one under another, each with its notes."""
    on = on or console()
    for number, table in enumerate(tables):
        if number:
            on.print()
        on.print(grid(table, on.width) if table.rows else Text(table.title, style="bold"))
        for note in table.notes:
            # A command is pasted: a terminal wraps a long line without breaking it, and nothing stands behind it.
            on.print(Text(str(note), style="dim"), soft_wrap=isinstance(note, Reproduction))


def grid(table: Table, width: int) -> _Grid:
    """Return a table as rich draws it at this width."""
    drawn = _Grid(title=table.title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    shown = [at for at, column in enumerate(table.columns) if width >= NARROW or not column.spare]
    for column in (table.columns[at] for at in shown):
        drawn.add_column(
            column.heading,
            justify="right" if column.right else "left",
            no_wrap=column.kept,
            overflow="fold",
        )
    for row in table.rows:
        drawn.add_row(*(_text(row[at], table.columns[at]) for at in shown))
    return drawn


def _text(cell: Cell | str, column: Column) -> Text:
    style = "" if isinstance(cell, str) else _STYLES[cell.tone]
    text = Text(printable(str(cell)), style)
    if column.trimmed:
        text.no_wrap, text.overflow = True, "ellipsis"
    return text


def line(cells: Iterable[Cell]) -> Text:
    """Return cells as one line, for drawings that are no tables."""
    return Text.assemble(*((printable(each.text), _STYLES[each.tone]) for each in cells))


def printable(text: str) -> str:
    """Return a text with its control characters as escapes: names from a database must not steer a terminal."""
    return "".join(each if each.isprintable() or each == "\n" else repr(each)[1:-1] for each in text)
