"""JSON: parsed, dumped, and looked into."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import KeyField, OneResult
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field
from wfperf.faults import json_kind


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
        query = jmespath.compile(value)
    except jmespath.exceptions.ParseError as error:
        reason = getattr(error, "message", None) or error.msg
        if isinstance(error, jmespath.exceptions.IncompleteExpressionError):
            reason = "it breaks off"
        place = f"at character {error.lex_position + 1} of {value!r}"
        raise ValueError(f"not a JMESPath expression: {reason}, {place}") from error
    except jmespath.exceptions.EmptyExpressionError as error:
        raise ValueError("not a JMESPath expression: it is empty") from error
    except RecursionError as error:
        raise ValueError("not a JMESPath expression: nested too deeply") from error
    _check_functions(query.parsed)
    return query


def _check_functions(parsed: dict[str, Any]) -> None:
    """Refuse unknown functions and wrong numbers of arguments, which jmespath tells only when it calls them."""
    from jmespath.functions import Functions  # noqa: PLC0415 - only workflows with queries pay for it

    unvisited = [(parsed, False)]
    while unvisited:
        part, is_argument = unvisited.pop()
        is_call = part["type"] == "function_expression"
        if part["type"] == "expref" and not is_argument:
            raise ValueError("not a JMESPath expression: '&' makes an argument of a function, not a value")
        if is_call:
            _check_call(Functions.FUNCTION_TABLE, part["value"], len(part["children"]))
        unvisited += [(each, is_call) for each in part["children"] if isinstance(each, dict)]


def _check_call(known: Mapping[str, Any], name: str, given: int) -> None:
    if name not in known:
        raise ValueError(f"not a JMESPath expression: no function {name}(); known: {', '.join(sorted(known))}")
    parameters = known[name]["signature"]
    more = " or more" if parameters[-1].get("variadic") else ""
    if given < len(parameters) or (given > len(parameters) and not more):
        raise ValueError(
            f"not a JMESPath expression: arguments of {name}() must be {len(parameters)}{more}, not {given}"
        )


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
