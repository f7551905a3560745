"""Scatter, correlation and forecast of blocks."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from wfperf.stats.bootstrap import median_bounds
from wfperf.stats.interval import Interval
from wfperf.stats.scatter import block_scatter, blocks_hang_together, blocks_to_go, lag_1_autocorrelation

SAMPLES = st.lists(st.floats(-5, 5), min_size=2, max_size=40)
WIDTHS = st.floats(1e-4, 10)
of_blocks = pytest.mark.parametrize("statistic", [block_scatter, lag_1_autocorrelation, blocks_hang_together])


def chain(correlation, n, rng):
    """Blocks that each keep a part of the one before: a first-order autoregression."""
    values = [rng.normal()]
    while len(values) < n:
        values.append(correlation * values[-1] + math.sqrt(1 - correlation**2) * rng.normal())
    return values


def test_scatter_is_the_scaled_median_distance_from_the_median():
    assert block_scatter([1, 2, 3, 4, 100]) == pytest.approx(1.4826)


def test_scatter_of_normal_blocks_is_their_standard_deviation():
    blocks = np.random.default_rng(1).normal(0.3, 0.02, size=50_000)
    assert block_scatter(blocks) == pytest.approx(0.02, rel=0.03)  # four standard errors


@given(SAMPLES, st.floats(-5, 5), st.sampled_from([-2, 0.5, 4]))
def test_scatter_grows_with_the_values_and_does_not_move_with_them(values, shift, factor):
    moved = [factor * value + shift for value in values]
    assert block_scatter(moved) == pytest.approx(abs(factor) * block_scatter(values), abs=1e-9)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([1, 2, 3, 4], 0.25), ([1, -1, 1, -1], -0.75), ([5, 5, 5], 0), ([0.1] * 7, 0), ([0, 1], -0.5)],
)
def test_autocorrelation_by_hand(values, expected):
    assert lag_1_autocorrelation(values) == pytest.approx(expected)


@given(SAMPLES)
def test_autocorrelation_is_a_correlation(values):
    assert -1 <= lag_1_autocorrelation(values) <= 1


@given(
    st.lists(st.integers(-100, 100), min_size=2, max_size=40),
    st.integers(-100, 100),
    st.sampled_from([-2, 0.5, 2.0**-600]),
)
def test_autocorrelation_has_no_unit(values, shift, factor):
    moved = [factor * (value + shift) for value in values]
    assert lag_1_autocorrelation(moved) == pytest.approx(lag_1_autocorrelation(values), abs=1e-9)


@pytest.mark.parametrize(("n", "rarest"), [(10, 0.01), (30, 0.03), (100, 0.035)])
def test_independent_blocks_rarely_seem_to_hang_together(n, rarest):
    rows = np.random.default_rng(n).normal(size=(2000, n))
    alarms = sum(map(blocks_hang_together, rows))
    assert stats.binom.ppf(0.0001, len(rows), rarest) <= alarms <= stats.binom.ppf(0.9999, len(rows), 0.05)


def test_dependent_blocks_are_mostly_noticed():
    rng = np.random.default_rng(4)
    noticed = sum(blocks_hang_together(chain(0.8, 40, rng)) for _ in range(500))
    assert noticed >= stats.binom.ppf(0.0001, 500, 0.95)


def test_blocks_that_alternate_are_noticed_too():
    assert blocks_hang_together([0.1, -0.1] * 10)


@of_blocks
@pytest.mark.parametrize("values", [[], [1.0], [[1.0, 2.0], [3.0, 4.0]]])
def test_too_few_or_nested_blocks_are_refused(statistic, values):
    with pytest.raises(ValueError, match="at least 2 blocks"):
        statistic(values)


@of_blocks
@pytest.mark.parametrize("odd_one", [math.nan, math.inf])
def test_what_is_not_a_finite_number_is_refused(statistic, odd_one):
    with pytest.raises(ValueError, match="not a finite number"):
        statistic([0.1, odd_one, 0.2])


@pytest.mark.parametrize(
    ("half_width", "blocks", "wanted", "more"),
    [(0.02, 10, 0.01, 30), (0.01, 10, 0.01, 0), (0.01, 10, 0.02, 0), (0.011, 10, 0.01, 3), (0.0, 10, 0.01, 0)],
)
def test_half_the_width_takes_four_times_the_blocks(half_width, blocks, wanted, more):
    interval = Interval(-half_width, 0.0, half_width, 0.95)
    answer = blocks_to_go(interval, blocks, half_width=wanted)
    assert answer == more
    assert isinstance(answer, int)


@given(WIDTHS, st.integers(1, 1000), WIDTHS)
def test_the_forecast_is_the_fewest_blocks_that_do(reached, blocks, wanted):
    total = blocks + blocks_to_go(Interval(-reached, 0.0, reached, 0.95), blocks, half_width=wanted)
    assert reached * math.sqrt(blocks / total) <= wanted * (1 + 1e-9)
    if total > blocks:
        assert reached * math.sqrt(blocks / (total - 1)) > wanted * (1 - 1e-9)


def mean_half_width(n):
    lows, highs = median_bounds(np.random.default_rng(n).normal(size=(300, n)), level=0.95, seed=1)
    return float((highs - lows).mean() / 2)


def test_the_forecast_holds_for_the_bootstrap():
    reached = mean_half_width(20)
    total = 20 + blocks_to_go(Interval(-reached, 0.0, reached, 0.95), 20, half_width=reached / 3)
    assert mean_half_width(total) == pytest.approx(reached / 3, rel=0.2)


@pytest.mark.parametrize(("blocks", "wanted"), [(10, 0.0), (10, -0.01), (10, math.nan), (0, 0.01)])
def test_a_forecast_from_nothing_or_to_nothing_is_refused(blocks, wanted):
    with pytest.raises(ValueError, match="no forecast"):
        blocks_to_go(Interval(0.0, 0.1, 0.2, 0.95), blocks, half_width=wanted)
