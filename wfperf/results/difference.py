"""Where two outcomes differ, as plain data.

Mappings are equal whatever the order of their keys, and not a number is itself; 1, 1.0 and True differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Outcome = Mapping[str, Any]
"""Facts by name: of a result, or of a failure the facts `error` and `message`, and whatever else is known of it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where outcomes differ, and what stands there, as Python would write it."""

    where: str
    expected: str
    got: str


def written(value: Any) -> str:
    """Return a value as Python would write it, keys in order: equal values are written alike."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(sorted(f"{written(key)}: {written(item)}" for key, item in value.items())) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(map(written, value)) + ",)"
    if isinstance(value, set | frozenset):
        return "{" + ", ".join(sorted(map(written, value))) + ",}"
    return repr(value)


def differences(expected: Outcome, got: Outcome, shown: Callable[[Any], str] = written) -> tuple[Difference, ...]:
    """Return every place where two outcomes differ: the innermost that still has a name.

    Args:
        expected: the baseline's outcome.
        got: the other one.
        shown: writes what stands at such a place.
    """
    return tuple(
        Difference(", ".join(path), shown(there), shown(here)) for path, there, here in _differing(expected, got, ())
    )


def text_differences(expected: str, got: str) -> tuple[Difference, ...]:
    """Return every place where two outcomes differ that workers gave as JSON."""
    return differences({"outcome": json.loads(expected)}, {"outcome": json.loads(got)})


def _differing(expected: Any, got: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    both = isinstance(expected, Mapping) and isinstance(got, Mapping)
    if both and ("error" in expected) == ("error" in got):
        for key in dict.fromkeys((*expected, *got)):
            yield from _differing(expected.get(key, _NOTHING), got.get(key, _NOTHING), (*path, str(key)))
    elif written(expected) != written(got):
        yield path, expected, got


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


_NOTHING = _Nothing()
