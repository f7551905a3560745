"""JSON: parsed, dumped, and looked into."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator

from wfperf.engine.errors import NodeDataError
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field
from wfperf.engine.nodes.data import KeyField, OneResult, json_kind


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
    path: list[KeyField]


def _compiled_query(value: object) -> Any:
    import jmespath  # noqa: PLC0415 - only workflows with queries pay for it

    if not isinstance(value, str):
        raise ValueError(f"must be text, not {json_kind(value)}")  # noqa: TRY004 - pydantic takes ValueError
    try:
        return jmespath.compile(value)
    except (jmespath.exceptions.JMESPathError, RecursionError) as error:
        raise ValueError(f"not a JMESPath expression: {' '.join(str(error).split())}") from error


class JsonQueryData(JsonData):
    """Ask a value by a JMESPath expression."""

    op: Literal["query"]
    query: Annotated[Any, PlainValidator(_compiled_query)]


Data = JsonParseData | JsonDumpData | JsonGetData | JsonQueryData


class JsonNode(NodeType[Data]):
    """JSON `op`, `from`, `path`, `query`, `into`: parses a text, dumps a value, or gets a part of one."""

    data = (JsonParseData, JsonDumpData, JsonGetData, JsonQueryData)

    def execute(self, call: NodeCall[Data]) -> Outcome:
        """Parse, dump, get or query."""
        data = call.data
        if isinstance(data, JsonParseData):
            text = call.variable("from", data.source, str)
            return {call.into: in_field("from", lambda: json.loads(text))}
        value = call.variable("from", data.source, object)
        if isinstance(data, JsonDumpData):
            return {call.into: in_field("from", lambda: json.dumps(value, ensure_ascii=False, sort_keys=True))}
        if isinstance(data, JsonGetData):
            return {call.into: _at(value, data.path)}
        return {call.into: in_field("query", lambda: data.query.search(value))}


def _at(value: Any, path: list[int | str]) -> Any:
    for depth, key in enumerate(path, 1):
        try:
            value = value[key]
        except (LookupError, TypeError) as error:
            raise NodeDataError(f"NodeData field 'path': nothing at {path[:depth]!r}") from error
    return value
