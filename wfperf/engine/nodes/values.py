"""Nodes that compute values from values."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from wfperf.engine.errors import NodeDataError
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field


class SetNode(NodeType):
    """SET `values`: writes each filled value under its name."""

    def execute(self, call: NodeCall) -> Outcome:
        """Write the values."""
        filled: dict[str, Any] = call.fill(call.field("values", dict))
        return filled


class CalcNode(NodeType):
    """CALC `expression`, `into`: the value of an expression over the variables."""

    def execute(self, call: NodeCall) -> Outcome:
        """Evaluate the expression."""
        return {call.into: call.evaluate("expression", call.expression("expression"))}


class TemplateNode(NodeType):
    """TEMPLATE `template`, `into`: the text with its placeholders filled."""

    def execute(self, call: NodeCall) -> Outcome:
        """Fill the template."""
        return {call.into: call.text(call.field("template", str))}


class HashNode(NodeType):
    """HASH `text`, `algorithm`, `into`: the hexadecimal digest of the filled text in UTF-8."""

    def execute(self, call: NodeCall) -> Outcome:
        """Digest the text."""
        digest = call.choice("algorithm", _DIGESTS) if "algorithm" in call.data else hashlib.sha256
        text = call.text(call.field("text", str))
        return {call.into: digest(in_field("text", text.encode)).hexdigest()}


_DIGESTS: Mapping[str, Callable[[bytes], Any]] = {
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
    "sha3_256": hashlib.sha3_256,
    "blake2b": hashlib.blake2b,
}


class JsonNode(NodeType):
    """JSON `op`, `from`, `path`, `into`: parses a text, dumps a value, or gets what lies at a path in one."""

    def execute(self, call: NodeCall) -> Outcome:
        """Parse, dump or get."""
        work = call.choice("op", _JSON)
        return {call.into: work(call)}


def _parse(call: NodeCall) -> Any:
    text = call.variable("from", str)
    return in_field("from", lambda: json.loads(text))


def _dump(call: NodeCall) -> str:
    value = call.variable("from", object)
    return in_field("from", lambda: json.dumps(value, ensure_ascii=False, sort_keys=True))


def _get(call: NodeCall) -> Any:
    value: Any = call.variable("from", object)
    path = call.field("path", list)
    for depth, key in enumerate(path, 1):
        try:
            value = value[key]
        except (LookupError, TypeError) as error:
            raise NodeDataError(f"NodeData field 'path': nothing at {path[:depth]!r}") from error
    return value


_JSON: Mapping[str, Callable[[NodeCall], Any]] = {"parse": _parse, "dump": _dump, "get": _get}


class DateNode(NodeType):
    """DATE `op`, `value`, `days`, `since`, `format`, `into`: the time now, or ISO 8601 dates computed with."""

    def execute(self, call: NodeCall) -> Outcome:
        """Compute with dates; the clock is the engine's."""
        work = call.choice("op", _DATES)
        return {call.into: work(call)}


def _moment(call: NodeCall, field: str) -> datetime:
    text = call.text(call.field(field, str))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NodeDataError(f"NodeData field {field!r} must give an ISO 8601 date, not {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _now(call: NodeCall) -> str:
    return call.engine.clock.now().isoformat()


def _add(call: NodeCall) -> str:
    moment, days = _moment(call, "value"), call.field("days", (int, float))
    return in_field("days", lambda: moment + timedelta(days=days)).isoformat()


def _difference(call: NodeCall) -> float:
    return (_moment(call, "value") - _moment(call, "since")) / timedelta(days=1)


def _format(call: NodeCall) -> str:
    moment, pattern = _moment(call, "value"), call.field("format", str)
    return in_field("format", lambda: moment.strftime(pattern))


_DATES: Mapping[str, Callable[[NodeCall], Any]] = {
    "now": _now,
    "add": _add,
    "difference": _difference,
    "format": _format,
}
