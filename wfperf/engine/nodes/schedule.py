"""When a schedule fires next. It computes; it does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, PlainValidator

from wfperf.engine.errors import NodeDataError
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome
from wfperf.engine.nodes.data import OneResult, json_kind
from wfperf.engine.nodes.dates import parse_moment

_ANY_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - only to see whether an expression can be parsed


def _checked_cron(value: object) -> str:
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - only workflows with schedules pay for it

    if not isinstance(value, str):
        raise ValueError(f"must be text, not {json_kind(value)}")  # noqa: TRY004 - pydantic takes ValueError
    try:
        CronSim(value, _ANY_MOMENT)
    except CronSimError as error:
        raise ValueError(f"not a cron expression: {error}: {value!r}") from error
    return value


def _known_zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"must be a time zone as 'Europe/Berlin', not {value!r}") from error


class SchedulerData(OneResult):
    """A cron expression of five fields, its time zone, after which moment, and how many times to give."""

    cron: Annotated[str, PlainValidator(_checked_cron)]
    timezone: Annotated[ZoneInfo, PlainValidator(_known_zone)] = Field(default=ZoneInfo("UTC"))
    after: str | None = None
    count: int = Field(default=1, ge=1, le=1000)


class SchedulerNode(NodeType[SchedulerData]):
    """SCHEDULER `cron`, `timezone`, `after`, `count`, `into`: the list of the next times at which a schedule fires."""

    data = (SchedulerData,)

    def execute(self, call: NodeCall[SchedulerData]) -> Outcome:
        """Compute the next times, in the schedule's time zone."""
        data = call.data
        after = self.engine.clock.now() if data.after is None else parse_moment(call, "after", data.after)
        times = list(islice(_times(data, after), data.count))
        if len(times) < data.count:
            raise NodeDataError(
                f"NodeData field 'cron': {data.cron!r} fires {len(times)} times in 50 years, never again"
            )
        return {call.into: [each.isoformat() for each in times]}


def _times(data: SchedulerData, after: datetime) -> Iterator[Any]:
    from cronsim import CronSim  # noqa: PLC0415 - only workflows with schedules pay for it

    return CronSim(data.cron, after.astimezone(data.timezone))
