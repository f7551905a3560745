"""Notes on traps: one line for each kind, the same below the tables of `compare` and `gate`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from wfperf.listing import few
from wfperf.report.intervals import counted_text
from wfperf.results.traps import Trap, TrapKind

MORE = "See --setup: it makes fresh arguments for each run."

NOTES: Mapping[TrapKind, tuple[str, Callable[[Trap], str]]] = {
    TrapKind.CHANGES: (
        f"A run changes what later runs find, so they may do something else: {{}}. {MORE}",
        lambda trap: f"{trap.what} of {_on(trap)}",
    ),
    TrapKind.FIRST_RUN: (
        f"The first run took far longer than the following: {{}}. Is its input changed, or something cached? {MORE}",
        lambda trap: f"{_on(trap)} ({trap.number:.0f}x)",
    ),
    TrapKind.THREADS: (
        "Threads that a run has started were still running when it returned, so their work is not timed: {}.",
        lambda trap: f"{_on(trap)} ({counted_text(round(trap.number), 'thread')})",
    ),
    TrapKind.PROCESSES: (
        "Processes that a run has started were still running when it returned, so their work is not timed: {}.",
        lambda trap: f"{_on(trap)} ({round(trap.number)})",
    ),
    TrapKind.PRINTED: (
        "A run prints; the output is discarded, but the time that printing takes is measured: {}.",
        lambda trap: f"{_on(trap)} ({counted_text(round(trap.number), 'byte')})",
    ),
    TrapKind.CLOCK: (
        "A sample lasts too few steps of the clock to be exact: {}. Let a run do more.",
        lambda trap: f"{_on(trap)} ({counted_text(round(trap.number), 'step')})",
    ),
}
"""The text of each kind, with a place for the variants that have it, and how one of them is named there."""


def first_calls_note(named: Sequence[str]) -> str:
    """Return the note on variants whose first run made more calls than later ones."""
    return f"The first run made more calls than the following: {few(named)}. Is its input changed, or something cached?"


def trap_notes(traps: Iterable[Trap]) -> list[str]:
    """Return a note on each kind of trap that there is."""
    named: dict[TrapKind, dict[str, None]] = {}
    for trap in traps:
        named.setdefault(trap.kind, {})[NOTES[trap.kind][1](trap)] = None
    return [text.format(few([*named[kind]])) for kind, (text, _) in NOTES.items() if kind in named]


def _on(trap: Trap) -> str:
    return f"{trap.variant} on {trap.benchmark}"
