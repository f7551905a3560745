"""Results of every configuration held against those of `original`."""
