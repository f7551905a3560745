"""Calibration on simulated data of known truth: how many measurements ever miss, whenever they stop.

A measurement misses when its interval excludes the truth after any block from the first to the last. Promised is
5 % at most; two standard errors more are allowed: 120 of 2,000.
"""

import math
from statistics import NormalDist

import numpy as np
import pytest
from chances import CENTRED

from wfperf.stats.sequence import excluded_ranks, median_sequence
from wfperf.stats.speedup import block_log_ratio
from wfperf.stats.verdict import MINIMUM_BLOCKS, SMALLEST_EFFECT

SIMULATIONS = 2000
BLOCKS = 200
TRUTH = 0.03


def most_misses(simulations):
    return 0.05 * simulations + 2 * math.sqrt(0.05 * 0.95 * simulations)


def ever_misses(blocks, truth):
    """How many rows have, after some block, an interval that excludes the truth."""
    missed = np.zeros(len(blocks), dtype=bool)
    for n in range(1, blocks.shape[1] + 1):
        rank = excluded_ranks(n, 0.95)
        if rank:
            ranked = np.sort(blocks[:, :n], axis=1)
            missed |= (ranked[:, rank - 1] > truth) | (ranked[:, n - rank] < truth)
    return int(missed.sum())


@pytest.mark.parametrize("name", [*CENTRED, "two values"])
def test_independent_blocks(name):
    draw = {**CENTRED, "two values": lambda rng, size: rng.integers(0, 2, size=size)}[name]
    blocks = TRUTH + 0.02 * draw(np.random.default_rng([BLOCKS, len(name)]), (SIMULATIONS, BLOCKS))
    assert ever_misses(blocks, TRUTH) <= most_misses(SIMULATIONS)


def test_it_is_not_wide_only_to_be_safe():
    blocks = np.random.default_rng(1).normal(TRUTH, 0.02, size=(SIMULATIONS, BLOCKS))
    assert ever_misses(blocks, TRUTH) >= 20


def simulated_block(rng, at_s, layout):
    """Costs of two sides in a block: drift hits both alike, layout each its own way, spikes now one, now the other."""
    rounds = 9
    times_s = at_s + np.arange(rounds) * 0.01
    drift = 0.2 * np.sin(times_s / 3) + 0.1 * np.sin(times_s * 40)
    spikes = rng.random((2, rounds)) < 0.1
    noise = rng.normal(0, 0.03, size=(2, rounds)) + np.where(spikes, rng.exponential(0.5, size=(2, rounds)), 0)
    baseline, variant = np.exp(drift + noise + layout[:, None])
    return baseline.tolist(), (variant / math.exp(TRUTH)).tolist()


def measurements(simulations, blocks, layout_scatter):
    rng = np.random.default_rng([simulations, blocks])
    return np.array(
        [
            [
                block_log_ratio(*simulated_block(rng, 0.5 * block, rng.normal(0, layout_scatter, size=2)))
                for block in range(blocks)
            ]
            for _ in range(simulations)
        ]
    )


@pytest.mark.parametrize("layout_scatter", [0.0, 0.02])
def test_drift_common_to_both_sides_and_block_effects(layout_scatter, simulations):
    number = simulations(SIMULATIONS)
    assert ever_misses(measurements(number, 40, layout_scatter), TRUTH) <= most_misses(number)


def test_stopping_at_the_first_call_keeps_the_promise():
    """Whoever stops at the first interval that excludes 0 calls identical code different 5 times in 100 at most."""
    rows = np.random.default_rng(3).normal(0, 0.02, size=(SIMULATIONS, 100))
    called = 0
    for row in rows[:400].tolist():
        for n in range(MINIMUM_BLOCKS, len(row) + 1):
            interval = median_sequence(row[:n])
            if (interval.low > 0 or interval.high < 0) and abs(interval.estimate) >= SMALLEST_EFFECT:
                called += 1
                break
    assert called <= 0.05 * 400


def test_the_fixed_interval_watched_the_same_way_breaks_it():
    """Why a sequence is needed: an interval for one fixed number of blocks, watched from 10 on, misses far more."""
    rows = np.random.default_rng(4).normal(TRUTH, 0.02, size=(SIMULATIONS, 60))
    missed = np.zeros(SIMULATIONS, dtype=bool)
    for n in range(MINIMUM_BLOCKS, 61):
        means, errors = rows[:, :n].mean(axis=1), rows[:, :n].std(axis=1, ddof=1) / math.sqrt(n)
        missed |= np.abs(means - TRUTH) > students_t(n - 1) * errors
    assert missed.sum() > 3 * most_misses(SIMULATIONS) / 2


def students_t(freedom):
    """The quantile of 97.5 %, to three decimals from 9 degrees of freedom on: M. Abramowitz, I. Stegun, 26.7.5."""
    z = NormalDist().inv_cdf(0.975)
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
