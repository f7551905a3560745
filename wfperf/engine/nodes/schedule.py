"""When a schedule fires next. It computes; it does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, tzinfo
from heapq import heappop, heappush
from itertools import islice
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import Field, PlainValidator

from wfperf.engine.errors import NodeDataError
from wfperf.engine.fields import OneResult
from wfperf.engine.nodes.base import NodeCall, NodeType, Outcome, in_field
from wfperf.engine.nodes.dates import parse_moment
from wfperf.faults import json_kind

MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
"""Names for expressions, as crontab(5) has them."""

_FIELDS = 5
"""Minute, hour, day, month and weekday; cronsim would take seconds as a sixth."""

_ANY_MOMENT = datetime(2000, 1, 1)  # noqa: DTZ001 - only to see whether an expression ever fires
_NEVER = "never fires: the days it names do not come in the months it names"


def _checked_cron(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text, not {json_kind(value)}")  # noqa: TRY004 - pydantic takes ValueError
    cron = MACROS.get(value.strip().lower(), value)
    if len(cron.split()) != _FIELDS:
        raise ValueError(f"must have five fields, or be one of {', '.join(MACROS)}; it is {value!r}")
    if not _fires(cron):
        raise ValueError(f"{_NEVER}: {value!r}")
    return cron


def _fires(cron: str) -> bool:
    """Return whether an expression ever fires; cronsim looks 50 years ahead, and any date has any weekday in 40.

    Raises:
        ValueError: it cannot be parsed.
    """
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - only workflows with schedules pay for it

    try:
        return next(CronSim(cron, _ANY_MOMENT), None) is not None
    except CronSimError as error:
        minute, hour, day, month, weekday = cron.split()
        # cronsim calls a day bad that these months have not: then each of both fields alone is well.
        if _parses(f"{minute} {hour} {day} * {weekday}") and _parses(f"{minute} {hour} * {month} {weekday}"):
            return False
        raise ValueError(f"not a cron expression: {error}: {cron!r}") from error
    except ValueError as error:  # Python reads no numbers of thousands of digits
        raise ValueError("not a cron expression: it has a number that is far too long") from error


def _parses(cron: str) -> bool:
    from cronsim import CronSim, CronSimError  # noqa: PLC0415 - only workflows with schedules pay for it

    try:
        CronSim(cron, _ANY_MOMENT)
    except CronSimError:
        return False
    return True


def _known_zone(value: object) -> tzinfo:
    if value == "UTC":
        return UTC  # wherever the machine has no time zones, too
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        if not available_timezones():
            raise ValueError(
                "cannot be looked up: this system has no time zones; install the package tzdata"
            ) from error
        raise ValueError(f"must be a time zone as 'Europe/Berlin', not {value!r}") from error


class SchedulerData(OneResult):
    """A cron expression of five fields, its time zone, after which moment, and how many times to give."""

    cron: Annotated[str, PlainValidator(_checked_cron)]
    timezone: Annotated[tzinfo, PlainValidator(_known_zone)] = UTC
    after: str | None = None
    count: int = Field(default=1, ge=1, le=1000)


class SchedulerNode(NodeType[SchedulerData]):
    """SCHEDULER `cron`, `timezone`, `after`, `count`, `into`: the list of the next times at which a schedule fires."""

    data = (SchedulerData,)

    def execute(self, call: NodeCall[SchedulerData]) -> Outcome:
        """Compute the next times, in the schedule's time zone."""
        data = call.data
        after = self.engine.clock.now() if data.after is None else parse_moment(call, "after", data.after)
        # What a clock shows that is put back comes again: begin a day early, as no clock is put back by more.
        start = in_field("after", lambda: after.astimezone(data.timezone).replace(tzinfo=None) - timedelta(days=1))
        behind = (moment for moment in _moments(data, start) if moment > after)
        times = [moment.astimezone(data.timezone).isoformat() for moment in islice(behind, data.count)]
        if len(times) < data.count:
            raise NodeDataError(
                f"NodeData field 'count': {data.cron!r} fires {len(times)} of {data.count} times before the year 10000"
            )
        return {call.into: times}


def _moments(data: SchedulerData, start: datetime) -> Iterator[datetime]:
    """Yield the moments in UTC, in order, at which a schedule fires from what its clock shows at the start.

    cronsim is given no time zone: with one it misses times, or comes to the same for ever, where clocks are put back by
    half an hour or over midnight. What Debian's cron does where they change is done here.
    """
    from cronsim import CronSim  # noqa: PLC0415 - only workflows with schedules pay for it

    minute, hour, *_ = data.cron.split()
    place = _intervals if minute.startswith("*") or hour.startswith("*") else _fixed_times
    waiting: list[datetime] = []
    last = None
    with suppress(OverflowError):  # the year 10000
        for shown in CronSim(data.cron, start):
            moments = place(shown, data.timezone)
            if not moments or moments[0] == last:  # the last is that of several times in one gap
                continue
            last = moments[0]
            while waiting and waiting[0] < last:
                yield heappop(waiting)
            for moment in moments:
                heappush(waiting, moment)
    yield from sorted(waiting)


def _intervals(shown: datetime, zone: tzinfo) -> list[datetime]:
    """Return the moments at which a clock shows a time: none where it is put forward, two where it is put back."""
    both = (shown.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return sorted({moment for moment in both if moment.astimezone(zone).replace(tzinfo=None, fold=0) == shown})


def _fixed_times(shown: datetime, zone: tzinfo) -> list[datetime]:
    """Return the first moment at which a clock shows a time, or the next time that it shows at all."""
    while not (moments := _intervals(shown, zone)):
        shown += timedelta(minutes=1)
    return moments[:1]
