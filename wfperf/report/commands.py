"""The table of what commands take beside wall time: processor time and memory."""

from __future__ import annotations

from collections.abc import Callable
from statistics import fmean

from wfperf.measure.blocks import CONTROL
from wfperf.report.answers import time_text
from wfperf.report.table import Cell, Column, Table, Tone
from wfperf.results.blocks import CommandUse
from wfperf.results.comparison import Comparison, MeasuredBenchmark

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
            time_text(_mean(benchmark, variant, lambda use: use.user_ns) or 0.0),
            time_text(_mean(benchmark, variant, lambda use: use.system_ns) or 0.0),
            _memory_text(_mean(benchmark, variant, lambda use: use.peak_bytes)),
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


def _mean(benchmark: MeasuredBenchmark, variant: str, of: Callable[[CommandUse], float | None]) -> float | None:
    """Return the mean over the blocks that know a number; None if none does.

    It is no median: many systems split processor time by what runs at a tick of the clock, so one run has all or none.
    """
    known = [use for block in benchmark.blocks if (use := of(block.commands[variant])) is not None]
    return fmean(known) if known else None


def _memory_text(peak_bytes: float | None) -> Cell | str:
    return Cell("too short to see", Tone.MUTED) if peak_bytes is None else f"{peak_bytes / 2**20:.1f} MiB"
