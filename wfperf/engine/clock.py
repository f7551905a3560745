"""Time as the engine sees it, so that a run can be repeated exactly."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where a run takes its time from, and how it waits."""

    def now(self) -> datetime:
        """Return the current time, with time zone."""

    def elapsed_s(self) -> float:
        """Return seconds on a clock that never goes back."""

    def wait(self, seconds: float) -> None:
        """Block for so long."""

    async def wait_async(self, seconds: float) -> None:
        """Let others run for so long."""


class SystemClock:
    """The machine's own clock."""

    elapsed_s = staticmethod(time.perf_counter)
    wait = staticmethod(time.sleep)
    wait_async = staticmethod(asyncio.sleep)

    def now(self) -> datetime:
        """Return the current time in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class FrozenClock(SystemClock):
    """The date stands still, so that two runs can be compared; waits are real."""

    moment: datetime = datetime(2025, 12, 14, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the frozen moment."""
        return self.moment
