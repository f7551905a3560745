"""One whole comparison in its time budget: count, bound, measure and judge."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from wfperf.listing import few
from wfperf.measure.amdahl_bounds import amdahl_bounds
from wfperf.measure.benchmarks import VariantOf, compared_benchmarks
from wfperf.measure.blocks import Schedule
from wfperf.measure.claims import Watch, blocks_of, compare
from wfperf.measure.counters import (
    Advance,
    CounterTable,
    NotCounted,
    count_within,
    with_allocations,
    with_instructions,
)
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.selected import Selected
from wfperf.results.comparison import Comparison
from wfperf.results.counters import ALLOCATIONS, INSTRUCTIONS, Counters

LONGEST_LOOK_S = 1.0
"""Longest sampling of a benchmark: 4,000 samples give a share within 2 %; a bound needs no more."""

SHARE_OF_LOOKS = 1 / 50
"""Largest share of the time budget for sampling a benchmark: bounds must not delay the result."""

SHARE_OF_COUNTING = 1 / 10
"""Largest share of the time budget for counting: counters explain an effect, and the time that they take is lost to its
interval."""

LEAST_S = 1.0
"""Smallest time budget of measuring, however long counting took; a block always runs to its end."""


class Listener(Protocol):
    """Shows the progress of a comparison."""

    def counting(self) -> AbstractContextManager[Advance]:
        """Start counting; yield what is called with the progress."""

    def counting_instructions(self) -> None:
        """Start counting instructions, which is slow."""

    def measuring(self, max_time_s: float) -> AbstractContextManager[Watch]:
        """Start measuring; yield what is called after each block with the findings so far."""

    def hopeless(self, why: str) -> None:
        """Hear that the time budget is too small for any interval."""


@dataclass(frozen=True, slots=True)
class Request:
    """The request for a comparison.

    Args:
        selected: the contrasts.
        of: builds their variants.
        schedule: the time budget, counting included.
        precision: the half width, as a log-ratio, at which an interval is narrow enough; None for the default.
        counted: further counters: `allocations`, `instructions`.
        executor: starts the processes.
        compares_results: whether results are compared, beside everything else.
    """

    selected: Selected
    of: VariantOf
    schedule: Schedule
    precision: float | None = None
    counted: tuple[str, ...] = ()
    executor: Executor = DEFAULT_EXECUTOR
    compares_results: bool = True


def compared(request: Request, listener: Listener) -> Comparison:
    """Return the comparison: counters first, in separate processes, then bounds, then effects and verdicts.

    Raises:
        NothingMeasuredError: a variant cannot be run.
        UsageError: a bound hook of the plan fails.
    """
    selected, schedule, executor = request.selected, request.schedule, request.executor
    began_s = executor.now_s()
    design, of = selected.built_by(request.of)
    benchmarks = compared_benchmarks(design, of, compares_results=request.compares_results)
    # Counters explain times; of what is traced, the time is better spent on blocks.
    functions = [each for each in benchmarks if not each.has_commands and (request.counted or not each.is_traced)]
    with listener.counting() as advance:
        counted = count_within(schedule.max_time_s * SHARE_OF_COUNTING, functions, advance, executor)
    counters: CounterTable = {name: each for name, each in counted.items() if not isinstance(each, NotCounted)}
    if ALLOCATIONS in request.counted:
        counters = with_allocations(counters, benchmarks, executor)
    if INSTRUCTIONS in request.counted:
        listener.counting_instructions()
        counters = with_instructions(counters, benchmarks, executor)
    look_s = min(LONGEST_LOOK_S, schedule.max_time_s * SHARE_OF_LOOKS)
    bounds = amdahl_bounds(selected.plan, design, benchmarks, look_s, executor) if selected.is_whole else ()
    left_s = max(LEAST_S, schedule.max_time_s - (executor.now_s() - began_s))
    with listener.measuring(left_s) as watch:
        result = compare(
            design,
            benchmarks,
            replace(schedule, max_time_s=left_s),
            precision=request.precision,
            executor=executor,
            watch=watch,
            on_hopeless=listener.hopeless,
        )
    return replace(
        result,
        counters=counters,
        amdahl_bounds=bounds,
        ablation=selected.ablation(blocks_of(result.benchmarks)),
        sweep=selected.points,
        notes=(*selected.plan.notes, *_not_counted(counted), *result.notes),
    )


def _not_counted(counted: Mapping[str, Mapping[str, Counters] | NotCounted]) -> list[str]:
    """Return the benchmarks that have no counters, by the reason."""
    by_reason: dict[str, list[str]] = {}
    for name, why in counted.items():
        if isinstance(why, NotCounted):
            by_reason.setdefault(why.reason, []).append(name)
    return [f"Not counted: {few(names)}: {reason}." for reason, names in by_reason.items()]
