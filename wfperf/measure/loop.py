"""A loop of a few microseconds, to measure the machine and nobody's code."""

from __future__ import annotations

_VALUES = {f"key_{number}": f"value {number}" if number % 2 else number for number in range(50)}


def loop() -> list[str]:
    """Return the texts among fixed values."""
    return [value for value in _VALUES.values() if isinstance(value, str)]
