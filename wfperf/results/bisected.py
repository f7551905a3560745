"""What `bisect` found."""

from __future__ import annotations

from dataclasses import dataclass

from wfperf.results.decision import Decision, Status

# Version 1: the first format.
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Tried:
    """A commit that was judged: `pass` is good, `fail` bad, anything else was skipped, and `reason` says why."""

    commit: str
    subject: str
    status: Status
    reason: str
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Bisected:
    """Where speed was lost.

    Args:
        good: the revision that every commit was held against.
        lost: what the gate says of the bad one.
        tried: what was judged between, in that order.
        found: the first bad commit, with its subject; several where those between were skipped; none where nothing
            was lost at all.
        decision: what the gate says of the first one found.
    """

    good: str
    lost: Decision
    tried: tuple[Tried, ...]
    found: tuple[tuple[str, str], ...] = ()
    decision: Decision | None = None
