"""The tables of `profile`: one configuration, or two side by side with the speedup."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wfperf.profilers.difference import hottest, most_changed
from wfperf.profilers.profiler import PROFILERS
from wfperf.report.intervals import TOO_FEW_BLOCKS, blocks_text, interval_text
from wfperf.report.table import Cell, Column, Table, Tone, verifying
from wfperf.results.profiled import (
    Captured,
    CostChange,
    FunctionCost,
    LineCost,
    MeasuredSpeedup,
    Profiled,
    SiteCost,
    SourceLocation,
)

FUNCTIONS, LINES, SITES, CHANGED = 20, 15, 10, 10
"""Rows of each table, so that it fits on a screen; the files hold the rest."""

LONGEST_HEADING, LONGEST_SOURCE = 10, 62
"""Longest texts, so that four columns of numbers fit beside a name on a terminal of 120 columns."""

WHOLE_FROM = 10
"""Counts from this one on have no decimals; fractions matter only in small counts."""

_BY_CPROFILE = "under cProfile, which slows every call; an explanation, not a measurement."
_BY_KERNPROF = "under line_profiler, which slows every line; an explanation, not a measurement."
_BY_MEMRAY = "under memray, which slows every allocation; an explanation, not a measurement."


@dataclass(frozen=True, slots=True)
class _Shown:
    """A cost as a table shows it: the word over its columns, its value in that unit, and its decimals."""

    heading: str
    value: Callable[[Any], float]
    decimals: int


def profile_tables(profiled: Profiled) -> list[Table]:
    """Return the tables of each profiler, then the files and skipped profilers; of two configurations, differences."""
    tables = []
    for name, captured in profiled.profilers.items():
        if not captured.skipped:
            tables += _TABLES[name](profiled, captured.changes)
    notes = () if profiled.after else profiled.notes  # those of two configurations stand beside their speedup
    return [*tables, _files_table(profiled.profilers, notes)]


def speedup_table(profiled: Profiled, pair: MeasuredSpeedup) -> Table:
    """Return the speedup that belongs to a profile; if results differ, there is none, and a note says what to run."""
    level = f" [{pair.speedup.level:.0%}]".replace("%", " %") if pair.speedup else ""
    columns = (
        Column("what", kept=True),
        Column("benchmark"),
        Column(f"speedup{level}", right=True, kept=True),
        Column("", right=True, kept=True),
        Column("time saved", right=True),
        Column(""),
    )
    row = (
        Cell(profiled.after or "", Tone.STRONG),
        profiled.benchmark,
        *_measured(pair),
        Cell("changes results" if profiled.changes_results else "", Tone.BAD),
    )
    return Table(
        f"Speedup over {profiled.before}, measured without a profiler",
        columns,
        [row],
        _speedup_notes(profiled, pair),
    )


def _measured(pair: MeasuredSpeedup) -> tuple[Cell, Cell, Cell]:
    if pair.speedup is None:
        words = f"{pair.reason}: no speedup" if pair.reason else "no speedup"
        return Cell(words, Tone.UNSURE if pair.equal else Tone.BAD), Cell(""), Cell("")
    if not pair.speedup.bounded:
        return Cell(TOO_FEW_BLOCKS, Tone.UNSURE), Cell(""), Cell("")
    factor = 1 + pair.speedup.estimate
    saved = f"{1 - 1 / factor:.0%}".replace("%", " %")
    return Cell(interval_text(pair.speedup)), Cell(f"{factor:.2f}x"), Cell(saved)


def _speedup_notes(profiled: Profiled, pair: MeasuredSpeedup) -> list[str]:
    notes = [
        (
            f"Speedup is throughput gained, t_{profiled.before} / t_new - 1, in {blocks_text(pair.blocks)} of fresh "
            "processes."
        ),
    ]
    notes += profiled.notes
    if profiled.changes_results:
        notes.append(f"Changes results: {', '.join(profiled.changes_results)}. See how: {verifying(profiled.workload)}")
    elif not pair.equal:
        names_functions = profiled.workload and not profiled.workload.startswith("-")
        shown_by = _compare(profiled) if names_functions else verifying(profiled.workload)
        notes.append(f"A speedup counts only if the results are equal. To see the difference: {shown_by}")
    notes.append(f"For its claim and verdict: {_compare(profiled)}")
    return notes


def _compare(profiled: Profiled) -> str:
    """Return the command that compares what was profiled; results before version 4 do not have it."""
    return profiled.compare or shlex.join(
        ["wfperf", "compare", *shlex.split(profiled.workload), "--only", str(profiled.after)]
    )


def _function_tables(profiled: Profiled, changes: Sequence[CostChange[FunctionCost]]) -> list[Table]:
    calls = _Shown("calls", lambda cost: cost.calls, 0)
    cumulative = _Shown("ms", lambda cost: cost.cumulative_s * 1e3, 3)
    own = _Shown("ms", lambda cost: cost.own_s * 1e3, 3)
    hot = _table(
        f"Hottest functions, by total time, {_variants(profiled)}",
        "function",
        (calls, cumulative),
        hottest(changes, cumulative.value, FUNCTIONS),
        profiled,
        _BY_CPROFILE,
    )
    if not profiled.after:
        return [hot]
    return [
        hot,
        _table(
            f"Functions called more or less often, by change of self time, {_variants(profiled)}",
            "function",
            (calls, own),
            most_changed(changes, calls.value, own.value, CHANGED),
            profiled,
            _BY_CPROFILE,
        ),
    ]


def _line_tables(profiled: Profiled, changes: Sequence[CostChange[LineCost]]) -> list[Table]:
    hits = _Shown("hits", lambda cost: cost.hits, 0)
    time = _Shown("ms", lambda cost: cost.time_s * 1e3, 3)
    return [
        _table(
            f"Hottest lines, by total time, {_variants(profiled)}",
            "line",
            (hits, time),
            hottest(changes, time.value, LINES),
            profiled,
            _BY_KERNPROF,
        )
    ]


def _allocation_tables(profiled: Profiled, changes: Sequence[CostChange[SiteCost]]) -> list[Table]:
    count = _Shown("count", lambda cost: cost.allocations, 0)
    allocated = _Shown("kB", lambda cost: cost.allocated_bytes / 1e3, 1)
    peak = _Shown("kB", lambda cost: cost.peak_bytes / 1e3, 1)
    totals = [
        _total_row("allocations per run", count, changes, profiled),
        _total_row("kB allocated per run, freed or not", allocated, changes, profiled),
        _total_row(f"kB in use at the peak of {profiled.runs} runs", peak, changes, profiled),
    ]
    columns = (
        Column("memory"),
        *(Column(_heading(variant), right=True, kept=True) for variant in profiled.variants),
        *([Column("difference", right=True)] if profiled.after else []),
    )
    notes = (_note(_BY_MEMRAY, profiled), "memray traces Python's own allocators, so small objects count.")
    most = [
        Table(f"Allocations, {_variants(profiled)}", columns, totals, notes),
        _table(
            f"Lines that allocate most, {_variants(profiled)}",
            "line",
            (count, allocated),
            hottest(changes, allocated.value, SITES),
            profiled,
            _BY_MEMRAY,
        ),
    ]
    if not profiled.after:
        return most
    return [
        *most,
        _table(
            f"Lines that allocate more or less often, by change of allocated memory, {_variants(profiled)}",
            "line",
            (count, allocated),
            most_changed(changes, count.value, allocated.value, CHANGED),
            profiled,
            _BY_MEMRAY,
        ),
    ]


_TABLES: Mapping[str, Callable[[Profiled, Sequence[CostChange[Any]]], list[Table]]] = {
    "cprofile": _function_tables,
    "kernprof": _line_tables,
    "memray": _allocation_tables,
}


def _table(
    title: str,
    what: str,
    shown: tuple[_Shown, _Shown],
    changes: Sequence[CostChange[Any]],
    profiled: Profiled,
    note: str,
) -> Table:
    amount, cost = shown
    columns = (
        Column(what),
        Column(amount.heading, right=True, kept=True),
        *(Column(f"{_heading(variant)}\n{cost.heading}", right=True, kept=True) for variant in profiled.variants),
        *([Column(f"difference\n{cost.heading}", right=True, kept=True)] if profiled.after else []),
    )
    notes = () if changes else ("None.",)
    row = _row if profiled.after else _row_of_one
    return Table(title, columns, [row(change, amount, cost) for change in changes], (*notes, _note(note, profiled)))


def _row_of_one(change: CostChange[Any], amount: _Shown, cost: _Shown) -> list[Cell | str]:
    return [_location(change.location), _cost(amount, change.before), _cost(cost, change.before)]


def _row(change: CostChange[Any], amount: _Shown, cost: _Shown) -> list[Cell | str]:
    amounts, costs = ([_cost(shown, of) for of in (change.before, change.after)] for shown in (amount, cost))
    difference = _number(cost, change.difference(cost.value), sign="+")
    return [
        _location(change.location),
        amounts[0] if amounts[0] == amounts[1] else " | ".join(amounts),
        *costs,
        f"{difference} {change.status}".strip(),
    ]


def _cost(shown: _Shown, cost: Any | None) -> str:
    return "-" if cost is None else _number(shown, shown.value(cost))


def _total_row(what: str, shown: _Shown, changes: Sequence[CostChange[Any]], profiled: Profiled) -> list[Cell | str]:
    before, after = (sum(change.amounts(shown.value)[at] for change in changes) for at in (0, 1))
    both = [_number(shown, after), _number(shown, after - before, sign="+")] if profiled.after else []
    return [Cell(what, Tone.STRONG), _number(shown, before), *both]


def _number(shown: _Shown, value: float, sign: str = "") -> str:
    is_part = not shown.decimals and abs(value) < WHOLE_FROM and value != round(value)
    decimals = 2 if is_part else shown.decimals
    return f"{value:{sign},.{decimals}f}" if round(value, decimals) else "0"


def _location(location: SourceLocation) -> Cell:
    text = f"{location.name} {location.where}"
    if location.text:
        source = location.text if len(location.text) <= LONGEST_SOURCE else f"{location.text[: LONGEST_SOURCE - 1]}…"
        text = f"{location.where} {location.name}\n  {source}"
    return Cell(text, Tone.PLAIN if location.is_users else Tone.MUTED)


def _note(note: str, profiled: Profiled) -> str:
    return f"Per run, over {profiled.runs} runs {note}"


def _variants(profiled: Profiled) -> str:
    return " | ".join(profiled.variants)


def _heading(variant: str) -> str:
    return variant if len(variant) <= LONGEST_HEADING else variant.replace("-", "-\n")


def _files_table(captured: Mapping[str, Captured], notes: Sequence[str]) -> Table:
    rows: list[list[Cell | str]] = []
    for name, each in captured.items():
        if each.skipped:
            rows.append([Cell(name, Tone.STRONG), Cell(f"skipped: {each.skipped}", Tone.UNSURE), ""])
        rows += [[Cell(name, Tone.STRONG), str(file), _viewers(name)] for file in each.files.values()]
    return Table("Files", (Column("profiler", kept=True), Column("file"), Column("open with")), rows, notes)


def _viewers(name: str) -> str:
    return ", ".join(PROFILERS[name].VIEWERS)
