"""All of one comparison, in its time: counted, bounded, measured and judged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from time import monotonic
from typing import Protocol

from wfperf.measure.amdahl_bounds import amdahl_bounds
from wfperf.measure.benchmarks import VariantOf, compared_benchmarks
from wfperf.measure.blocks import Schedule
from wfperf.measure.claims import PRECISION, Watch, blocks_of, compare
from wfperf.measure.counters import count_benchmarks, with_allocations, with_instructions
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.selected import Selected
from wfperf.results.comparison import Comparison
from wfperf.results.counters import ALLOCATIONS, INSTRUCTIONS

LONGEST_LOOK_S = 1.0
"""At 4,000 looks a second a share is then known within 2 %, which is all that a bound is good for."""

SHARE_OF_LOOKS = 1 / 50
"""Which part of the time goes to bounds at most: they explain the answer, and must not delay it."""

LEAST_S = 1.0
"""What is left for measuring however long counting took: a block is always measured to its end."""

Advance = Callable[[int, int], None]
"""Told how much is done, and of how much."""


class Listener(Protocol):
    """Shows how far a comparison has come."""

    def counting(self) -> AbstractContextManager[Advance]:
        """Counting begins; give what is told how far it has come."""

    def counting_instructions(self) -> None:
        """Counting instructions begins, which takes a while."""

    def measuring(self, max_time_s: float) -> AbstractContextManager[Watch]:
        """Measuring begins; give what is told after each block what is known so far."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a comparison is asked.

    Args:
        selected: the contrasts.
        of: builds the variants that they are about.
        schedule: how long all of it may take, counting included.
        precision: the half width, as a log-ratio, at which an interval is narrow enough.
        counted: what is counted beside calls: `allocations`, `instructions`.
        executor: starts the processes.
    """

    selected: Selected
    of: VariantOf
    schedule: Schedule
    precision: float = PRECISION
    counted: tuple[str, ...] = ()
    executor: Executor = DEFAULT_EXECUTOR


def compared(request: Request, listener: Listener) -> Comparison:
    """Return what was found: counters first, in processes of their own, then bounds, then effects and verdicts.

    Raises:
        NothingMeasuredError: a variant cannot be run.
        UsageError: a bound of the plan fails.
    """
    began_s = monotonic()
    selected, schedule, executor = request.selected, request.schedule, request.executor
    design, of = selected.built_by(request.of)
    benchmarks = compared_benchmarks(design, of)
    with listener.counting() as advance:
        counters = count_benchmarks(benchmarks, advance, executor)
    if ALLOCATIONS in request.counted:
        counters = with_allocations(counters, benchmarks, executor)
    if INSTRUCTIONS in request.counted:
        listener.counting_instructions()
        counters = with_instructions(counters, benchmarks, executor)
    look_s = min(LONGEST_LOOK_S, schedule.max_time_s * SHARE_OF_LOOKS)
    bounds = amdahl_bounds(selected.plan, design, benchmarks, look_s, executor) if selected.is_whole else ()
    left_s = max(LEAST_S, schedule.max_time_s - (monotonic() - began_s))
    with listener.measuring(left_s) as watch:
        result = compare(
            design,
            benchmarks,
            replace(schedule, max_time_s=left_s),
            precision=request.precision,
            executor=executor,
            watch=watch,
        )
    return replace(
        result,
        counters=counters,
        amdahl_bounds=bounds,
        ablation=selected.ablation(blocks_of(result.benchmarks)),
        sweep=selected.points,
        notes=selected.plan.notes,
    )
