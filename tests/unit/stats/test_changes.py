"""Change points: what holds of every series. How often they are false alarms is in tests/calibration."""

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import examples

from wfperf.stats.changes import (
    ALPHA,
    FEWEST_POINTS,
    PERMUTATIONS,
    _is_as_clear,
    _ranks,
    _strongest,
    _windows,
    change_points,
    moves,
)

SERIES = st.lists(st.floats(-1e6, 1e6) | st.integers(-2, 2).map(float), max_size=40)
every_series = settings(max_examples=examples(50))


def noisy(*levels, each=12, dispersion=0.02, seed=1):
    noise = np.random.default_rng(seed).normal(0, dispersion, size=each * len(levels))
    return (np.repeat(levels, each) + noise).tolist()


@every_series
@given(SERIES, st.integers(0, 2**32 - 1))
def test_changes_are_in_order_and_told_by_the_medians_between_them(values, seed):
    changes = change_points(values, seed=seed)
    bounds = [0, *(change.at for change in changes), len(values)]
    assert bounds == sorted(set(bounds)) or not values
    for place, change in enumerate(changes, 1):
        assert change.before == np.median(values[bounds[place - 1] : bounds[place]])
        assert change.after == np.median(values[bounds[place] : bounds[place + 1]])
        assert 1 / (PERMUTATIONS + 1) <= change.p_value <= ALPHA
    assert change_points(values, seed=seed) == changes


@every_series
@given(SERIES, st.sampled_from([0.5, 3, 1024]), st.integers(-1000, 1000))
def test_the_unit_does_not_matter(values, factor, shift):
    values = [round(value) for value in values]
    scaled = [factor * value + shift for value in values]
    assert [each.at for each in change_points(scaled, seed=1)] == [each.at for each in change_points(values, seed=1)]


def test_a_step_is_one_change():
    (change,) = change_points(noisy(0.4, 0.8), seed=1)
    assert change.at == 12
    assert change.before == pytest.approx(0.4, abs=0.02)
    assert change.after == pytest.approx(0.8, abs=0.02)


def test_a_change_that_was_taken_back_does_not_hide():
    assert [each.at for each in change_points(noisy(0.4, 0.8, 0.4), seed=1)] == [12, 24]


def test_stairs_are_told_step_by_step():
    changes = change_points(noisy(0.1, 0.3, 0.5, 0.4, each=15), seed=1)
    assert [each.at for each in changes] == [15, 30, 45]
    assert [round(each.after, 1) for each in changes] == [0.3, 0.5, 0.4]


@pytest.mark.parametrize("at", [6, 10, 13, 20, 34])
def test_a_clean_step_is_put_exactly_where_it_is(at):
    values = noisy(0.4, each=40)
    stepped = [value + (0.5 if place >= at else 0) for place, value in enumerate(values)]
    assert [each.at for each in change_points(stepped, seed=1)] == [at]


def test_the_latest_six_are_enough_for_a_change():
    values = noisy(0.4, each=40)
    assert [each.at for each in change_points([*values, *(value + 0.4 for value in values[:6])], seed=1)] == [40]


@pytest.mark.parametrize("spike", [9.0, -9.0, 1e12])
def test_outliers_are_no_change_and_hide_none(spike):
    calm, stepped = noisy(0.4, each=40), noisy(0.4, 0.8, each=20)
    for place in (3, 4, 30):
        calm[place] = stepped[place] = spike
    assert change_points(calm, seed=1) == ()
    assert [each.at for each in change_points(stepped, seed=1)] == [20]


@pytest.mark.parametrize("values", [[], [1.0], [0.0] * 4 + [9.0] * (FEWEST_POINTS - 5)])
def test_of_few_points_nothing_is_said(values):
    assert change_points(values, seed=1) == ()


def test_the_fewest_points_are_enough_for_a_clean_step():
    step = [number + 10 * (number >= FEWEST_POINTS // 2) for number in range(FEWEST_POINTS)]
    for seed in range(20):
        assert [each.at for each in change_points(step, seed=seed)] == [FEWEST_POINTS // 2]


def test_equal_values_have_no_change():
    assert change_points([0.25] * 50, seed=1) == ()
    assert [each.at for each in change_points([0.25] * 10 + [0.5] * 10, seed=1)] == [10]


@pytest.mark.parametrize("odd_one", [math.nan, math.inf, -math.inf])
def test_what_is_not_a_finite_number_is_refused(odd_one):
    with pytest.raises(ValueError, match="not a finite number"):
        change_points([1.0] * 20 + [odd_one], seed=1)


def test_a_lower_chance_of_a_false_alarm_never_tells_more():
    for seed in range(20):
        values = np.random.default_rng(seed).normal(size=30)
        strict, lax = (change_points(values, alpha=alpha, seed=1) for alpha in (0.005, 0.2))
        assert len(strict) <= len(lax)


@given(st.integers(FEWEST_POINTS, 500))
def test_windows_lie_within_the_series_and_are_long_enough(size):
    windows = list(_windows(size))
    assert windows[0] == (0, size)
    assert all(begin >= 0 and end <= size and end - begin >= FEWEST_POINTS for begin, end in windows)


@every_series
@given(st.lists(st.integers(0, 40), min_size=FEWEST_POINTS, max_size=80).filter(lambda values: len(set(values)) > 1))
def test_no_shuffled_series_is_passed_over_that_is_as_clear(values):
    ranks, windows = _ranks(values), tuple(_windows(len(values)))
    for seed in range(10):
        rng = random.Random(seed)
        strength, _ = _strongest(sorted(ranks, key=lambda _, rng=rng: rng.random()), windows)
        assert _is_as_clear(ranks, windows, strength - 1e-9, random.Random(seed))
        assert not _is_as_clear(ranks, windows, strength + 1e-9, random.Random(seed))


@given(st.lists(st.integers(0, 3)))
def test_of_counts_every_move_is_told(counts):
    changes = moves(counts)
    rebuilt = dict.fromkeys(range(len(counts)), counts[0] if counts else 0)
    for change in changes:
        assert change.before == counts[change.at - 1] != change.after
        rebuilt |= dict.fromkeys(range(change.at, len(counts)), change.after)
    assert list(rebuilt.values()) == counts
