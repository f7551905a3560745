"""Texts searched, taken apart and rewritten by regular expressions in linear time."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field
from wfperf.engine.nodes.data import OneResult, PatternField


class RegexData(OneResult):
    """The text to fill and search, and the pattern to search it for."""

    text: str
    pattern: PatternField


class RegexTestData(RegexData):
    """Is it there? With `whole`, is it all there is?"""

    op: Literal["test"]
    whole: bool = False


class RegexFindData(RegexData):
    """The first match, or all that do not overlap."""

    op: Literal["find", "find_all"]


class RegexReplaceData(RegexData):
    r"""Every match replaced, or the first `count`; the replacement may refer to groups as `\\1` and `\\g<name>`."""

    op: Literal["replace"]
    replacement: str = Field(alias="with")
    count: int = Field(default=0, ge=0)


class RegexSplitData(RegexData):
    """The parts between the matches."""

    op: Literal["split"]


Data = RegexTestData | RegexFindData | RegexReplaceData | RegexSplitData


class RegexNode(NodeType[Data]):
    """REGEX `op`, `text`, `pattern`, ...: tests, finds, replaces or splits by an RE2 pattern."""

    data = (RegexTestData, RegexFindData, RegexReplaceData, RegexSplitData)

    def execute(self, call: NodeCall[Data]) -> Outcome:
        """Search the filled text."""
        text = call.text(call.data.text)
        return {call.into: in_field("text", lambda: _result(call.data, text))}


def _result(data: Data, text: str) -> Any:
    pattern = data.pattern
    if isinstance(data, RegexTestData):
        return (pattern.fullmatch(text) if data.whole else pattern.search(text)) is not None
    if isinstance(data, RegexReplaceData):
        return in_field("with", lambda: pattern.sub(data.replacement, text, data.count))
    if isinstance(data, RegexSplitData):
        return pattern.split(text)
    matches = (_match(found) for found in pattern.finditer(text))
    return next(matches, None) if data.op == "find" else list(matches)


def _match(found: Any) -> dict[str, Any]:
    return {"match": found.group(), "start": found.start(), "groups": list(found.groups()), "named": found.groupdict()}
