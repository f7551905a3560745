"""All nodes that are ready at once, wave by wave."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from wfperf.engine import step
from wfperf.engine.errors import RunError
from wfperf.engine.nodes.base import Wait

if TYPE_CHECKING:
    from wfperf.engine.run import Run
    from wfperf.engine.workflow import Workflow


def concurrent(engine: Workflow) -> Callable[[Run], None]:
    """After: `asyncio.gather` over the nodes that are ready, then over those that they make ready.

    A node is ready when every edge into it is decided. After a failure only nodes that come canonically
    before it still run, so that the failure raised is the one a sequential run would meet.
    """

    async def execute(run: Run, guid: str) -> None:
        started = step.start(engine, run, guid)
        outcome = started.outcome
        if isinstance(outcome, Wait):
            await engine.clock.wait_async(outcome.seconds)
            outcome = outcome.writes
        step.finish(engine, run, started, outcome)

    async def waves(run: Run) -> None:
        order, targets = run.definition.order, run.definition.targets
        undecided = Counter(target for ways in targets.values() for target in ways)
        ready = [guid for guid in order if not undecided[guid]]
        failures: dict[int, RunError] = {}
        while ready:
            alive = [guid for guid in ready if guid in run.sources and order[guid] < min(failures, default=len(order))]
            outcomes = await asyncio.gather(*(execute(run, guid) for guid in alive), return_exceptions=True)
            for guid, outcome in zip(alive, outcomes, strict=True):
                if isinstance(outcome, RunError):
                    failures[order[guid]] = outcome
                elif outcome is not None:
                    raise outcome
            ready = _decide(ready, targets, undecided)
        if failures:
            raise failures[min(failures)]

    # One event loop for the engine's life: a server has one too, and a loop per run would cost more than a node.
    runner = asyncio.Runner()
    engine.resources.callback(runner.close)

    def drive(run: Run) -> None:
        runner.run(waves(run))

    return drive


def _decide(nodes: Sequence[str], targets: Mapping[str, Sequence[str]], undecided: Counter[str]) -> list[str]:
    """Take these nodes' edges as decided and return the nodes that this makes ready."""
    ready = []
    for target in chain.from_iterable(targets[guid] for guid in nodes):
        undecided[target] -= 1
        if not undecided[target]:
            ready.append(target)
    return ready
