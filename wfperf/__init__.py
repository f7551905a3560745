"""wfperf: proves or refutes the speedups promised for a Python workflow engine."""

__version__ = "0.1.0"
