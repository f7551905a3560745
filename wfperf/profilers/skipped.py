"""That a profiler cannot be used here; the others can."""

from __future__ import annotations


class ProfilerSkippedError(Exception):
    """A profiler is not where the variant runs, or what it wrote there cannot be read here; the message says why."""
