"""When a schedule fires next: what Debian's cron would do, in any time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from builders import failure, refusal, run, run_node
from builders import node as row
from hypothesis import given
from hypothesis import strategies as st

from wfperf.engine.clock import FrozenClock

BERLIN = "Europe/Berlin"
MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2060, 1, 1))  # noqa: DTZ001 - the time zone is added


def times(cron, after=None, count=1, timezone=None, **options):
    given_fields = {"after": after, "timezone": timezone}
    fields = {name: value for name, value in given_fields.items() if value is not None}
    return run_node("SCHEDULER", {"cron": cron, "count": count, **fields}, **options)["n"]


class TestTimes:
    def test_a_list_also_of_one(self):
        assert times("30 9 * * mon", after="2025-12-14") == ["2025-12-15T09:30:00+00:00"]

    def test_after_the_engine_s_clock_unless_told_otherwise(self):
        clock = FrozenClock(datetime(2024, 2, 28, 23, 59, 30, 5, tzinfo=UTC))
        assert times("* * * * *", count=2, clock=clock) == ["2024-02-29T00:00:00+00:00", "2024-02-29T00:01:00+00:00"]

    def test_behind_after_not_at_it(self):
        assert times("0 9 * * *", after="2025-12-14T09:00:00Z") == ["2025-12-15T09:00:00+00:00"]
        assert times("0 9 * * *", after="2025-12-14T08:59:59.999999Z") == ["2025-12-14T09:00:00+00:00"]

    def test_after_is_filled_and_in_any_time_zone(self):
        data = {"cron": "0 9 * * *", "timezone": "Asia/Kolkata", "after": "$then$", "into": "at"}
        assert run_node("SCHEDULER", data, {"then": "2025-12-14T04:00+01:00"}) == {"at": ["2025-12-14T09:00:00+05:30"]}

    @pytest.mark.parametrize(
        ("cron", "first"),
        [
            ("@yearly", "2026-01-01T00:00:00+00:00"),
            ("@annually", "2026-01-01T00:00:00+00:00"),
            ("@monthly", "2026-01-01T00:00:00+00:00"),
            ("@weekly", "2025-12-21T00:00:00+00:00"),
            (" @Daily ", "2025-12-15T00:00:00+00:00"),
            ("@midnight", "2025-12-15T00:00:00+00:00"),
            ("@hourly", "2025-12-14T01:00:00+00:00"),
            ("15 10 * FEB Sun", "2026-02-01T10:15:00+00:00"),
            ("0 0 L * *", "2025-12-31T00:00:00+00:00"),
            ("0 0 * * fri#2", "2026-01-09T00:00:00+00:00"),
            ("0 0 29 2 *", "2028-02-29T00:00:00+00:00"),
            ("0 0 * 2 mon#5", "2044-02-29T00:00:00+00:00"),
            ("0 0 31 4 tue", "2026-04-07T00:00:00+00:00"),
        ],
    )
    def test_names_and_rare_days(self, cron, first):
        assert times(cron, after="2025-12-14") == [first]


@st.composite
def schedules(draw):
    """Return the values of the five fields; None stands for a star."""

    def some(least, most):
        return st.lists(st.integers(least, most), min_size=1, max_size=3, unique=True)

    return (
        draw(some(0, 59)),
        draw(st.none() | some(0, 23)),
        draw(st.none() | some(1, 28)),
        draw(st.none() | some(1, 12)),
        draw(st.none() | some(0, 6)),
    )


def fires(schedule, after):
    """Yield every time behind a moment in UTC, found by looking at each day."""
    minutes, hours, days, months, weekdays = schedule
    midnight = after.replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        by_day = days is None or midnight.day in days
        by_weekday = weekdays is None or midnight.isoweekday() % 7 in weekdays
        # Where both are given, either suffices.
        on = by_day and by_weekday if days is None or weekdays is None else by_day or by_weekday
        if on and (months is None or midnight.month in months):
            for hour in sorted(hours or range(24)):
                for minute in sorted(minutes):
                    moment = midnight.replace(hour=hour, minute=minute)
                    if moment > after:
                        yield moment
        midnight += timedelta(days=1)


@given(schedules(), MOMENTS, st.integers(1, 20))
def test_the_times_are_all_that_match_in_order(schedule, after, count):
    cron = " ".join("*" if field is None else ",".join(map(str, field)) for field in schedule)
    after = after.replace(tzinfo=UTC)
    expected = [each.isoformat() for each in islice(fires(schedule, after), count)]
    assert times(cron, after.isoformat(), count) == expected


@given(
    st.sampled_from(("30 2 * * *", "*/15 * * * *", "10,40 1-3 * * *", "*/20 1,2 * * *", "0 * * * sun", "5 0 1 * *")),
    MOMENTS,
    st.sampled_from((BERLIN, "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "UTC")),
)
def test_in_any_time_zone_times_increase_and_lie_behind_the_start(cron, after, timezone):
    after = after.replace(tzinfo=UTC)
    found = [datetime.fromisoformat(each) for each in times(cron, after.isoformat(), 30, timezone)]
    assert len(found) == 30
    moments = [after, *(each.astimezone(UTC) for each in found)]
    assert all(one < other for one, other in pairwise(moments))
    zone = ZoneInfo(timezone)
    assert all(each.utcoffset() == each.astimezone(zone).utcoffset() for each in found)


CHANGES = (
    (BERLIN, "2026-03-29T01:00Z"),
    (BERLIN, "2026-10-25T01:00Z"),
    ("America/St_Johns", "2010-11-07T02:31Z"),  # over midnight, by a minute
    ("America/Santiago", "2026-04-05T03:00Z"),  # at midnight
    ("Africa/Cairo", "2026-04-23T22:00Z"),
    ("Africa/Cairo", "2026-10-29T21:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00Z"),  # by half an hour
    ("Australia/Lord_Howe", "2026-10-03T15:30Z"),
    ("Antarctica/Troll", "2026-10-25T01:00Z"),  # by two hours
    ("Pacific/Apia", "2011-12-30T10:00Z"),  # a day is left out
)
CHOSEN = st.sampled_from(("0", "0,45", "7,30,59", "*/15", "*"))
HOURS = st.sampled_from(("*", "0", "1,2", "*/2", "23", "0,23"))
"""Minutes and hours, each as cron has them."""


def chosen(field, size):
    """Return the values that a field names."""
    if field.startswith("*"):
        return set(range(0, size, int(field.partition("/")[2] or 1)))
    return set(map(int, field.split(",")))


@given(st.sampled_from(CHANGES), st.integers(-40 * 60, 60), CHOSEN, HOURS)
def test_near_a_change_of_clocks_times_are_what_clocks_show(change, minutes_off, minute, hour):
    zone, at = ZoneInfo(change[0]), datetime.fromisoformat(change[1])
    after = at + timedelta(minutes=minutes_off)
    end = at + timedelta(hours=30)
    shown = {
        moment: moment.astimezone(zone).replace(tzinfo=None)
        for moment in (after + timedelta(minutes=number) for number in range(1, (end - after) // timedelta(minutes=1)))
    }
    fires_at = [
        moment
        for moment, clock in shown.items()
        if clock.minute in chosen(minute, 60) and clock.hour in chosen(hour, 24)
    ]
    found = times(f"{minute} {hour} * * *", after.isoformat(), 1000, change[0])
    found = [moment for each in found if (moment := datetime.fromisoformat(each).astimezone(UTC)) < end]
    if "*" in (minute[0], hour[0]):
        assert found == fires_at[:1000]
        return
    # A fixed time fires at the first of two, and behind a gap where clocks do not show it.
    firsts = [moment for moment in fires_at if not moment.astimezone(zone).fold]
    assert [moment for moment in found if moment in fires_at] == firsts
    behind_gap = [moment for moment in found if moment not in fires_at]
    assert behind_gap in ([], [at])
    if behind_gap:
        before, then = (each.astimezone(zone).replace(tzinfo=None) for each in (at - timedelta(minutes=1), at))
        skipped = [before + timedelta(minutes=number) for number in range(1, (then - before) // timedelta(minutes=1))]
        assert any(each.minute in chosen(minute, 60) and each.hour in chosen(hour, 24) for each in skipped)


class TestClockChanges:
    def test_in_the_gap_a_fixed_time_fires_right_after_it(self):
        assert times("30 2 * * *", "2026-03-28T12:00Z", 2, BERLIN) == [
            "2026-03-29T03:00:00+02:00",
            "2026-03-30T02:30:00+02:00",
        ]

    def test_several_fixed_times_in_the_gap_fire_once(self):
        assert times("10,50 2 * * *", "2026-03-29T00:00Z", 2, BERLIN) == [
            "2026-03-29T03:00:00+02:00",
            "2026-03-30T02:10:00+02:00",
        ]

    def test_an_interval_goes_on_behind_the_gap(self):
        assert times("*/30 * * * *", "2026-03-29T00:15Z", 3, BERLIN) == [
            "2026-03-29T01:30:00+01:00",
            "2026-03-29T03:00:00+02:00",
            "2026-03-29T03:30:00+02:00",
        ]

    def test_a_fixed_time_that_comes_twice_fires_at_the_first(self):
        assert times("30 2 * * *", "2026-10-24T12:00Z", 2, BERLIN) == [
            "2026-10-25T02:30:00+02:00",
            "2026-10-26T02:30:00+01:00",
        ]

    def test_between_both_a_fixed_time_has_fired_already(self):
        assert times("30 2 * * *", "2026-10-25T02:10:00+01:00", 1, BERLIN) == ["2026-10-26T02:30:00+01:00"]

    def test_an_interval_fires_in_both_hours(self):
        assert times("*/30 2 * * *", "2026-10-24T12:00Z", 5, BERLIN) == [
            "2026-10-25T02:00:00+02:00",
            "2026-10-25T02:30:00+02:00",
            "2026-10-25T02:00:00+01:00",
            "2026-10-25T02:30:00+01:00",
            "2026-10-26T02:00:00+01:00",
        ]


@pytest.mark.parametrize("driver", ["sequential", "concurrent", "dataflow"])
def test_every_driver_gives_the_same(driver):
    nodes = [
        row("start", to=["daily", "hourly"]),
        row("daily", "SCHEDULER", {"cron": "@daily"}, to=["end"], is_async=1),
        row("hourly", "SCHEDULER", {"cron": "@hourly", "count": 2}, to=["end"], is_async=1),
        row("end", "CALC", {"expression": "daily + hourly"}),
    ]
    result = run(*nodes, driver=driver).context["result"]["end"]
    assert result == ["2025-12-15T00:00:00+00:00", "2025-12-14T13:00:00+00:00", "2025-12-14T14:00:00+00:00"]


class TestMistakes:
    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({}, "NodeData.cron: is missing"),
            ({"cron": 5}, "NodeData.cron: must be text, not a number"),
            ({"cron": "0 0 32 1 *"}, "NodeData.cron: not a cron expression: Bad day-of-month: '0 0 32 1 *'"),
            ({"cron": "0 0 30 13 *"}, "NodeData.cron: not a cron expression: Bad month: '0 0 30 13 *'"),
            ({"cron": "0 0 30 2 8"}, "NodeData.cron: not a cron expression: Bad day-of-week: '0 0 30 2 8'"),
            (
                {"cron": "1" * 5000 + " * * * *"},
                "NodeData.cron: not a cron expression: it has a number that is far too long",
            ),
            (
                {"cron": "@daily", "timezone": "Nowhere"},
                "NodeData.timezone: must be a time zone as 'Europe/Berlin', not 'Nowhere'",
            ),
            (
                {"cron": "@daily", "timezone": "../UTC"},
                "NodeData.timezone: must be a time zone as 'Europe/Berlin', not '../UTC'",
            ),
            ({"cron": "@daily", "timezone": 3}, "NodeData.timezone: must be a time zone as 'Europe/Berlin', not 3"),
            ({"cron": "@daily", "count": 0}, "NodeData.count: must be greater than or equal to 1, not 0"),
            ({"cron": "@daily", "count": 1001}, "NodeData.count: must be less than or equal to 1000, not 1001"),
            ({"cron": "@daily", "after": 3}, "NodeData.after: must be text, not a number"),
        ],
    )
    def test_a_mistake_is_refused_with_its_field(self, data, why):
        assert refusal("SCHEDULER", data) == why

    @pytest.mark.parametrize("cron", ["0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 */40 2 mon#5", "0 0 30 feb *"])
    def test_what_never_fires_is_refused(self, cron):
        why = f"NodeData.cron: never fires: the days it names do not come in the months it names: {cron!r}"
        assert refusal("SCHEDULER", {"cron": cron}) == why

    @pytest.mark.parametrize("cron", ["", "* * * *", "* * * * * *", "@reboot"])
    def test_other_than_five_fields_are_refused(self, cron):
        told = refusal("SCHEDULER", {"cron": cron})
        assert told.startswith("NodeData.cron: must have five fields, or be one of @yearly, ")
        assert told.endswith(f"; it is {cron!r}")

    @given(st.text(alphabet="0159*/,-#LW@monjan ", max_size=20) | st.text())
    def test_any_text_fires_or_is_refused(self, cron):
        try:
            (found,) = times(cron)
        except Exception:  # noqa: BLE001 - whatever it is, refusal() says whether it is the right one
            assert refusal("SCHEDULER", {"cron": cron}).startswith("NodeData.cron: ")
        else:
            assert datetime.fromisoformat(found) > FrozenClock().now()

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            ({"cron": "@daily", "after": "soon"}, "NodeData field 'after' must give an ISO 8601 date, not 'soon'"),
            (
                {"cron": "@daily", "after": "9999-12-31T23:59:00", "timezone": "Asia/Tokyo"},
                "NodeData field 'after': OverflowError: date value out of range",
            ),
            (
                {"cron": "@daily", "after": "9999-12-30", "count": 3},
                "NodeData field 'count': '0 0 * * *' fires 1 of 3 times before the year 10000",
            ),
            (
                {"cron": "0 0 * 2 mon#5", "count": 1000},
                "NodeData field 'count': '0 0 * 2 mon#5' fires 299 of 1000 times before the year 10000",
            ),
        ],
    )
    def test_what_depends_on_the_variables_fails_when_it_runs(self, data, why):
        assert failure("SCHEDULER", data) == why


def test_without_time_zones_utc_works_and_others_are_explained(monkeypatch):
    monkeypatch.setattr("wfperf.engine.nodes.schedule.available_timezones", set)
    assert times("@daily", timezone="UTC") == times("@daily") == ["2025-12-15T00:00:00+00:00"]
    why = "NodeData.timezone: cannot be looked up: this system has no time zones; install the package tzdata"
    assert refusal("SCHEDULER", {"cron": "@daily", "timezone": "Nowhere/AtAll"}) == why
