"""What runs share and may change: their arguments, and variables of their function's closure, instance and module.

Nothing here runs code of the user's: only objects of built-in types are looked into, and all others are told apart by
their identity.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache, partial
from itertools import islice
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any

SCALARS = frozenset({type(None), bool, int, float, complex, str, bytes})
"""Types whose objects never change, so that a copy keeps them."""
SEQUENCES = frozenset({list, tuple, deque})
SETS = frozenset({set, frozenset})
DICTS = frozenset({dict, defaultdict, OrderedDict, Counter})
CONTAINERS = SEQUENCES | SETS | DICTS | {bytearray}
MOST_ITEMS = 2000
"""A copy of a variable keeps at most so many items, half of them of its own, and the length of each container: a sort
or an appended item shows, and copying takes about a millisecond."""
MOST_VARIABLES = 50
"""More containers than most modules have; a module of tables would take long to copy."""
DEEPEST = 10
"""How deep a copy goes: what contains itself has no end."""
CACHED = type(lru_cache(maxsize=1)(len))
"""The type of functions whose results `functools` caches."""


def copied(run: Any) -> dict[str, Any]:
    """Return copies of what all calls of something share, by name; equal copies mean that nothing has changed."""
    found = ((name, value) for name, value in _variables(run) if type(value) in CONTAINERS)
    copies = {}
    for name, value in islice(found, MOST_VARIABLES):
        with suppress(RuntimeError):  # another thread changes it right now
            copies[name] = _Copy().of(value)
    return copies


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return the names of what differs between two copies, or is only in the later one."""
    return [name for name, value in after.items() if name not in before or before[name] != value]


class _Copy:
    """Copies a variable as nested lists, up to a number of items."""

    def __init__(self) -> None:
        self._left = MOST_ITEMS

    def of(self, value: Any, depth: int = 0) -> Any:
        kind = type(value)
        if kind in SCALARS:
            return value
        if kind not in CONTAINERS or depth > DEEPEST:
            return ("object", id(value))
        if kind is bytearray:
            return ("bytearray", len(value), bytes(value[:MOST_ITEMS]))
        size, most = len(value), self._left // 2  # the other half is for what its items contain
        if not most:
            return (kind.__name__, size)
        if kind in SETS:
            return (kind.__name__, size, self._members(value) if size <= most else None)
        parts = (dict.keys(value), dict.values(value)) if kind in DICTS else (value,)
        kept = [list(islice(part, most)) for part in parts]
        self._left -= len(kept[0])
        return (kind.__name__, size, *(self._items(items, depth + 1) for items in kept))

    def _items(self, items: list[Any], depth: int) -> list[Any]:
        return items if SCALARS.issuperset(map(type, items)) else [self.of(item, depth) for item in items]

    def _members(self, value: Any) -> frozenset[Any]:
        """Return the members of a set, whose order says nothing; to hash other objects would run their own code."""
        self._left -= len(value)
        return frozenset(each if type(each) in SCALARS else ("object", id(each)) for each in list(value))


def _variables(run: Any) -> Iterator[tuple[str, Any]]:
    """Yield what all calls of something share, by name."""
    if type(run) is partial:
        yield from ((f"args[{at}]", value) for at, value in enumerate(run.args))
        yield from ((f"kwargs[{name!r}]", value) for name, value in run.keywords.items())
        run = run.func
    while type(run) is CACHED:
        run = run.__wrapped__
    if type(run) is BuiltinMethodType:  # such as [].sort
        yield "self", run.__self__
    if type(run) is MethodType:
        yield from _attributes(run.__self__)
        run = run.__func__
    if type(run) is FunctionType:
        yield from _enclosed(run)
        names = list(run.__globals__.items())
        yield from ((f"global {name}", value) for name, value in names if not name.startswith("__"))


def _attributes(instance: Any) -> Iterator[tuple[str, Any]]:
    try:
        attributes = object.__getattribute__(instance, "__dict__")
    except AttributeError:
        return
    if type(attributes) is dict:
        yield from ((f"self.{name}", value) for name, value in list(attributes.items()))


def _enclosed(function: FunctionType) -> Iterator[tuple[str, Any]]:
    for at, cell in enumerate(function.__closure__ or ()):
        with suppress(ValueError):  # it is empty
            yield f"variable {function.__code__.co_freevars[at]}", cell.cell_contents
