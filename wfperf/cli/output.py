"""Write to standard streams that the caller has closed, or whose reader stops early."""

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
    """Open missing standard streams, and let tables be printed on terminals that lack some characters."""
    # The system gives the lowest free number to the next file that is opened, so the order matters.
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open until the process ends
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


@contextmanager
def reader_may_leave() -> Iterator[None]:
    """Keep the exit code of a verdict if the reader of standard output stops before its end."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        if not has_lost_reader(sys.stdout):
            raise
        drop(sys.stdout)


def show_result(form: str, data: str, tables: Callable[[], Iterable[Table]]) -> None:
    """Show a result as JSON, Markdown or tables. `tables` is called only if needed."""
    with reader_may_leave():
        if form == "json":
            click.echo(data, nl=False)
        elif form == "markdown":
            from wfperf.report.markdown import markdown

            click.echo(markdown(tables()), nl=False)
        else:
            from wfperf.report.terminal import show

            show(tables())


def announce(form: str, line: str) -> None:
    """Show the first line: above tables on stdout, otherwise on stderr, because a program reads stdout then."""
    if form != "table":
        say(line)
        return
    with reader_may_leave():
        click.echo(line)


def has_lost_reader(stream: TextIO) -> bool:
    """Return whether nobody reads this stream any more. A broken pipe can also lead to a server or a child process."""
    try:
        stream.flush()
    except BrokenPipeError:
        return True
    except (OSError, ValueError):
        return False
    return _is_hung_up(stream)


def _is_hung_up(stream: TextIO) -> bool:
    # A stream without a buffer (python -u) has lost what it could not write, so flushing it does not fail.
    if not hasattr(select, "poll"):
        return False
    poll = select.poll()
    try:
        poll.register(stream, select.POLLOUT)
    except (OSError, ValueError):  # a stream in memory, or a closed one
        return False
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def drop(stream: TextIO) -> None:
    """Discard what is still buffered, so that the interpreter does not try to write it at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def drop_unread_errors() -> None:
    """Discard what stderr cannot write, because the interpreter would exit with 120 otherwise."""
    try:
        sys.stderr.flush()
    except OSError:
        drop(sys.stderr)


def say(message: str) -> None:
    """Print a line on stderr. A failure to print it does not change the exit code."""
    with suppress(OSError):
        click.echo(message, err=True)


def say_begun(doing: str) -> None:
    """Print on stderr what begins now."""
    say(f"{doing} ...")
