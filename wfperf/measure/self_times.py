"""Which functions cost more or less time: a timer looks at two variants in turn, in fresh uninstrumented processes."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from statistics import median

from wfperf.errors import NothingMeasuredError
from wfperf.measure.answers import AtWork
from wfperf.measure.blocks import HASH_SEEDS, ComparedBenchmark, variants_by_name
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor, Workers
from wfperf.stats.interval import Interval
from wfperf.stats.order_statistics import fewest_values, median_interval
from wfperf.stats.sequential import shared_level
from wfperf.stats.verdict import LEVEL

FEWEST_BLOCKS = 12
"""Enough for 102 functions; more of them take more blocks."""

ROUNDS = 4
LOOKED_S = 0.06
LEAST_SHARE = 0.005
"""Of a run: what is at work less than that is noise among functions that matter."""

FAIR_PART = 0.25
"""Of the largest growth: what grew by less is a small matter beside it, and may be noise."""

Shares = Mapping[str, Mapping[str, float]]
"""For each variant, by function, the part of a run in which it was at work in one block."""


def self_time_changes(
    benchmark: ComparedBenchmark,
    baseline: str,
    variant: str,
    *,
    ratio: Interval,
    seed: int,
    max_time_s: float = math.inf,
    executor: Executor = DEFAULT_EXECUTOR,
) -> dict[str, Interval]:
    """Return by how much the self time of each function changed, as a fraction of a run of the baseline.

    A function's self time is what it takes itself, with what it calls of others: its share of the time watched,
    times how long a run takes. Shares do not suffer from a busy machine, as lengths of runs do, whose ratio is asked
    for.

    A first block says which functions there are, those that take 0.5 % of a run, and is not counted. How many they are
    decides how many blocks follow: at least 12, and so many that the interval of each has ends. For any one ratio all
    intervals hold together at 95 %, each at a share of it (the Bonferroni inequality, O. Dunn, JASA 56(293), 1961,
    pp. 52-64), as nearly as an interval between order statistics holds (`median_interval`). What is returned reaches
    from the low end for the least ratio to the high end for the greatest, so all hold together at `level`, that of both
    less 1 (by the same inequality).

    Args:
        benchmark: holds both variants.
        baseline: the one before.
        variant: the one now.
        ratio: how long a run takes now, as a multiple of a run before.
        seed: of the processes' hash seeds, and of whose turn it is.
        max_time_s: how long it may take; judged after the first block.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: a variant cannot be run, or all blocks would take longer than they may.
    """
    if not any(benchmark.variants[each].packages or benchmark.variants[each].trees for each in (baseline, variant)):
        return {}
    draw = random.Random(seed)  # noqa: S311 - orders and hash seeds, no secrets
    variants = variants_by_name([benchmark])

    def block() -> Shares:
        with executor.start(variants, hash_seed=draw.randrange(HASH_SEEDS)) as workers:
            workers.load(benchmark.name, benchmark.variants)
            return _shares(workers, benchmark.name, [draw.sample((baseline, variant), 2) for _ in range(ROUNDS)])

    start_s = executor.now_s()
    # Chosen by a block that is not counted: whoever names the functions by the numbers that are to judge them names
    # those that stand out by chance.
    names = often_at_work(block())
    if not names:
        return {}
    count = blocks_for(len(names))
    needed_s = (executor.now_s() - start_s) * (1 + count)
    if needed_s > max_time_s:
        raise NothingMeasuredError(f"that would take about {needed_s:.0f} s, but only {max_time_s:.0f} s are left")
    return changes_of_shares([block() for _ in range(count)], names, baseline, variant, ratio=ratio)


def often_at_work(block: Shares) -> set[str]:
    """Return the functions that are at work often enough on any variant."""
    return {name for shares in block.values() for name, share in shares.items() if share >= LEAST_SHARE}


def blocks_for(functions: int) -> int:
    """Return how many blocks it takes until the intervals of so many functions hold together and have ends."""
    return max(FEWEST_BLOCKS, fewest_values(shared_level(functions)))


def changes_of_shares(
    blocks: Sequence[Shares], names: Collection[str], baseline: str, variant: str, *, ratio: Interval
) -> dict[str, Interval]:
    """Return what the shares of both variants in each block say of some functions, as `self_time_changes` does."""
    level = shared_level(len(names))
    together = LEVEL + ratio.level - 1

    def changes(name: str, times: float) -> list[float]:
        return [times * each[variant].get(name, 0.0) - each[baseline].get(name, 0.0) for each in blocks]

    return {
        name: Interval(
            median_interval(changes(name, ratio.low), level=level).low,
            median(changes(name, ratio.estimate)),
            median_interval(changes(name, ratio.high), level=level).high,
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


def _shares(workers: Workers, benchmark: str, rounds: Sequence[Sequence[str]]) -> Shares:
    watched_ns: Counter[str] = Counter()
    within_ns: dict[str, Counter[str]] = {variant: Counter() for turns in rounds for variant in turns}
    for turns in rounds:
        for variant in turns:
            seen = AtWork(**workers.call(variant, "at_work", name=benchmark, seconds=LOOKED_S))
            watched_ns[variant] += seen.watched_ns
            within_ns[variant].update(seen.within_ns)
    return {
        variant: {name: ns / max(watched_ns[variant], 1) for name, ns in of.items()}
        for variant, of in within_ns.items()
    }
