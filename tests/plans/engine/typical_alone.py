"""The built-in engine's `verify` hook on the scenario of this plan's benchmark, not on all that the database holds."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict

from wfperf.engine.database import Database
from wfperf.equivalence.verify import verify as verify_engine


def verify(parameters, configurations, changes_results, random, seed):
    """Return the findings, as plain data."""
    with closing(Database(parameters["db"])) as db:
        found = verify_engine(db, configurations, changes_results, random=random, seed=seed, scenarios=["typical"])
    return asdict(found)
