"""Two revisions, or a baseline and the code that runs, held to budgets: PASS, FAIL or INCONCLUSIVE; bisection."""
