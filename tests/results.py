"""A small result, for what reads and shows results."""

import math

from wfperf.plan import Claim
from wfperf.results.comparison import Comparison, Control, Finding, Measured, Side
from wfperf.results.environment import Environment
from wfperf.stats.interval import Interval
from wfperf.stats.verdict import Verdict


def side(python, *costs):
    return Side(
        python=python, runs=[3] * len(costs), samples=[list(each) for each in costs], digests=["d"] * len(costs)
    )


COMPARISON = Comparison(
    findings=(
        Finding(
            subject="dispatch",
            title="a dispatch table that is built once",
            phase=1,
            scenario="typical",
            base="original",
            metric="throughput",
            claim=Claim(subject="dispatch", text="better", low=0.01, high=math.inf, scenario="typical"),
            equal=True,
            gain=Interval(-1.0, 0.25, math.inf, 0.95),
            saved=Interval(-math.inf, 0.2, 1.0, 0.95),
            fixed=Interval(0.2, 0.25, 0.3, 0.95),
            verdict=Verdict.INCONCLUSIVE,
            flips=False,
            scatter=0.02,
            blocks=2,
            missing_s=12.0,
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
    trials=(
        Measured(
            scenario="typical",
            base="original",
            metric="throughput",
            hash_seeds=[11, 12],
            sides={
                "original": side("3.11.7", (1000.0, 1010.0), (1000.0, 990.0)),
                "control": side("3.11.7", (1001.0, 1011.0), (1000.0, 991.0)),
                "dispatch": side("3.11.7", (800.0, 805.0), (801.0, 799.0)),
            },
        ),
    ),
)
