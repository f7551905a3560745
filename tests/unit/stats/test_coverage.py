"""What the intervals promise over many samples of known truth.

The bounds are binomial: correct code passes them but for a chance of 1 in 10,000, and the seeds are fixed.
"""

import numpy as np
import pytest
from chances import CENTRED, fewest, most

from wfperf.stats.order_statistics import median_interval
from wfperf.stats.verdict import CONTROL_LEVEL, Verdict, control_is_off, judge

SAMPLES = 10_000


def intervals(rows, level=0.95):
    return [median_interval(row, level=level) for row in rows.tolist()]


@pytest.mark.parametrize("n", [6, 7, 10, 11, 15, 30, 60])
@pytest.mark.parametrize("name", CENTRED)
def test_a_95_percent_interval_holds_the_truth_95_times_in_100(name, n):
    found = intervals(CENTRED[name](np.random.default_rng([n, len(name)]), (SAMPLES, n)))
    above, below = (sum(misses) for misses in zip(*((each.low > 0, each.high < 0) for each in found), strict=True))
    # What lies between levels that are exact hangs on the distribution a little: see `median_interval`.
    assert fewest(0.048, SAMPLES) <= above + below <= most(0.057, SAMPLES)
    assert above <= most(0.035, SAMPLES)
    assert below <= most(0.035, SAMPLES)


@pytest.mark.parametrize("n", [6, 11, 30])
def test_where_values_repeat_it_holds_the_truth_as_often(n):
    rows = np.random.default_rng(n).integers(-2, 3, size=(SAMPLES, n))
    assert sum(not each.low <= 0 <= each.high for each in intervals(rows)) <= most(0.05, SAMPLES)


@pytest.mark.parametrize("n", [11, 20, 30])
def test_a_control_is_hardly_ever_off_without_reason(n):
    rows = np.random.default_rng([n, 1]).normal(0, 0.2, size=(SAMPLES, n))
    assert sum(map(control_is_off, intervals(rows, CONTROL_LEVEL))) <= most(0.0013, SAMPLES)


def test_a_control_that_is_off_by_3_percent_is_noticed():
    rows = np.random.default_rng(7).normal(0.03, 0.02, size=(100, 30))
    assert all(map(control_is_off, intervals(rows, CONTROL_LEVEL)))


def test_a_control_that_is_off_by_half_a_percent_is_left_alone():
    rows = np.random.default_rng(8).normal(0.005, 0.002, size=(100, 30))
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
    assert sum(verdict in wrong for verdict in verdicts) <= most(0.029, SAMPLES)
