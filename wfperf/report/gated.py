"""The tables of `gate`: results that differ, counters that changed, and all times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from wfperf.listing import few
from wfperf.report.budgets import (
    budget_text,
    count_text,
    functions_text,
    head_text,
    is_counted,
    metric_text,
    reason_text,
    status_text,
    subject_text,
    summary_text,
)
from wfperf.report.intervals import clock_notes, interrupted_notes, interval_text, level_text, unequal_note
from wfperf.report.memory import tracer_notes
from wfperf.report.table import Cell, Column, Note, Reproduction, Table, Tone
from wfperf.report.traps import trap_notes
from wfperf.results.decision import (
    PEAK_MEMORY_INCREASE,
    RESULTS,
    SEVEREST_FIRST,
    SPEEDUP,
    WALL_TIME,
    Check,
    CheckStatus,
    Decision,
)
from wfperf.results.traps import Trap

SHOWN_SUBJECTS = 2
"""Checks named in a note if several have the same reason; the note stays one line, and the table lists them all."""

_TONES = {
    CheckStatus.PASS: Tone.GOOD,
    CheckStatus.FAIL: Tone.BAD,
    CheckStatus.INCONCLUSIVE: Tone.UNSURE,
    CheckStatus.DIFFERS: Tone.BAD,
}
_HEADINGS = {
    WALL_TIME: "change of run time",
    SPEEDUP: "speedup",
    PEAK_MEMORY_INCREASE: "change of peak memory",
}
_TITLES = {
    WALL_TIME: "Run time, compared with the base",
    SPEEDUP: "Speedups over the baseline",
    PEAK_MEMORY_INCREASE: "Peak memory of one run, compared with the base",
}
_SIGNS = {
    WALL_TIME: "Change of run time: t_head / t_base - 1; positive is slower.",
    SPEEDUP: "Speedup is throughput gained, t_baseline / t_variant - 1.",
}


def gate_tables(decision: Decision, *, passing: bool = True) -> list[Table]:
    """Return the verdict, and one table each of results that differ, changed counters, times and speedups.

    Args:
        decision: what the gate decided.
        passing: whether to show checks that passed too, if their counters changed or they were timed.
    """
    shown = [check for check in decision.checks if passing or check.status is not CheckStatus.PASS]
    tables = [Table(summary_text(decision), (), ()), *_different(shown), *_counted(shown)]
    tables += [table for metric in _TITLES for table in _timed(metric, shown)]
    tables[-1] = replace(tables[-1], notes=[*tables[-1].notes, *_notes(decision)])
    return tables


def _different(checks: Sequence[Check]) -> list[Table]:
    columns = (Column("benchmark"), Column("configuration", kept=True), Column("verdict", kept=True), Column("reason"))
    rows = [
        (*_place(check), _verdict(check), check.reason)
        for check in checks
        if check.metric == RESULTS and check.status is not CheckStatus.PASS
    ]
    return [Table("Results of one run", columns, rows)] if rows else []


def _counted(checks: Sequence[Check]) -> list[Table]:
    columns = (
        Column("benchmark"),
        Column("configuration", kept=True),
        Column("counter"),
        Column("baseline", right=True, spare=True),
        Column("now", right=True, kept=True),
        Column("change", right=True, kept=True),
        Column("budget"),
        Column("verdict", kept=True),
    )
    counted = [check for check in checks if is_counted(check)]
    moved = [check for check in counted if check.status is not CheckStatus.PASS or check.counted_change]
    moved.sort(key=_severest_first)
    return (
        [Table("Counts of one run", columns, [_count_row(check) for check in moved], _reasons(moved))] if moved else []
    )


def _severest_first(check: Check) -> int:
    at = SEVEREST_FIRST.index(check.status) if check.status in SEVEREST_FIRST else len(SEVEREST_FIRST)
    return at + (check.counted_change < 0)


def _count_row(check: Check) -> Sequence[Cell | str]:
    change = check.counted_change
    risen = Tone.PLAIN if check.status is CheckStatus.PASS else _TONES[check.status]
    return (
        *_place(check),
        metric_text(check.metric),
        count_text(check.baseline),
        count_text(check.head),
        Cell(f"{change:+,}" if change else "", Tone.GOOD if change < 0 else risen),
        budget_text(check),
        _verdict(check),
    )


def _timed(metric: str, checks: Sequence[Check]) -> list[Table]:
    timed = [check for check in checks if check.metric == metric]
    if not timed:
        return []
    again = any(check.confirmation for check in timed)
    columns = (
        Column("benchmark"),
        Column("configuration", kept=True),
        Column(_HEADINGS[metric], right=True, kept=True),
        *([Column("repeated", right=True, spare=True)] if again else []),
        Column("budget"),
        Column("blocks", right=True, spare=True),
        Column("verdict", kept=True),
    )
    rows = [_time_row(check, again=again) for check in timed]
    return [Table(_TITLES[metric], columns, rows, _reasons(timed))]


def _time_row(check: Check, *, again: bool) -> Sequence[Cell | str]:
    confirmation = interval_text(check.confirmation) if check.confirmation else ""
    return (
        *_place(check),
        interval_text(check.change) if check.change else Cell("not measured", Tone.MUTED),
        *([confirmation] if again else []),
        budget_text(check),
        str(check.blocks) if check.blocks else "",
        _verdict(check),
    )


def _place(check: Check) -> tuple[Cell | str, Cell | str]:
    return check.benchmark, Cell(check.configuration, Tone.STRONG)


def _verdict(check: Check) -> Cell:
    return Cell(status_text(check.status), _TONES[check.status])


def _reasons(checks: Sequence[Check]) -> list[str]:
    """Return why checks did not pass and which functions changed: one note for all checks that share a reason."""
    common: dict[str, list[str]] = defaultdict(list)
    for check in checks:
        reason = "; ".join(part for part in (reason_text(check), functions_text(check)) if part)
        if reason:
            common[reason].append(subject_text(check))
    return [f"{few(subjects, SHOWN_SUBJECTS)}: {reason}" for reason, subjects in common.items()]


def _traps(decision: Decision) -> list[Trap]:
    """Return the traps of all checks; of one that several have seen, as the last of them has."""
    seen = {
        (each.kind, each.benchmark, each.variant, each.what): each for check in decision.checks for each in check.traps
    }
    return [*seen.values()]


def _notes(decision: Decision) -> Iterator[Note]:
    yield from decision.notes
    yield f"Judged: {head_text(decision)}, compared with {decision.against}, on Python {decision.python}."
    measured = {check.metric for check in decision.checks if check.change}
    yield from (sign for metric, sign in _SIGNS.items() if metric in measured)
    yield from tracer_notes({check.benchmark: check.tracer for check in decision.checks if check.tracer})
    if decision.intervals:
        environment = decision.environment
        bare = ", without a profiler," if any(check.metric in _SIGNS for check in decision.checks) else ""
        yield (
            f"Measured in blocks of fresh processes{bare} in {decision.duration_s:.0f} s; "
            f"{environment.cpu}, {environment.cores} cores, load {environment.load_1min}."
        )
        if measured:
            yield level_text(decision.level, decision.intervals)
        shares = {check.benchmark: check.by_processor for check in decision.checks if check.by_processor}
        yield from clock_notes({check.benchmark: check.clock for check in decision.checks if check.clock})
        yield from interrupted_notes(shares)
        if unequal := [subject_text(check) for check in decision.checks if check.unequal_runs > check.blocks / 2]:
            yield unequal_note(unequal)
    yield from trap_notes(_traps(decision))
    if decision.command:
        yield Reproduction(decision.command)
