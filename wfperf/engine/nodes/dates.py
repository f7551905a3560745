"""Dates and times; the clock is the engine's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import NumberField, OneResult
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field


class DateNowData(OneResult):
    """The time now."""

    op: Literal["now"]


class DateAddData(OneResult):
    """So many days later."""

    op: Literal["add"]
    value: str
    days: NumberField


class DateDifferenceData(OneResult):
    """The days since another date."""

    op: Literal["difference"]
    value: str
    since: str


class DateFormatData(OneResult):
    """A date by a `strftime` pattern."""

    op: Literal["format"]
    value: str
    pattern: str = Field(alias="format")


DateData = DateNowData | DateAddData | DateDifferenceData | DateFormatData


class DateNode(NodeType[DateData]):
    """DATE `op`, `value`, `days`, `since`, `format`, `into`: the time now, or ISO 8601 dates computed with."""

    data = (DateNowData, DateAddData, DateDifferenceData, DateFormatData)

    def execute(self, call: NodeCall[DateData]) -> Outcome:
        """Compute with dates."""
        data = call.data
        if isinstance(data, DateNowData):
            return {call.into: self.engine.clock.now().isoformat()}
        moment = parse_moment(call, "value", data.value)
        if isinstance(data, DateAddData):
            days = data.days
            return {call.into: in_field("days", lambda: moment + timedelta(days=days)).isoformat()}
        if isinstance(data, DateDifferenceData):
            return {call.into: (moment - parse_moment(call, "since", data.since)) / timedelta(days=1)}
        pattern = data.pattern
        return {call.into: in_field("format", lambda: moment.strftime(pattern))}


def parse_moment(call: NodeCall[Any], field: str, template: str) -> datetime:
    """Return the ISO 8601 date that a field's filled text gives; without a time zone it is in UTC."""
    text = call.text(template)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NodeDataError(f"NodeData field {field!r} must give an ISO 8601 date, not {text!r}") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
