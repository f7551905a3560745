"""The neutral rows that every renderer draws from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    """What a cell says beyond its words."""

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
    """A heading, and on which side its cells stand.

    A column that is `kept` is never folded; one that is `trimmed` ends in an ellipsis where others fold;
    one that is `spare` is left out where the terminal is narrow.
    """

    heading: str
    right: bool = False
    kept: bool = False
    trimmed: bool = False
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Reproduction:
    """A note that gives the command by which a reader gets the same again.

    Args:
        command: the whole command line.
        more: what else to say of it; empty where there is nothing.
    """

    command: str
    more: str = ""

    def __str__(self) -> str:
        return f"Reproduce: {self.command}{f'; {self.more}' if self.more else ''}"


Note = str | Reproduction


@dataclass(frozen=True, slots=True)
class Table:
    """A title, columns, rows of cells, and the notes that belong under them."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell | str]]
    notes: Sequence[Note] = field(default_factory=tuple)
