"""One node after another, in canonical order."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from wfperf.engine import step
from wfperf.engine.nodes.base import Wait

if TYPE_CHECKING:
    from wfperf.engine.run import Run
    from wfperf.engine.workflow import Workflow


def sequential(engine: Workflow) -> Callable[[Run], None]:
    """Before: a node that no path has reached by its turn is dead; canonical order makes that certain."""

    def drive(run: Run) -> None:
        for row in run.definition.rows:
            if row.guid not in run.sources:
                continue
            started = step.start(engine, run, row.guid)
            outcome = started.outcome
            if isinstance(outcome, Wait):
                engine.clock.wait(outcome.seconds)
                outcome = outcome.writes
            step.finish(engine, run, started, outcome)

    return drive
