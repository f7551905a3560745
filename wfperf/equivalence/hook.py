"""The built-in plan's `verify` hook: compares the engine's implementations with `original`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from importlib.util import find_spec
from typing import Any

from wfperf.engine.database import Database
from wfperf.equivalence.verify import verify as verify_engine


def verify(
    parameters: Mapping[str, str],
    configurations: Mapping[str, Mapping[str, str]],
    changes_results: Mapping[str, str],
    random: int,
    seed: int,
) -> dict[str, Any]:
    """Return the findings of random workflows and adversarial templates, as plain data.

    Raises:
        DatabaseError: the scenarios cannot be read.
    """
    with closing(Database(parameters["db"])) as db:
        has_mail = find_spec("aiosmtpd") is not None
        found = verify_engine(db, configurations, changes_results, random=random, seed=seed, mail=has_mail)
    return asdict(found)
