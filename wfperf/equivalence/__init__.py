"""Results of every configuration compared with those of `original`."""
