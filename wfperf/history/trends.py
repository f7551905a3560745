"""Trends: entries of one series on one machine, in order of time, and changes of their level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields

from wfperf.results.counters import DEPENDENT
from wfperf.results.history import Entry, Machine
from wfperf.results.trends import History, LevelChange, Line, LinePoint
from wfperf.stats.changes import Change, change_points, moves

SEED = 1
"""Of the permutations: every call shows the same."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A series: entries that differ only in the code and the time, oldest first, and changes of their level."""

    entries: tuple[Entry, ...]
    changes: tuple[Change, ...]

    @property
    def latest(self) -> Entry:
        """The last one; its names are those of all."""
        return self.entries[-1]

    @property
    def machine(self) -> Machine:
        """The machine of all entries."""
        return self.latest.machine

    @property
    def variant(self) -> tuple[str, ...]:
        """What the series is of, on any machine."""
        latest = self.latest
        return latest.workload, latest.benchmark, latest.variant, latest.baseline, latest.metric

    def to_line(self) -> Line:
        """Return it as a result stores it."""
        workload, benchmark, variant, baseline, metric = self.variant
        return Line(
            workload=workload,
            benchmark=benchmark,
            variant=variant,
            baseline=baseline,
            metric=metric,
            machine={"id": self.machine.id, **asdict(self.machine)},
            changes=tuple(LevelChange(**asdict(each), first=self.entries[each.at].id) for each in self.changes),
            entries=tuple(map(_point, self.entries)),
        )


def trends(entries: Iterable[Entry], last: int | None = None) -> tuple[Trend, ...]:
    """Return the series of entries, in the order in which they began.

    Args:
        entries: in order of time.
        last: keep only so many of each series, the latest.
    """
    lines: dict[tuple[str, ...], list[Entry]] = {}
    for each in entries:
        key = (each.workload, each.benchmark, each.variant, each.baseline, each.metric, each.machine.id)
        lines.setdefault(key, []).append(each)
    kept = [tuple(line[-last:] if last else line) for line in lines.values()]
    return tuple(Trend(line, _changes(line)) for line in kept)


def history_of(found: Sequence[Trend]) -> History:
    """Return series as a result stores them."""
    return History(tuple(each.to_line() for each in found))


def _changes(line: Sequence[Entry]) -> tuple[Change, ...]:
    values = [each.estimate for each in line]
    # Counters that depend on libraries and memory vary as times do; in all others, every move is a change.
    is_exact = line[0].is_count and line[0].metric not in DEPENDENT
    return moves(values) if is_exact else change_points(values, seed=SEED)


def _point(entry: Entry) -> LinePoint:
    return LinePoint(**{each.name: getattr(entry, each.name) for each in fields(LinePoint)})
