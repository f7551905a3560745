"""Standard streams as a caller may leave them: closed from the start, or by a reader who has seen enough."""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from wfperf.report.table import Table


def open_streams() -> None:
    """Make sure that there are standard streams, and that no table fails for a character the terminal lacks."""
    # In the order of their numbers, which the system gives to the next file that is opened.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - for as long as the process lives
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Show a verdict: whoever leaves before its end does not change the exit code."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        if not has_lost_reader(sys.stdout):
            raise
        drop(sys.stdout)


def show_result(form: str, data: str, tables: Callable[[], Iterable[Table]]) -> None:
    """Show a result: as JSON, or else as tables, which are made only then."""
    with reader_may_leave():
        if form == "json":
            click.echo(data, nl=False)
        else:
            from wfperf.report.terminal import show

            show(tables())


def announce(form: str, line: str) -> None:
    """Show the first line: above tables, or on stderr where stdout is for a program to read."""
    if form != "table":
        say(line)
        return
    with reader_may_leave():
        click.echo(line)


def has_lost_reader(stream: TextIO) -> bool:
    """Return whether it is this stream that nobody reads any more: a broken pipe may be that of a server or a child."""
    try:
        stream.flush()
    except BrokenPipeError:
        return True
    except (OSError, ValueError):
        return False
    return _is_hung_up(stream)


def _is_hung_up(stream: TextIO) -> bool:
    # What a stream without a buffer (python -u) could not write is gone: there is nothing left to flush.
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    try:
        poll.register(stream, select.POLLOUT)
    except (OSError, ValueError):  # a stream in memory, or a closed one
        return False
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def drop(stream: TextIO) -> None:
    """Let what is still buffered go nowhere: the interpreter must not try to write it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def drop_unread_errors() -> None:
    """Have nothing left to say on stderr that goes nowhere: the interpreter would leave with 120 for it."""
    try:
        sys.stderr.flush()
    except OSError:
        drop(sys.stderr)


def say(message: str) -> None:
    """Print a line on stderr, if it gets anywhere: what is said there never changes an exit code."""
    with suppress(OSError):
        click.echo(message, err=True)
