"""JSON: parsed, dumped, and looked into."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import Field

from wfperf.engine.errors import NodeDataError
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field
from wfperf.engine.nodes.data import OneResult


class JsonData(OneResult):
    """The name of the variable to work on."""

    source: str = Field(alias="from")


class JsonParseData(JsonData):
    """Parse a text."""

    op: Literal["parse"]


class JsonDumpData(JsonData):
    """Dump a value."""

    op: Literal["dump"]


class JsonGetData(JsonData):
    """Get what lies at a path of keys and places."""

    op: Literal["get"]
    path: list[str | int]


class JsonNode(NodeType[JsonParseData | JsonDumpData | JsonGetData]):
    """JSON `op`, `from`, `path`, `into`: parses a text, dumps a value, or gets what lies at a path in one."""

    data = (JsonParseData, JsonDumpData, JsonGetData)

    def execute(self, call: NodeCall[JsonParseData | JsonDumpData | JsonGetData]) -> Outcome:
        """Parse, dump or get."""
        data = call.data
        if isinstance(data, JsonParseData):
            text = call.variable("from", data.source, str)
            return {call.into: in_field("from", lambda: json.loads(text))}
        value = call.variable("from", data.source, object)
        if isinstance(data, JsonDumpData):
            return {call.into: in_field("from", lambda: json.dumps(value, ensure_ascii=False, sort_keys=True))}
        return {call.into: _at(value, data.path)}


def _at(value: Any, path: list[str | int]) -> Any:
    for depth, key in enumerate(path, 1):
        try:
            value = value[key]
        except (LookupError, TypeError) as error:
            raise NodeDataError(f"NodeData field 'path': nothing at {path[:depth]!r}") from error
    return value
