"""Scatter, correlation and forecast of blocks."""

import math

import numpy as np
import pytest
from chances import fewest, most
from hypothesis import given
from hypothesis import strategies as st

from wfperf.stats.dispersion import block_dispersion, blocks_are_autocorrelated, lag_1_autocorrelation

SAMPLES = st.lists(st.floats(-5, 5), min_size=2, max_size=40)
of_blocks = pytest.mark.parametrize("statistic", [block_dispersion, lag_1_autocorrelation, blocks_are_autocorrelated])


def chain(correlation, n, rng):
    """Blocks that each keep a part of the one before: a first-order autoregression."""
    values = [rng.normal()]
    while len(values) < n:
        values.append(correlation * values[-1] + math.sqrt(1 - correlation**2) * rng.normal())
    return values


def test_scatter_is_the_scaled_median_distance_from_the_median():
    assert block_dispersion([1, 2, 3, 4, 100]) == pytest.approx(1.4826)


def test_scatter_of_normal_blocks_is_their_standard_deviation():
    blocks = np.random.default_rng(1).normal(0.3, 0.02, size=50_000)
    assert block_dispersion(blocks) == pytest.approx(0.02, rel=0.03)  # four standard errors


@given(SAMPLES, st.floats(-5, 5), st.sampled_from([-2, 0.5, 4]))
def test_scatter_grows_with_the_values_and_does_not_move_with_them(values, shift, factor):
    moved = [factor * value + shift for value in values]
    assert block_dispersion(moved) == pytest.approx(abs(factor) * block_dispersion(values), abs=1e-9)


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
    alarms = sum(map(blocks_are_autocorrelated, rows))
    assert fewest(rarest, len(rows)) <= alarms <= most(0.05, len(rows))


def test_dependent_blocks_are_mostly_noticed():
    rng = np.random.default_rng(4)
    noticed = sum(blocks_are_autocorrelated(chain(0.8, 40, rng)) for _ in range(500))
    assert noticed >= fewest(0.95, 500)


def test_blocks_that_alternate_are_noticed_too():
    assert blocks_are_autocorrelated([0.1, -0.1] * 10)


@of_blocks
@pytest.mark.parametrize("values", [[], [1.0]])
def test_too_few_blocks_are_refused(statistic, values):
    with pytest.raises(ValueError, match="at least 2 blocks"):
        statistic(values)


@of_blocks
@pytest.mark.parametrize("odd_one", [math.nan, math.inf])
def test_what_is_not_a_finite_number_is_refused(statistic, odd_one):
    with pytest.raises(ValueError, match="not a finite number"):
        statistic([0.1, odd_one, 0.2])
