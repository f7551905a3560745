"""Budgets of time as rules for intervals."""

import math

from hypothesis import given
from hypothesis import strategies as st

from wfperf.gate.time_budgets import memory_budget, speedup_budget, time_budget
from wfperf.results.decision import CheckStatus
from wfperf.stats.interval import Interval
from wfperf.stats.sequential import Analysis, Evidence
from wfperf.stats.verdict import MINIMUM_BLOCKS

CASE = ("s", "x")
log_ratios = st.floats(-2, 2)
intervals = st.tuples(log_ratios, log_ratios, log_ratios).map(sorted).map(lambda ends: Interval(*ends, 0.95))
budgets = st.floats(0.001, 3)


def status(budget, interval):
    return Analysis(Evidence(interval, MINIMUM_BLOCKS), budget).decision


@given(intervals, budgets)
def test_a_regression_is_kept_inside_broken_outside_and_else_open(interval, budget):
    low, high = (math.expm1(end) for end in (interval.low, interval.high))
    expected = CheckStatus.PASS if high <= budget else CheckStatus.FAIL if low > budget else CheckStatus.INCONCLUSIVE
    assert status(time_budget(CASE, budget), interval) is expected
    assert status(memory_budget(CASE, budget), interval) is expected, "more memory is as bad as more time"


@given(intervals, budgets)
def test_a_speedup_is_kept_above_broken_below_and_else_open(interval, budget):
    low, high = (math.expm1(end) for end in (interval.low, interval.high))
    expected = CheckStatus.PASS if low >= budget else CheckStatus.FAIL if high < budget else CheckStatus.INCONCLUSIVE
    assert status(speedup_budget(("s", "y"), "x", budget), interval) is expected


@given(budgets)
def test_an_interval_without_ends_decides_nothing(budget):
    nothing = Interval(-math.inf, 5.0, math.inf, 0.95)
    assert status(time_budget(CASE, budget), nothing) is CheckStatus.INCONCLUSIVE
    assert status(speedup_budget(CASE, "x", budget), nothing) is CheckStatus.INCONCLUSIVE


@given(intervals, budgets)
def test_a_budget_is_decided_for_good_or_not_at_all(interval, budget):
    for rule in (time_budget(CASE, budget), memory_budget(CASE, budget), speedup_budget(CASE, "x", budget)):
        analysis = Analysis(Evidence(interval, MINIMUM_BLOCKS), rule)
        assert analysis.is_final == (analysis.decision is not CheckStatus.INCONCLUSIVE)
