"""A budget: how much a number may be, or may grow. The unit stands in the value, as in `"2 %"` or `"+1"`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

_NUMBER = r"(\d+(?:\.\d+)?)"
_MORE = re.compile(r"\+\s*(\d+)")
_PERCENT_MORE = re.compile(rf"\+\s*{_NUMBER}\s*%")
_PERCENT = re.compile(rf"{_NUMBER}\s*%")
_FACTOR = re.compile(rf"{_NUMBER}\s*x")
_SECONDS = re.compile(rf"{_NUMBER}\s*(s|min)")
_SECONDS_OF = {"s": 1.0, "min": 60.0}


class Kind(StrEnum):
    """How a count is limited: itself, what it grows by, or what it grows by as a fraction of what it was."""

    AT_MOST = "at most"
    MORE = "more"
    FRACTION_MORE = "fraction more"


@dataclass(frozen=True, slots=True)
class CountBudget:
    """How large a count may be."""

    kind: Kind
    amount: float

    def allows(self, base: int, head: int) -> bool:
        """Return whether a count may be `head` where it was `base`."""
        if self.kind is Kind.AT_MOST:
            return head <= self.amount
        if self.kind is Kind.MORE:
            return head <= base + self.amount
        return head <= base * (1 + self.amount)

    def __str__(self) -> str:
        if self.kind is Kind.AT_MOST:
            return f"at most {self.amount:g}"
        return f"+{self.amount:g}" if self.kind is Kind.MORE else f"+{100 * self.amount:g} %"


NO_MORE = CountBudget(Kind.MORE, 0)


def count_budget(value: Any) -> CountBudget:
    """Return the budget that `1` (at most), `"+1"` (more than before) or `"+1 %"` stands for.

    Raises:
        ValueError: it is none of them; says how one is written.
    """
    if type(value) is int and value >= 0:
        return CountBudget(Kind.AT_MOST, value)
    text = value.strip() if isinstance(value, str) else ""
    if found := _MORE.fullmatch(text):
        return CountBudget(Kind.MORE, int(found[1]))
    if found := _PERCENT_MORE.fullmatch(text):
        return CountBudget(Kind.FRACTION_MORE, float(found[1]) / 100)
    raise ValueError(f'is written 1 (at most one), "+1" (one more than before) or "+1 %", not {value!r}')


def regression_budget(value: Any) -> float:
    """Return the fraction by which a run may take longer, of a value such as `"2 %"`.

    Raises:
        ValueError: it is none, or so small that no measurement could show that it is kept.
    """
    found = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'is written as percent of a run\'s time, such as "2 %", not {value!r}')
    fraction = float(found[1]) / 100
    if not 0 < fraction < math.inf:
        raise ValueError('must be above 0 %: that nothing at all is lost, no interval can show; write "1 %", say')
    return fraction


def speedup_budget(value: Any) -> float:
    """Return the throughput that must be gained, as a fraction, of a value such as `"30 %"` or `"1.3x"`.

    Raises:
        ValueError: it is neither.
    """
    text = value.strip() if isinstance(value, str) else ""
    if found := _PERCENT.fullmatch(text):
        return float(found[1]) / 100
    if (found := _FACTOR.fullmatch(text)) and float(found[1]) > 0:
        return float(found[1]) - 1
    raise ValueError(f'is written as throughput gained, such as "30 %" or "1.3x", not {value!r}')


def seconds(value: Any) -> float:
    """Return the seconds of a value such as `"90 s"` or `"2 min"`.

    Raises:
        ValueError: it is neither.
    """
    found = _SECONDS.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or float(found[1]) < 1:
        raise ValueError(f'is written as a time of 1 s at least, such as "90 s" or "2 min", not {value!r}')
    return float(found[1]) * _SECONDS_OF[found[2]]
