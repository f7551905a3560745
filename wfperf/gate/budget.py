"""Budgets as a policy has them: the value contains the unit, as in `"2 %"` or `"+1"`."""

from __future__ import annotations

import math
import re
from typing import Any

from wfperf.results.budget import Budget, BudgetKind

_NUMBER = r"(\d+(?:\.\d+)?)"
_MORE = re.compile(r"\+\s*(\d+)")
_PERCENT_MORE = re.compile(rf"\+\s*{_NUMBER}\s*%")
_PERCENT_OF_MEMORY = re.compile(rf"\+?\s*{_NUMBER}\s*%")
_PERCENT = re.compile(rf"{_NUMBER}\s*%")
_FACTOR = re.compile(rf"{_NUMBER}\s*x")
_SECONDS = re.compile(rf"{_NUMBER}\s*(s|min)")
_SECONDS_OF = {"s": 1.0, "min": 60.0}


def count_budget(value: Any) -> Budget:
    """Return the budget that `1` (at most), `"+1"` (more than before) or `"+1 %"` stands for.

    Raises:
        ValueError: it has none of these forms.
    """
    if type(value) is int and value >= 0:
        return Budget(BudgetKind.MOST, value)
    text = value.strip() if isinstance(value, str) else ""
    if found := _MORE.fullmatch(text):
        return Budget(BudgetKind.MOST_INCREASE, int(found[1]))
    if found := _PERCENT_MORE.fullmatch(text):
        return Budget(BudgetKind.MOST_RELATIVE_INCREASE, float(found[1]) / 100)
    raise ValueError(f'is written 1 (at most one), "+1" (one more than before) or "+1 %", not {value!r}')


def regression_budget(value: Any) -> float:
    """Return the fraction by which a run may take longer, from a value such as `"2 %"`.

    Raises:
        ValueError: it has another form, or is 0, which no measurement could show to be kept.
    """
    found = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'is written as percent of a run\'s time, such as "2 %", not {value!r}')
    fraction = float(found[1]) / 100
    if not 0 < fraction < math.inf:
        raise ValueError(
            'must be above 0 %, because no interval can show that nothing at all is lost; write "1 %", for example'
        )
    return fraction


def memory_budget(value: Any) -> float:
    """Return the fraction by which the peak memory of a run may rise, from a value such as `"+5 %"`.

    Raises:
        ValueError: it has another form, or is 0, which no measurement could show to be kept.
    """
    found = _PERCENT_OF_MEMORY.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise ValueError(f'is written as percent of a run\'s peak memory, such as "+5 %", not {value!r}')
    fraction = float(found[1]) / 100
    if not 0 < fraction < math.inf:
        raise ValueError('must be above 0 %, because peaks are measured, not counted; write "+1 %", for example')
    return fraction


def speedup_budget(value: Any) -> float:
    """Return the throughput that must be gained, as a fraction, from a value such as `"30 %"` or `"1.3x"`.

    Raises:
        ValueError: it has another form.
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
        ValueError: it has another form, or is below 1 s.
    """
    found = _SECONDS.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found or float(found[1]) < 1:
        raise ValueError(f'is written as a time of 1 s at least, such as "90 s" or "2 min", not {value!r}')
    return float(found[1]) * _SECONDS_OF[found[2]]
