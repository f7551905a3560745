"""Source before and after: two functions, and what they use of their own module."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

SourceOf = Callable[[str], Mapping[str, Any]]
"""Returns the source of a `module:function`, as `measure.hooks.source_of` does."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Python source of both functions, and of the helpers that both use (empty if they share none).

    `before_where` and `after_where` are the file and line of each.
    """

    before_name: str
    before: str
    after_name: str
    after: str
    shared: str
    before_where: str = ""
    after_where: str = ""


def read_sources(before: str, after: str, source_of: SourceOf) -> Sources:
    """Return the source of two functions, each with the helpers that it alone uses.

    Args:
        before: `module:function`.
        after: `module:function`.
        source_of: returns the source of one.

    Raises:
        UsageError: one has no source.
    """
    names = [target.rpartition(":")[2].rpartition(".")[2] for target in (before, after)]
    found = [source_of(target) for target in (before, after)]
    ours, theirs = (dict(each["helpers"]) for each in found)
    ours.pop(names[1], None)
    theirs.pop(names[0], None)
    shared = {name: text for name, text in ours.items() if theirs.get(name) == text}
    return Sources(
        before_name=names[0],
        before=_joined(found[0]["text"], *(text for name, text in ours.items() if name not in shared)),
        after_name=names[1],
        after=_joined(found[1]["text"], *(text for name, text in theirs.items() if name not in shared)),
        shared=_joined(*shared.values()),
        before_where=f"{found[0]['file']}:{found[0]['line']}",
        after_where=f"{found[1]['file']}:{found[1]['line']}",
    )


def _joined(*sources: str) -> str:
    return "\n\n".join(source.rstrip() + "\n" for source in sources)
