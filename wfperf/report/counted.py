"""The table of counters per run, before and after: they show why a variant is faster or slower."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.comparison import Comparison, Finding
from wfperf.results.work import Work


def work_tables(comparison: Comparison) -> list[Table]:
    """Return one table with the counters that changed, a row for each finding; no table if nothing was counted."""
    findings = comparison.findings
    if comparison.ablation:
        findings = tuple(dict.fromkeys(each for each in findings if each.base == comparison.ablation.base))
    pairs = [(each, _sides(comparison, each)) for each in findings]
    counted = [(finding, sides) for finding, sides in pairs if sides]
    counters = sorted(
        {
            name
            for _, (base, subject) in counted
            for name in base.counts.keys() & subject.counts.keys()
            if base.counts[name] != subject.counts[name]
        }
    )
    if not counted:
        return []
    rows = [_row(finding, *sides, counters) for finding, sides in counted]
    columns = (
        Column("what", kept=True),
        Column("benchmark"),
        Column("baseline", spare=True),
        *(Column(name.replace("_", " "), right=True) for name in counters),
    )
    title = "Counters of one run, baseline -> variant" if counters else "Counters of one run: no difference"
    return [Table(title, columns, rows if counters else (), _uncounted(counted))]


def _uncounted(counted: Sequence[tuple[Finding, tuple[Work, Work]]]) -> list[str]:
    """Return one note for each thing that could not be counted, with all variants that it concerns."""
    sides: dict[str, dict[str, None]] = {}
    for finding, works in counted:
        for name, work in zip((finding.base, finding.subject), works, strict=True):
            for what in work.uncounted:
                sides.setdefault(what, {})[f"{name} on {finding.scenario}"] = None
    return [f"Not counted: {what}, of {', '.join(names)}." for what, names in sides.items()]


def _sides(comparison: Comparison, finding: Finding) -> tuple[Work, Work] | None:
    sides = comparison.work.get(finding.scenario, {})
    base, subject = sides.get(finding.base), sides.get(finding.subject)
    return (base, subject) if base and subject else None


def _row(finding: Finding, base: Work, subject: Work, counters: Sequence[str]) -> list[Cell | str]:
    return [
        Cell(finding.subject, Tone.STRONG),
        finding.scenario,
        Cell(finding.base, Tone.MUTED),
        *(_change(base.counts.get(name), subject.counts.get(name)) for name in counters),
    ]


def _change(before: int | None, after: int | None) -> Cell:
    if before is None or after is None:
        return Cell("varies", Tone.MUTED)
    if before == after:
        return Cell(f"{after:,}", Tone.MUTED)
    return Cell(f"{before:,} -> {after:,}", Tone.GOOD if after < before else Tone.BAD)
