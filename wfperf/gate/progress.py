"""What a gate is doing, told to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Say = Callable[[str], None]


def _unsaid(_text: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Progress:
    """Someone who waits.

    Args:
        step: told what begins.
        seen: told how far that has come, as often as there is something new.
    """

    step: Say = _unsaid
    seen: Say = _unsaid

    def counted(self, done: int, of: int) -> None:
        """Tell how many benchmarks have been counted."""
        self.seen(f"{done} of {of} benchmarks")


SILENT = Progress()
