"""The built-in plan's `verify` hook: what holding the engine's implementations against `original` finds."""

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
    """Return what random workflows and adversarial templates find, as plain data.

    Raises:
        DatabaseError: the scenarios cannot be read.
    """
    with closing(Database(parameters["db"])) as db:
        has_mail = find_spec("aiosmtpd") is not None
        found = verify_engine(db, configurations, changes_results, random=random, seed=seed, mail=has_mail)
    return asdict(found)
