"""Budgets on two revisions, or on the current code and a saved baseline: PASS, FAIL or INCONCLUSIVE; bisection."""
