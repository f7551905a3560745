"""The tables of `verify`: a row for each variant, and an example of each difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wfperf.report.table import Cell, Column, Reproduction, Table, Tone
from wfperf.results.verification import Beyond, Held, Verdict, Verification

SHOWN_CHARACTERS = 300
"""Characters shown of an example; nobody reads a longer one in a terminal."""

_TONES = {
    Verdict.EQUAL: Tone.GOOD,
    Verdict.AS_MARKED: Tone.UNSURE,
    Verdict.MARKED_BUT_EQUAL: Tone.UNSURE,
    Verdict.DIFFERS: Tone.BAD,
}
_COLUMNS = (
    Column("cases", right=True),
    Column("differ", right=True),
    Column("marked"),
    Column("verdict", kept=True),
)
_COVERED_COLUMNS = (Column("what", kept=True), Column("met", kept=True), Column("how often"))
_EXAMPLE_COLUMNS = (Column("", kept=True), Column("smallest example found"))


def verified_tables(verification: Verification) -> list[Table]:
    """Return the variants on the benchmarks, the findings of the plan's hook, and an example of each difference."""
    notes = list(_notes(verification.held))
    notes.append(
        f"Each ran on every benchmark under {len(verification.hash_seeds)} hash seeds; a pair is its own benchmark."
    )
    tables = [_held(_title(verification), verification.base, verification.held, notes)]
    beyond = verification.beyond
    if beyond and (beyond.held or beyond.notes):
        tables.append(
            _held("Beyond the benchmarks", verification.base, beyond.held, [*beyond.notes, *_notes(beyond.held)])
        )
    if beyond:
        tables += _covered(verification, beyond)
    tables += [_example(each) for each in verification.all if each.example]
    last = tables[-1]
    tables[-1] = replace(last, notes=[*last.notes, Reproduction(verification.reproduce)])
    return tables


def _title(verification: Verification) -> str:
    differing = [each for each in verification.all if each.verdict is Verdict.DIFFERS]
    if differing:
        marked = " without being marked" if any(each.marks for each in verification.all) else ""
        return f"DIFFERS: {len(differing)} of {len(verification.all)} change results{marked}"
    if any(each.marks for each in verification.all):
        return "Equal: only variants that are marked change results"
    if {each.name for each in verification.all} == {verification.base}:
        return f"Equal: {verification.base} returns the same under {len(verification.hash_seeds)} hash seeds"
    return f"Equal: every configuration returns what {verification.base} does"


def _held(title: str, base: str, held: Sequence[Held], notes: Sequence[str]) -> Table:
    columns = (Column(f"compared with {base}", kept=True), *_COLUMNS)
    return Table(title, columns, [_row(each) for each in held], list(notes))


def _covered(verification: Verification, beyond: Beyond) -> Iterator[Table]:
    """Yield the table of what random cases covered, if the hook reports it."""
    if not beyond.covered:
        return
    rows: list[tuple[Cell | str, ...]] = []
    for each in beyond.covered:
        met = ", ".join(f"{name} {times}" for name, times in each.met.items() if times)
        count = f"{len(each.met) - len(each.missing)} of {len(each.met)}"
        rows.append((Cell(each.sort, Tone.STRONG), Cell(count, Tone.UNSURE if each.missing else Tone.GOOD), met))
        if each.missing:
            rows.append((Cell("  not met", Tone.UNSURE), "", Cell(", ".join(each.missing), Tone.UNSURE)))
    yield Table(f"Covered by {verification.random} random cases", _COVERED_COLUMNS, rows)


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
    return "yes" if len(held.choices) == 1 else f"{len(held.marks)} of {len(held.choices)}"


def _example(held: Held) -> Table:
    return Table(f"{held.name}: {held.verdict}", _EXAMPLE_COLUMNS, list(_example_rows(held)))


def _example_rows(held: Held) -> Iterator[tuple[Cell | str, ...]]:
    if held.example is None:
        return
    yield from (("reason", reason) for reason in held.marks.values())
    yield from held.example.facts
    if not held.example.differences:
        yield "differs in", "nothing when tried again: the difference depends on chance, or on what ran before"
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


def _notes(held: Sequence[Held]) -> Iterator[str]:
    for each in held:
        if each.kind == "mixture":
            choices = ", ".join(f"{choice}={name}" for choice, name in each.choices.items())
            yield f"{each.name}: {choices or 'all choices are those of the baseline'}"
        if each.because:
            yield f"{each.name} differs because of {', '.join(each.because)}"
        if each.verdict is Verdict.MARKED_BUT_EQUAL:
            yield (
                f"{each.name} is marked as changing results, but no difference was found. This is not a failure. Try "
                "more random cases (--random), or remove the mark from the plan."
            )
