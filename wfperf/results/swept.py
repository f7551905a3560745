"""Which scenarios of a comparison are one at several values of a parameter."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SweptPoint:
    """One scenario at one value.

    Args:
        scenario: what it is called there.
        of: what it is called without the value.
        value: as it is written, such as `work=10 us`.
    """

    scenario: str
    of: str
    value: str
