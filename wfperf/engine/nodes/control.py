"""Nodes that choose, wait or say something."""

from __future__ import annotations

import logging
import threading
from typing import Annotated, Any, Literal

from pydantic import Field

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import ExpressionField, NodeData, OneResult
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, Wait

_LOGGER = logging.getLogger("wfperf.engine.log")

_LONGEST_MS = threading.TIMEOUT_MAX * 1000
"""The longest that Python's own timers can wait."""


class SleepData(NodeData):
    """How long, in milliseconds."""

    ms: Annotated[float, Field(ge=0, le=_LONGEST_MS, allow_inf_nan=False)]


class SleepNode(NodeType[SleepData]):
    """SLEEP `ms`: waits so many milliseconds, without holding up other branches of a concurrent run; 0 is no wait."""

    data = (SleepData,)

    def execute(self, call: NodeCall[SleepData]) -> Outcome:
        """Ask the driver to wait, if there is anything to wait for: a wait of 0 ms ends here, in every driver."""
        seconds = call.data.ms / 1000
        return Wait(seconds, {}) if seconds else {}


class LogData(NodeData):
    """A message to fill, and how grave it is."""

    message: str
    level: Literal["debug", "info", "warning", "error"] = "info"


class LogNode(NodeType[LogData]):
    """LOG `message`, `level`: writes the filled message to the log `wfperf.engine.log`.

    The message is filled even if the log drops it: whether a node fails does not depend on log levels.
    """

    data = (LogData,)

    def execute(self, call: NodeCall[LogData]) -> Outcome:
        """Log one message."""
        level = logging.getLevelNamesMapping()[call.data.level.upper()]
        _LOGGER.log(level, "%s", call.text(call.data.message))
        return {}


class DecisionRule(NodeData):
    """What is written when an expression holds."""

    when: ExpressionField
    then: dict[str, Any] = Field(default_factory=dict)


class DecisionData(NodeData):
    """The rules in order, and what is written when none holds."""

    rules: list[DecisionRule]
    otherwise: dict[str, Any] | None = None


class DecisionNode(NodeType[DecisionData]):
    """DECISION `rules`, `otherwise`: writes the filled `then` of the first rule whose `when` holds, else the latter."""

    data = (DecisionData,)

    def execute(self, call: NodeCall[DecisionData]) -> Outcome:
        """Decide by the first rule that holds."""
        for number, rule in enumerate(call.data.rules, 1):
            if call.evaluate(f"rules[{number}].when", rule.when):
                return self._filled(call, rule.then)
        if call.data.otherwise is None:
            raise NodeDataError("no rule holds, and NodeData has no 'otherwise'")
        return self._filled(call, call.data.otherwise)

    @staticmethod
    def _filled(call: NodeCall[DecisionData], values: dict[str, Any]) -> dict[str, Any]:
        filled: dict[str, Any] = call.fill(values)
        return filled


class SwitchData(OneResult):
    """The text to look up, its cases, and what stands for any other."""

    value: str
    cases: dict[str, Any]
    default: Any = None


class SwitchNode(NodeType[SwitchData]):
    """SWITCH `value`, `cases`, `default`, `into`: writes the case of the filled value."""

    data = (SwitchData,)

    def execute(self, call: NodeCall[SwitchData]) -> Outcome:
        """Look the value up."""
        data = call.data
        value = call.text(data.value)
        if value in data.cases:
            return {call.into: call.fill(data.cases[value])}
        if "default" not in data.model_fields_set:
            raise NodeDataError(f"no case {value!r}, and NodeData has no 'default'")
        return {call.into: call.fill(data.default)}
