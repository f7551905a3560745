"""Allocation sites: how much each allocates, and what it holds at the peak, by memray.

Python's own allocators are traced. Without that, memray sees only the arenas in which Python keeps small
objects, not the objects; PYTHONMALLOC=malloc would show them too, but by exchanging the allocator that is looked at.
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
"""As many frames as there are: asked for no number, memray gives none."""
SERVES, TAKES_TURNS = (str(WORKER / name) for name in ("protocol.py", "profiling.py"))
"""The worker's files which are at work on its own account, and on that of the benchmark."""


def read(file: Path, runs: int) -> dict[SourceLocation, SiteCost]:
    """Return what every site costs: the line of the innermost Python frame; the peak is the whole recording's.

    What the worker allocates for itself is left out.

    Raises:
        ProfilerSkippedError: another version of memray has written it.
    """
    import memray  # noqa: PLC0415 - not there on Windows

    try:
        opened = memray.FileReader(file)
    except OSError as error:
        raise ProfilerSkippedError(str(error)) from error
    with opened as reader:
        totals = _totals(reader)
    peaks: Counter[SourceLocation] = Counter()
    with memray.FileReader(file) as reader:
        for record in reader.get_high_watermark_allocation_records(merge_threads=True):
            if not _is_between_turns(record):
                peaks[_site(record)] += record.size
    return {
        location: SiteCost(count / runs, size / runs, peaks[location]) for location, (count, size) in totals.items()
    }


def _totals(reader: FileReader) -> dict[SourceLocation, tuple[int, int]]:
    """Return allocations and bytes of every site. A record stands for each allocation: this loop is kept bare."""
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
            if not _is_between_turns(record):
                sites[stack] = _site(record)
            total = stacks[stack] = [0, 0]
        total[0] += 1
        total[1] += record.size
    totals: dict[SourceLocation, tuple[int, int]] = {}
    for stack, site in sites.items():
        count, size = stacks[stack]
        earlier_count, earlier_size = totals.get(site, (0, 0))
        totals[site] = earlier_count + count, earlier_size + size
    return totals


def _is_between_turns(record: AllocationRecord) -> bool:
    """Return whether the worker allocated while it waited for its next turn: memray goes on, and cannot be halted."""
    files = {file for _, file, _ in record.stack_trace(WHOLE_STACK)}
    return SERVES in files and TAKES_TURNS not in files


def _site(record: AllocationRecord) -> SourceLocation:
    frames = record.stack_trace(1)
    function, filename, line = frames[0] if frames else ("<no Python frame>", "~", 0)
    return line_location(filename, line, function)
