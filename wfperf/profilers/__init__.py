"""cProfile, kernprof and memray on the engine: capture in a process of its own, read, difference."""
