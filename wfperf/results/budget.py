"""Budgets as numbers; `report` turns them into text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BudgetKind(StrEnum):
    """What the number of a budget limits.

    `most` limits a count, `most_increase` its increase, and `most_relative_increase` the increase of a count or of the
    time per run as a fraction. `least_speedup` is the smallest throughput gained, as a fraction. Results have no
    number: they must be `equal`, or may be `any`. A count may be `any` if time decides.
    """

    MOST = "most"
    MOST_INCREASE = "most_increase"
    MOST_RELATIVE_INCREASE = "most_relative_increase"
    LEAST_SPEEDUP = "least_speedup"
    EQUAL = "equal"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit on one metric.

    Args:
        kind: what the value limits.
        value: a count, or a fraction: 0.02 is 2 %.
    """

    kind: BudgetKind
    value: float = 0

    def allows(self, baseline: int, head: int) -> bool:
        """Return whether a count may rise from `baseline` to `head`.

        Raises:
            ValueError: this budget does not limit a count.
        """
        match self.kind:
            case BudgetKind.MOST:
                return head <= self.value
            case BudgetKind.MOST_INCREASE:
                return head <= baseline + self.value
            case BudgetKind.MOST_RELATIVE_INCREASE:
                return head <= baseline * (1 + self.value)
            case BudgetKind.ANY:
                return True
            case _:
                raise ValueError(f"a budget of kind {self.kind} does not limit a count")


EQUAL = Budget(BudgetKind.EQUAL)
ANY = Budget(BudgetKind.ANY)
NO_MORE = Budget(BudgetKind.MOST_INCREASE, 0)
