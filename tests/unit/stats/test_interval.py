"""An interval holds its estimate, and a change of unit keeps it one."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.stats.interval import Interval

NUMBERS = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    ("low", "estimate", "high"),
    [
        (0.2, 0.1, 0.3),
        (0.1, 0.4, 0.3),
        (math.nan, 0.1, 0.3),
        (0.1, math.nan, 0.3),
        (0.1, math.inf, math.inf),
        (0.1, 0.2, math.nan),
    ],
)
def test_what_is_no_interval_is_refused(low, estimate, high):
    with pytest.raises(ValueError, match="not an interval"):
        Interval(low, estimate, high, 0.95)


def test_ends_may_be_unknown_but_then_it_bounds_nothing():
    assert not Interval(-math.inf, 0.1, math.inf, 0.95).bounded
    assert not Interval(0.0, 0.1, math.inf, 0.95).bounded
    assert Interval(0.0, 0.1, 0.2, 0.95).bounded


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, math.nan])
def test_a_level_is_a_probability(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Interval(0.1, 0.2, 0.3, level)


def test_an_interval_may_be_a_point():
    point = Interval(0.2, 0.2, 0.2, 0.95)
    assert point.low == point.high


@given(st.tuples(NUMBERS, NUMBERS, NUMBERS).map(sorted))
def test_an_increasing_function_is_applied_to_all_three(ends):
    converted = Interval(*ends, 0.9).through(lambda value: 2 * value + 1)
    assert converted == Interval(*(2 * end + 1 for end in ends), 0.9)


def test_a_function_that_rounds_two_values_the_wrong_way_round_still_gives_an_interval():
    rounded = {1.0: 5.0, 2.0: 4.9, 3.0: 6.0}
    assert Interval(1.0, 2.0, 3.0, 0.9).through(rounded.__getitem__) == Interval(4.9, 5.0, 6.0, 0.9)
