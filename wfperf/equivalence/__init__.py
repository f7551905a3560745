"""Compare the results of every configuration with those of `original`."""
