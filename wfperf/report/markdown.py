"""Tables as Markdown, in GitHub's flavour: for the summary of a job, or a comment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from wfperf.report.table import Cell, Column, Reproduction, Table, Tone
from wfperf.report.terminal import printable

_BOLD = (Tone.BAD, Tone.STRONG)
_SPECIAL = re.compile(r"(?P<links>[@#](?=\w))|[\\`*_~\[<&|#$]")
_WRITTEN = {"&": "&amp;", "<": "&lt;", "|": "&#124;"}
_NO_LINK = "&#8203;"  # a space of no width: `@name` notifies nobody, and `#1` refers to nothing
_BEGINS_BLOCK = re.compile(r"^(\d*)([-+=>.)])")


def markdown(tables: Iterable[Table]) -> str:
    """Return tables one below the other, each with its notes as a list; cells are always text, never markup.

    Source: GitHub Flavored Markdown Spec, "Tables (extension)".
    """
    return "\n".join(
        block for number, table in enumerate(tables) for block in _blocks(table, "####" if number else "###")
    )


def _blocks(table: Table, heading: str) -> Iterator[str]:
    yield f"{heading} {_text(table.title)}\n"
    if table.rows:
        yield "\n".join(_lines(table)) + "\n"
    notes = [note for note in table.notes if isinstance(note, str)]
    if notes:
        yield "".join(f"- {_item(note)}\n" for note in notes)
    yield from (_code(note) for note in table.notes if isinstance(note, Reproduction))


def _lines(table: Table) -> Iterator[str]:
    yield _line(_text(column.heading) for column in table.columns)
    yield _line(_rule(column) for column in table.columns)
    for row in table.rows:
        yield _line(map(_cell, row))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _rule(column: Column) -> str:
    return "--:" if column.right else "---"


def _cell(cell: Cell | str) -> str:
    text = _text(str(cell))
    return f"**{text}**" if text and isinstance(cell, Cell) and cell.tone in _BOLD else text


def _text(text: str) -> str:
    return _SPECIAL.sub(_escape, printable(text.strip())).replace("\n", "<br>")


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return character + _NO_LINK if found["links"] else _WRITTEN.get(character, f"\\{character}")


def _item(note: str) -> str:
    return _BEGINS_BLOCK.sub(r"\1\\\2", _text(note))


def _code(note: Reproduction) -> str:
    text = printable(note.command)
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"Reproduce:\n\n{fence}sh\n{text}\n{fence}\n"
