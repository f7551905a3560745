"""Optimizations, phases and claims, as data; the named configurations."""

from wfperf.plan.find import find_plan
from wfperf.plan.load import load_plan, read_plan
from wfperf.plan.models import (
    Benchmark,
    Claim,
    Command,
    Configuration,
    Optimization,
    Pair,
    Plan,
    RankClaim,
    Suite,
    split_words,
)

__all__ = [
    "Benchmark",
    "Claim",
    "Command",
    "Configuration",
    "Optimization",
    "Pair",
    "Plan",
    "RankClaim",
    "Suite",
    "find_plan",
    "load_plan",
    "read_plan",
    "split_words",
]
