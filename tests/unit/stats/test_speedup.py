"""Log-ratios as throughput gained and as time saved."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.stats.interval import Interval
from wfperf.stats.speedup import saved_interval, speedup, speedup_interval, time_saved

LOG_RATIOS = st.floats(-20, 20)
CONVERSIONS = pytest.mark.parametrize("convert", [speedup, time_saved])


@pytest.mark.parametrize(
    ("original_s", "new_s", "gained", "saved"),
    [
        (1.46, 1.0, 0.46, 0.46 / 1.46),
        (2.0, 1.0, 1.0, 0.5),
        (10.0, 1.0, 9.0, 0.9),
        (1.0, 1.0, 0.0, 0.0),
        (1.0, 2.0, -0.5, -1.0),
    ],
)
def test_both_readings_of_two_durations(original_s, new_s, gained, saved):
    log_ratio = math.log(original_s / new_s)
    assert speedup(log_ratio) == pytest.approx(gained)
    assert time_saved(log_ratio) == pytest.approx(saved)


@given(LOG_RATIOS)
def test_each_reading_is_the_inverse_of_a_logarithm(log_ratio):
    assert math.log1p(speedup(log_ratio)) == pytest.approx(log_ratio, abs=1e-6)
    assert -math.log1p(-time_saved(log_ratio)) == pytest.approx(log_ratio, abs=1e-6)


@given(LOG_RATIOS)
def test_the_readings_belong_to_the_same_pair_of_durations(log_ratio):
    gained = speedup(log_ratio)
    assert time_saved(log_ratio) == pytest.approx(gained / (1 + gained), rel=1e-6)


@given(LOG_RATIOS)
def test_swapping_the_durations_turns_one_reading_into_the_other(log_ratio):
    assert speedup(-log_ratio) == -time_saved(log_ratio)


@CONVERSIONS
@given(st.tuples(LOG_RATIOS, LOG_RATIOS).map(sorted))
def test_more_is_more_in_either_reading(convert, ends):
    less, more = ends
    assert convert(less) <= convert(more)
    if more - less > 1e-6:
        assert convert(less) < convert(more)


@given(st.floats(-1e-12, 1e-12))
def test_a_tiny_effect_is_not_lost_in_rounding(log_ratio):
    assert speedup(log_ratio) == pytest.approx(log_ratio, rel=1e-9, abs=0)
    assert time_saved(log_ratio) == pytest.approx(log_ratio, rel=1e-9, abs=0)


@given(st.tuples(LOG_RATIOS, LOG_RATIOS, LOG_RATIOS).map(sorted))
def test_an_interval_is_converted_end_by_end(ends):
    interval = Interval(*ends, 0.95)
    assert speedup_interval(interval) == Interval(*map(speedup, ends), 0.95)
    assert saved_interval(interval) == Interval(*map(time_saved, ends), 0.95)
