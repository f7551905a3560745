"""The median's interval: what it promises of every sample. Its coverage is in test_coverage.py."""

import math
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.stats.order_statistics import fewest_values, median_interval

SAMPLES = st.lists(st.floats(-5, 5), min_size=1, max_size=40)
LEVELS = st.floats(0.5, 0.9999)


@given(SAMPLES, LEVELS)
def test_an_interval_holds_its_estimate_and_stays_within_the_sample_where_it_has_ends(values, level):
    interval = median_interval(values, level=level)
    assert interval.low <= interval.estimate == median(values) <= interval.high
    assert interval.level == level
    assert interval.bounded is (len(values) >= fewest_values(level))
    if interval.bounded:
        assert min(values) <= interval.low <= interval.high <= max(values)
    else:
        assert (interval.low, interval.high) == (-math.inf, math.inf)


@pytest.mark.parametrize(
    ("n", "level", "k", "part"),
    [
        # g_k by hand, from Pascal's triangle: what is asked is exactly what the k-th order statistics hold.
        (10, 1 - 2 / 2**10, 1, 0),
        (10, 1 - 2 * (1 + 10) / 2**10, 2, 0),
        (10, 1 - 2 * (1 + 10 + 45) / 2**10, 3, 0),
        (2, 0.5, 1, 0),
        # Between two of them, at a half: I = 1/2 makes lambda (n - k) / n.
        (10, 1 - (2 * 11 + 2 * 45 / 2) / 2**10, 2, Fraction(8, 10)),
        (6, 1 - (2 * 1 + 2 * 6 / 2) / 2**6, 1, Fraction(5, 6)),
        # At 95 %: 25.6 of 1,024 outcomes may lie at either side, so I = (25.6 - 11) / 45; then (102.4 - 79) / 220.
        (10, 0.95, 2, Fraction(8 * 146, 450 * 2 + 6 * 146)),
        (12, 0.95, 3, Fraction(9 * 234, 2200 * 3 + 6 * 234)),
    ],
)
def test_the_ends_lie_where_the_formula_puts_them(n, level, k, part):
    values = [2.0**place for place in range(n)]
    interval = median_interval(values, level=level)
    ends = ((values[k - 1], values[k]), (values[-k], values[-k - 1]))
    low, high = (Fraction(near) * (1 - part) + Fraction(far) * part for near, far in ends)
    assert interval.low == pytest.approx(float(low))
    assert interval.high == pytest.approx(float(high))


@given(st.data(), SAMPLES)
def test_the_order_of_the_blocks_does_not_matter(data, values):
    shuffled = data.draw(st.permutations(values))
    assert median_interval(shuffled) == median_interval(values)


@given(SAMPLES, LEVELS, st.floats(-5, 5), st.sampled_from([0.25, 0.5, 2, 1024]))
def test_the_interval_moves_and_grows_with_the_values(values, level, shift, factor):
    before = median_interval(values, level=level)
    after = median_interval([factor * value + shift for value in values], level=level)
    for end in ("low", "estimate", "high"):
        assert getattr(after, end) == pytest.approx(factor * getattr(before, end) + shift, abs=1e-9)


@given(SAMPLES, LEVELS)
def test_the_reverse_of_all_values_has_the_reverse_interval(values, level):
    interval, reverse = median_interval(values, level=level), median_interval([-each for each in values], level=level)
    assert (reverse.low, reverse.estimate, reverse.high) == (-interval.high, -interval.estimate, -interval.low)


@given(SAMPLES, st.tuples(LEVELS, LEVELS).map(sorted))
def test_more_confidence_never_takes_a_narrower_interval(values, levels):
    narrow, wide = (median_interval(values, level=level) for level in levels)
    assert wide.low <= narrow.low + 1e-12
    assert narrow.high <= wide.high + 1e-12


@given(st.floats(-5, 5), st.integers(6, 40))
def test_equal_blocks_leave_no_doubt(value, n):
    interval = median_interval([value] * n)
    assert interval.low == interval.estimate == interval.high == value


def test_the_median_is_not_moved_by_spikes():
    calm = [0.001 * k for k in range(20)]
    spiked = [*calm[:18], 3.0, 9.0]
    assert median_interval(spiked) == median_interval(calm)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=6, max_size=12))
def test_the_largest_numbers_there_are_do_not_overflow(values):
    assert median_interval([each / 2 for each in values]).bounded


def test_thousands_of_values_and_a_level_next_to_1():
    interval = median_interval(range(5001), level=1 - 2.0**-40)
    assert 2000 < interval.low < 2500 < interval.high < 3000


@pytest.mark.parametrize(
    ("level", "fewest"),
    # 12 blocks are enough for 102 intervals that hold together at 95 %, and not for one more.
    [(0.5, 2), (0.75, 3), (0.95, 6), (0.99, 8), (0.999, 11), (1 - 0.05 / 102, 12), (1 - 0.05 / 103, 13)],
)
def test_how_many_values_it_takes_to_have_ends(level, fewest):
    assert fewest_values(level) == fewest
    assert not median_interval(range(fewest - 1), level=level).bounded
    assert median_interval(range(fewest), level=level).bounded


@pytest.mark.parametrize("values", [[], [0.1, math.nan, 0.2], [math.inf] * 10, [0.1, -math.inf]])
def test_what_is_not_a_finite_number_is_refused(values):
    with pytest.raises(ValueError, match="finite number for each block"):
        median_interval(values)


@pytest.mark.parametrize("level", [0.49, 1, 95, math.nan])
def test_a_level_out_of_range_is_refused(level):
    with pytest.raises(ValueError, match="level"):
        median_interval([0.1, 0.2, 0.3], level=level)
    with pytest.raises(ValueError, match="level"):
        fewest_values(level)
