"""Work that runs beside other work, and what becomes of it when one piece fails."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from wfperf.engine.errors import RunError


class Section:
    """Pieces of work beside each other, each at its place in canonical order.

    A failure cancels the pieces at later places; those at earlier ones go on, for one of them may fail too,
    and the canonically first failure is the one that counts.
    """

    def __init__(self) -> None:
        self.failure: RunError | None = None
        self._failed_at = math.inf
        self._under_way: dict[asyncio.Task[Any], int] = {}

    async def guard(self, place: int, begin: Callable[[], Awaitable[None]]) -> None:
        """Begin a piece of work and do it, unless one at an earlier place has failed."""
        task = asyncio.current_task()
        if place > self._failed_at or task is None:
            return
        self._under_way[task] = place
        try:
            await begin()
        except RunError as error:
            self._fail(place, error)
        finally:
            del self._under_way[task]

    async def gather(self, pieces: Iterable[tuple[int, Callable[[], Awaitable[None]]]]) -> None:
        """Do pieces of work, each with its place, beside each other."""
        guarded = [self.guard(place, begin) for place, begin in pieces]
        for outcome in await asyncio.gather(*guarded, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    def end(self) -> None:
        """Raise the canonically first failure, if there was one."""
        if self.failure:
            raise self.failure

    def _fail(self, place: int, error: RunError) -> None:
        self._failed_at, self.failure = place, error
        for task, other in self._under_way.items():
            if other > place:
                task.cancel()
