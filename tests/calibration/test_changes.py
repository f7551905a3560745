"""Change points on simulated series of known truth: how many that never changed have one, whatever the noise.

Promised is 1 %. The bounds are binomial: correct code passes them but for a chance of 1 in 10,000; the seeds are fixed.
"""

import numpy as np
import pytest
from chances import fewest, most

from wfperf.stats.changes import ALPHA, change_points

SERIES = 1000
STEPS = 200
FOUND, FOUND_TWICE = 0.95, 0.9
"""How many of the series with one change and with two are given just those; about as many as are, less a little."""

# How each is drawn, its median, and what its middle two thirds span to one side: half the way from the quantile of 16 %
# to that of 84 %.
NOISE = {
    "normal": (lambda rng, size: rng.normal(size=size), 0, 0.994458),
    "t3": (lambda rng, size: rng.standard_t(3, size=size), 0, 1.188929),
    "log-normal": (lambda rng, size: rng.lognormal(0, 0.5, size=size), 1, 0.517975),
    "few values": (lambda rng, size: rng.integers(0, 4, size=size), 1, 1.5),
}


def noise(name, points, series):
    """Rows of noise around 0; a unit is about what the middle two thirds of it span to one side."""
    draw, median, span = NOISE[name]
    return (draw(np.random.default_rng([points, len(name)]), (series, points)) - median) / span


def found(rows):
    return [[change.at for change in change_points(row, seed=1)] for row in rows.tolist()]


@pytest.mark.parametrize("points", [12, 20, 50])
@pytest.mark.parametrize("name", NOISE)
def test_a_series_that_never_changed_has_a_change_point_in_1_of_100(name, points, simulations):
    series = simulations(SERIES)
    assert sum(map(bool, found(noise(name, points, series)))) <= most(ALPHA, series)


def test_it_is_not_deaf_only_to_be_safe(simulations):
    series = simulations(SERIES)
    rows = [change_points(row, alpha=0.2, seed=1) for row in noise("normal", 20, series).tolist()]
    assert sum(map(bool, rows)) >= 0.1 * series


@pytest.mark.parametrize("name", ["normal", "t3", "log-normal"])
@pytest.mark.parametrize(("points", "at"), [(30, 15), (50, 12), (50, 42)])
def test_a_step_is_found_within_two_points_and_nothing_else(name, points, at, simulations):
    steps = simulations(STEPS)
    rows = noise(name, points, steps)
    rows[:, at:] += 4
    changes = found(rows)
    right = sum(len(each) == 1 and abs(each[0] - at) <= 2 for each in changes)
    assert right >= fewest(FOUND, steps)
    assert sum(len(each) > 1 for each in changes) <= most(2 * ALPHA, steps)


@pytest.mark.parametrize("name", ["normal", "log-normal"])
def test_a_step_that_was_taken_back_is_two_changes(name, simulations):
    steps = simulations(STEPS)
    rows = noise(name, 50, steps)
    rows[:, 15:30] += 4
    right = sum(len(each) == 2 and abs(each[0] - 15) <= 2 and abs(each[1] - 30) <= 2 for each in found(rows))
    assert right >= fewest(FOUND_TWICE, steps)


@pytest.mark.parametrize("points", [20, 50])
def test_outliers_are_no_changes(points, simulations):
    series = simulations(SERIES)
    rows = noise("normal", points, series)
    rows[np.random.default_rng(points).random(rows.shape) < 0.1] += 50
    assert sum(map(bool, found(rows))) <= most(ALPHA, series)
