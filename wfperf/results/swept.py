"""The points of a sweep: one benchmark at several values of a parameter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SweptPoint:
    """One benchmark at one value of a parameter.

    Args:
        benchmark: name of the benchmark at this value.
        of: name of the benchmark without the value.
        value: the value as text, such as `work=10 us`.
    """

    benchmark: str
    of: str
    value: str
