"""Optimizations, phases and claims, as data; the named configurations."""

from wfperf.plan.find import find_plan
from wfperf.plan.load import load_plan, read_plan
from wfperf.plan.models import Claim, Configuration, Idiom, Optimization, Plan, RankClaim, Scenario

__all__ = [
    "Claim",
    "Configuration",
    "Idiom",
    "Optimization",
    "Plan",
    "RankClaim",
    "Scenario",
    "find_plan",
    "load_plan",
    "read_plan",
]
