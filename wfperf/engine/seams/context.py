"""Give a node the context it sees, and its successors the context after it.

Invariant: a node sees its input plus its ancestors' writes; what one node is given, no other changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from wfperf.engine.runtime import Context, Contexts, Runtime


def original(_engine: Runtime) -> Contexts:
    """Before: copied for every node."""

    def enter(before: Context) -> Context:
        return {**before, "result": before["result"].copy()}

    def leave(seen: Context, writes: Mapping[str, Any]) -> Context:
        seen["result"].update(writes)
        return seen

    return Contexts(enter, leave)


def reference(_engine: Runtime) -> Contexts:
    """After (the review's A): a reference; copied only where a node writes."""

    def enter(before: Context) -> Context:
        return before

    def leave(seen: Context, writes: Mapping[str, Any]) -> Context:
        return {**seen, "result": seen["result"] | writes} if writes else seen

    return Contexts(enter, leave)


def lazy(_engine: Runtime) -> Contexts:
    """After (the review's B): built when it is first read."""

    def enter(before: Context) -> Context:
        return before if isinstance(before, _LazyContext) else _LazyContext(before, {})

    def leave(seen: Context, writes: Mapping[str, Any]) -> Context:
        return _LazyContext(seen, writes) if writes else seen

    return Contexts(enter, leave)


def tuned(_engine: Runtime) -> Contexts:
    """Ours: one dict goes along a path and is written in place; who still needs an earlier state gets a copy."""

    def enter(before: Context) -> Context:
        return before if isinstance(before, _Version) else _Version(before, before["result"].copy())

    def leave(seen: Context, writes: Mapping[str, Any]) -> Context:
        return seen.written(writes) if writes and isinstance(seen, _Version) else seen

    return Contexts(enter, leave)


class _LazyContext(Mapping[str, Any]):
    """A context and the writes upon it, put together at the first look."""

    __slots__ = ("_base", "_cache", "_writes")

    def __init__(self, base: Context, writes: Mapping[str, Any]) -> None:
        self._base: Context = base
        self._writes = writes
        self._cache: dict[str, Any] | None = None

    def _built(self) -> dict[str, Any]:
        if self._cache is None:
            # A loop, not recursion: a chain may have more unread nodes than Python has stack.
            unread = [self]
            while isinstance(base := unread[-1]._base, _LazyContext) and base._cache is None:  # noqa: SLF001 - own class
                unread.append(base)
            context = dict(base)
            result = context["result"].copy()
            for layer in reversed(unread):
                result.update(layer._writes)  # noqa: SLF001 - own class
            self._cache = context | {"result": result}
        return self._cache

    def __getitem__(self, key: str) -> Any:
        return self._built()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._built())

    def __len__(self) -> int:
        return len(self._built())


class _Version(Mapping[str, Any]):
    """A context of which later ones may have been made in place (Baker 1991, "Shallow binding makes arrays fast").

    The newest version holds the variables; an older one knows the next newer, and what that overwrote. Keys keep
    their order: a new one is the last, so taking it out again leaves the others as they were.
    """

    __slots__ = ("_base", "_newer", "_overwritten", "_result")

    def __init__(self, base: Context, result: dict[str, Any]) -> None:
        self._base = base
        self._result: dict[str, Any] | None = result
        self._newer: _Version = self
        self._overwritten: Mapping[str, Any] = {}

    def written(self, writes: Mapping[str, Any]) -> _Version:
        """Return the version after these writes, made in place."""
        result = self._own()
        self._overwritten = {name: result.get(name, _ABSENT) for name in writes}
        result.update(writes)
        self._newer, self._result = _Version(self._base, result), None
        return self._newer

    def _own(self) -> dict[str, Any]:
        """Return this version's variables; where newer versions took them over, a copy without what those wrote."""
        if self._result is not None:
            return self._result
        behind, newest = [self], self._newer
        while newest._result is None:  # noqa: SLF001 - own class
            behind.append(newest)
            newest = newest._newer  # noqa: SLF001 - own class
        result = newest._result.copy()  # noqa: SLF001 - own class
        for older in reversed(behind):
            for name, value in older._overwritten.items():  # noqa: SLF001 - own class
                if value is _ABSENT:
                    del result[name]
                else:
                    result[name] = value
        self._result = result
        return result

    def __getitem__(self, key: str) -> Any:
        if key == "result":
            return self._own() if self._result is None else self._result
        return self._base[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._base)

    def __len__(self) -> int:
        return len(self._base)


_ABSENT = object()
