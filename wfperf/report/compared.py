"""What `compare` found: claimed, measured, judged."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from wfperf.plan import Claim
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.comparison import Comparison, Control, Finding, RankFinding
from wfperf.stats.interval import Interval
from wfperf.stats.verdict import Verdict, refutes

REVIEW_NODE_TYPES = 27

_RANK_TONES = {Verdict.CONFIRMED: Tone.GOOD, Verdict.BELOW: Tone.BAD, Verdict.INCONCLUSIVE: Tone.UNSURE}

_COLUMNS = (
    Column("what", kept=True),
    Column("scenario"),
    Column("against", spare=True),
    Column("claimed", right=True),
    Column("speedup [95 %]", right=True),
    Column("", right=True, spare=True),
    Column("time saved", right=True, spare=True),
    Column("verdict"),
)
_IDIOM_COLUMNS = (
    Column("what", kept=True),
    Column("idiom"),
    Column("claimed", right=True),
    Column("gained [95 %]", right=True),
    Column("verdict"),
)


def comparison_tables(comparison: Comparison) -> list[Table]:
    """Return the single optimizations, the idioms, the phases and the ranks: as many tables as were asked for."""
    idioms = [each for each in comparison.findings if each.scenario == each.subject]
    totals = [each for each in comparison.findings if each.phase is None or each.subject.startswith("phase-")]
    totals = [each for each in totals if each not in idioms]
    singles = [each for each in comparison.findings if each not in idioms and each not in totals]
    tables = []
    if singles:
        tables.append(Table("Single optimizations, each alone", _COLUMNS, [_row(each) for each in singles]))
    if idioms:
        tables.append(Table("Idioms", _IDIOM_COLUMNS, [_idiom_row(each) for each in idioms]))
    if comparison.ranks:
        tables.append(_rank_table(comparison.ranks))
    if totals:
        tables.append(Table("Phases, each with the ones before it", _COLUMNS, [_row(each) for each in totals]))
    last = tables[-1]
    tables[-1] = Table(last.title, last.columns, last.rows, _notes(comparison, engine=bool(singles or totals)))
    return tables


def _row(finding: Finding) -> list[Cell | str]:
    return [
        Cell(finding.subject, Tone.STRONG),
        finding.scenario,
        Cell(finding.base, Tone.MUTED),
        finding.claim.text if finding.claim else Cell("nothing", Tone.MUTED),
        *_measured(finding),
        _verdict(finding),
    ]


def _idiom_row(finding: Finding) -> list[Cell | str]:
    measured, *_ = _measured(finding)
    text = finding.claim.text if finding.claim else ""
    return [Cell(finding.subject, Tone.STRONG), finding.title, text, measured, _verdict(finding)]


def _measured(finding: Finding) -> tuple[Cell, Cell, Cell]:
    if finding.gain is None or finding.saved is None:
        return Cell("results differ", Tone.BAD), Cell(""), Cell("")
    factor = f"{1 + finding.gain.estimate:.2f}x"
    return (
        Cell(interval_text(finding.gain)),
        Cell(factor),
        Cell(f"{finding.saved.estimate:.0%}".replace("%", " %")),
    )


def interval_text(interval: Interval) -> str:
    """Return an interval of fractions as percent: `+46 % [+41, +52]`, with a decimal where it is small."""
    digits = 0 if max(abs(interval.low), abs(interval.high)) >= 0.2 else 1  # noqa: PLR2004 - where a decimal is noise
    low, estimate, high = (f"{value * 100:+.{digits}f}" for value in (interval.low, interval.estimate, interval.high))
    return f"{estimate} % [{low}, {high}]"


def _verdict(finding: Finding) -> Cell:
    marks = []
    if finding.flips:
        marks.append("not if read as time saved")
    if finding.changes_results:
        marks.append("changes results")
    if not finding.equal:
        return Cell("; ".join(["no speedup", *marks]), Tone.BAD)
    if finding.verdict is None:
        words = "not judged: control is off" if finding.claim else "no claim"
        return Cell("; ".join([words, *marks]), Tone.UNSURE if finding.claim else Tone.MUTED)
    return Cell("; ".join([str(finding.verdict), *marks]), _tone(finding.verdict, finding.claim))


def _tone(verdict: Verdict, claim: Claim | None) -> Tone:
    if verdict is Verdict.INCONCLUSIVE:
        return Tone.UNSURE
    return Tone.BAD if claim and refutes(verdict, claim.low, claim.high) else Tone.GOOD


def _rank_table(ranks: Sequence[RankFinding]) -> Table:
    columns = (
        Column("what", kept=True),
        Column("claimed"),
        Column("speedup [95 %]"),
        Column("next"),
        Column("verdict"),
    )
    rows = [
        (
            Cell(rank.subject, Tone.STRONG),
            rank.reading,
            interval_text(rank.gain),
            f"{rank.runner_up} {interval_text(rank.runner_up_gain)}",
            Cell(str(rank.verdict), _RANK_TONES[rank.verdict]),
        )
        for rank in ranks
    ]
    return Table("Rank", columns, rows)


def _notes(comparison: Comparison, *, engine: bool) -> list[str]:
    environment = comparison.environment
    notes = [
        (
            f"Speedup is throughput gained, t_base / t_new - 1; {comparison.blocks} blocks of fresh processes, "
            f"uninstrumented, in {comparison.duration_s:.0f} s; Python {environment.python}, {environment.cpu}, "
            f"{environment.cores} cores, load {environment.load_1min}."
        ),
        *_control_notes(comparison.controls),
    ]
    if engine:
        is_same = comparison.node_types == REVIEW_NODE_TYPES
        beside = "as the review's does" if is_same else f"where the review's builds {REVIEW_NODE_TYPES}"
        notes.append(
            f"Measured on a reconstruction of the reviewed engine: for every node that runs, `dispatch` builds "
            f"{comparison.node_types} node objects, {beside}."
        )
    marked = sorted({each for finding in comparison.findings for each in finding.changes_results})
    if marked:
        notes.append(f"Changes results: {', '.join(marked)}. See how: wfperf verify")
    dependent = [f"{each.subject} on {each.scenario}" for each in comparison.findings if each.hangs_together]
    if dependent:
        notes.append(f"Blocks resemble the ones before them; too narrow, perhaps: {', '.join(dependent)}.")
    notes.append(f"Reproduce a row: wfperf compare --only NAME --seed {comparison.seed}")
    return notes


def _control_notes(controls: Iterable[Control]) -> list[str]:
    on = [f"{each.scenario} {_width(each.gain)}" for each in controls if not each.off]
    notes = [f"Noise floor, original against itself (99.9 %): {', '.join(on)}."] if on else []
    notes += [
        f"The control of {each.scenario} is off, {interval_text(each.gain)}: nothing is judged there. Run again on a "
        "quieter machine."
        for each in controls
        if each.off
    ]
    return notes


def _width(interval: Interval) -> str:
    return interval_text(interval) if not math.isclose(interval.low, interval.high) else "exactly equal"
