"""Two sources side by side on a terminal, one below the other if it is narrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from wfperf.report.sources import Sources
from wfperf.report.table import Table
from wfperf.report.terminal import console, show

WIDE = 110
"""Fewest columns for two sources side by side."""

_GAP = 3
"""Columns between two sources, to keep them apart."""

_HANGING = 8
"""Twice an indentation, so that the rest of a long line is not taken for a block."""


def show_pages(pages: Iterable[Table | Sources], on: Console | None = None) -> None:
    """Print tables and sources, one below the other."""
    on = on or console()
    for number, page in enumerate(pages):
        if number:
            on.print()
        if isinstance(page, Sources):
            show_sources(page, on)
        else:
            show([page], on)


def show_sources(sources: Sources, on: Console) -> None:
    """Print before and after, and below them what they share."""
    beside = on.width >= WIDE
    width = (on.width - _GAP) // 2 if beside else on.width
    before = list(_listing(f"before: {sources.before_name}", sources.before, width, on))
    after = list(_listing(f"after: {sources.after_name}", sources.after, width, on))
    if beside:
        lines = [_joined(left, right, width + _GAP) for left, right in zip_longest(before, after)]
    else:
        lines = [*before, Text(), *after]
    if sources.shared:
        lines += [Text(), *_listing("both use", sources.shared, on.width, on)]
    on.print(Text("\n").join(lines), no_wrap=True, overflow="ignore", crop=False)


def _listing(heading: str, source: str, width: int, on: Console) -> Iterator[Text]:
    yield Text(heading, style="bold")
    yield Text(("-" if on.options.ascii_only else "─") * width, style="dim")
    code = Syntax("", "python", theme="ansi_dark").highlight(source.rstrip())
    code.style = ""  # the terminal's own colours, where the theme has none
    for line in code.split("\n", allow_blank=True):
        yield from _folded(line, width, on)


def _folded(line: Text, width: int, on: Console) -> Iterator[Text]:
    """Yield a line of code folded to a width, with continuation lines indented more."""
    first = line.wrap(on, width, overflow="fold", no_wrap=False)[0]
    rest = line.plain[len(first) :].lstrip()
    first.rstrip()
    yield first
    if rest:
        hanging = min(len(line.plain) - len(line.plain.lstrip()) + _HANGING, width // 2)
        for piece in line[-len(rest) :].wrap(on, width - hanging, overflow="fold", no_wrap=False):
            piece.rstrip()
            yield Text(" " * hanging) + piece


def _joined(left: Text | None, right: Text | None, width: int) -> Text:
    line = left.copy() if left else Text()
    if right:
        line.pad_right(width - line.cell_len)
        line.append_text(right)
    return line
