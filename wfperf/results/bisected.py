"""What `bisect` found."""

from __future__ import annotations

from dataclasses import dataclass

from wfperf.results.decision import Decision, Status
from wfperf.results.revision import Revision

# Version 1: the first format.
# Version 2: revisions are objects: as they were asked for, with the full id of the commit, and its subject.
SCHEMA_VERSION = 2


@dataclass(frozen=True, slots=True)
class Tried:
    """A commit that was judged: `pass` is good, `fail` bad, anything else was skipped, and `reason` says why."""

    revision: Revision
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
        found: the first bad commit; several where those between were skipped; none where nothing
            was lost at all.
        decision: what the gate says of the first one found.
    """

    good: Revision
    lost: Decision
    tried: tuple[Tried, ...]
    found: tuple[Revision, ...] = ()
    decision: Decision | None = None
