"""Give a node the context it sees, and its successors the context after it.

Invariant: a node sees its input plus its ancestors' writes; what one node is given, no other changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from wfperf.engine.workflow import Workflow

Context = Mapping[str, Any]


class Contexts(NamedTuple):
    """`enter(before)` is what a node sees; `leave(seen, writes)` is what its successors start from."""

    enter: Callable[[Context], Context]
    leave: Callable[[Context, Mapping[str, Any]], Context]


def original(_engine: Workflow) -> Contexts:
    """Before: copied for every node."""

    def enter(before: Context) -> Context:
        return {**before, "result": before["result"].copy()}

    def leave(seen: Context, writes: Mapping[str, Any]) -> Context:
        seen["result"].update(writes)
        return seen

    return Contexts(enter, leave)


def reference(_engine: Workflow) -> Contexts:
    """After (the review's A): a reference; copied only where a node writes."""

    def enter(before: Context) -> Context:
        return before

    def leave(seen: Context, writes: Mapping[str, Any]) -> Context:
        return {**seen, "result": seen["result"] | writes} if writes else seen

    return Contexts(enter, leave)


def lazy(_engine: Workflow) -> Contexts:
    """After (the review's B): built when it is first read."""

    def enter(before: Context) -> Context:
        return before if isinstance(before, _LazyContext) else _LazyContext(before, {})

    def leave(seen: Context, writes: Mapping[str, Any]) -> Context:
        return _LazyContext(seen, writes) if writes else seen

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
