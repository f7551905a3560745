"""Several results of the same comparison as one, block after block: only where they come from like machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import TypeVar

from wfperf.errors import UsageError
from wfperf.results.comparison import Comparison, Measured, Side
from wfperf.results.environment import Environment

T = TypeVar("T")

PASSING = frozenset({"load_1min"})
"""What may differ between two results of one machine."""


def pooled_trials(comparisons: Sequence[Comparison]) -> tuple[Measured, ...]:
    """Return the trials of all results, each with the blocks of all.

    Raises:
        UsageError: they were measured on unlike machines, or measured unlike things; names the first difference.
    """
    first, *others = comparisons
    for number, other in enumerate(others, 2):
        _check_alike(first, other, number)
    return tuple(
        _pooled([each.trials[at] for each in comparisons], scenario.scenario)
        for at, scenario in enumerate(first.trials)
    )


def _check_alike(first: Comparison, other: Comparison, number: int) -> None:
    for field in fields(Environment):
        here, there = getattr(first.environment, field.name), getattr(other.environment, field.name)
        if field.name not in PASSING and here != there:
            raise UsageError(
                f"results of unlike machines are not pooled: {field.name} is {here!r} in the first and {there!r} in "
                f"number {number}; show them one by one"
            )
    asked = [[(each.subject, each.scenario, each.base, each.claim) for each in one.findings] for one in (first, other)]
    if asked[0] != asked[1] or [each.scenario for each in first.trials] != [each.scenario for each in other.trials]:
        raise UsageError(f"the first result and number {number} answer unlike questions; show them one by one")


def _pooled(parts: Sequence[Measured], scenario: str) -> Measured:
    first, *_ = parts
    seeds = [seed for part in parts for seed in part.hash_seeds]
    if len(set(seeds)) < len(seeds):
        raise UsageError(f"the same blocks of {scenario} stand in two of the results; give each with a seed of its own")
    return Measured(
        scenario=scenario,
        base=first.base,
        metric=first.metric,
        hash_seeds=seeds,
        sides={
            side: Side(
                python=of_first.python,
                runs=[runs for part in parts for runs in part.sides[side].runs],
                samples=[block for part in parts for block in part.sides[side].samples],
                digests=[digest for part in parts for digest in part.sides[side].digests],
                walls=[block for part in parts for block in _each(part.sides[side].walls, part, ())],
            )
            for side, of_first in first.sides.items()
        },
        by_processor=[number for part in parts for number in _each(part.by_processor, part, 0)],
        cpus=[cpu for part in parts for cpu in _each(part.cpus, part, None)],
    )


def _each(values: Sequence[T], part: Measured, nothing: T) -> Sequence[T]:
    """Return one value for each block, also of a result that has none."""
    return values or [nothing] * len(part.hash_seeds)
