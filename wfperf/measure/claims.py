"""Measure contrasts, and judge claims."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from wfperf.measure.blocks import Blocks, ComparedBenchmark, Schedule, measure
from wfperf.measure.contrasts import Contrast, Design, Ranking
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.judgement import Judgement
from wfperf.results.comparison import Comparison, Finding, MeasuredBenchmark
from wfperf.results.environment import current_environment
from wfperf.results.pooling import pooled_benchmarks
from wfperf.stats.verdict import LEVEL

LATER_BLOCK = 0.5
"""The least that a later block takes of the time of the first, which runs what is long once more, and has a control."""

WITH_COUNTING = 1.1
"""The time budget with what counting may take of it, by that without."""

Watch = Callable[[Sequence[Finding]], None]
"""Called after each block with the findings so far."""


def compare(
    design: Design,
    benchmarks: Sequence[ComparedBenchmark],
    schedule: Schedule,
    *,
    precision: float | None = None,
    executor: Executor = DEFAULT_EXECUTOR,
    watch: Watch | None = None,
    on_hopeless: Callable[[str], None] | None = None,
) -> Comparison:
    """Measure all contrasts together until each is decided or the time is up, and judge their claims.

    Args:
        design: the contrasts.
        benchmarks: their benchmarks, from `compared_benchmarks`.
        schedule: how long to measure.
        precision: the half width, as a log-ratio, at which an interval is narrow enough; None for the default.
        executor: starts the workers.
        watch: called after each block with the findings so far.
        on_hopeless: called, with what the user should know, if the time budget is too small for any interval. Only one
            block is measured then, unless the schedule has a number of blocks.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    environment = current_environment()
    start_s = executor.now_s()
    judgement = Judgement(design, precision=precision)
    notes: list[str] = []

    def is_hopeless(block_s: float, left_s: float) -> bool:
        if schedule.blocks is not None or (note := too_little_time(judgement.fewest_blocks, block_s, left_s)) is None:
            return False
        notes.append(note)
        if on_hopeless:
            on_hopeless(note)
        return True

    measured = measure(
        benchmarks,
        schedule,
        is_decided=judgement.is_decided,
        is_hopeless=is_hopeless,
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
        intervals=design.intervals,
        environment=environment,
        benchmarks=samples(design, benchmarks, measured),
        notes=tuple(notes),
    )


def too_little_time(needed: int, block_s: float, left_s: float) -> str | None:
    """Return, as text, that the time is too little for any interval; None if it is enough.

    Args:
        needed: how many blocks the widest interval needs.
        block_s: how long the first block has taken.
        left_s: how long the others may take.
    """
    if (needed - 1) * LATER_BLOCK * block_s <= left_s:
        return None
    enough_s = math.ceil(needed * block_s * WITH_COUNTING)
    return (
        f"No interval within the time budget: it needs {needed} blocks, and one takes about {block_s:.1f} s. "
        f"So only one is measured. --max-time {enough_s} is enough; --blocks measures so many, whatever they give."
    )


def samples(design: Design, benchmarks: Sequence[ComparedBenchmark], measured: Blocks) -> tuple[MeasuredBenchmark, ...]:
    """Return the blocks in the form that a result stores."""
    return tuple(
        MeasuredBenchmark(each.name, design.baseline, each.metric, tuple(measured[each.name])) for each in benchmarks
    )


def pooled(comparisons: Sequence[Comparison]) -> Comparison:
    """Pool several results of the same comparison into one, and judge it again on all blocks.

    A confidence sequence can be continued at any time, so it holds for all blocks together.

    Raises:
        UsageError: they are of different machines, or of different comparisons.
    """
    benchmarks = pooled_benchmarks(comparisons)
    first = comparisons[0]
    design = Design(
        benchmarks[0].baseline,
        [
            Contrast(
                each.variant,
                each.title,
                each.phase,
                each.benchmark,
                each.baseline,
                each.metric,
                each.claim,
                each.changes_results,
                each.kind,
            )
            for each in first.findings
        ],
        [Ranking(each.claim, each.rivals) for each in first.ranks],
    )
    measured = blocks_of(benchmarks)
    judgement = Judgement(design)
    duration_s = sum(each.duration_s for each in comparisons)
    return replace(
        first,
        findings=judgement.findings(measured, duration_s=duration_s),
        ranks=judgement.ranks(measured),
        controls=judgement.controls(measured),
        duration_s=duration_s,
        intervals=design.intervals,
        benchmarks=benchmarks,
        method="sequence",
    )


def blocks_of(benchmarks: Sequence[MeasuredBenchmark]) -> Blocks:
    """Return the blocks of saved benchmarks."""
    return {benchmark.name: benchmark.blocks for benchmark in benchmarks}
