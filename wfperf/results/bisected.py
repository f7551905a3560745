"""The result of `bisect`."""

from __future__ import annotations

from dataclasses import dataclass

from wfperf.results.decision import CheckStatus, Decision
from wfperf.results.revision import Revision

# Version 1: the first format.
# Version 2: revisions are objects: as they were asked for, with the full id of the commit, and its subject.
# Version 3: its decisions are of version 6.
SCHEMA_VERSION = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """A commit that was judged: `pass` means good, `fail` bad, every other status skipped, for the given reason."""

    revision: Revision
    status: CheckStatus
    reason: str
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Bisected:
    """The commit that made the code slower.

    Args:
        good: the revision that every commit was compared with.
        lost: the decision of the gate on the bad revision.
        tried: the commits between that were judged, in that order.
        found: the first bad commit; several if commits between them were skipped; none if the bad revision breaks no
            budget.
        decision: the decision of the gate on the first commit in `found`.
    """

    good: Revision
    lost: Decision
    tried: tuple[Tried, ...]
    found: tuple[Revision, ...] = ()
    decision: Decision | None = None
