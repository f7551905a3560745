"""Which functions cost more or less time: a timer looks at two sides in turn, in fresh uninstrumented processes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from wfperf.measure.blocks import HASH_SEEDS, Trial, subjects_by_side
from wfperf.measure.judgement import LEVEL
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions, Workers
from wfperf.stats.bootstrap import median_interval
from wfperf.stats.interval import Interval
from wfperf.stats.sequence import simultaneous_level

BLOCKS = 12
ROUNDS = 5
LOOKED_S = 0.06
LEAST_SHARE = 0.005
"""Of a run: what is at work less than that is noise among functions that matter."""

FAIR_PART = 0.25
"""Of the largest growth: what grew by less is a small matter beside it, and may be noise of a busy machine."""

Seen = Mapping[str, Mapping[str, Any]]
"""What each side answered in one round: `run_ns`, and `self_ns` by function."""


def self_time_changes(
    trial: Trial, base: str, side: str, *, seed: int, conditions: Conditions = DEFAULT_CONDITIONS
) -> dict[str, Interval]:
    """Return by how much the self time of each function of a subject's own changed, as a fraction of a run of base.

    A function's self time is what it takes itself, with what it calls of others. The intervals hold together at 95 %,
    for the fixed number of blocks (`median_interval`); so many functions are told apart from noise by a few seconds
    only where they changed by percents of a run.

    Args:
        trial: holds both sides.
        base: the one before.
        side: the one now.
        seed: of the processes' hash seeds, and of whose turn it is.
        conditions: what holds for all processes.

    Raises:
        NothingMeasuredError: a side cannot be run.
    """
    if not any(trial.subjects[each].packages for each in (base, side)):
        return {}
    draw = random.Random(seed)  # noqa: S311 - orders and hash seeds, no secrets
    subjects = subjects_by_side([trial])
    blocks: list[list[Seen]] = []
    for _ in range(BLOCKS):
        with Workers(subjects, hash_seed=draw.randrange(HASH_SEEDS), conditions=conditions) as workers:
            workers.load(trial.name, trial.subjects)
            blocks.append([_seen(workers, trial.name, draw.sample((base, side), 2)) for _ in range(ROUNDS)])
    functions = sorted(_at_work(seen for block in blocks for seen in block))
    level = simultaneous_level(LEVEL, len(functions))
    return {
        function: median_interval([_change(block, base, side, function) for block in blocks], level=level, seed=seed)
        for function in functions
    }


def grown(changes: Mapping[str, Interval]) -> dict[str, Interval]:
    """Return the functions that surely take longer, and by a fair part of the largest growth; the largest first."""
    longer = {function: change for function, change in changes.items() if change.low > 0}
    least = FAIR_PART * max((change.estimate for change in longer.values()), default=0.0)
    largest_first = sorted(longer, key=lambda function: -longer[function].estimate)
    return {function: longer[function] for function in largest_first if longer[function].estimate >= least}


def _seen(workers: Workers, name: str, turns: Sequence[str]) -> Seen:
    return {side: workers.call(side, "self_times", name=name, seconds=LOOKED_S) for side in turns}


def _at_work(rounds: Iterable[Seen]) -> set[str]:
    return {
        function
        for seen in rounds
        for answer in seen.values()
        for function, self_ns in answer["self_ns"].items()
        if self_ns >= LEAST_SHARE * answer["run_ns"]
    }


def _change(block: Sequence[Seen], base: str, side: str, function: str) -> float:
    """Return the median over a block's rounds, of which one or two may have been disturbed."""
    return median(_self_share(seen, side, base, function) - _self_share(seen, base, base, function) for seen in block)


def _self_share(seen: Seen, side: str, base: str, function: str) -> float:
    """Return the self time of a side's function as a fraction of a run of base."""
    return float(seen[side]["self_ns"].get(function, 0.0) / seen[base]["run_ns"])
