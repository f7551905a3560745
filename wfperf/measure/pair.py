"""One configuration against another on one scenario: the number beside a profile."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wfperf.measure.blocks import ORIGINAL, Trial, measure
from wfperf.measure.subject import engine_subject
from wfperf.stats.bootstrap import median_interval
from wfperf.stats.interval import Interval
from wfperf.stats.speedup import speedup_interval

PAIR_BLOCKS = 12


@dataclass(frozen=True, slots=True)
class Pair:
    """What the second configuration gains over the first; no speedup where their results differ."""

    speedup: Interval | None
    blocks: int
    equal: bool
    reason: str = ""


def measure_pair(
    scenario: str,
    before: Mapping[str, str],
    after: Mapping[str, str],
    db: str,
    *,
    seed: int,
    max_time_s: float,
    on_block: Callable[[int], None] | None = None,
) -> Pair:
    """Return the speedup of `after` over `before`, each a choice of seams, from uninstrumented processes.

    Raises:
        NothingMeasuredError: a subject cannot be run.
    """
    trial = Trial(
        scenario,
        {ORIGINAL: engine_subject(scenario, before, db), "changed": engine_subject(scenario, after, db)},
    )
    blocks = measure(
        [trial],
        blocks=PAIR_BLOCKS,
        max_time_s=max_time_s,
        seed=seed,
        on_block=on_block and (lambda done, _: on_block(done)),
    )
    if not all(block.equal(scenario, ORIGINAL, "changed") for block in blocks):
        return Pair(None, len(blocks), equal=False, reason="results differ")
    ratios = [block.log_ratio(scenario, ORIGINAL, "changed") for block in blocks]
    if len(ratios) < 2:  # noqa: PLR2004 - an interval needs two values
        return Pair(None, len(blocks), equal=True, reason="too few blocks in the time given")
    return Pair(speedup_interval(median_interval(ratios, seed=seed)), len(blocks), equal=True)
