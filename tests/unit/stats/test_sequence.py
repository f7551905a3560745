"""The confidence sequence against its own definition; that it holds at every stopping time is under calibration/."""

import math
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.stats.sequence import excluded_ranks, median_sequence, simultaneous_level

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)
LEVELS = st.sampled_from([0.8, 0.95, 0.99, 0.999])


@given(st.integers(1, 300), st.sampled_from([Fraction(1, 20), Fraction(1, 1000), Fraction(1, 5)]))
def test_the_ranks_left_out_are_those_at_which_the_bettor_has_won_enough(blocks, alpha):
    won = [
        Fraction(2**blocks, (blocks + 1) * math.comb(blocks, heads)) >= 1 / alpha for heads in range(blocks // 2 + 1)
    ]
    assert excluded_ranks(blocks, float(1 - alpha)) == sum(won)


@pytest.mark.parametrize(("level", "first"), [(0.95, 8), (0.999, 14)])
def test_ends_are_known_from_so_many_blocks_on(level, first):
    assert not median_sequence(range(first - 1), level=level).bounded
    assert median_sequence(range(first), level=level).bounded


def test_ten_blocks_reach_from_the_smallest_to_the_largest():
    interval = median_sequence([5, 1, 9, 3, 7, 2, 8, 4, 6, 10])
    assert (interval.low, interval.estimate, interval.high, interval.level) == (1, 5.5, 10, 0.95)


@given(VALUES, LEVELS)
def test_an_interval_holds_the_sample_median_and_its_ends_are_values(values, level):
    interval = median_sequence(values, level=level)
    assert interval.estimate == statistics.median(values)
    if interval.bounded:
        assert {interval.low, interval.high} <= set(values)


@given(VALUES, LEVELS, st.randoms())
def test_the_order_of_blocks_is_of_no_account(values, level, random):
    shuffled = random.sample(values, len(values))
    assert median_sequence(shuffled, level=level) == median_sequence(values, level=level)


@given(VALUES, LEVELS)
def test_both_sides_exchanged_give_the_mirror_image(values, level):
    one, other = median_sequence(values, level=level), median_sequence([-each for each in values], level=level)
    assert (other.low, other.high) == (-one.high, -one.low)


@given(VALUES)
def test_more_confidence_is_never_narrower(values):
    less, more = median_sequence(values, level=0.95), median_sequence(values, level=0.999)
    assert more.low <= less.low
    assert less.high <= more.high


@pytest.mark.parametrize("values", [[], [0.1, math.nan], [0.1, math.inf]])
def test_what_is_no_sample_is_refused(values):
    with pytest.raises(ValueError, match="finite number for each block"):
        median_sequence(values)


@pytest.mark.parametrize("level", [0, 1, 95, math.nan])
def test_a_level_is_a_probability(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        median_sequence([1.0, 2.0], level=level)


def test_the_chances_of_missing_add_up_to_what_was_allowed():
    assert simultaneous_level(0.95, 1) == pytest.approx(0.95)
    assert (1 - simultaneous_level(0.95, 20)) * 20 == pytest.approx(0.05)
    assert simultaneous_level(0.95, 0) == pytest.approx(0.95)
