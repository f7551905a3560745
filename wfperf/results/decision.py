"""What the gate decided: a check for each budget that something was held to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wfperf.results.budget import Budget
from wfperf.results.environment import Environment
from wfperf.results.revision import Revision, SavedBaseline
from wfperf.stats.interval import Interval

# Version 1: counters against a baseline: what moved, and what was unknown.
# Version 2: a check for each budget, counted or timed, with its status and reason.
# Version 3: the functions that take longer, where a run does.
# Version 4: in which share of the samples processor time is what counts.
# Version 5: budgets are numbers of a kind, revisions and baselines are objects; all of them were texts. Names are the
#            usual ones: `call_count_changes`, not `moved`; `self_time_changes`, not `longer`.
SCHEMA_VERSION = 5

WALL_TIME, SPEEDUP, RESULTS = "wall_time", "speedup", "results"
"""Metrics that are no counters: time a run, what a configuration gains over the plan's base, and what runs return."""


class Status(StrEnum):
    """What a check, or the gate as a whole, comes to."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    DIFFERS = "results differ"


SEVEREST_FIRST = (Status.DIFFERS, Status.FAIL, Status.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class CallCountChange:
    """A function that a run calls more or less often, with where it is defined.

    Args:
        name: `package/file.py:qualified.name`.
        base: calls a run before.
        head: calls a run now.
        file: relative to the repository, with forward slashes; empty where it is not known.
        line: of its definition, from 1; 0 where it is not known.
    """

    name: str
    base: int
    head: int
    file: str = ""
    line: int = 0

    @property
    def change(self) -> int:
        """How many calls more."""
        return self.head - self.base


@dataclass(frozen=True, slots=True)
class SelfTimeChange:
    """A function that takes longer than before, with where it is defined.

    Args:
        name: `package/file.py:qualified.name`.
        more: the time that it takes more in a run itself, with what it calls of others; a fraction of a run before.
        file: relative to the repository, with forward slashes; empty where it is not known.
        line: of its definition, from 1; 0 where it is not known.
    """

    name: str
    more: Interval
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One budget of one configuration on one scenario.

    Args:
        scenario: what was run.
        configuration: in which configuration; empty where a whole scenario is missing.
        metric: a counter, such as `sql_statements`; `wall_time`, `speedup` or `results`.
        budget: what is allowed; None where nothing could be held to it.
        status: whether it is kept.
        base: the count before; None for what is no count, or not known.
        head: the count now.
        change: where time is measured, by what it changed: of `wall_time` the time a run takes more, as a fraction
            (t_head / t_base - 1); of `speedup` the throughput gained.
        confirmation: the same, measured once more in fresh processes before a FAIL was believed.
        blocks: how many blocks `change` rests on.
        reason: why it is no PASS, in words; of a PASS empty.
        call_count_changes: the functions behind a moved count, the largest change first.
        self_time_changes: the functions that take longer where a run does, the largest change first.
        by_processor: the share of samples that were preempted, and whose cost is processor time.
        unequal_runs: in how many blocks the samples compared had unequal numbers of runs.
    """

    scenario: str
    configuration: str
    metric: str
    budget: Budget | None
    status: Status
    base: int | None = None
    head: int | None = None
    change: Interval | None = None
    confirmation: Interval | None = None
    blocks: int = 0
    reason: str = ""
    call_count_changes: tuple[CallCountChange, ...] = ()
    self_time_changes: tuple[SelfTimeChange, ...] = ()
    by_processor: float = 0.0
    unequal_runs: int = 0

    @property
    def counted_change(self) -> int:
        """By how much a count rose; 0 for what is no count."""
        return 0 if self.base is None or self.head is None else self.head - self.base


@dataclass(frozen=True, slots=True)
class Decision:
    """All checks of one `gate`.

    Args:
        against: what was held against: a baseline's file, or a revision.
        head: the revision that was held to it; None for the code that runs, as it stands.
        python: the version that counted.
        checks: in the order of scenarios and configurations.
        environment: the machine.
        notes: what a reader must know besides.
        seed: of orders and hash seeds, where time was measured.
        duration_s: of all of it.
        level: the confidence that all intervals hold together.
        intervals: how many share it; 0 where no time was measured.
        command: what decides it again.
        workload: the options that chose what is gated, such as `--plan shop.toml`; empty for what was found in the
            folder.
    """

    against: Revision | SavedBaseline
    head: Revision | None
    python: str
    checks: tuple[Check, ...]
    environment: Environment
    notes: tuple[str, ...] = ()
    seed: int | None = None
    duration_s: float = 0.0
    level: float = 0.95
    intervals: int = 0
    command: str = ""
    workload: str = ""

    @property
    def status(self) -> Status:
        """The severest of all; with nothing counted or timed it is no PASS, but inconclusive."""
        found = {check.status for check in self.checks}
        passed = Status.PASS if any(check.metric != RESULTS for check in self.checks) else Status.INCONCLUSIVE
        return next((status for status in SEVEREST_FIRST if status in found), passed)

    def of(self, status: Status) -> tuple[Check, ...]:
        """Return the checks of a status."""
        return tuple(check for check in self.checks if check.status is status)
