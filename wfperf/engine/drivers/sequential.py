"""One node after another, in canonical order."""

from __future__ import annotations

from contextlib import suppress

from wfperf.engine.errors import RunError
from wfperf.engine.nodes.base import Blocking, Outcome, SubRuns, Wait
from wfperf.engine.run import Run
from wfperf.engine.runtime import Drive, Runtime
from wfperf.engine.step import Step, step
from wfperf.engine.trace import Writes


def sequential(engine: Runtime) -> Drive:
    """Before: a node that no path has reached by its turn is dead; canonical order makes that certain."""

    def drive(run: Run) -> None:
        since_s = engine.clock.elapsed_s()
        try:
            for row in run.definition.rows:
                if row.guid in run.sources:
                    started = step(engine, run, row.guid)
                    for outcome in started:
                        _settle(engine, started, outcome)
        except RunError as error:
            run.error = error
            raise
        finally:
            run.duration_s = engine.clock.elapsed_s() - since_s

    return drive


def _settle(engine: Runtime, started: Step, outcome: Outcome) -> None:
    with suppress(StopIteration):
        try:
            writes = _wait_for(engine, outcome)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is the node's own failure
            started.throw(error)
        else:
            started.send(writes)


def _wait_for(engine: Runtime, outcome: Outcome) -> Writes:
    if isinstance(outcome, Wait):
        engine.clock.wait(outcome.seconds)
        return outcome.writes
    if isinstance(outcome, Blocking):
        return outcome.work()
    if isinstance(outcome, SubRuns):
        for run in outcome.runs:
            engine.drive(run)
        return outcome.collect([run.result() for run in outcome.runs])
    return outcome if isinstance(outcome, dict) else engine.loop.run(outcome)
