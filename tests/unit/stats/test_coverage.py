"""What the intervals promise over many samples of known truth.

The bounds are binomial: correct code passes them but for a chance of 1 in 10,000, and the seeds are fixed.
"""

import numpy as np
import pytest
from scipy import stats

from wfperf.stats.bootstrap import median_bounds
from wfperf.stats.interval import Interval
from wfperf.stats.verdict import CONTROL_LEVEL, Verdict, control_is_off, judge

SAMPLES = 10_000
CHUNK = 100  # so many samples are resampled at the same places
DISTRIBUTIONS = {
    "normal": stats.norm(),
    "t3": stats.t(3),
    "log-normal": stats.lognorm(1),
}


def bounds(rows, level):
    chunks = np.split(rows, len(rows) // CHUNK)
    ends = [median_bounds(chunk, level=level, seed=seed) for seed, chunk in enumerate(chunks)]
    return tuple(np.concatenate(side) for side in zip(*ends, strict=True))


def intervals(rows, level=0.95):
    lows, highs = bounds(rows, level)
    medians = np.median(rows, axis=1)
    return [Interval(*ends, level) for ends in zip(lows.tolist(), medians.tolist(), highs.tolist(), strict=True)]


def most(rate, trials=SAMPLES):
    """How often something of this rate may be seen."""
    return stats.binom.ppf(0.9999, trials, rate)


def fewest(rate, trials=SAMPLES):
    return stats.binom.ppf(0.0001, trials, rate)


@pytest.mark.parametrize("n", [10, 11, 15, 30])
@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_a_95_percent_interval_holds_the_truth_95_times_in_100(name, n):
    distribution = DISTRIBUTIONS[name]
    rows = distribution.rvs(size=(SAMPLES, n), random_state=np.random.default_rng([n, len(name)]))
    lows, highs = bounds(rows, 0.95)
    above, below = (lows > distribution.median()).sum(), (highs < distribution.median()).sum()
    assert above + below <= most(0.05)
    assert above <= most(0.025)
    assert below <= most(0.025)
    # Nor is it wide only to be safe: at these sizes it covers 96 to 97.3 %.
    assert above + below >= fewest(0.027)


@pytest.mark.parametrize("n", [11, 20, 30])
def test_a_control_is_hardly_ever_off_without_reason(n):
    rows = np.random.default_rng([n, 1]).normal(0, 0.2, size=(SAMPLES, n))
    assert sum(map(control_is_off, intervals(rows, CONTROL_LEVEL))) <= most(0.001)


def test_a_control_that_is_off_by_3_percent_is_noticed():
    rows = np.random.default_rng(7).normal(0.03, 0.02, size=(CHUNK, 30))
    assert all(map(control_is_off, intervals(rows, CONTROL_LEVEL)))


def test_a_control_that_is_off_by_half_a_percent_is_left_alone():
    rows = np.random.default_rng(8).normal(0.005, 0.002, size=(CHUNK, 30))
    controls = intervals(rows, CONTROL_LEVEL)
    assert all(control.low > 0 for control in controls)
    assert not any(map(control_is_off, controls))


@pytest.mark.parametrize(
    ("truth", "wrong"),
    [
        (0.299, {Verdict.CONFIRMED, Verdict.EXCEEDED, Verdict.SLOWER, Verdict.NO_EFFECT}),
        (0.301, {Verdict.BELOW, Verdict.EXCEEDED, Verdict.SLOWER, Verdict.NO_EFFECT}),
        (0.501, {Verdict.BELOW, Verdict.SLOWER, Verdict.NO_EFFECT}),
        (0.499, {Verdict.BELOW, Verdict.EXCEEDED, Verdict.SLOWER, Verdict.NO_EFFECT}),
    ],
)
def test_a_verdict_is_rarely_wrong_even_beside_an_edge(truth, wrong):
    rows = np.random.default_rng(9).normal(truth, 0.05, size=(SAMPLES, 20))
    verdicts = [judge(interval, 0.30, 0.50, blocks=20) for interval in intervals(rows)]
    assert sum(verdict in wrong for verdict in verdicts) <= most(0.025)
