"""Budgets in words."""

from dataclasses import replace

import pytest
from decisions import OTHER_RESULTS, ROSE, SLOWER, UNEVEN

from wfperf.report.budgets import budget_text
from wfperf.results.budget import ANY, Budget, BudgetKind


@pytest.mark.parametrize(
    ("check", "budget", "text"),
    [
        (ROSE, Budget(BudgetKind.MOST, 1), "at most 1"),
        (ROSE, Budget(BudgetKind.MOST, 12_345_678.0), "at most 12345678"),
        (ROSE, Budget(BudgetKind.MOST_INCREASE, 12), "+12"),
        (ROSE, Budget(BudgetKind.MOST_RELATIVE_INCREASE, 0.025), "+2.5 %"),
        (SLOWER, Budget(BudgetKind.MOST_RELATIVE_INCREASE, 0.02), "at most 2 % more"),
        (SLOWER, Budget(BudgetKind.LEAST_SPEEDUP, 0.3), "at least 30 % gained"),
        (OTHER_RESULTS, OTHER_RESULTS.budget, "equal"),
        (OTHER_RESULTS, ANY, "may differ"),
        (UNEVEN, None, ""),
    ],
)
def test_a_budget_is_told_in_the_unit_of_what_it_limits(check, budget, text):
    assert budget_text(replace(check, budget=budget)) == text
