"""Optimizations, phases and claims, as data; the named configurations."""

from wfperf.plan.load import load_plan
from wfperf.plan.models import Claim, Configuration, Idiom, Optimization, Plan, RankClaim

__all__ = ["Claim", "Configuration", "Idiom", "Optimization", "Plan", "RankClaim", "load_plan"]
