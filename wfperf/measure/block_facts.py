"""What the blocks of a benchmark say beside effects: its control, its clock, and what may be wrong with samples."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.measure.blocks import CONTROL
from wfperf.results.blocks import Block, Clock
from wfperf.stats.interval import Interval
from wfperf.stats.sequential import control_interval


def control_of(blocks: Sequence[Block], baseline: str) -> Interval:
    """Return what the A/A control of the baseline says, as a log-ratio, from the blocks that have one."""
    return control_interval([block.log_ratio(baseline, CONTROL) for block in blocks if CONTROL in block.costs])


def is_control_awaited(blocks: Sequence[Block]) -> bool:
    """Return whether an unknown control is waited for: where runs are long, only some blocks have one."""
    return all(CONTROL in block.costs for block in blocks)


def share_by_processor(blocks: Sequence[Block]) -> float:
    """Return the share of samples whose cost is processor time because they were preempted."""
    samples = sum(len(costs) for block in blocks for costs in block.costs.values())
    return sum(block.by_processor for block in blocks) / max(samples, 1)


def clock_of(blocks: Sequence[Block]) -> Clock | None:
    """Return by which clock samples count, as the first block says; None without blocks, and for bytes."""
    return blocks[0].clock if blocks else None


def blocks_of_unequal_runs(blocks: Sequence[Block], baseline: str, name: str) -> int:
    """Return how many blocks have unequal numbers of runs in the samples of two variants."""
    return sum(block.runs.get(baseline) != block.runs.get(name) for block in blocks)
