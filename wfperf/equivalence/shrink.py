"""Make a failing case small, greedily: take the first smaller one that still fails, until none does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

MAX_TRIES = 3000
"""Limits the time if a case shrinks slowly; the smallest example so far is shown then."""


def shrink(case: T, smaller: Callable[[T], Iterable[T]], fails: Callable[[T], bool], max_tries: int = MAX_TRIES) -> T:
    """Return a case that still fails, but none of whose smaller ones does.

    Args:
        case: one that fails.
        smaller: yields smaller versions of a case, the greatest cuts first. Every one must be
            smaller than the case, so that this ends.
        fails: whether a case still fails in the wanted way.
        max_tries: how many cases are tried; after them, the result may not be the smallest.
    """
    tries = 0
    while True:
        for candidate in smaller(case):
            if tries == max_tries:
                return case
            tries += 1
            if fails(candidate):
                case = candidate
                break
        else:
            return case


def smaller_values(value: Any) -> Iterator[Any]:
    """Yield JSON values smaller than a value: fewer items, fewer characters, simpler scalars."""
    if isinstance(value, str):
        yield from _smaller_texts(value)
    elif isinstance(value, dict):
        for key in value:
            yield {other: item for other, item in value.items() if other != key}
        for key, item in value.items():
            for less in smaller_values(item):
                yield value | {key: less}
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield [*value[:at], *value[at + 1 :]]
            for less in smaller_values(item):
                yield [*value[:at], less, *value[at + 1 :]]
    elif value:
        yield type(value)()


def _smaller_texts(text: str) -> Iterator[str]:
    """Yield halves, then the text without each of its characters; never an empty text, which shows nothing."""
    if len(text) > 1:
        yield text[: len(text) // 2]
        yield text[len(text) // 2 :]
        for at in range(len(text)):
            yield text[:at] + text[at + 1 :]
