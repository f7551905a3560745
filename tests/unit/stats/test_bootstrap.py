"""The median's interval: what it promises of every sample. Its coverage is in test_coverage.py."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from wfperf.stats.bootstrap import median_bounds, median_interval

SAMPLES = st.lists(st.floats(-5, 5), min_size=2, max_size=40)
LEVELS = st.floats(0.5, 0.9999)
SEEDS = st.integers(0, 2**32 - 1)
every_sample = settings(deadline=None, max_examples=50)


@every_sample
@given(SAMPLES, LEVELS, SEEDS)
def test_an_interval_holds_its_estimate_and_stays_within_the_sample(values, level, seed):
    interval = median_interval(values, level=level, seed=seed)
    assert interval.estimate == np.median(values)
    assert interval.level == level
    assert min(values) <= interval.low <= interval.estimate <= interval.high <= max(values)


@every_sample
@given(SAMPLES, SEEDS)
def test_the_same_seed_gives_the_same_interval(values, seed):
    assert median_interval(values, seed=seed) == median_interval(np.array(values), seed=seed)


def test_another_seed_resamples_otherwise():
    values = np.random.default_rng(1).normal(size=30)
    assert len({median_interval(values, level=0.999, seed=seed) for seed in range(20)}) > 1


@every_sample
@given(st.data(), SAMPLES, SEEDS)
def test_the_order_of_the_blocks_does_not_matter(data, values, seed):
    shuffled = data.draw(st.permutations(values))
    assert median_interval(shuffled, seed=seed) == median_interval(values, seed=seed)


@every_sample
@given(SAMPLES, st.floats(-5, 5), st.sampled_from([0.25, 0.5, 2, 1024]), SEEDS)
def test_the_interval_moves_and_grows_with_the_values(values, shift, factor, seed):
    before = median_interval(values, seed=seed)
    after = median_interval([factor * value + shift for value in values], seed=seed)
    for end in ("low", "estimate", "high"):
        assert getattr(after, end) == pytest.approx(factor * getattr(before, end) + shift, abs=1e-9)


@every_sample
@given(SAMPLES, st.tuples(LEVELS, LEVELS).map(sorted), SEEDS)
def test_more_confidence_never_takes_a_narrower_interval(values, levels, seed):
    narrow, wide = (median_interval(values, level=level, seed=seed) for level in levels)
    assert wide.low <= narrow.low
    assert narrow.high <= wide.high


@every_sample
@given(st.floats(-5, 5), st.integers(2, 40), SEEDS)
def test_equal_blocks_leave_no_doubt(value, n, seed):
    interval = median_interval([value] * n, seed=seed)
    assert interval.low == interval.estimate == interval.high == value


def test_the_median_is_not_moved_by_spikes():
    calm = [0.001 * k for k in range(20)]
    spiked = [*calm[:18], 3.0, 9.0]
    assert median_interval(spiked, seed=1) == median_interval(calm, seed=1)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("values", [(0.0, 1.0, 2.5, 4.5), (0.0, 1.0, 2.5, 4.5, 9.0), (0.0, 0.3, 1.0, 2.5, 4.5, 9.0)])
def test_it_comes_close_to_all_resamples_counted_out(values, level):
    n = len(values)
    m = n if n % 2 == 0 else n - 1
    medians = np.sort([np.median(resample) for resample in itertools.product(values, repeat=m)])
    tail = stats.norm.cdf(stats.t.ppf((1 - level) / 2, n - 1) * math.sqrt(m / (n - 1)))
    # The tail that random resamples happen to cut off lies within four standard errors of it.
    slack = 4 * math.sqrt(tail * (1 - tail) / 20_000)
    nearest, farthest = (int((tail + sign * slack) * len(medians)) for sign in (1, -1))
    interval = median_interval(values, level=level, seed=5)
    assert medians[farthest] <= interval.low <= medians[nearest]
    assert medians[-1 - nearest] <= interval.high <= medians[-1 - farthest]


def test_many_samples_at_once_give_what_each_gives_alone():
    rows = np.random.default_rng(2).normal(size=(5, 13))
    lows, highs = median_bounds(rows, level=0.9, seed=3)
    alone = [median_interval(row, level=0.9, seed=3) for row in rows]
    assert [(each.low, each.high) for each in alone] == list(zip(lows, highs, strict=True))


def test_what_is_resampled_is_left_as_it_was():
    rows = np.array([[3.0, 1.0, 2.0]])
    median_bounds(rows, level=0.9, seed=3)
    assert rows.tolist() == [[3.0, 1.0, 2.0]]


@pytest.mark.parametrize("values", [[], [1.0]])
def test_one_block_is_no_sample(values):
    with pytest.raises(ValueError, match="at least 2 blocks"):
        median_interval(values, seed=1)


@pytest.mark.parametrize("odd_one", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_finite_number_is_refused(odd_one):
    with pytest.raises(ValueError, match="not a finite number"):
        median_interval([0.1, odd_one, 0.2], seed=1)


def test_samples_within_blocks_are_refused():
    with pytest.raises(ValueError, match="one number for each block"):
        median_interval(np.zeros((10, 3)), seed=1)


@pytest.mark.parametrize("level", [0.49, 1, 95, math.nan])
def test_a_level_out_of_range_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        median_interval([0.1, 0.2, 0.3], level=level, seed=1)
