"""How much more would be needed: right in kind, and about right in number."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.stats.forecast import WIDEST, blocks_needed, decisive_half_width
from wfperf.stats.interval import Interval
from wfperf.stats.sequence import median_sequence
from wfperf.stats.verdict import Verdict, judge


@given(st.floats(0.001, WIDEST - 0.001))
def test_the_edge_is_found(edge):
    assert decisive_half_width(lambda half: half <= edge) == pytest.approx(edge, abs=1e-9)


def test_what_any_interval_settles_and_what_none_does():
    assert decisive_half_width(lambda _: True) == WIDEST
    assert decisive_half_width(lambda _: False) == pytest.approx(0, abs=1e-9)


def test_an_interval_that_narrow_gives_a_verdict_and_one_a_little_wider_does_not():
    def verdict(half):
        return judge(Interval(0.28 - half, 0.28, 0.28 + half, 0.95), 0.30, 0.50, blocks=10)

    half = decisive_half_width(lambda width: verdict(width) is not Verdict.INCONCLUSIVE)
    assert half == pytest.approx(0.02)
    assert verdict(half * 0.99) is Verdict.BELOW
    assert verdict(half * 1.01) is Verdict.INCONCLUSIVE


@pytest.mark.parametrize("half_width", [0.02, 0.01, 0.005])
def test_the_forecast_number_of_blocks_gives_about_that_width(half_width):
    blocks = blocks_needed(0.02, half_width, 0.95)
    rows = np.random.default_rng(1).normal(0, 0.02, size=(200, blocks))
    found = [median_sequence(row.tolist()) for row in rows]
    widths = [(interval.high - interval.low) / 2 for interval in found]
    assert np.median(widths) == pytest.approx(half_width, rel=0.25)


@given(st.floats(1e-4, 1), st.floats(1e-4, 1), st.sampled_from([0.95, 0.999]))
def test_less_width_never_takes_fewer_blocks(dispersion, half_width, level):
    some, more = blocks_needed(dispersion, half_width, level), blocks_needed(dispersion, half_width / 2, level)
    assert more is None or some <= more


@pytest.mark.parametrize("half_width", [0.0, -1.0, 1e-9])
def test_nothing_settles_what_lies_on_an_edge(half_width):
    assert blocks_needed(0.02, half_width, 0.95) is None


def test_blocks_without_scatter_still_need_as_many_as_an_interval_takes():
    assert blocks_needed(0.0, 0.01, 0.95) == 8
