"""Allocation sites: how much each allocates, and what it holds at the peak, by memray.

memray traces Python's own allocators. Otherwise it would see only the arenas in which Python keeps small objects, not
the objects; PYTHONMALLOC=malloc would show them too, but replace the allocator that is measured.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from wfperf.measure.workers import WORKER
from wfperf.profilers.locations import line_location
from wfperf.profilers.skipped import ProfilerSkippedError
from wfperf.results.profiled import SiteCost, SourceLocation

if TYPE_CHECKING:
    from memray import AllocationRecord, FileReader

LIBRARY = "memray"
SUFFIX = "bin"
VIEWERS: tuple[str, ...] = ("memray stats", "memray flamegraph")
WHOLE_STACK = 2**31 - 1
"""All frames: without a number, memray returns none."""
SERVES, TAKES_TURNS, PREPARES = (str(WORKER / name) for name in ("protocol.py", "profiling.py", "workload.py"))
"""The worker's files: the first is on every stack, the second only while the benchmark is prepared and runs."""
PREPARING = ("prepared", PREPARES)
"""The function that prepares runs: memray cannot be paused while it does."""


def read(file: Path, runs: int, tree: Path | None = None) -> dict[SourceLocation, SiteCost]:
    """Return the cost of every site, the line of the innermost Python frame; the peak is the whole recording's.

    What the worker allocates for itself is left out.

    Raises:
        ProfilerSkippedError: another version of memray has written the file.
    """
    import memray  # noqa: PLC0415 - not there on Windows

    try:
        opened = memray.FileReader(file)
    except OSError as error:
        raise ProfilerSkippedError(str(error)) from error
    with opened as reader:
        totals = _totals(reader, tree)
    peaks: Counter[SourceLocation] = Counter()
    with memray.FileReader(file) as reader:
        for record in reader.get_high_watermark_allocation_records(merge_threads=True):
            if not _is_between_runs(record):
                peaks[_site(record, tree)] += record.size
    return {
        location: SiteCost(count / runs, size / runs, peaks[location]) for location, (count, size) in totals.items()
    }


def _totals(reader: FileReader, tree: Path | None) -> dict[SourceLocation, tuple[int, int]]:
    """Return allocations and bytes of every site. There is a record for each allocation, so the loop is lean."""
    from memray import AllocatorType  # noqa: PLC0415 - not there on Windows

    freeing = frozenset(map(int, (AllocatorType.FREE, AllocatorType.PYMALLOC_FREE, AllocatorType.MUNMAP)))
    sites: dict[int, SourceLocation] = {}
    stacks: dict[int, list[int]] = {}
    for record in reader.get_allocation_records():
        if record.allocator in freeing:
            continue
        stack = record.stack_id
        total = stacks.get(stack)
        if total is None:
            if not _is_between_runs(record):
                sites[stack] = _site(record, tree)
            total = stacks[stack] = [0, 0]
        total[0] += 1
        total[1] += record.size
    totals: dict[SourceLocation, tuple[int, int]] = {}
    for stack, site in sites.items():
        count, size = stacks[stack]
        earlier_count, earlier_size = totals.get(site, (0, 0))
        totals[site] = earlier_count + count, earlier_size + size
    return totals


def _is_between_runs(record: AllocationRecord) -> bool:
    """Return whether the worker allocated while it waited for its next turn or prepared runs: memray does not pause."""
    places = {(function, file) for function, file, _ in record.stack_trace(WHOLE_STACK)}
    files = {file for _, file in places}
    return SERVES in files and (TAKES_TURNS not in files or PREPARING in places)


def _site(record: AllocationRecord, tree: Path | None) -> SourceLocation:
    frames = record.stack_trace(1)
    function, filename, line = frames[0] if frames else ("<no Python frame>", "~", 0)
    return line_location(filename, line, function, tree)
