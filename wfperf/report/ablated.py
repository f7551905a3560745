"""The table of an ablation: the effect of each part of a configuration, alone and with the other parts."""

from __future__ import annotations

from wfperf.report.intervals import interval_text
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.ablation import Ablation, Part, interacts
from wfperf.stats.interval import Interval

_WITHIN = {"leave-one-out": "lost when removed", "cumulative": "added in turn"}


def ablation_table(ablation: Ablation) -> Table:
    """Return one row for each part, and notes on the effect of all parts together."""
    within = _WITHIN.get(ablation.mode)
    running = ablation.mode == "cumulative"
    columns = [Column("part", kept=True), Column("alone", right=True)]
    if within:
        columns.append(Column(within, right=True))
    if running:
        columns.append(Column("running total", right=True))
    if within:
        columns.append(Column("with the others"))
    title = f"{ablation.configuration} on {ablation.benchmark}, effect of each part: {ablation.mode}"
    return Table(title, columns, [_row(each, running=running) for each in ablation.parts], _notes(ablation))


def _row(part: Part, *, running: bool) -> list[Cell | str]:
    row: list[Cell | str] = [Cell(part.name, Tone.STRONG), interval_text(part.alone)]
    if part.within is not None:
        row.append(interval_text(part.within))
    if running and part.running is not None:
        row.append(interval_text(part.running))
    if part.interaction is not None:
        row.append(_said(part.interaction))
    return row


def _said(interaction: Interval) -> Cell:
    if not interaction.bounded:
        return Cell(interval_text(interaction), Tone.UNSURE)
    if not interacts(interaction):
        return Cell("as alone", Tone.MUTED)
    less = interaction.estimate < 0
    return Cell(f"{'less' if less else 'more'} than alone, {interval_text(interaction)}", Tone.UNSURE)


def _notes(ablation: Ablation) -> list[str]:
    alone = interval_text(ablation.multiplied)
    notes = [
        f"All parts together: {interval_text(ablation.total)} over {ablation.baseline}; their product alone: {alone}."
    ]
    if interacts(ablation.interaction):
        word = "overlap" if ablation.interaction.estimate < 0 else "help each other"
        notes.append(f"The parts {word}: together {interval_text(ablation.interaction)} compared with that product.")
    elif ablation.interaction.bounded:
        notes.append("The parts show no interaction.")
    return notes
