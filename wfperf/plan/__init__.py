"""Optimizations, phases and claims, as data; the named configurations."""

from wfperf.plan.find import find_plan
from wfperf.plan.load import load_plan, read_plan
from wfperf.plan.models import Benchmark, Claim, Configuration, Optimization, Pair, Plan, RankClaim, Suite

__all__ = [
    "Benchmark",
    "Claim",
    "Configuration",
    "Optimization",
    "Pair",
    "Plan",
    "RankClaim",
    "Suite",
    "find_plan",
    "load_plan",
    "read_plan",
]
