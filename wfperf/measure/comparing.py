"""All of one comparison, in its time: counted, bounded, measured and judged."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from time import monotonic
from typing import Protocol

from wfperf.measure.amdahl_bounds import amdahl_bounds
from wfperf.measure.blocks import Schedule
from wfperf.measure.claims import PRECISION, Watch, blocks_of, compare
from wfperf.measure.counters import count_work, with_allocations, with_instructions
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.selected import Selected
from wfperf.measure.trials import SubjectOf, trials_for
from wfperf.results.comparison import Comparison
from wfperf.results.work import ALLOCATIONS, INSTRUCTIONS

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
        selected: the questions.
        of: builds the variants that they are about.
        schedule: how long all of it may take, counting included.
        precision: the half width, as a log-ratio, at which an interval is narrow enough.
        counted: what is counted beside calls: `allocations`, `instructions`.
        executor: starts the processes.
    """

    selected: Selected
    of: SubjectOf
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
    asked, of = selected.built_by(request.of)
    trials = trials_for(asked, of)
    with listener.counting() as advance:
        work = count_work(trials, advance, executor)
    if ALLOCATIONS in request.counted:
        work = with_allocations(work, trials, executor)
    if INSTRUCTIONS in request.counted:
        listener.counting_instructions()
        work = with_instructions(work, trials, executor)
    look_s = min(LONGEST_LOOK_S, schedule.max_time_s * SHARE_OF_LOOKS)
    bounds = amdahl_bounds(selected.plan, asked, trials, look_s, executor) if selected.is_whole else ()
    left_s = max(LEAST_S, schedule.max_time_s - (monotonic() - began_s))
    with listener.measuring(left_s) as watch:
        result = compare(
            asked,
            trials,
            replace(schedule, max_time_s=left_s),
            precision=request.precision,
            executor=executor,
            watch=watch,
        )
    return replace(
        result,
        work=work,
        amdahl_bounds=bounds,
        ablation=selected.ablation(blocks_of(result.trials)),
        sweep=selected.points,
        notes=selected.plan.notes,
    )
