"""The neutral rows that every renderer draws from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    """The meaning of a cell's colour."""

    PLAIN = ""
    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    MUTED = "muted"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and its tone."""

    text: str
    tone: Tone = Tone.PLAIN

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and the alignment of its cells.

    A `kept` column is never folded; a `trimmed` one ends in an ellipsis instead; a `spare` one is left out on a narrow
    terminal.
    """

    heading: str
    right: bool = False
    kept: bool = False
    trimmed: bool = False
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A note with the command that repeats the result.

    Args:
        command: the whole command line.
    """

    command: str

    def __str__(self) -> str:
        return f"Reproduce: {self.command}"


Note = str | Reproduction


def with_options(command: str, options: str) -> str:
    """Return a command with the options that chose what was measured, so that it is about the same."""
    return f"{command} {options}".rstrip()


def verifying(chosen_by: str) -> str:
    """Return the command that verifies what was measured."""
    return with_options("wfperf verify", chosen_by)


@dataclass(frozen=True, slots=True)
class Table:
    """A title, columns, rows of cells, and the notes below them."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str]]
    notes: Sequence[Note] = field(default_factory=tuple)
