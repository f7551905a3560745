"""Measure contrasts, and judge claims."""

from __future__ import annotations

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
) -> Comparison:
    """Measure all contrasts together until each is decided or the time is up, and judge their claims.

    Args:
        design: the contrasts.
        benchmarks: their benchmarks, from `compared_benchmarks`.
        schedule: how long to measure.
        precision: the half width, as a log-ratio, at which an interval is narrow enough; None for the default.
        executor: starts the workers.
        watch: called after each block with the findings so far.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    environment = current_environment()
    start_s = executor.now_s()
    judgement = Judgement(design, precision=precision)
    measured = measure(
        benchmarks,
        schedule,
        is_decided=judgement.is_decided,
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
