"""The table of what commands take beside wall time: processor time and memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean

from wfperf.measure.blocks import CONTROL
from wfperf.report.answers import time_text
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.blocks import CommandUse
from wfperf.results.comparison import Comparison

NOTE = (
    "User and system time are those of all processes of a command. Peak memory is what they hold together, in runs "
    "that are not timed. All are means over the blocks."
)


def command_tables(comparison: Comparison) -> list[Table]:
    """Return one table with a row for each command on each benchmark; no table if there are no commands."""
    has_several = len(comparison.benchmarks) > 1
    rows: list[list[Cell | str]] = [
        [
            Cell(variant, Tone.STRONG),
            *([benchmark.name] if has_several else []),
            *_means([block.commands[variant] for block in benchmark.blocks]),
        ]
        for benchmark in comparison.benchmarks
        for variant in benchmark.variants
        if variant != CONTROL and variant in benchmark.blocks[0].commands
    ]
    columns = (
        Column("what", kept=True),
        *([Column("benchmark", kept=True)] if has_several else []),
        Column("user time", right=True),
        Column("system time", right=True),
        Column("peak memory", right=True),
    )
    return [Table("Processor time and memory of a run", columns, rows, [NOTE])] if rows else []


def _means(uses: Sequence[CommandUse]) -> Iterator[Cell | str]:
    """Yield the cells of what a command took in several blocks; memory is the mean of the blocks that know it.

    They are no medians: many systems split processor time by what runs at a tick of the clock, so one run has all or
    none.
    """
    yield time_text(fmean(use.user_ns for use in uses))
    yield time_text(fmean(use.system_ns for use in uses))
    peaks = [use.peak_bytes for use in uses if use.peak_bytes is not None]
    yield f"{fmean(peaks) / 2**20:.1f} MiB" if peaks else Cell("too short to see", Tone.MUTED)
