"""Texts of numbers with their intervals, the same in every output format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wfperf.listing import few
from wfperf.results.blocks import Clock
from wfperf.stats.interval import Interval

ROUND_FROM = 0.2
"""From this fraction on, tenths of a percent are noise."""

TOO_FEW_BLOCKS = "too few blocks"
"""In place of an estimate whose interval has no ends yet."""

NOTABLE_SHARE = 0.01
"""Share of samples; a smaller share does not move the median of a block's rounds."""


def interval_text(interval: Interval) -> str:
    """Return an interval of fractions as percent: `+46 % [+41, +52]`, with a decimal if it is small.

    An estimate without an interval is not shown.
    """
    if not interval.bounded:
        return TOO_FEW_BLOCKS
    digits = 0 if max(abs(interval.low), abs(interval.high)) >= ROUND_FROM else 1
    low, estimate, high = (f"{value * 100:+.{digits}f}" for value in (interval.low, interval.estimate, interval.high))
    return f"{estimate} % [{low}, {high}]"


def blocks_text(fewest: int, most: int | None = None) -> str:
    """Return a number of blocks as text: `1 block`, `20 blocks`, or `20 to 37 blocks` if the numbers differ."""
    if most is not None and most != fewest:
        return f"{fewest} to {most} blocks"
    return counted_text(fewest, "block")


def counted_text(number: int, noun: str) -> str:
    """Return a number of things as text: `1 block`, `20 blocks`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def level_text(level: float, intervals: int) -> str:
    """Return the text on the confidence with which all intervals of one measurement hold."""
    confidence = f"{level:.0%} confidence, whenever measuring stops.".replace("%", " %")
    if intervals == 1:
        return f"The interval holds with {confidence}"
    return f"All {intervals} intervals hold together with {confidence}"


def interrupted_notes(shares: Mapping[str, float]) -> list[str]:
    """Return a note on samples that other processes interrupted; none if their share is negligible.

    Args:
        shares: the share of such samples, by benchmark.
    """
    told = [
        f"{100 * share:.0f} % of those of {benchmark}" for benchmark, share in shares.items() if share >= NOTABLE_SHARE
    ]
    return [f"Other processes interrupted samples; their processor time counts: {few(told)}."] if told else []


def clock_notes(clocks: Mapping[str, Clock | None]) -> list[str]:
    """Return notes on benchmarks whose cost is not the wall time of one processor, as usual.

    Args:
        clocks: the clock of each benchmark.
    """
    return [
        f"{said}: {few(told)}."
        for clock, said in _CLOCKS.items()
        if (told := [benchmark for benchmark, each in clocks.items() if each is clock])
    ]


_CLOCKS = {
    Clock.OWN: "Processor time counts, because other processes keep the machine busy and runs do not wait",
    Clock.CPU: "Processor time counts, as asked for; waiting does not",
    Clock.WALL: "Measured by wall time, on all processors, because runs wait or use several",
}


def unequal_note(subjects: Sequence[str]) -> str:
    """Return a note on variants whose samples have another number of runs than those of the baseline."""
    return (
        f"Samples of both variants have unequal numbers of runs, because a run of one takes several times as long: "
        f"{few(subjects)}."
    )


def duration_text(seconds: float) -> str:
    """Return a rounded duration in a suitable unit."""
    for unit, length_s in (("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{max(seconds, 1):.0f} s"
