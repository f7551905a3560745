"""Which functions take more or less time: a timer samples two variants in turn, in fresh uninstrumented processes."""

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
"""Enough for 102 functions; more functions need more blocks."""

ROUNDS = 4
LOOKED_S = 0.06
LEAST_SHARE = 0.005
"""Share of a run; functions below it are noise beside those that matter."""

FAIR_PART = 0.25
"""Share of the largest increase; a smaller one hardly matters, and may be noise."""

Shares = Mapping[str, Mapping[str, float]]
"""Self time of each function in one block, as a fraction of a run, by variant."""


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

    Self time includes the library code that a function calls. It is the function's share of the sampled time, times the
    run time. A busy machine changes run times, but not shares; so the ratio of run times is an argument.

    A first block selects the functions that take at least 0.5 % of a run, and is not counted. Their number decides how
    many blocks follow: at least 12, and enough for finite intervals. For any one ratio, all intervals hold together
    with 95 % confidence, each with a share of the risk (Bonferroni inequality, O. Dunn, JASA 56(293), 1961, pp. 52-64),
    as closely as intervals between order statistics do (`median_interval`). A returned interval reaches from the low
    end for the lowest ratio to the high end for the highest, so all hold together at `level`, the sum of both levels
    minus 1 (same inequality).

    Args:
        benchmark: holds both variants.
        baseline: name of the baseline.
        variant: name of the other variant.
        ratio: run time of the variant, as a multiple of the baseline's.
        seed: random seed of the hash seeds and the sampling order.
        max_time_s: time budget; checked after the first block.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: a variant cannot be run, or the blocks would exceed the time budget.
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
    # A block that is not counted selects the functions: the numbers that judge them would select those that stand out
    # by chance.
    names = often_at_work(block())
    if not names:
        return {}
    count = blocks_for(len(names))
    needed_s = (executor.now_s() - start_s) * (1 + count)
    if needed_s > max_time_s:
        raise NothingMeasuredError(f"that would take about {needed_s:.0f} s, but only {max_time_s:.0f} s are left")
    return changes_of_shares([block() for _ in range(count)], names, baseline, variant, ratio=ratio)


def often_at_work(block: Shares) -> set[str]:
    """Return the functions whose share is large enough in any variant."""
    return {name for shares in block.values() for name, share in shares.items() if share >= LEAST_SHARE}


def blocks_for(functions: int) -> int:
    """Return the number of blocks that so many functions need for finite intervals that hold together."""
    return max(FEWEST_BLOCKS, fewest_values(shared_level(functions)))


def changes_of_shares(
    blocks: Sequence[Shares], names: Collection[str], baseline: str, variant: str, *, ratio: Interval
) -> dict[str, Interval]:
    """Return the changes of some functions by their shares in each block; see `self_time_changes`."""
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
    """Return the functions that certainly take longer, by a fair part of the largest increase; largest first."""
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
