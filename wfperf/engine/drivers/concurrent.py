"""Nodes beside each other: wave by wave, or each as soon as it is ready."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from wfperf.engine.drivers.frontier import Frontier
from wfperf.engine.drivers.section import Section
from wfperf.engine.errors import RunError
from wfperf.engine.nodes.base import Blocking, Outcome, SubRuns, Wait
from wfperf.engine.run import Run
from wfperf.engine.runtime import Drive, Runtime
from wfperf.engine.step import step
from wfperf.engine.trace import Writes

Go = Callable[["Together", Run], Coroutine[Any, Any, None]]

MAX_THREADS = 16
"""How many blocking calls of one engine run at once; the others wait for a thread."""


def concurrent(engine: Runtime) -> Drive:
    """After: `asyncio.gather` over the nodes that are ready, then over those that they make ready."""

    async def waves(together: Together, run: Run) -> None:
        order, frontier, section = run.definition.order, Frontier(run), Section()
        ready = frontier.first()
        while ready:
            await section.gather((order[guid], partial(together.execute, run, guid)) for guid in ready)
            ready = frontier.decide(*ready)
        section.end()

    return Together(engine, waves).drive


def dataflow(engine: Runtime) -> Drive:
    """Ours: a node starts as soon as all that decides over it is decided; no wave waits for its slowest."""

    async def flow(together: Together, run: Run) -> None:
        order, frontier, section = run.definition.order, Frontier(run), Section()

        async def follow(guid: str) -> None:
            await together.execute(run, guid)
            for ready in frontier.decide(guid):
                start(ready)

        def start(guid: str) -> None:
            group.create_task(section.guard(order[guid], partial(follow, guid)))

        async with asyncio.TaskGroup() as group:
            for ready in frontier.first():
                start(ready)
        section.end()

    return Together(engine, flow).drive


class Together:
    """Drives runs in the engine's event loop by `go`, which says when a node starts."""

    def __init__(self, engine: Runtime, go: Go) -> None:
        self._engine = engine
        self._go = go
        self._threads: ThreadPoolExecutor | None = None

    def drive(self, run: Run) -> None:
        """Drive a run to its end."""
        self._engine.loop.run(self._attempt(run))

    async def execute(self, run: Run, guid: str) -> None:
        """Execute one node, and wait for what it leaves to do."""
        started = step(self._engine, run, guid)
        for outcome in started:
            with suppress(StopIteration):
                try:
                    writes = await self._wait_for(outcome)
                except Exception as error:  # noqa: BLE001 - whatever goes wrong is the node's own failure
                    started.throw(error)
                else:
                    started.send(writes)

    async def _attempt(self, run: Run) -> None:
        since_s = self._engine.clock.elapsed_s()
        try:
            await self._go(self, run)
        except RunError as error:
            run.error = error
            raise
        finally:
            run.duration_s = self._engine.clock.elapsed_s() - since_s

    async def _wait_for(self, outcome: Outcome) -> Writes:
        if isinstance(outcome, Wait):
            await self._engine.clock.wait_async(outcome.seconds)
            return outcome.writes
        if isinstance(outcome, Blocking):
            return await self._in_thread(outcome.work)
        if isinstance(outcome, SubRuns):
            await self._drive_all(outcome)
            return outcome.collect([run.result() for run in outcome.runs])
        return outcome if isinstance(outcome, dict) else await outcome

    async def _drive_all(self, sub_runs: SubRuns) -> None:
        if sub_runs.beside:
            section = Section()
            await section.gather((place, partial(self._attempt, run)) for place, run in enumerate(sub_runs.runs))
            section.end()
        else:
            for run in sub_runs.runs:
                await self._attempt(run)

    async def _in_thread(self, work: Callable[[], Writes]) -> Writes:
        if self._threads is None:
            threads = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="wfperf")
            self._threads = self._engine.resources.enter_context(threads)
        return await _to_its_end(asyncio.get_running_loop().run_in_executor(self._threads, work))


async def _to_its_end(call: Awaitable[Writes]) -> Writes:
    """Wait for a call in a thread, and when cancelled too: it cannot be stopped, and must not outlive its run."""
    future = asyncio.ensure_future(call)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        await asyncio.wait([future])
        future.exception()  # looked at, so that nobody is told of it: what was cancelled has no outcome
        raise
