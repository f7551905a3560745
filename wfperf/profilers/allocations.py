"""Allocation sites: how much each allocates, and what it holds at the peak, by memray.

Python's own allocators are traced. Without that, memray sees only the arenas in which Python keeps small
objects, not the objects; PYTHONMALLOC=malloc would show them too, but by exchanging the allocator that is looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wfperf.profilers.places import Place, line_place

if TYPE_CHECKING:
    from memray import AllocationRecord, FileReader

LIBRARY = "memray"
SUFFIX = "bin"
VIEWERS: tuple[str, ...] = ("memray stats", "memray flamegraph")


@dataclass(frozen=True, slots=True)
class SiteCost:
    """What the allocations of a line cost: how many and how many bytes a run; bytes of it alive at the peak."""

    allocations: float
    allocated_bytes: float
    peak_bytes: float


def require() -> None:
    """Import the profiler.

    Raises:
        ImportError: it is not installed.
    """
    import memray  # noqa: F401, PLC0415 - not there on Windows


def capture(run: Callable[[], Any], turns: Iterable[int], file: Path, _homes: Sequence[str]) -> None:
    """Track every turn's runs into a file that memray's reporters open."""
    import memray  # noqa: PLC0415 - as in `require`

    # Compressing would go through a second file beside this one, which an interrupt could leave behind.
    destination = memray.FileDestination(file, overwrite=True, compress_on_exit=False)
    with memray.Tracker(destination=destination, trace_python_allocators=True):
        for runs in turns:
            for _ in range(runs):
                run()


def read(file: Path, runs: int) -> dict[Place, SiteCost]:
    """Return what every site costs: the line of the innermost Python frame; the peak is the whole recording's."""
    import memray  # noqa: PLC0415 - as in `require`

    with memray.FileReader(file) as reader:
        totals = _totals(reader)
    peaks: Counter[Place] = Counter()
    with memray.FileReader(file) as reader:
        for record in reader.get_high_watermark_allocation_records(merge_threads=True):
            peaks[_site(record)] += record.size
    return {place: SiteCost(count / runs, size / runs, peaks[place]) for place, (count, size) in totals.items()}


def _totals(reader: FileReader) -> dict[Place, tuple[int, int]]:
    """Return allocations and bytes of every site. A record stands for each allocation: this loop is kept bare."""
    from memray import AllocatorType  # noqa: PLC0415 - as in `require`

    freeing = frozenset(map(int, (AllocatorType.FREE, AllocatorType.PYMALLOC_FREE, AllocatorType.MUNMAP)))
    sites: dict[int, Place] = {}
    stacks: dict[int, list[int]] = {}
    for record in reader.get_allocation_records():
        if record.allocator in freeing:
            continue
        stack = record.stack_id
        total = stacks.get(stack)
        if total is None:
            sites[stack] = _site(record)
            total = stacks[stack] = [0, 0]
        total[0] += 1
        total[1] += record.size
    totals: dict[Place, tuple[int, int]] = {}
    for stack, (count, size) in stacks.items():
        earlier_count, earlier_size = totals.get(sites[stack], (0, 0))
        totals[sites[stack]] = earlier_count + count, earlier_size + size
    return totals


def _site(record: AllocationRecord) -> Place:
    frames = record.stack_trace(1)
    function, filename, line = frames[0] if frames else ("<no Python frame>", "~", 0)
    return line_place(filename, line, function)
