"""The progress of a gate, for whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[[str], None]


def _unsaid(_text: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Progress:
    """A listener.

    Args:
        step: called with the step that begins.
        seen: called with the progress of the step, whenever there is news.
    """

    step: Say = _unsaid
    seen: Say = _unsaid

    def counted(self, done: int, of: int) -> None:
        """Show how many benchmarks have been counted."""
        self.seen(f"{done} of {of} benchmarks")


SILENT = Progress()
