"""What `gate` decided."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """A counter that differs from the baseline, and for function calls the functions behind it, largest first."""

    scenario: str
    configuration: str
    counter: str
    baseline: int
    now: int
    functions: tuple[tuple[str, int, int], ...] = ()

    @property
    def change(self) -> int:
        """The difference, above 0 where there is more work now."""
        return self.now - self.baseline


@dataclass(frozen=True, slots=True)
class Decision:
    """What the gate says: it passes when no counter rose and the baseline covers all that was counted."""

    python: str
    compared: int
    moves: tuple[Move, ...]
    unknown: tuple[str, ...]

    @property
    def risen(self) -> tuple[Move, ...]:
        """The counters with more work now than in the baseline."""
        return tuple(move for move in self.moves if move.change > 0)

    @property
    def passed(self) -> bool:
        """Whether nothing rose and nothing is missing."""
        return not self.risen and not self.unknown
