"""Single values, and how rules compare them: true is not 1, 1 is 1.0, and numbers and texts do not mix."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainValidator

from wfperf.faults import json_kind


def is_number(value: object) -> bool:
    """Return whether a value is a finite number; a database may give decimals. True and false are none."""
    if isinstance(value, Decimal):
        return value.is_finite()
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


def same(one: Any, other: Any) -> bool:
    """Return whether two values are equal; true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def comparable(one: object, other: object) -> bool:
    """Return whether one value can be less than the other: both are finite numbers, or both texts."""
    return (is_number(one) and is_number(other)) or (isinstance(one, str) and isinstance(other, str))


def scalar(value: object) -> object:
    """Return a text, finite number, true, false or null as it is.

    Raises:
        ValueError: it is none of these.
    """
    if value is None or isinstance(value, str | bool) or is_number(value):
        return value
    found = value if isinstance(value, float) else json_kind(value)
    raise ValueError(f"must be text, a finite number, true, false or null, not {found}")


ScalarField = Annotated[Any, PlainValidator(scalar)]
