"""What `verify` found: a row for each subject, and an example of each difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from wfperf.equivalence.models import Held, Verdict, Verification
from wfperf.equivalence.subjects import Kind
from wfperf.report.table import Cell, Column, Reproduction, Table, Tone

SHOWN_CHARACTERS = 300
"""An example that is longer is not looked at in a terminal."""

_TONES = {
    Verdict.EQUAL: Tone.GOOD,
    Verdict.AS_MARKED: Tone.UNSURE,
    Verdict.MARKED_BUT_EQUAL: Tone.UNSURE,
    Verdict.DIFFERS: Tone.BAD,
}
_COLUMNS = (
    Column("held against original", kept=True),
    Column("cases", right=True),
    Column("differ", right=True),
    Column("marked"),
    Column("verdict", kept=True),
)
_COVERED_COLUMNS = (Column("what", kept=True), Column("met", kept=True), Column("how often"))
_EXAMPLE_COLUMNS = (Column("", kept=True), Column("smallest example found"))


def verified_tables(verification: Verification, reproduce: str) -> list[Table]:
    """Return the table of all subjects, then one with the smallest example for each that differs.

    Args:
        verification: what was found.
        reproduce: the command that finds it again.
    """
    differing = [each for each in verification.held if each.verdict is Verdict.DIFFERS]
    title = (
        f"DIFFERS: {len(differing)} of {len(verification.held)} change results and are not marked so"
        if differing
        else "Equal: nothing changes results but what is marked so"
    )
    overview = Table(title, _COLUMNS, [_row(each) for each in verification.held], list(_notes(verification)))
    tables = [overview, *_covered(verification), *(_example(each) for each in verification.held if each.example)]
    last = tables[-1]
    tables[-1] = replace(last, notes=[*last.notes, Reproduction(reproduce)])
    return tables


def verified_data(verification: Verification, reproduce: str) -> dict[str, Any]:
    """Return all of it as plain data for JSON."""
    return {**verification.to_data(), "reproduce": reproduce}


def _covered(verification: Verification) -> Iterator[Table]:
    """Yield what the random workflows put to work, where any were drawn."""
    if not verification.random:
        return
    rows: list[tuple[Cell | str, ...]] = []
    for each in verification.covered:
        met = ", ".join(f"{name} {times}" for name, times in each.met.items() if times)
        count = f"{len(each.met) - len(each.missing)} of {len(each.met)}"
        rows.append((Cell(each.sort, Tone.STRONG), Cell(count, Tone.UNSURE if each.missing else Tone.GOOD), met))
        if each.missing:
            rows.append((Cell("  not met", Tone.UNSURE), "", Cell(", ".join(each.missing), Tone.UNSURE)))
    yield Table(f"Covered by {verification.random} random workflows", _COVERED_COLUMNS, rows)


def _row(held: Held) -> tuple[Cell | str, ...]:
    return (
        Cell(held.name, Tone.STRONG),
        str(held.cases),
        str(held.differences),
        Cell(_marked(held), Tone.MUTED),
        Cell(str(held.verdict), _TONES[held.verdict]),
    )


def _marked(held: Held) -> str:
    if not held.marks:
        return ""
    return "yes" if held.kind is Kind.IMPLEMENTATION else f"{len(held.marks)} of {len(held.seams)}"


def _example(held: Held) -> Table:
    return Table(f"{held.name}: {held.verdict}", _EXAMPLE_COLUMNS, list(_example_rows(held)))


def _example_rows(held: Held) -> Iterator[tuple[Cell | str, ...]]:
    if held.example is None:
        return
    yield from (("reason", reason) for reason in held.marks.values())
    yield from held.example.facts
    if not held.example.differences:
        yield "differs in", "nothing when it is tried again in memory: it hangs on chance, or on the database"
        return
    first, *others = held.example.differences
    if first.where:
        yield "differs in", first.where
    yield Cell("expected", Tone.GOOD), Cell(_cut(first.expected), Tone.GOOD)
    yield Cell("got", Tone.BAD), Cell(_cut(first.got), Tone.BAD)
    if others:
        yield "also in", _cut("; ".join(each.where for each in others))


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + " ..."


def _notes(verification: Verification) -> Iterator[str]:
    cases = verification.cases
    yield (
        f"Each was held against `original` on {cases['scenarios']} runs of the scenarios in {verification.database}, "
        f"on {cases['templates']} templates, and on {cases['workflows']} workflows in memory; "
        f"{verification.random} of either kind are drawn at random."
    )
    if verification.random and verification.left_out:
        yield (
            f"{', '.join(verification.left_out)} nodes were left out: the mail server to try them against comes with "
            "pip install 'wfperf[verify]'."
        )
    for held in verification.held:
        if held.kind is Kind.MIXTURE:
            seams = ", ".join(f"{seam}={name}" for seam, name in held.seams.items())
            yield f"{held.name}: {seams or 'original'}"
        if held.because:
            yield f"{held.name} differs because of {', '.join(held.because)}"
        if held.verdict is Verdict.MARKED_BUT_EQUAL:
            yield (
                f"{held.name} is marked as changing results, but no difference was found. That hides nothing, so it "
                "is no failure: draw more, or take the mark out of the plan."
            )
