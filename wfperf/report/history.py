"""The output of `history`: series of numbers with their changes, or one series as a chart."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from statistics import median

from rich.console import Console

from wfperf.history.trends import Trend
from wfperf.plan.metrics import MEMORY, PEAK_MEMORY, THROUGHPUT
from wfperf.report.chart import ASCII, BLOCKS, Glyphs, Point, chart, sparkline
from wfperf.report.intervals import ROUND_FROM, counted_text, interval_text
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.report.terminal import NARROW, console, line, printable, show
from wfperf.results.decision import PEAK_MEMORY_INCREASE, SPEEDUP, WALL_TIME
from wfperf.results.history import ALLOCATIONS_SAVED, FRACTIONS, Entry, Machine
from wfperf.stats.changes import ALPHA, FEWEST_POINTS, Change
from wfperf.stats.interval import Interval
from wfperf.stats.verdict import SMALLEST_EFFECT

_TITLES: Mapping[str, str] = {
    THROUGHPUT: "Throughput gained",
    SPEEDUP: "Throughput gained, by the gate",
    WALL_TIME: "Change of run time, by the gate",
    MEMORY: "Memory saved",
    PEAK_MEMORY: "Peak memory saved",
    PEAK_MEMORY_INCREASE: "Change of peak memory, by the gate",
    ALLOCATIONS_SAVED: "Allocations saved",
}
_MORE_IS_BETTER = frozenset({THROUGHPUT, SPEEDUP, MEMORY, PEAK_MEMORY, ALLOCATIONS_SAVED})

_BESIDE, _BESIDE_WIDE = 66, 88
"""Columns that a table needs beside its sparklines, with usual names: without and with its spare columns."""

_SHORTEST, _LONGEST = 12, 60
"""Columns of a sparkline: enough points to show a change of level, and no more than an eye follows."""

_MOST_CHANGES = 3
"""Latest changes of each series in a table, because users can still act on these; a chart has all."""

_LEAST_GAPS = {True: 1.0, False: 0.001}
"""Smallest distance of two numbers of an axis: 1 for counts, a tenth of the smallest effect that counts for
fractions."""

_SHOWN_REVISION = 13
"""Characters under a point: those of a short commit, and the + of changed files."""

_DATE = len("2026-11-24")


@dataclass(frozen=True, slots=True)
class Chart:
    """A title, the lines of a drawing, and notes under it."""

    title: str
    lines: Sequence[Sequence[Cell]]
    notes: Sequence[str]


def show_history(found: Sequence[Trend], on: Console | None = None, *, with_constant: bool = False) -> None:
    """Print series as tables, or as a chart for each machine if all are of one variant.

    Args:
        found: at least one series.
        on: the console.
        with_constant: show counts that never changed, too.
    """
    on = on or console()
    glyphs = ASCII if on.options.ascii_only else BLOCKS
    for number, page in enumerate(history_pages(found, on.width, glyphs, with_constant=with_constant)):
        if number:
            on.print()
        if isinstance(page, Table):
            show([page], on)
            continue
        on.print(line([Cell(page.title, Tone.STRONG)]))
        for drawn in page.lines:
            on.print(line(drawn), no_wrap=True, overflow="ellipsis")
        for note in page.notes:
            on.print(line([Cell(note, Tone.MUTED)]))


def history_pages(
    found: Sequence[Trend], width: int, glyphs: Glyphs, *, with_constant: bool = False
) -> Sequence[Table | Chart]:
    """Return a chart for each machine if all series are of one variant, else a table for each metric and machine."""
    if len({each.variant for each in found}) == 1:
        charts = [_chart(each, width, glyphs) for each in found]
        charts[-1] = replace(charts[-1], notes=[*charts[-1].notes, *_machine_notes(found)])
        return charts
    shown = [each for each in found if with_constant or not each.latest.is_count or each.changes]
    tables = [_table(title, lines, width, glyphs) for title, lines in _grouped(shown).items()]
    if not tables:
        tables = [Table("No counter ever changed", (), ())]
    tables[-1] = replace(tables[-1], notes=[*_notes(found, left_out=len(found) - len(shown)), *_machine_notes(found)])
    return tables


def _grouped(found: Sequence[Trend]) -> dict[str, list[Trend]]:
    """Return series by the title of their table: by machine, the one used last first, and counts last."""
    latest_first = sorted(found, key=lambda each: each.latest.at, reverse=True)
    order = list(dict.fromkeys(each.machine.id for each in latest_first))
    groups: dict[str, list[Trend]] = {}
    for each in sorted(found, key=lambda each: (order.index(each.machine.id), _rank(each.latest.metric))):
        where = f", machine {each.machine.id}" if len(order) > 1 else ""
        groups.setdefault(_title(each.latest) + where, []).append(each)
    return groups


def _rank(metric: str) -> tuple[int, str]:
    return (FRACTIONS.index(metric), "") if metric in FRACTIONS else (len(FRACTIONS), metric)


def _title(entry: Entry) -> str:
    what = _TITLES.get(entry.metric) or f"Count per run, {entry.metric}"
    return _one_line(f"{what}, {entry.workload}" if entry.workload else what)


def _table(title: str, found: Sequence[Trend], width: int, glyphs: Glyphs) -> Table:
    columns = (
        Column("what", kept=True),
        Column("benchmark"),
        Column("baseline", spare=True),
        Column("oldest to latest", kept=True),
        Column("latest", right=True, kept=True),
        Column("points", right=True, spare=True),
    )
    room = width - (_BESIDE if width < NARROW else _BESIDE_WIDE)
    size = min(max(room, _SHORTEST), _LONGEST)
    return Table(title, columns, [row for each in found for row in _rows(each, size, glyphs)])


def _rows(trend: Trend, size: int, glyphs: Glyphs) -> Iterator[list[Cell | str]]:
    """Yield the row of a series, and one for each of its latest changes.

    If there are more points than room, neighbours share a character: their median.
    """
    latest = trend.latest
    size = min(size, len(trend.entries))
    edges = [at * len(trend.entries) // size for at in range(size + 1)]
    levels = [median(each.estimate for each in trend.entries[begin:end]) for begin, end in pairwise(edges)]
    yield [
        Cell(latest.variant, Tone.STRONG),
        latest.benchmark,
        Cell(latest.baseline, Tone.MUTED),
        sparkline(levels, glyphs, least=_noise(trend)),
        _value(latest),
        str(len(trend.entries)),
    ]
    for change in trend.changes[-_MOST_CHANGES:]:
        since = trend.entries[change.at]
        mark = f"{' ' * (bisect_right(edges, change.at) - 1)}^"
        yield [
            Cell(f"  since {since.revision or _date(since)}", Tone.MUTED),
            Cell(_date(since) if since.revision else "", Tone.MUTED),
            "",
            Cell(mark, Tone.UNSURE),
            Cell(_change(latest.metric, change), _tone(latest.metric, change)),
            "",
        ]


def _noise(trend: Trend) -> float:
    """Return the typical width of an interval, at least 2 %: a smaller change is no change."""
    if trend.latest.is_count:
        return 0.0
    widths = [each.high - each.low for each in trend.entries if math.isfinite(each.high - each.low)]
    return max(median(widths) if widths else 0.0, 2 * SMALLEST_EFFECT)


def _chart(trend: Trend, width: int, glyphs: Glyphs) -> Chart:
    latest = trend.latest
    against = f" against {latest.baseline}" if latest.baseline else ""
    points = [
        Point(each.estimate, each.low, each.high, (_date(each), _one_line(each.revision)[:_SHOWN_REVISION]))
        for each in trend.entries
    ]
    number, least = _count if latest.is_count else _percent, _LEAST_GAPS[latest.is_count]
    changes = [each.at for each in trend.changes]
    lines = chart(points, changes, width=width, number=number, least=least, glyphs=glyphs)
    told = ", ".join(part for part in (_date(latest), latest.revision, latest.verdict) if part)
    latest_line = [Cell("latest", Tone.MUTED), Cell(f"  {_value(latest)}"), Cell(f"  {_one_line(told)}", Tone.MUTED)]
    return Chart(
        title=_one_line(
            f"{_title(latest)}: {latest.variant} on {latest.benchmark}{against}, machine {trend.machine.id}"
        ),
        lines=[*lines, [], latest_line, *(_told(trend, each) for each in trend.changes)],
        notes=[_legend(trend, points, glyphs), *_notes([trend])],
    )


def _told(trend: Trend, change: Change) -> list[Cell]:
    since, metric = trend.entries[change.at], trend.latest.metric
    chance = "" if trend.latest.is_count and not change.p_value else f"  p = {change.p_value:.3f}"
    return [
        Cell("since", Tone.MUTED),
        Cell(f"   {_change(metric, change)}", _tone(metric, change)),
        Cell(f"  {_date(since)}, {_one_line(since.revision)}".rstrip(", ") + chance, Tone.MUTED),
    ]


def _legend(trend: Trend, points: Sequence[Point], glyphs: Glyphs) -> str:
    bounded = [each for each in points if math.isfinite(each.high - each.low)]
    parts = [f"{glyphs.point} {'count' if trend.latest.is_count else 'estimate'}"] if bounded else []
    if any(each.low < each.high for each in bounded):
        parts.append(f"{glyphs.bar} interval")
    if len(bounded) < len(points):
        parts.append(f"{glyphs.unbounded} too few blocks for an interval")
    if trend.changes:
        parts.append(f"{glyphs.change} the level changed")
    return f"{counted_text(len(points), 'point')}; {', '.join(parts)}."


def _notes(found: Sequence[Trend], left_out: int = 0) -> list[str]:
    noisy = [each for each in found if not each.latest.is_count]
    few = sum(len(each.entries) < FEWEST_POINTS for each in noisy)
    notes = []
    if any(each.changes for each in noisy):
        notes.append(
            "Since: the level changed at this point, according to a rank test; a series without a change shows one in "
            f"{ALPHA * 100:.0f} of 100 tests."
        )
    if few:
        lines = f"{few} of {len(noisy)} series; " if len(noisy) > 1 else ""
        notes.append(f"Fewer than {FEWEST_POINTS} points: {lines}too few to find a change of level.")
    if left_out:
        notes.append(f"Left out: {counted_text(left_out, 'count')} that never changed; to show one: --metric NAME")
    if len(found) > 1:
        notes.append("To draw one series as a chart: wfperf history --only NAME --benchmark NAME --metric NAME")
    return notes


def _machine_notes(found: Sequence[Trend]) -> list[str]:
    machines = list({each.machine.id: each.machine for each in found}.values())
    first, *others = machines
    notes = []
    if others:
        notes.append(f"{len(machines)} different machines; no series mixes their numbers. To choose one: --machine ID")
    notes.append(_machine_note(first))
    return notes + [f"{_machine_note(each)} Differs from {first.id} in {_differing(first, each)}." for each in others]


def _machine_note(machine: Machine) -> str:
    return _one_line(
        f"{machine.id}: {machine.cpu}, {machine.cores} cores, {machine.implementation} {machine.python}, "
        f"{machine.platform}."
    )


def _differing(one: Machine, other: Machine) -> str:
    here, there = asdict(one), asdict(other)
    return ", ".join(name for name in here if here[name] != there[name])


def _value(entry: Entry) -> str:
    if entry.is_count:
        return _count(entry.estimate)
    return interval_text(Interval(entry.low, entry.estimate, entry.high, min(entry.level, 0.999)))


def _change(metric: str, change: Change) -> str:
    if metric not in FRACTIONS:
        return f"{_count(change.before)} -> {_count(change.after)}"
    fine = (
        max(abs(change.before), abs(change.after)) < ROUND_FROM or abs(change.after - change.before) < ROUND_FROM / 10
    )
    before, after = (f"{value * 100:+.{1 if fine else 0}f} %" for value in (change.before, change.after))
    return f"{before} -> {after}"


def _tone(metric: str, change: Change) -> Tone:
    return Tone.GOOD if (change.after > change.before) == (metric in _MORE_IS_BETTER) else Tone.BAD


def _count(value: float, _gap: float = 1.0) -> str:
    return f"{value:,.0f}"


def _percent(value: float, gap: float) -> str:
    digits = max(0, -math.floor(math.log10(gap * 100) + 1e-9))
    return f"{round(value * 100, digits) + 0.0:+.{digits}f} %"


def _date(entry: Entry) -> str:
    return entry.at[:_DATE]


def _one_line(text: str) -> str:
    return printable(text).replace("\n", "\\n")
