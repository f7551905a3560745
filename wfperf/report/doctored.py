"""The table of `doctor`: what adds noise on a machine, with remedies."""

from __future__ import annotations

from wfperf.report.intervals import blocks_text, interval_text
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.diagnosis import Diagnosis, NoiseFloor, State

_TONES = {State.QUIET: Tone.GOOD, State.NOISY: Tone.BAD, State.UNKNOWN: Tone.UNSURE}


def diagnosis_table(diagnosis: Diagnosis) -> Table:
    """Return one row for each check, noisy ones first, and notes on the measured noise floor."""
    checks = diagnosis.checks
    columns = (Column("what", kept=True), Column("", kept=True), Column("found"), Column("remedy"))
    order = (State.NOISY, State.UNKNOWN, State.QUIET)
    rows: list[list[Cell | str]] = [
        [Cell(each.name, Tone.STRONG), Cell(str(each.state), _TONES[each.state]), each.found, each.remedy]
        for each in sorted(checks, key=lambda each: order.index(each.state))
    ]
    noisy = sum(each.state is State.NOISY for each in checks)
    title = f"{noisy} of {len(checks)} checks found noise" if noisy else "No check found noise"
    return Table(title, columns, rows, _floor_notes(diagnosis.noise_floor))


def _floor_notes(floor: NoiseFloor | None) -> list[str]:
    if floor is None:
        return []
    return [
        (
            f"Noise floor: identical code against itself, {interval_text(floor.effect)} in "
            f"{blocks_text(floor.blocks)}; the dispersion of single blocks is {floor.dispersion:.1%}."
        ).replace("%.", " %."),
        "Dispersion from block to block makes intervals wider, not wrong.",
    ]
