"""A series of numbers drawn in characters: one line of blocks, or a chart with axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from wfperf.report.table import Cell, Tone

ROWS = 10
"""A chart and the text around it fit on a terminal of 24 lines."""

LABELLED = 3
"""One of so many rows has its number beside it: four of ten, enough to read a value between two of them."""

NEAREST, FARTHEST = 2, 6
"""Columns from one point to the next: at least one between two intervals, and few enough to see a line."""

GAP = 2
"""Columns between two labels under the axis: one alone would not separate them."""

Number = Callable[[float, float], str]
"""Formats a number of the axis; its second argument is the distance to the next one."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Characters to draw."""

    levels: str
    point: str
    unbounded: str
    bar: str
    change: str
    tick: str
    side: str
    corner: str
    bottom: str
    mark: str


BLOCKS = Glyphs("▁▂▃▄▅▆▇█", "●", "○", "│", "┊", "┤", "│", "└", "─", "┬")
ASCII = Glyphs(".:-=+*%#", "*", "o", "|", ":", "+", "|", "+", "-", "+")


@dataclass(frozen=True, slots=True)
class Point:
    """A number, its interval (with infinite ends if it is unbounded), and the lines of text under it."""

    estimate: float
    low: float
    high: float
    under: tuple[str, ...] = ()


def sparkline(values: Sequence[float], glyphs: Glyphs, *, least: float = 0.0) -> str:
    """Return one character for each value, the higher the larger.

    Args:
        values: at least one.
        glyphs: to draw with.
        least: smallest difference between the lowest level and the highest, so that noise stays flat.
    """
    low, high = min(values), max(values)
    span = max(high - low, least)
    if not span:
        return glyphs.levels[len(glyphs.levels) // 2] * len(values)
    bottom = (low + high - span) / 2
    top = len(glyphs.levels) - 1
    return "".join(glyphs.levels[round((value - bottom) / span * top)] for value in values)


def chart(
    points: Sequence[Point], changes: Collection[int], *, width: int, number: Number, least: float, glyphs: Glyphs
) -> list[list[Cell]]:
    """Return the lines of a chart: its rows, the axis, and the labels. If not all points fit, it has the latest.

    Args:
        points: in order of time, at least one.
        changes: the indices of points before which the level changed.
        width: columns in all.
        number: formats a number of the vertical axis.
        least: smallest distance of two numbers of that axis.
        glyphs: to draw with.
    """
    bottom, gap = _scale(points, least)
    step = gap / LABELLED
    labels = [number(bottom + row * step, gap) if row % LABELLED == 0 else "" for row in range(ROWS)]
    margin = max(map(len, labels)) + 2
    room = max(width - margin, FARTHEST)
    apart = min(max(room // len(points), NEAREST), FARTHEST)
    first = max(len(points) - room // apart, 0)
    shown = points[first:]
    canvas = [[Cell(" ")] * (len(shown) * apart) for _ in range(ROWS)]
    for at in changes:
        if at >= first:
            for row in canvas:
                row[(at - first) * apart] = Cell(glyphs.change, Tone.UNSURE)
    columns = [at * apart + apart // 2 for at in range(len(shown))]
    for column, point in zip(columns, shown, strict=True):
        _draw(canvas, column, point, lambda value: round((value - bottom) / step), glyphs)
    rows = [
        [Cell(f"{label:>{margin - 2}} {glyphs.tick if label else glyphs.side}", Tone.MUTED), *_runs(cells)]
        for label, cells in zip(reversed(labels), reversed(canvas), strict=True)
    ]
    return [*rows, *_axis(shown, columns, margin, width, glyphs)]


def _draw(canvas: list[list[Cell]], column: int, point: Point, row_of: Callable[[float], int], glyphs: Glyphs) -> None:
    is_bounded = math.isfinite(point.low) and math.isfinite(point.high)
    if is_bounded and point.low < point.high:
        for row in range(max(row_of(point.low), 0), min(row_of(point.high), ROWS - 1) + 1):
            canvas[row][column] = Cell(glyphs.bar, Tone.MUTED)
    canvas[row_of(point.estimate)][column] = Cell(glyphs.point if is_bounded else glyphs.unbounded, Tone.STRONG)


def _scale(points: Sequence[Point], least: float) -> tuple[float, float]:
    """Return the value of the lowest row, and the distance of the axis' numbers, both round.

    The estimates fit, and so does the typical interval; a far wider one is cut off.
    """
    widths = [each.high - each.low for each in points if math.isfinite(each.high - each.low)]
    spare = median(widths) / 2 if widths else 0.0
    low = min(each.estimate for each in points) - spare
    high = max(each.estimate for each in points) + spare
    gaps = (ROWS - 1) // LABELLED
    decade = math.floor(math.log10(max((high - low) / gaps, least)))
    for unit in (10.0**decade, 10.0 ** (decade + 1)):
        bottom = math.floor(low / unit) * unit
        for times in range(1, 10):
            gap = times * unit
            above = bottom + gaps * gap - high
            if gap >= least and above >= 0:
                return bottom - math.floor(
                    (above - (low - bottom)) / 2 / unit
                ) * unit, gap  # the same room on both sides
    raise AssertionError("nine units of a decade higher are always enough")


def _runs(cells: Sequence[Cell]) -> list[Cell]:
    """Join cells of the same tone."""
    return [Cell("".join(map(str, run)), tone) for tone, run in groupby(cells, key=lambda each: each.tone)]


def _axis(points: Sequence[Point], columns: Sequence[int], margin: int, width: int, glyphs: Glyphs) -> list[list[Cell]]:
    """Return the axis with a mark over each label, and the lines of labels; from the left, those that fit."""
    length = columns[-1] + 1
    axis = [glyphs.bottom] * length
    under = [""] * len(points[0].under)
    free = 0
    for column, point in zip(columns, points, strict=True):
        size = max(map(len, point.under), default=0)
        if column >= free and margin + column + size <= width:
            axis[column] = glyphs.mark
            under = [text.ljust(column) + label for text, label in zip(under, point.under, strict=True)]
            free = column + size + GAP
    lines = [" " * (margin - 1) + glyphs.corner + "".join(axis), *(" " * margin + text for text in under)]
    return [[Cell(text, Tone.MUTED)] for text in lines]
