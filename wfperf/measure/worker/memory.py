"""The memory of a run: bytes that its outcome holds, the most that it holds at a time, and what it allocates."""

from __future__ import annotations

import gc
import importlib.util
import os
import tempfile
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import repeat
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .command import Command
    from .variant import Variant
    from .workload import Workload

INSTRUMENT = "memory"
"""This module's name as an instrument. Tracing leaves its imports and its caches behind."""

TRIES = 3
"""How often a command runs until its memory is seen: one that ends within a millisecond may never be."""


def outcome_bytes(variant: Variant, name: str, runs: int) -> dict[str, Any]:
    """Return the bytes that each run's outcome keeps alive, or the most that a run holds at a time."""
    workload = variant.workloads[name]
    if workload.is_peak:
        return {"bytes": _peak_by_tracemalloc(workload)}
    prepared = workload.prepared(runs)
    outcomes = [None] * runs
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for at, run in enumerate(prepared):
        outcomes[at] = run()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"bytes": (after - before) / runs}


def has_memray(_variant: Variant) -> dict[str, Any]:
    """Return whether this interpreter has memray."""
    return {"has_memray": importlib.util.find_spec("memray") is not None}


def peak_memory(variant: Variant, name: str, runs: int, tracer: str) -> dict[str, Any]:
    """Return the most bytes that one run holds at a time beyond what was held before it: the median of some runs.

    Of a command, it is the memory of all its processes, or None if no run lasts long enough to see it.

    Args:
        variant: the variant of this process, which times nothing from now on.
        name: name of the benchmark.
        runs: number of traced runs.
        tracer: `memray` or `tracemalloc`.
    """
    workload = variant.workloads[name]
    if workload.command is not None:
        return {"peak_bytes": _peak_of_command(workload.command)}
    variant.instrument = INSTRUMENT
    peak = _peak_by_memray if tracer == "memray" else _peak_by_tracemalloc
    return {"peak_bytes": median(peak(workload) for _ in range(runs))}


def allocated(variant: Variant, name: str, runs: int) -> dict[str, Any]:
    """Return how often one run allocates memory, and how many bytes in all, by memray: the medians of some runs."""
    variant.instrument = INSTRUMENT
    workload = variant.workloads[name]
    of_none = [_allocated(repeat(_nothing, 1)) for _ in range(2)][-1]  # the first one fills caches of the tracer
    each = [_allocated(workload.prepared(1)) for _ in range(runs)]
    return {kind: max(0, median(of_one[kind] for of_one in each) - of_none[kind]) for kind in of_none}


def _nothing() -> None:
    """Allocate nothing, as the run whose allocations are the tracer's own."""


def allocations(variant: Variant, name: str, runs: int) -> dict[str, Any]:
    """Return what a run allocates, by memray: (2N runs - N runs) / N."""
    workload = variant.workloads[name]
    once, twice = (_allocated(workload.prepared(times)) for times in (runs, 2 * runs))
    return {"counters": {kind: (twice[kind] - once[kind]) / runs for kind in once}}


def _peak_of_command(command: Command) -> int | None:
    for _ in range(TRIES):
        if command.peak_bytes is not None:
            break
        command.run()
    return command.peak_bytes


def _peak_by_tracemalloc(workload: Workload) -> int:
    (run,) = workload.prepared(1)
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak - before


def _peak_by_memray(workload: Workload) -> int:
    with _recorded(workload.prepared(1)) as reader:
        return int(reader.metadata.peak_memory)


def _allocated(runs: Iterable[Callable[[], Any]]) -> dict[str, int]:
    """Return the number of memory blocks that runs allocate, and their bytes, without memray's own."""
    number = total = 0
    with _recorded(runs) as reader:
        sizes = map(attrgetter("size"), reader.get_allocation_records())  # millions of them, so the loop is short
        for size in filter(None, sizes):  # records without a size are of memory that is given back
            number += 1
            total += size
    return {"allocations": number, "allocated_bytes": total}


@contextmanager
def _recorded(runs: Iterable[Callable[[], Any]]) -> Iterator[Any]:
    """Yield the reader of what memray records of some runs."""
    import memray  # noqa: PLC0415 - only where memory is asked for, and only if this interpreter has it

    gc.collect()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "allocations")  # noqa: PTH118 - Path objects would be allocations too
        with memray.Tracker(file, trace_python_allocators=True):
            for run in runs:
                run()
        with memray.FileReader(file) as reader:
            yield reader
