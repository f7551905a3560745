"""How numbers with their intervals are written, everywhere alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wfperf.stats.interval import Interval

ROUND_FROM = 0.2
"""From this fraction on a decimal of a percent is noise."""

NOTABLE_SHARE = 0.01
"""Of samples: fewer move no median of a block's rounds."""


def interval_text(interval: Interval) -> str:
    """Return an interval of fractions as percent: `+46 % [+41, +52]`, with a decimal where it is small."""
    if not interval.bounded:
        return f"{interval.estimate * 100:+.0f} % [too few blocks]"
    digits = 0 if max(abs(interval.low), abs(interval.high)) >= ROUND_FROM else 1
    low, estimate, high = (f"{value * 100:+.{digits}f}" for value in (interval.low, interval.estimate, interval.high))
    return f"{estimate} % [{low}, {high}]"


def blocks_text(fewest: int, most: int | None = None) -> str:
    """Return so many blocks in words: `1 block`, `20 blocks`, or `20 to 37 blocks` where they are not equally many."""
    if most is not None and most != fewest:
        return f"{fewest} to {most} blocks"
    return "1 block" if fewest == 1 else f"{fewest} blocks"


def level_text(level: float, intervals: int) -> str:
    """Return in words with which confidence so many intervals of one run hold, whenever measuring stops."""
    confidence = f"{level:.0%} confidence, whenever measuring stops.".replace("%", " %")
    if intervals == 1:
        return f"The interval holds with {confidence}"
    return f"All {intervals} intervals hold together with {confidence}"


def interrupted_notes(shares: Mapping[str, float]) -> list[str]:
    """Return in words by which clock samples count that other processes interrupted; nothing where hardly any were.

    Args:
        shares: the share of such samples, by scenario.
    """
    told = [f"{100 * share:.0f} % of {scenario}" for scenario, share in shares.items() if share >= NOTABLE_SHARE]
    return [f"Other processes interrupted samples, which count by processor time: {', '.join(told)}."] if told else []


def unequal_note(subjects: Sequence[str]) -> str:
    """Return in words whose samples have another number of runs than those they are compared with."""
    return (
        f"Samples last about as long but have unequal numbers of runs, as one run takes several times as long as the "
        f"other: {', '.join(subjects)}."
    )


def duration_text(seconds: float) -> str:
    """Return a rough duration in the unit that fits."""
    for unit, length_s in (("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * length_s:
            return f"{seconds / length_s:.0f} {unit}"
    return f"{max(seconds, 1):.0f} s"
