"""Time and count variants, each in its own process; one coordinator samples them in turn."""
