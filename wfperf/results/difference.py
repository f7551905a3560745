"""Where two outcomes differ, as plain data.

Mappings are equal in whatever order their keys are, and NaN equals NaN; 1, 1.0 and True differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Outcome = Mapping[str, Any]
"""Facts by name about a result; a failure has the facts `error` and `message`, and possibly more."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where outcomes differ, with both values as Python writes them."""

    where: str
    expected: str
    got: str


def written(value: Any) -> str:
    """Return a value as Python writes it, with keys in order, so that equal values give equal texts."""
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
        shown: turns a value into text.
    """
    return tuple(
        Difference(", ".join(path), shown(there), shown(here)) for path, there, here in _differing(expected, got, ())
    )


def text_differences(expected: str, got: str) -> tuple[Difference, ...]:
    """Return every place where two outcomes differ; workers return outcomes as JSON."""
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
