"""Lists of names as text, which stay short however many there are."""

from __future__ import annotations

from collections.abc import Sequence

A_FEW = 3
"""Most names that a text lists."""


def few(names: Sequence[str], most: int = A_FEW) -> str:
    """Return names as text: `a, b, c and 5 more`."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")
