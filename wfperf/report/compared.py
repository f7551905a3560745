"""The tables of `compare`: claims, measured effects and verdicts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from wfperf.plan import Claim
from wfperf.report.ablated import ablation_table
from wfperf.report.answers import ALIKE, FASTER, SLOWER, answers, conclusion, times_per_run, times_text
from wfperf.report.commands import command_tables
from wfperf.report.comparison_notes import comparison_notes
from wfperf.report.counted import work_tables
from wfperf.report.intervals import (
    TOO_FEW_BLOCKS,
    duration_text,
    interval_text,
)
from wfperf.report.memory import (
    WORDINGS,
    amounts_per_run,
    is_of_memory,
    less_text,
    memory_tables,
    more_text,
)
from wfperf.report.swept import sweep_notes
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.amdahl_bound import AmdahlBound
from wfperf.results.comparison import Comparison, Finding, RankFinding
from wfperf.stats.verdict import Verdict, other_verdicts, refutes

ROUND_FACTOR = 2.0

_RANK_TONES = {Verdict.CONFIRMED: Tone.GOOD, Verdict.BELOW: Tone.BAD, Verdict.INCONCLUSIVE: Tone.UNSURE}

_ANSWER_TONES = {
    FASTER: Tone.GOOD,
    SLOWER: Tone.BAD,
    ALIKE: Tone.MUTED,
    "results differ": Tone.BAD,
    **{less_text(metric): Tone.GOOD for metric in WORDINGS},
    **{more_text(metric): Tone.BAD for metric in WORDINGS},
}

NO_TIMES: Mapping[tuple[str, str], float] = {}

_PAIR_COLUMNS = (
    Column("what", kept=True),
    Column("pair"),
    Column("claimed", right=True),
    Column("gained", right=True),
    Column("verdict"),
)


def comparison_tables(comparison: Comparison) -> list[Table]:
    """Return the tables of optimizations, pairs, ranks and configurations; those that have rows."""
    singles, pairs, totals = (
        [each for each in comparison.findings if each.kind == kind] for kind in ("single", "pair", "total")
    )
    of_memory = [each for each in (*singles, *totals) if is_of_memory(each)]
    singles, totals = ([each for each in of if not is_of_memory(each)] for of in (singles, totals))
    tables = []
    if comparison.ablation:
        tables.append(ablation_table(comparison.ablation))
        singles, totals = [], []
    if singles:
        tables.append(finding_table("Single optimizations, each alone", singles, comparison.amdahl_bounds))
    if pairs:
        tables.append(Table("Pairs", _PAIR_COLUMNS, [_pair_row(each) for each in pairs]))
    if comparison.ranks:
        tables.append(_rank_table(comparison.ranks))
    if totals:
        title = "Configurations" if tables else "Speedups"
        tables.append(finding_table(title, totals, comparison.amdahl_bounds, times_per_run(comparison)))
    tables += memory_tables(of_memory, amounts_per_run(comparison), _memory_verdict)
    if said := answers(comparison):
        tables = [Table("\n".join(said), (), ()), *tables]
    if comparison.sweep:
        tables[-1] = replace(tables[-1], notes=sweep_notes(comparison.findings, comparison.sweep))
    tables += work_tables(comparison) + command_tables(comparison)
    notes = comparison_notes(comparison, of_plan=len(pairs) < len(comparison.findings))
    tables[-1] = replace(tables[-1], notes=[*tables[-1].notes, *notes])
    return tables


def live_tables(findings: Sequence[Finding]) -> list[Table]:
    """Return the tables of findings while they are measured, without titles and amounts."""
    timed = [each for each in findings if not is_of_memory(each)]
    return [
        *([finding_table("", timed)] if timed else []),
        *(replace(each, title="") for each in memory_tables(findings, {}, _memory_verdict)),
    ]


def finding_table(
    title: str,
    findings: Sequence[Finding],
    amdahl_bounds: Sequence[AmdahlBound] = (),
    times: Mapping[tuple[str, str], float] = NO_TIMES,
) -> Table:
    """Return one table of claims and measured effects, with Amdahl bounds where they are known.

    Columns that would say the same in every row are left out: those of claims if there are none, that of benchmarks if
    there is one, those of the variant and its baseline if all rows have the same. Without claims the largest effect is
    first.

    Args:
        title: its title.
        findings: the rows.
        amdahl_bounds: the bounds.
        times: times per run, from `times_per_run`.
    """
    if any(each.claim for each in findings):
        return _claimed_table(title, findings, amdahl_bounds)
    has_several = len({each.benchmark for each in findings}) > 1
    pairs = {(each.variant, each.baseline) for each in findings}
    names_pair = len(pairs) > 1 or not has_several
    if not names_pair:
        ((variant, baseline),) = pairs
        title = f"{title}: {variant} over {baseline}"
    columns = [
        *([Column("what", kept=True)] if names_pair else []),
        *([Column("benchmark", kept=True)] if has_several else []),
        *([Column("baseline", spare=True)] if names_pair else []),
        *([Column("time per run", right=True, spare=True)] if times else []),
        Column("speedup", right=True, kept=True),
        Column("", right=True, spare=True),
        Column("answer"),
    ]
    rows: list[list[Cell | str]] = [
        [
            *([Cell(each.variant, Tone.STRONG)] if names_pair else []),
            *([Cell(each.benchmark, Tone.PLAIN if names_pair else Tone.STRONG)] if has_several else []),
            *([Cell(each.baseline, Tone.MUTED)] if names_pair else []),
            *([times_text(each, times)] if times else []),
            *_measured(each)[:2],
            _answer(each),
        ]
        for each in sorted(findings, key=lambda each: -math.inf if each.effect is None else -each.effect.estimate)
    ]
    return Table(title, columns, rows)


def _answer(finding: Finding) -> Cell:
    said = conclusion(finding)
    return Cell("; ".join([said, *_marks(finding)]), _ANSWER_TONES.get(said, Tone.UNSURE))


def _memory_verdict(finding: Finding) -> Cell:
    return _verdict(finding) if finding.claim else _answer(finding)


def _claimed_table(title: str, findings: Sequence[Finding], amdahl_bounds: Sequence[AmdahlBound]) -> Table:
    columns = [
        Column("what", kept=True),
        Column("benchmark"),
        Column("baseline", spare=True),
        Column("claimed", right=True),
        Column("speedup", right=True),
        Column("", right=True, spare=True),
        Column("time saved", right=True, spare=True),
        *([Column("Amdahl bound", right=True, spare=True)] if amdahl_bounds else []),
        Column("verdict"),
    ]
    known = {(each.benchmark, each.variant, each.baseline): each for each in amdahl_bounds}
    rows = [
        _row(each, known.get((each.benchmark, each.variant, each.baseline)), with_bound=bool(amdahl_bounds))
        for each in findings
    ]
    return Table(title, columns, rows)


def _row(finding: Finding, amdahl_bound: AmdahlBound | None, *, with_bound: bool) -> list[Cell | str]:
    return [
        Cell(finding.variant, Tone.STRONG),
        finding.benchmark,
        Cell(finding.baseline, Tone.MUTED),
        finding.claim.text if finding.claim else Cell("nothing", Tone.MUTED),
        *_measured(finding),
        *([Cell(_bound(amdahl_bound), Tone.MUTED)] if with_bound else []),
        _verdict(finding),
    ]


def _bound(amdahl_bound: AmdahlBound | None) -> str:
    if amdahl_bound is None:
        return ""
    if math.isinf(amdahl_bound.effect):
        return "no bound"
    return (
        f"{amdahl_bound.effect * 100:+.0f} %"
        if amdahl_bound.effect < ROUND_FACTOR
        else f"{1 + amdahl_bound.effect:.1f}x"
    )


def _pair_row(finding: Finding) -> list[Cell | str]:
    measured, *_ = _measured(finding)
    text = finding.claim.text if finding.claim else ""
    return [Cell(finding.variant, Tone.STRONG), finding.title, text, measured, _verdict(finding)]


def _measured(finding: Finding) -> tuple[Cell, Cell, Cell]:
    if finding.effect is None or finding.time_saved is None:
        return Cell("results differ", Tone.BAD), Cell(""), Cell("")
    if not finding.effect.bounded:
        return Cell(TOO_FEW_BLOCKS, Tone.UNSURE), Cell(""), Cell("")
    factor = f"{1 + finding.effect.estimate:.2f}x"
    return (
        Cell(interval_text(finding.effect)),
        Cell(factor),
        Cell(f"{finding.time_saved.estimate:.0%}".replace("%", " %")),
    )


def _verdict(finding: Finding) -> Cell:
    marks = _marks(finding)
    if not finding.equal:
        return Cell("; ".join(["nothing saved" if is_of_memory(finding) else "no speedup", *marks]), Tone.BAD)
    if finding.verdict is None:
        words = "not judged: A/A control is off" if finding.claim else conclusion(finding)
        return Cell("; ".join([words, *marks]), Tone.UNSURE if finding.claim else Tone.MUTED)
    return Cell("; ".join([str(finding.verdict), *marks]), _tone(finding.verdict, finding.claim))


def _marks(finding: Finding) -> list[str]:
    """Return what is to be said beside a verdict."""
    marks = []
    if finding.uncompared:
        marks.append("results not compared")
    if finding.flips:
        marks.append("another verdict if read as time saved")
    if finding.changes_results:
        marks.append("changes results")
    if others := _other_verdicts(finding):
        marks.append(f"may become {' or '.join(others)}")
    if finding.remaining_s != 0:
        marks.append(_missing(finding.remaining_s))
    return marks


def _other_verdicts(finding: Finding) -> Sequence[Verdict]:
    """Return the verdicts that more blocks could still give; none for `inconclusive`, which says so itself."""
    claim, effect = finding.claim, finding.effect
    if claim is None or effect is None or finding.verdict in {None, Verdict.INCONCLUSIVE}:
        return ()
    return other_verdicts(effect, claim.low, claim.high, blocks=finding.blocks)


def _missing(seconds: float | None) -> str:
    return "too close to a limit to settle" if seconds is None else f"about {duration_text(seconds)} more needed"


def _tone(verdict: Verdict, claim: Claim | None) -> Tone:
    if verdict is Verdict.INCONCLUSIVE:
        return Tone.UNSURE
    return Tone.BAD if claim and refutes(verdict, claim.low, claim.high) else Tone.GOOD


def _rank_table(ranks: Sequence[RankFinding]) -> Table:
    columns = (
        Column("what", kept=True),
        Column("claimed"),
        Column("speedup", right=True),
        Column("runner-up"),
        Column("verdict"),
    )
    rows = [
        (
            Cell(rank.claim.variant, Tone.STRONG),
            rank.claim.reading,
            interval_text(rank.effect),
            f"{rank.runner_up} {interval_text(rank.runner_up_effect)}",
            Cell(str(rank.verdict), _RANK_TONES[rank.verdict]),
        )
        for rank in ranks
    ]
    return Table("Claims of the largest gain", columns, rows)
