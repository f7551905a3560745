"""The error of a profiler that cannot be used."""

from __future__ import annotations


class ProfilerSkippedError(Exception):
    """A profiler is missing where the variant runs, or its file cannot be read here; the message says why."""
