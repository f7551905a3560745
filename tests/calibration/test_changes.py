"""How often a change point is a false alarm, and how often a true one is found, on series whose truth is known."""

import math
from random import Random

import pytest

from wfperf.stats.changes import FEWEST_POINTS, change_points, moves

SERIES, POINTS = 150, 30
AT_MOST = 6
"""Of 150 at 1 %: more than 5 has a chance of 0.4 %."""


def normal(random):
    return random.gauss(0, 1)


def heavy(random):
    return random.gauss(0, 1) / math.sqrt(random.gammavariate(1.5, 2 / 3))


def skewed(random):
    return random.lognormvariate(0, 1)


NOISE = pytest.mark.parametrize("noise", [normal, heavy, skewed])


@NOISE
def test_a_series_without_a_change_hardly_ever_has_one(noise):
    alarms = 0
    for seed in range(SERIES):
        random = Random(seed)
        alarms += bool(change_points([noise(random) for _ in range(POINTS)], seed=seed))
    assert alarms < AT_MOST


@NOISE
def test_a_step_is_found_where_it_is(noise):
    found = 0
    for seed in range(40):
        random = Random(seed)
        values = [noise(random) + (6 if at >= POINTS // 2 else 0) for at in range(POINTS)]
        changes = change_points(values, seed=seed)
        found += len(changes) == 1 and abs(changes[0].at - POINTS // 2) <= 2
        assert all(change.before < change.after for change in changes)
    assert found >= 34


def test_of_few_points_nothing_is_said():
    assert change_points([0.0] * 4 + [9.0] * (FEWEST_POINTS - 5), seed=1) == ()
    assert change_points([], seed=1) == ()


def test_counts_change_wherever_they_differ():
    assert [(each.at, each.before, each.after) for each in moves([3, 3, 4, 4, 2])] == [(2, 3, 4), (4, 4, 2)]


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="not a finite number"):
        change_points([1.0, math.nan], seed=1)
