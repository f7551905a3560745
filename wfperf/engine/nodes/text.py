"""Texts searched, taken apart and rewritten by regular expressions in linear time."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, PlainValidator, model_validator

from wfperf.engine.fields import OneResult, PatternField
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field
from wfperf.engine.patterns import Pattern
from wfperf.faults import json_kind


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


class Replacement(NamedTuple):
    """What replaces a match: a text, and behind each text but the last a group, by number or name."""

    texts: tuple[str, ...]
    groups: tuple[int | str, ...]

    def filled(self, match: Any) -> str:
        """Return the text for a match; a group that took no part in it is empty."""
        found = [match.group(group) or "" for group in self.groups]
        return "".join(piece for pair in zip(self.texts, [*found, ""], strict=True) for piece in pair)


_ESCAPE = re.compile(r"\\(?:(?P<number>[1-9][0-9]?)|g<(?P<name>\w+)>|(?P<backslash>\\))?")


def _parsed_replacement(value: object) -> Replacement:
    # Not left to the pattern's own expand(): it takes the texts between groups for Latin-1.
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {json_kind(value)}")  # noqa: TRY004 - pydantic takes ValueError
    texts, groups, end = [""], [], 0
    for escape in _ESCAPE.finditer(value):
        texts[-1] += value[end : escape.start()]
        end = escape.end()
        name = escape["number"] or escape["name"]
        if name:
            groups.append(int(name) if name.isdecimal() else name)
            texts.append("")
        elif escape["backslash"]:
            texts[-1] += "\\"
        else:
            raise ValueError(
                f"has a backslash that stands for nothing, at character {escape.start() + 1};"
                r" write \1 or \g<name> for a group, and \\ for a backslash"
            )
    texts[-1] += value[end:]
    return Replacement(tuple(texts), tuple(groups))


class RegexReplaceData(RegexData):
    r"""Every match replaced, or the first `count`; the replacement may refer to groups as `\1` and `\g<name>`."""

    op: Literal["replace"]
    replacement: Annotated[Replacement, PlainValidator(_parsed_replacement)] = Field(alias="with")
    count: int = Field(default=0, ge=0)

    @model_validator(mode="after")
    def _groups_are_there(self) -> RegexReplaceData:
        pattern: Pattern = self.pattern
        known = {*range(pattern.groups + 1), *pattern.groupindex}
        for group in self.replacement.groups:
            if group not in known:
                raise ValueError(f"'with' refers to the group {group!r}, which the pattern has not")
        return self


class RegexSplitData(RegexData):
    """The parts between the matches; groups play no part."""

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
    pattern: Pattern = data.pattern
    if isinstance(data, RegexTestData):
        return (pattern.fullmatch(text) if data.whole else pattern.search(text)) is not None
    if isinstance(data, RegexReplaceData):
        return pattern.sub(data.replacement.filled, text, data.count)
    if isinstance(data, RegexSplitData):
        return _parts(pattern, text)
    matches = (_match(found) for found in pattern.finditer(text))
    return next(matches, None) if data.op == "find" else list(matches)


def _parts(pattern: Pattern, text: str) -> list[str]:
    parts, end = [], 0
    for found in pattern.finditer(text):
        parts.append(text[end : found.start()])
        end = found.end()
    return [*parts, text[end:]]


def _match(found: Any) -> dict[str, Any]:
    return {"match": found.group(), "start": found.start(), "groups": list(found.groups()), "named": found.groupdict()}
