"""The speedup of one variant over another, shown beside a profile."""

from __future__ import annotations

from collections.abc import Callable

from wfperf.measure.blocks import ORIGINAL, ComparedBenchmark, Schedule, measure
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.variant import Variant
from wfperf.results.profiled import MeasuredSpeedup
from wfperf.stats.sequence import median_sequence
from wfperf.stats.speedup import speedup_interval

PAIR, CHANGED = "pair", "changed"


def measure_speedup(
    before: Variant,
    after: Variant,
    schedule: Schedule,
    on_block: Callable[[int], None] | None = None,
    executor: Executor = DEFAULT_EXECUTOR,
) -> MeasuredSpeedup:
    """Return the speedup of one variant over another, from uninstrumented processes.

    Args:
        before: the baseline.
        after: the other variant.
        schedule: how long to measure.
        on_block: called after each block with their number.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: a variant cannot be run.
    """
    benchmark = ComparedBenchmark(PAIR, {ORIGINAL: before, CHANGED: after})
    blocks = measure(
        [benchmark],
        schedule,
        on_block=on_block and (lambda measured: on_block(len(measured[PAIR]))),
        executor=executor,
    )[PAIR]
    if not all(block.equal(ORIGINAL, CHANGED) for block in blocks):
        return MeasuredSpeedup(None, len(blocks), equal=False, reason="results differ", seed=schedule.seed)
    interval = median_sequence([block.log_ratio(ORIGINAL, CHANGED) for block in blocks])
    if not interval.bounded:
        return MeasuredSpeedup(
            None, len(blocks), equal=True, reason="too few blocks in the time budget", seed=schedule.seed
        )
    return MeasuredSpeedup(speedup_interval(interval), len(blocks), equal=True, seed=schedule.seed)
