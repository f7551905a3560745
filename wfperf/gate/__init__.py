"""Work counters against a saved baseline: PASS or FAIL."""
