import math
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.stats.independent import log_ratio_of_medians

costs = st.lists(st.floats(0.1, 10), min_size=1, max_size=40)


@given(costs, costs)
def test_it_turns_round_with_its_samples(over, under):
    there, back = log_ratio_of_medians(over, under), log_ratio_of_medians(under, over)
    assert (there.low, there.estimate, there.high) == pytest.approx((-back.high, -back.estimate, -back.low))


@given(costs, costs, st.floats(0.5, 2))
def test_a_factor_moves_it_by_its_logarithm(over, under, factor):
    plain, scaled = log_ratio_of_medians(over, under), log_ratio_of_medians([factor * each for each in over], under)
    assert scaled.estimate == pytest.approx(plain.estimate + math.log(factor), abs=1e-9)


@pytest.mark.parametrize("bad", [[], [0.0], [-1.0], [math.nan], [math.inf]])
def test_what_is_no_cost_is_refused(bad):
    with pytest.raises(ValueError):  # noqa: PT011 - math.log says it in its own words
        log_ratio_of_medians(bad, [1.0])


def test_it_covers_the_truth_when_both_are_looked_at_all_the_time():
    truth, missed, draws = math.log(1.1), 0, 400
    for seed in range(draws):
        random = Random(seed)
        before = [random.lognormvariate(0, 0.05) for _ in range(20)]
        now: list[float] = []
        missed_ever = False
        for _ in range(60):
            now.append(1.1 * random.lognormvariate(0, 0.05))
            interval = log_ratio_of_medians(now, before)
            missed_ever |= not interval.low <= truth <= interval.high
        missed += missed_ever
    assert missed <= 0.05 * draws
