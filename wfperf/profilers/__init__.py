"""cProfile, kernprof and memray: capture in separate processes, read the files, compare them."""
