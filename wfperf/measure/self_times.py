"""Which functions cost more or less time: a timer looks at two sides in turn, in fresh uninstrumented processes."""

from __future__ import annotations

import math
import random
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median

from wfperf.errors import NothingMeasuredError
from wfperf.measure.blocks import HASH_SEEDS, Trial, subjects_by_side
from wfperf.measure.workers import DEFAULT_CONDITIONS, Conditions, Workers
from wfperf.stats.bootstrap import median_interval
from wfperf.stats.interval import Interval
from wfperf.stats.sequence import simultaneous_level
from wfperf.stats.verdict import LEVEL

BLOCKS = 12
ROUNDS = 4
LOOKED_S = 0.06
LEAST_SHARE = 0.005
"""Of a run: what is at work less than that is noise among functions that matter."""

FAIR_PART = 0.25
"""Of the largest growth: what grew by less is a small matter beside it, and may be noise."""

Shares = Mapping[str, Mapping[str, float]]
"""For each side, by function, the part of a run in which it was at work in one block."""


def self_time_changes(
    trial: Trial,
    base: str,
    side: str,
    *,
    ratio: Interval,
    seed: int,
    max_time_s: float = math.inf,
    conditions: Conditions = DEFAULT_CONDITIONS,
) -> dict[str, Interval]:
    """Return by how much the self time of each function of a subject's own changed, as a fraction of a run of base.

    A function's self time is what it takes itself, with what it calls of others: its share of the time watched,
    times how long a run takes. Shares do not suffer from a busy machine, as lengths of runs do, whose ratio is asked
    for. For any one ratio all intervals hold together at 95 %, for the fixed number of blocks (`median_interval`). What
    is returned reaches from the low end for the least ratio to the high end for the greatest, so all hold together at
    `level`, that of both less 1 (the Bonferroni inequality, O. Dunn, JASA 56(293), 1961, pp. 52-64).

    Args:
        trial: holds both sides.
        base: the one before.
        side: the one now.
        ratio: how long a run takes now, as a multiple of a run before.
        seed: of the processes' hash seeds, and of whose turn it is.
        max_time_s: how long it may take; judged after the first of the blocks.
        conditions: what holds for all processes.

    Raises:
        NothingMeasuredError: a side cannot be run, or all blocks would take longer than they may.
    """
    if not any(trial.subjects[each].packages or trial.subjects[each].trees for each in (base, side)):
        return {}
    draw = random.Random(seed)  # noqa: S311 - orders and hash seeds, no secrets
    subjects = subjects_by_side([trial])
    blocks: list[Shares] = []
    start_s = time.monotonic()
    for _ in range(BLOCKS):
        with Workers(subjects, hash_seed=draw.randrange(HASH_SEEDS), conditions=conditions) as workers:
            workers.load(trial.name, trial.subjects)
            blocks.append(_shares(workers, trial.name, [draw.sample((base, side), 2) for _ in range(ROUNDS)]))
        needed_s = (time.monotonic() - start_s) * BLOCKS
        if len(blocks) == 1 and needed_s > max_time_s:
            raise NothingMeasuredError(f"it would take about {needed_s:.0f} s, and may take {max_time_s:.0f} s")
    return changes_of_shares(blocks, base, side, ratio=ratio, seed=seed)


def changes_of_shares(
    blocks: Sequence[Shares], base: str, side: str, *, ratio: Interval, seed: int
) -> dict[str, Interval]:
    """Return what the shares of both sides in each block say, as `self_time_changes` does."""
    names = {name for block in blocks for shares in block.values() for name in shares if shares[name] >= LEAST_SHARE}
    level = simultaneous_level(LEVEL, len(names))
    together = LEVEL + ratio.level - 1

    def changes(name: str, times: float) -> list[float]:
        return [times * block[side].get(name, 0.0) - block[base].get(name, 0.0) for block in blocks]

    return {
        name: Interval(
            median_interval(changes(name, ratio.low), level=level, seed=seed).low,
            median(changes(name, ratio.estimate)),
            median_interval(changes(name, ratio.high), level=level, seed=seed).high,
            together,
        )
        for name in sorted(names)
    }


def grown(changes: Mapping[str, Interval]) -> dict[str, Interval]:
    """Return the functions that surely take longer, and by a fair part of the largest growth; the largest first."""
    longer = {function: change for function, change in changes.items() if change.low > 0}
    least = FAIR_PART * max((change.estimate for change in longer.values()), default=0.0)
    largest_first = sorted(longer, key=lambda function: -longer[function].estimate)
    return {function: longer[function] for function in largest_first if longer[function].estimate >= least}


def _shares(workers: Workers, trial: str, rounds: Sequence[Sequence[str]]) -> Shares:
    watched_ns: Counter[str] = Counter()
    within_ns: dict[str, Counter[str]] = {side: Counter() for turns in rounds for side in turns}
    for turns in rounds:
        for side in turns:
            answer = workers.call(side, "at_work", name=trial, seconds=LOOKED_S)
            watched_ns[side] += answer["watched_ns"]
            within_ns[side].update(answer["within_ns"])
    return {side: {name: ns / max(watched_ns[side], 1) for name, ns in of.items()} for side, of in within_ns.items()}
