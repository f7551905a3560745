"""Progress on stderr: a bar or a line that changes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from wfperf.report.terminal import console, is_watched

LINE_EVERY_S = 10.0
"""In a log: rare enough to be read, often enough to show progress."""

Advance = Callable[[int, int], None]
Say = Callable[[str], None]


@contextmanager
def progress(what: str) -> Iterator[Advance]:
    """Show that `what` is under way; yield what is called with the finished steps and the total."""
    on = console(stderr=True)
    if not is_watched(stderr=True):
        on.print(f"{what} ...")
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=on, transient=True) as bars:
        task = bars.add_task(what, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


@contextmanager
def steps() -> Iterator[tuple[Say, Say]]:
    """Yield two functions: one shows what begins, in a line; the other shows its progress, now and then."""
    on = console(stderr=True)
    if not is_watched(stderr=True):
        yield lambda begun: on.print(f"{begun} ..."), seldom(on.print)
        return
    with Live(console=on, transient=True, auto_refresh=False) as live:  # a spinner's thread would disturb what is timed

        def show(text: str) -> None:
            live.update(Text(text, style="dim"), refresh=True)

        def step(begun: str) -> None:
            on.print(f"{begun} ...")
            show("")

        yield step, show


def seldom(say: Say) -> Say:
    """Return a function that shows a line only if the last one is a while ago."""
    said_s = time.monotonic()

    def now_and_then(text: str) -> None:
        nonlocal said_s
        if time.monotonic() - said_s >= LINE_EVERY_S:
            said_s = time.monotonic()
            say(text)

    return now_and_then
