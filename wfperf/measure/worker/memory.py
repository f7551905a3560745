"""The memory of a run: bytes that its outcome holds, and blocks that it allocates."""

from __future__ import annotations

import gc
import os
import tempfile
import tracemalloc
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .variant import Variant
    from .workload import Workload


def outcome_bytes(variant: Variant, name: str, runs: int) -> dict[str, Any]:
    """Return the bytes that each run's outcome keeps alive, or the most that a run holds at a time."""
    workload = variant.workloads[name]
    if workload.is_peak:
        return {"bytes": _peak_bytes(workload)}
    prepared = workload.prepared(runs)
    outcomes = [None] * runs
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for at, run in enumerate(prepared):
        outcomes[at] = run()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"bytes": (after - before) / runs}


def _peak_bytes(workload: Workload) -> int:
    """Return the most bytes that a run holds at a time, beyond what is there before."""
    (run,) = workload.prepared(1)
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    run()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak - before


def allocations(variant: Variant, name: str, runs: int) -> dict[str, Any]:
    """Return what a run allocates, by memray: (2N runs - N runs) / N."""
    import memray  # noqa: PLC0415 - only where allocations are asked for, and only if this interpreter has it

    workload = variant.workloads[name]
    once, twice = (_allocated(memray, workload.prepared(times)) for times in (runs, 2 * runs))
    return {"counters": {kind: (twice[kind] - once[kind]) / runs for kind in once}}


def _allocated(memray: Any, runs: Iterable[Callable[[], Any]]) -> dict[str, int]:
    """Return the number of memory blocks that runs allocate, and their bytes, without memray's own."""
    gc.collect()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "allocations")  # noqa: PTH118 - Path objects would be allocations too
        with memray.Tracker(file, trace_python_allocators=True):
            for run in runs:
                run()
        with memray.FileReader(file) as reader:
            sizes = [record.size for record in reader.get_allocation_records() if record.size]
    return {"allocations": len(sizes), "allocated_bytes": sum(sizes)}
