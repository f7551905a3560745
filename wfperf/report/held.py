"""Which configurations of one's own workload return what the base does, and where the others differ."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.measure.held import Held
from wfperf.report.table import Cell, Column, Table, Tone

SHOWN_CHARACTERS, SHOWN_DIFFERENCES = 200, 5
"""Enough to see what differs; the whole is in the JSON."""


def held_tables(held: Sequence[Held]) -> list[Table]:
    """Return a row for each configuration and scenario, then one table of the places that differ."""
    differing = [each for each in held if not each.equal]
    if differing:
        title = f"DIFFERS: {len(differing)} of {len(held)} return something else"
    elif all(each.configuration == each.base for each in held):
        title = f"Equal: {held[0].base} returns the same under {held[0].runs} hash seeds"
    else:
        title = f"Equal: every configuration returns what {held[0].base} does"
    columns = (Column("configuration", kept=True), Column("scenario"), Column("runs", right=True), Column("result"))
    overview = Table(title, columns, [_row(each) for each in held])
    places = [row for each in differing for row in _places(each)]
    if not places:
        return [overview]
    places_columns = (
        Column("configuration", kept=True),
        Column("scenario"),
        Column("where"),
        Column(held[0].base),
        Column("there"),
    )
    return [overview, Table("Where they differ", places_columns, places)]


def _row(held: Held) -> list[Cell | str]:
    result = Cell("equal", Tone.GOOD) if held.equal else Cell("differs", Tone.BAD)
    return [Cell(held.configuration, Tone.STRONG), held.scenario, str(held.runs), result]


def _places(held: Held) -> list[list[Cell | str]]:
    return [
        [
            Cell(held.configuration, Tone.STRONG),
            held.scenario,
            each.where,
            each.expected[:SHOWN_CHARACTERS],
            each.got[:SHOWN_CHARACTERS],
        ]
        for each in held.differences[:SHOWN_DIFFERENCES]
    ]
