"""Time as the engine sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from wfperf.engine.clock import FrozenClock, SystemClock


def test_the_system_clock_is_the_machine_s():
    clock = SystemClock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(hours=1)
    assert clock.elapsed_s() <= clock.elapsed_s()


def test_a_frozen_clock_stands_still():
    clock = FrozenClock()
    assert clock.now() == clock.now() == clock.moment
    assert clock.now().tzinfo is UTC
    assert FrozenClock(clock.moment) == clock
