"""A small result, for what reads and shows results."""

import math

from wfperf.plan import Claim
from wfperf.results.blocks import Block
from wfperf.results.comparison import Comparison, Control, Finding, MeasuredBenchmark
from wfperf.results.environment import Environment
from wfperf.stats.interval import Interval
from wfperf.stats.verdict import Verdict


def blocks(*of_each):
    """Return blocks of costs by variant."""
    return tuple(
        Block(
            hash_seed,
            costs,
            digests=dict.fromkeys(costs, "d"),
            runs=dict.fromkeys(costs, 3),
            pythons=dict.fromkeys(costs, "3.11.7"),
        )
        for hash_seed, costs in enumerate(of_each, 11)
    )


COMPARISON = Comparison(
    findings=(
        Finding(
            variant="dispatch",
            title="a dispatch table that is built once",
            phase=1,
            benchmark="typical",
            baseline="original",
            metric="throughput",
            claim=Claim(variant="dispatch", text="better", low=0.01, high=math.inf, benchmark="typical"),
            equal=True,
            effect=Interval(-1.0, 0.25, math.inf, 0.95),
            time_saved=Interval(-math.inf, 0.2, 1.0, 0.95),
            fixed_interval=Interval(0.2, 0.25, 0.3, 0.95),
            verdict=Verdict.INCONCLUSIVE,
            flips=False,
            dispersion=0.02,
            blocks=2,
            remaining_s=12.0,
            kind="single",
        ),
    ),
    ranks=(),
    controls=(Control("typical", Interval(-1.0, 0.001, math.inf, 0.999), off=False),),
    seed=1,
    duration_s=2.5,
    level=0.95,
    intervals=1,
    notes=("A note of the plan.",),
    environment=Environment("0.1.0", "3.11.7", "CPython", "Linux", "A processor", 2, 0.5, {"pydantic": "2"}),
    command="wfperf compare --only dispatch --seed 1",
    benchmarks=(
        MeasuredBenchmark(
            name="typical",
            baseline="original",
            metric="throughput",
            blocks=blocks(
                {"original": (1000.0, 1010.0), "control": (1001.0, 1011.0), "dispatch": (800.0, 805.0)},
                {"original": (1000.0, 990.0), "control": (1000.0, 991.0), "dispatch": (801.0, 799.0)},
            ),
        ),
    ),
)
