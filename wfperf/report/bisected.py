"""The tables of a bisection: the commits that were tried, and the one that made the code slower."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.report.budgets import head_text
from wfperf.report.gated import gate_tables
from wfperf.report.table import Cell, Column, Table, Tone, with_options
from wfperf.results.bisected import Bisected, Tried
from wfperf.results.decision import CheckStatus

_COLUMNS = (Column("commit", kept=True), Column("subject"), Column("verdict", kept=True), Column("why", spare=True))
_WORDS = {CheckStatus.PASS: ("good", Tone.GOOD), CheckStatus.FAIL: ("bad", Tone.BAD)}


def bisect_tables(bisected: Bisected) -> list[Table]:
    """Return the commits that were tried, and the decision of the gate on the commit that was found, or on --bad."""
    title = _title(bisected)
    if not bisected.found:
        return [Table(title, (), ()), *gate_tables(bisected.lost)]
    steps = Table(title, _COLUMNS, [_row(each) for each in bisected.tried], _notes(bisected))
    return [steps, *gate_tables(bisected.decision or bisected.lost)]


def _title(bisected: Bisected) -> str:
    if not bisected.found:
        return f"Nothing to find: {head_text(bisected.lost)} breaks no budget against {bisected.good}"
    first, *others = bisected.found
    if others:
        return f"Slower since one of {len(bisected.found)} commits; the gate could not judge those between"
    return f"Slower since {first.short} {first.subject}"


def _row(tried: Tried) -> Sequence[Cell | str]:
    word, tone = _WORDS.get(tried.status, ("skipped", Tone.UNSURE))
    return (tried.revision.short, tried.revision.subject, Cell(word, tone), Cell(tried.reason, Tone.MUTED))


def _notes(bisected: Bisected) -> list[str]:
    notes = [f"Compared with {bisected.good}; {len(bisected.tried)} commits were judged."]
    if len(bisected.found) > 1:
        notes += [f"Possibly {each.short} {each.subject}" for each in bisected.found]
    else:
        (only,) = bisected.found
        alone = with_options(f"wfperf gate --base {only.short}~1 --head {only.short}", bisected.lost.workload)
        notes.append(f"To judge this commit alone: {alone}")
    return notes
