"""The table of counters per run, before and after: they show why a variant is faster or slower."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.report.intervals import counted_text
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.report.traps import first_calls_note
from wfperf.results.comparison import Comparison, Finding
from wfperf.results.counters import Counters


def work_tables(comparison: Comparison) -> list[Table]:
    """Return one table with the counters that changed, a row for each finding; no table if nothing was counted."""
    findings = comparison.findings
    if comparison.ablation:
        findings = tuple(dict.fromkeys(each for each in findings if each.baseline == comparison.ablation.baseline))
    pairs = [(each, _variants(comparison, each)) for each in findings]
    counted = [(finding, variants) for finding, variants in pairs if variants]
    counters = sorted(
        {
            name
            for _, (baseline, variant) in counted
            for name in baseline.counts.keys() & variant.counts.keys()
            if baseline.counts[name] != variant.counts[name]
        }
    )
    if not counted:
        return []
    rows = [_row(finding, *variants, counters) for finding, variants in counted]
    columns = (
        Column("what", kept=True),
        Column("benchmark"),
        Column("baseline", spare=True),
        *(Column(name.replace("_", " "), right=True) for name in counters),
    )
    title = "Counters of one run, baseline -> variant" if counters else "Counters of one run: no difference"
    return [Table(title, columns, rows if counters else (), [*_uncounted(counted), *_first_calls(counted)])]


def _uncounted(counted: Sequence[tuple[Finding, tuple[Counters, Counters]]]) -> list[str]:
    """Return one note for each thing that could not be counted, with all variants that it concerns."""
    found: dict[str, dict[str, None]] = {}
    for finding, both in counted:
        for name, counters in zip((finding.baseline, finding.variant), both, strict=True):
            for what in counters.uncounted:
                found.setdefault(what, {})[f"{name} on {finding.benchmark}"] = None
    return [f"Not counted: {what}, of {', '.join(names)}." for what, names in found.items()]


def _first_calls(counted: Sequence[tuple[Finding, tuple[Counters, Counters]]]) -> list[str]:
    """Return a note on variants whose first run made far more calls than later ones."""
    named = {
        f"{name} on {finding.benchmark} ({counted_text(counters.first_calls, 'more call')})": None
        for finding, both in counted
        for name, counters in zip((finding.baseline, finding.variant), both, strict=True)
        if counters.first_calls
    }
    return [first_calls_note([*named])] if named else []


def _variants(comparison: Comparison, finding: Finding) -> tuple[Counters, Counters] | None:
    variants = comparison.counters.get(finding.benchmark, {})
    baseline, variant = variants.get(finding.baseline), variants.get(finding.variant)
    return (baseline, variant) if baseline and variant else None


def _row(finding: Finding, baseline: Counters, variant: Counters, counters: Sequence[str]) -> list[Cell | str]:
    return [
        Cell(finding.variant, Tone.STRONG),
        finding.benchmark,
        Cell(finding.baseline, Tone.MUTED),
        *(_change(baseline.counts.get(name), variant.counts.get(name)) for name in counters),
    ]


def _change(before: int | None, after: int | None) -> Cell:
    if before is None or after is None:
        return Cell("varies", Tone.MUTED)
    if before == after:
        return Cell(f"{after:,}", Tone.MUTED)
    return Cell(f"{before:,} -> {after:,}", Tone.GOOD if after < before else Tone.BAD)
