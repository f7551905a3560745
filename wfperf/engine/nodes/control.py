"""Nodes that choose, wait or say something."""

from __future__ import annotations

import logging
import threading
from functools import partial
from typing import Any

from wfperf.engine.errors import NodeDataError
from wfperf.engine.expressions import parse
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, Wait, in_field

_LOGGER = logging.getLogger("wfperf.engine.log")

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}

_LONGEST_MS = threading.TIMEOUT_MAX * 1000


class SleepNode(NodeType):
    """SLEEP `ms`: waits so many milliseconds, without holding up other branches of a concurrent run."""

    def execute(self, call: NodeCall) -> Outcome:
        """Ask the driver to wait."""
        milliseconds = call.field("ms", (int, float))
        if not 0 <= milliseconds <= _LONGEST_MS:
            raise NodeDataError(f"NodeData field 'ms' must be from 0 to {_LONGEST_MS:.0f}, not {milliseconds}")
        return Wait(milliseconds / 1000, {})


class LogNode(NodeType):
    """LOG `message`, `level`: writes the filled message to the log `wfperf.engine.log`."""

    def execute(self, call: NodeCall) -> Outcome:
        """Log one message."""
        level = call.choice("level", _LEVELS) if "level" in call.data else logging.INFO
        _LOGGER.log(level, "%s", call.text(call.field("message", str)))
        return {}


class DecisionNode(NodeType):
    """DECISION `rules`, `otherwise`: writes the filled `then` of the first rule whose `when` holds, else the latter."""

    def execute(self, call: NodeCall) -> Outcome:
        """Decide by the first rule that holds."""
        rules = call.field("rules", list)
        for number, rule in enumerate(rules, 1):
            field = f"rules[{number}]"
            if not isinstance(rule, dict) or not isinstance(rule.get("when"), str):
                raise NodeDataError(f"NodeData field {field!r} must be an object with 'when' and 'then'")
            condition = in_field(field, partial(parse, rule["when"]))
            if call.evaluate(field, condition):
                return _writes(call, rule.get("then", {}), field)
        if "otherwise" not in call.data:
            raise NodeDataError("no rule holds, and NodeData has no 'otherwise'")
        return _writes(call, call.data["otherwise"], "otherwise")


class SwitchNode(NodeType):
    """SWITCH `value`, `cases`, `default`, `into`: writes the case of the filled value."""

    def execute(self, call: NodeCall) -> Outcome:
        """Look the value up."""
        value = call.text(call.field("value", str))
        cases = call.field("cases", dict)
        if value in cases:
            return {call.into: call.fill(cases[value])}
        if "default" not in call.data:
            raise NodeDataError(f"no case {value!r}, and NodeData has no 'default'")
        return {call.into: call.fill(call.data["default"])}


def _writes(call: NodeCall, value: Any, field: str) -> dict[str, Any]:
    filled = call.fill(value)
    if not isinstance(filled, dict):
        raise NodeDataError(f"NodeData field {field!r} must give an object of variables to write")
    return filled
