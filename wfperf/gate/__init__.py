"""Budgets for two revisions, or for the current code and a saved baseline: PASS, FAIL or INCONCLUSIVE; bisection."""
