"""Show the findings of `compare` so far: a live table on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from wfperf.report.compared import live_tables
from wfperf.report.intervals import blocks_text
from wfperf.report.progress import seldom
from wfperf.report.terminal import console, grid, is_watched
from wfperf.results.comparison import Finding

REFRESHES_PER_S = 1
"""So that the time left moves; drawing more often would take processor time from what is measured."""

Watch = Callable[[Sequence[Finding]], None]


@contextmanager
def watching(max_time_s: float) -> Iterator[Watch]:
    """Yield a function that shows findings on stderr, with the time left; a terminal is clean afterwards."""
    on = console(stderr=True)
    start_s = time.monotonic()

    def left() -> str:
        return f"{max(0.0, max_time_s - (time.monotonic() - start_s)):.0f} s left at most"

    if not is_watched(stderr=True):
        on.print(f"comparing, {max_time_s:.0f} s at most ...")
        say = seldom(on.print)
        yield lambda findings: say(f"{blocks(findings)}, {left()}")
        return
    seen: Sequence[Finding] = ()
    tables: Sequence[Table] = ()

    def shown() -> RenderableType:
        line = Text(f"{blocks(seen)}, {left()}" if seen else f"comparing ... {left()}", style="dim")
        return Group(*tables, line)

    def show(findings: Sequence[Finding]) -> None:
        nonlocal seen, tables
        seen, tables = findings, [grid(each, on.width) for each in live_tables(findings)]
        live.refresh()

    with Live(get_renderable=shown, console=on, transient=True, refresh_per_second=REFRESHES_PER_S) as live:
        yield show


def blocks(findings: Sequence[Finding]) -> str:
    """Return how many blocks there are, as text."""
    most = max((each.blocks for each in findings), default=0)
    return blocks_text(most)
