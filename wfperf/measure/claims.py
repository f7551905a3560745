"""Measure what is asked, and judge it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from wfperf.measure.blocks import Block, Blocks, Schedule, Trial, measure
from wfperf.measure.judgement import Judgement
from wfperf.measure.questions import Asked, Question, Ranking
from wfperf.measure.trials import SubjectOf, trials_for
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions
from wfperf.results.comparison import Comparison, Finding, Measured, Side
from wfperf.results.environment import current_environment
from wfperf.results.pooling import pooled_trials
from wfperf.stats.verdict import LEVEL

PRECISION = 0.02
"""The half width, as a log-ratio, at which an interval is narrow enough unless told otherwise: 2 %."""

Watch = Callable[[Sequence[Finding]], None]
"""Told after each block what is known so far."""


def compare(
    asked: Asked,
    of: SubjectOf,
    schedule: Schedule,
    *,
    precision: float = PRECISION,
    conditions: Conditions = DEFAULT_CONDITIONS,
    watch: Watch | None = None,
) -> Comparison:
    """Measure all questions together until each is answered or the time is up, and judge their claims.

    Args:
        asked: the questions.
        of: builds the subjects they are about.
        schedule: how long to measure.
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
        findings=judgement.findings(measured, duration_s=duration_s),
        ranks=judgement.ranks(measured),
        controls=judgement.controls(measured),
        seed=schedule.seed,
        duration_s=duration_s,
        level=LEVEL,
        intervals=asked.intervals,
        environment=environment,
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
            by_processor=[block.by_processor for block in measured[trial.name]],
            cpus=[block.cpu for block in measured[trial.name]],
        )
        for trial in trials
    )


def _side(blocks: Sequence[Block], side: str) -> Side:
    return Side(
        python=blocks[0].pythons[side],
        runs=[block.runs[side] for block in blocks],
        samples=[block.costs[side] for block in blocks],
        digests=[block.digests[side] for block in blocks],
        walls=[block.walls.get(side, ()) for block in blocks],
    )


def pooled(comparisons: Sequence[Comparison]) -> Comparison:
    """Return several results of the same comparison as one, judged anew on the blocks of all.

    A confidence sequence goes on where it was left, so it holds for the blocks of all as it did for those of each.

    Raises:
        UsageError: they were measured on unlike machines, or measured unlike things.
    """
    trials = pooled_trials(comparisons)
    first = comparisons[0]
    asked = Asked(
        trials[0].base,
        [
            Question(
                each.subject,
                each.title,
                each.phase,
                each.scenario,
                each.base,
                each.metric,
                each.claim,
                each.changes_results,
                each.kind,
            )
            for each in first.findings
        ],
        [Ranking(each.claim, each.rivals) for each in first.ranks],
    )
    measured = blocks_of(trials)
    judgement = Judgement(asked, precision=PRECISION)
    duration_s = sum(each.duration_s for each in comparisons)
    return replace(
        first,
        findings=judgement.findings(measured, duration_s=duration_s),
        ranks=judgement.ranks(measured),
        controls=judgement.controls(measured),
        duration_s=duration_s,
        intervals=asked.intervals,
        trials=trials,
        method="sequence",
    )


def blocks_of(trials: Sequence[Measured]) -> Blocks:
    """Return saved trials as the blocks they were."""
    return {trial.scenario: _blocks(trial) for trial in trials}


def _blocks(trial: Measured) -> list[Block]:
    return [
        Block(
            seed,
            {side: tuple(each.samples[number]) for side, each in trial.sides.items()},
            {side: each.digests[number] for side, each in trial.sides.items()},
            runs={side: each.runs[number] for side, each in trial.sides.items()},
            pythons={side: each.python for side, each in trial.sides.items()},
            walls={side: tuple(each.walls[number]) for side, each in trial.sides.items() if each.walls},
            by_processor=trial.by_processor[number] if trial.by_processor else 0,
            cpu=trial.cpus[number] if trial.cpus else None,
        )
        for number, seed in enumerate(trial.hash_seeds)
    ]
