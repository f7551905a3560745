"""Signals that ask wfperf to stop, and what must not be cut off by them."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What stops wfperf in good order: each is raised as a KeyboardInterrupt."""


def interrupt_on_signals() -> None:
    """Have stopping signals that are not ignored raise a KeyboardInterrupt, so that what was begun is cleaned up."""
    for number in STOPPING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, signal.default_int_handler)


def repeat_swallowed_interrupts() -> None:
    """Have an interrupt raised again that fell into a destructor or a callback: Python would only report it there."""
    sys.unraisablehook = _repeat


def _repeat(unraisable: sys.UnraisableHookArgs) -> None:
    """Send an interrupt again that fell into a destructor: Python would only report it there, and go on."""
    if issubclass(unraisable.exc_type, KeyboardInterrupt) and hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        signal.setitimer(signal.ITIMER_REAL, 0.001)
    else:
        sys.__unraisablehook__(unraisable)


@contextmanager
def interrupts_held_back() -> Iterator[None]:
    """Let stopping signals wait for the end of the block: what is started there can be ended by then.

    By the handler, not by the thread's signal mask: threads that a library has started would take the signal instead.
    """
    held: list[int] = []
    before = {number: signal.getsignal(number) for number in STOPPING}

    def hold(number: int, _: FrameType | None) -> None:
        held.append(number)

    try:
        for number in STOPPING:
            signal.signal(number, hold)
        yield
    finally:
        try:
            _restore(before)
        finally:
            _restore(before)  # one that came between has cut the first short
        if held:
            signal.raise_signal(held[0])


def _restore(handlers: Mapping[int, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
