"""What a check allows, as a number of a kind; the words for it are made where it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BudgetKind(StrEnum):
    """What the number of a budget limits.

    `most` limits a count itself, `most_increase` how much larger than before it is, and `most_relative_increase` by
    which fraction of before a count, or the time of a run, is larger. `least_speedup` is the throughput that must be
    gained, as a fraction. Results have no number: they must be `equal`, or may be `any`.
    """

    MOST = "most"
    MOST_INCREASE = "most_increase"
    MOST_RELATIVE_INCREASE = "most_relative_increase"
    LEAST_SPEEDUP = "least_speedup"
    EQUAL = "equal"
    ANY = "any"


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
