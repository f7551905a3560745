"""Which traps are told of a benchmark? Those that workers have seen in most blocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from statistics import median

from wfperf.measure.answers import Loaded
from wfperf.results.blocks import Block
from wfperf.results.traps import Trap, TrapKind

FEWEST_CLOCK_STEPS = 1000
"""A sample that lasts longer is exact to 0.1 %, a tenth of the smallest effect that counts."""


def traps_of_runs(benchmark: str, loaded: Mapping[str, Loaded]) -> Iterable[Trap]:
    """Yield the traps that workers have seen when they loaded variants, given by name."""
    for variant, each in loaded.items():
        for found in each.traps:
            yield Trap(TrapKind(found["kind"]), benchmark, variant, found["what"], found["number"])


def traps_of_samples(
    benchmark: str, loaded: Mapping[str, Loaded], costs_ns: Mapping[str, Sequence[float]], runs: Mapping[str, int]
) -> Iterable[Trap]:
    """Yield the traps of samples that are too short for the clock.

    Args:
        benchmark: the benchmark.
        loaded: the variants' answers to `load`, by name.
        costs_ns: cost of a run in each sample, by variant.
        runs: number of runs in a sample, by variant.
    """
    for variant, each in loaded.items():
        steps = median(costs_ns[variant]) * runs[variant] / max(each.clock_step_ns, 1)
        if each.clock_step_ns and steps < FEWEST_CLOCK_STEPS:
            yield Trap(TrapKind.CLOCK, benchmark, variant, number=steps)


def traps_in(blocks: Sequence[Block], variants: Collection[str]) -> tuple[Trap, ...]:
    """Return the traps of some variants that more than half of the blocks have, each with its median number.

    A disturbance of the machine in one block is no trap.
    """
    numbers: dict[Trap, list[float]] = {}
    for block in blocks:
        for trap in block.traps:
            if trap.variant in variants:
                key = Trap(trap.kind, trap.benchmark, trap.variant, trap.what)
                numbers.setdefault(key, []).append(trap.number)
    return tuple(
        Trap(key.kind, key.benchmark, key.variant, key.what, median(found))
        for key, found in numbers.items()
        if len(found) > len(blocks) / 2
    )
