"""Pool several results of the same comparison, measured on the same kind of machine, into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace

from wfperf.errors import UsageError
from wfperf.results.comparison import Comparison, MeasuredBenchmark
from wfperf.results.environment import Environment

PASSING = frozenset({"load_1min"})
"""What may differ between two results of one machine: its load varies, which interleaving compensates for."""


def pooled_benchmarks(comparisons: Sequence[Comparison]) -> tuple[MeasuredBenchmark, ...]:
    """Return the benchmarks of the comparison, each with the blocks of all results.

    Raises:
        UsageError: the results come from different machines or comparisons, or lack the fingerprints of outcomes; the
            message names the first difference.
    """
    first, *others = comparisons
    for number, other in enumerate(others, 2):
        _check_alike(first, other, number)
    return tuple(_pooled(parts) for parts in zip(*(each.benchmarks for each in comparisons), strict=True))


def _check_alike(first: Comparison, other: Comparison, number: int) -> None:
    for field in fields(Environment):
        here, there = getattr(first.environment, field.name), getattr(other.environment, field.name)
        if field.name not in PASSING and here != there:
            raise UsageError(
                f"results of different machines are not pooled: {field.name} is {here!r} in the first and {there!r} in "
                f"number {number}; show them one by one"
            )
    if _contents(first) != _contents(other):
        raise UsageError(f"the first result and number {number} are not of the same comparison; show them one by one")


def _contents(comparison: Comparison) -> tuple[object, ...]:
    contrasts = [(each.variant, each.benchmark, each.baseline, each.metric, each.claim) for each in comparison.findings]
    return contrasts, [each.name for each in comparison.benchmarks]


def _pooled(parts: Sequence[MeasuredBenchmark]) -> MeasuredBenchmark:
    first, *_ = parts
    blocks = tuple(block for part in parts for block in part.blocks)
    if len({block.hash_seed for block in blocks}) < len(blocks):
        raise UsageError(
            f"two of the results contain the same blocks of {first.name}; measure each one with a --seed of its own"
        )
    if any(block.digests.keys() != block.costs.keys() for block in blocks):
        raise UsageError(
            f"a result of schema version 1 does not keep what runs of {first.name} returned, so it is not pooled; "
            "show them one by one"
        )
    return replace(first, blocks=blocks)
