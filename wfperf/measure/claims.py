"""Measure what is asked, and judge it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from wfperf.measure.blocks import Block, Blocks, Schedule, Trial, measure
from wfperf.measure.judgement import LEVEL, Judgement
from wfperf.measure.questions import Asked
from wfperf.measure.trials import SubjectOf, trials_for
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions
from wfperf.results.comparison import Comparison, Finding, Measured, Side
from wfperf.results.environment import current_environment

PRECISION = 0.02
"""The half width, as a log-ratio, at which an interval is narrow enough unless told otherwise: 2 %."""

Watch = Callable[[Sequence[Finding]], None]
"""Told after each block what is known so far."""


def compare(
    asked: Asked,
    of: SubjectOf,
    schedule: Schedule,
    *,
    command: str,
    node_types: int | None = None,
    precision: float = PRECISION,
    conditions: Conditions = DEFAULT_CONDITIONS,
    watch: Watch | None = None,
) -> Comparison:
    """Measure all questions together until each is answered or the time is up, and judge their claims.

    Args:
        asked: the questions.
        of: builds the subjects they are about.
        schedule: how long to measure.
        command: what measures it again, for the reader.
        node_types: how many the built-in engine dispatches, where that is what is measured.
        precision: the half width, as a log-ratio, at which an interval is narrow enough.
        conditions: what holds for all processes.
        watch: told after each block what is known so far.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    environment = current_environment()
    start_s = time.monotonic()
    trials = trials_for(asked, of)
    judgement = Judgement(asked, precision=precision)
    measured = measure(
        trials,
        schedule,
        settled=judgement.settled,
        on_block=watch and (lambda blocks: watch(judgement.findings(blocks))),
        conditions=conditions,
    )
    duration_s = time.monotonic() - start_s
    return Comparison(
        findings=judgement.findings(measured, seed=schedule.seed, duration_s=duration_s),
        ranks=judgement.ranks(measured),
        controls=judgement.controls(measured),
        seed=schedule.seed,
        duration_s=duration_s,
        level=LEVEL,
        intervals=asked.intervals,
        node_types=node_types,
        environment=environment,
        command=command,
        trials=samples(asked, trials, measured),
    )


def samples(asked: Asked, trials: Sequence[Trial], measured: Blocks) -> tuple[Measured, ...]:
    """Return what was measured as a result keeps it."""
    return tuple(
        Measured(
            scenario=trial.name,
            base=asked.base,
            metric=trial.metric,
            hash_seeds=[block.hash_seed for block in measured[trial.name]],
            sides={side: _side(measured[trial.name], side) for side in trial.subjects},
        )
        for trial in trials
    )


def _side(blocks: Sequence[Block], side: str) -> Side:
    return Side(
        python=blocks[0].pythons[side],
        samples=[block.costs[side] for block in blocks],
        digests=[block.digests[side] for block in blocks],
    )
