"""What a check allows, as a number of a kind; the words for it are made where it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BudgetKind(StrEnum):
    """What the number of a budget limits."""

    MOST = "most"
    """A count: no more than this."""

    MOST_INCREASE = "most_increase"
    """A count: at most so many more than before."""

    MOST_RELATIVE_INCREASE = "most_relative_increase"
    """A count or the time a run takes: at most this fraction of it more than before."""

    LEAST_SPEEDUP = "least_speedup"
    """The throughput that is gained, as a fraction: at least this."""

    EQUAL = "equal"
    """Results: the same as before. It has no number."""

    ANY = "any"
    """Results: they may differ. It has no number."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How much a number may be, or may grow.

    Args:
        kind: what is limited.
        value: a count, or a fraction: 0.02 is 2 %.
    """

    kind: BudgetKind
    value: float = 0

    def allows(self, base: int, head: int) -> bool:
        """Return whether a count may be `head` where it was `base`.

        Raises:
            ValueError: it is no budget of a count.
        """
        match self.kind:
            case BudgetKind.MOST:
                return head <= self.value
            case BudgetKind.MOST_INCREASE:
                return head <= base + self.value
            case BudgetKind.MOST_RELATIVE_INCREASE:
                return head <= base * (1 + self.value)
            case _:
                raise ValueError(f"no budget of a count: {self.kind}")


EQUAL = Budget(BudgetKind.EQUAL)
ANY = Budget(BudgetKind.ANY)
NO_MORE = Budget(BudgetKind.MOST_INCREASE, 0)
