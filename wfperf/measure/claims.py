"""Measure what is asked, and judge it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from wfperf.measure.blocks import Blocks, Schedule, Trial, measure
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.judgement import Judgement
from wfperf.measure.questions import Asked, Question, Ranking
from wfperf.results.comparison import Comparison, Finding, Measured
from wfperf.results.environment import current_environment
from wfperf.results.pooling import pooled_trials
from wfperf.stats.verdict import LEVEL

PRECISION = 0.02
"""The half width, as a log-ratio, at which an interval is narrow enough unless told otherwise: 2 %."""

Watch = Callable[[Sequence[Finding]], None]
"""Told after each block what is known so far."""


def compare(
    asked: Asked,
    trials: Sequence[Trial],
    schedule: Schedule,
    *,
    precision: float = PRECISION,
    executor: Executor = DEFAULT_EXECUTOR,
    watch: Watch | None = None,
) -> Comparison:
    """Measure all questions together until each is answered or the time is up, and judge their claims.

    Args:
        asked: the questions.
        trials: the subjects they are about, from `trials_for`.
        schedule: how long to measure.
        precision: the half width, as a log-ratio, at which an interval is narrow enough.
        executor: starts the workers.
        watch: told after each block what is known so far.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    environment = current_environment()
    start_s = executor.now_s()
    judgement = Judgement(asked, precision=precision)
    measured = measure(
        trials,
        schedule,
        settled=judgement.settled,
        on_block=watch and (lambda blocks: watch(judgement.findings(blocks))),
        executor=executor,
    )
    duration_s = executor.now_s() - start_s
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
    return tuple(Measured(each.name, asked.base, each.metric, tuple(measured[each.name])) for each in trials)


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
    """Return the blocks of saved trials."""
    return {trial.scenario: trial.blocks for trial in trials}
