"""The tables of `verify`: a row for each variant, and an example of each difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from wfperf.report.table import Cell, Column, Reproduction, Table, Tone
from wfperf.results.verification import Beyond, Equivalence, Verification, VerifiedVariant

SHOWN_CHARACTERS = 300
"""Characters shown of an example; nobody reads a longer one in a terminal."""

_TONES = {
    Equivalence.EQUAL: Tone.GOOD,
    Equivalence.AS_MARKED: Tone.UNSURE,
    Equivalence.MARKED_BUT_EQUAL: Tone.UNSURE,
    Equivalence.DIFFERS: Tone.BAD,
}
_COLUMNS = (
    Column("cases", right=True),
    Column("differ", right=True),
    Column("marked"),
    Column("results", kept=True),
)
_COVERED_COLUMNS = (Column("what", kept=True), Column("met", kept=True), Column("how often"))
_EXAMPLE_COLUMNS = (Column("", kept=True), Column("smallest example found"))


def verified_tables(verification: Verification) -> list[Table]:
    """Return the variants on the benchmarks, the findings of the plan's hook, and an example of each difference."""
    notes = list(_notes(verification.variants))
    notes.append(
        f"Each ran on every benchmark under {len(verification.hash_seeds)} hash seeds; a pair is its own benchmark."
    )
    tables = [_verified(_title(verification), verification.baseline, verification.variants, notes)]
    beyond = verification.beyond
    if beyond and (beyond.variants or beyond.notes):
        tables.append(
            _verified(
                "Beyond the benchmarks",
                verification.baseline,
                beyond.variants,
                [*beyond.notes, *_notes(beyond.variants)],
            )
        )
    if beyond:
        tables += _covered(verification, beyond)
    tables += [_example(each) for each in verification.all if each.example]
    last = tables[-1]
    tables[-1] = replace(last, notes=[*last.notes, Reproduction(verification.reproduce)])
    return tables


def _title(verification: Verification) -> str:
    differing = [each for each in verification.all if each.equivalence is Equivalence.DIFFERS]
    if differing:
        marked = " without being marked" if any(each.marks for each in verification.all) else ""
        return f"DIFFERS: {len(differing)} of {len(verification.all)} change results{marked}"
    if any(each.marks for each in verification.all):
        return "Equal: only variants that are marked change results"
    if {each.name for each in verification.all} == {verification.baseline}:
        return f"Equal: {verification.baseline} returns the same under {len(verification.hash_seeds)} hash seeds"
    return f"Equal: every configuration returns what {verification.baseline} does"


def _verified(title: str, baseline: str, variants: Sequence[VerifiedVariant], notes: Sequence[str]) -> Table:
    columns = (Column(f"compared with {baseline}", kept=True), *_COLUMNS)
    return Table(title, columns, [_row(each) for each in variants], list(notes))


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


def _row(variant: VerifiedVariant) -> tuple[Cell | str, ...]:
    return (
        Cell(variant.name, Tone.STRONG),
        str(variant.cases),
        str(variant.differences),
        Cell(_marked(variant), Tone.MUTED),
        Cell(str(variant.equivalence), _TONES[variant.equivalence]),
    )


def _marked(variant: VerifiedVariant) -> str:
    if not variant.marks:
        return ""
    return "yes" if len(variant.choices) == 1 else f"{len(variant.marks)} of {len(variant.choices)}"


def _example(variant: VerifiedVariant) -> Table:
    return Table(f"{variant.name}: {variant.equivalence}", _EXAMPLE_COLUMNS, list(_example_rows(variant)))


def _example_rows(variant: VerifiedVariant) -> Iterator[tuple[Cell | str, ...]]:
    if variant.example is None:
        return
    yield from (("reason", reason) for reason in variant.marks.values())
    yield from variant.example.facts
    if not variant.example.differences:
        yield "differs in", "nothing when tried again: the difference depends on chance, or on what ran before"
        return
    first, *others = variant.example.differences
    if first.where:
        yield "differs in", first.where
    yield Cell("expected", Tone.GOOD), Cell(_cut(first.expected), Tone.GOOD)
    yield Cell("got", Tone.BAD), Cell(_cut(first.got), Tone.BAD)
    if others:
        yield "also in", _cut("; ".join(each.where for each in others))


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + " ..."


def _notes(variants: Sequence[VerifiedVariant]) -> Iterator[str]:
    for each in variants:
        if each.kind == "mixture":
            choices = ", ".join(f"{choice}={name}" for choice, name in each.choices.items())
            yield f"{each.name}: {choices or 'all choices are those of the baseline'}"
        if each.because:
            yield f"{each.name} differs because of {', '.join(each.because)}"
        if each.equivalence is Equivalence.MARKED_BUT_EQUAL:
            yield (
                f"{each.name} is marked as changing results, but no difference was found. This is not a failure. Try "
                "more random cases (--random), or remove the mark from the plan."
            )
