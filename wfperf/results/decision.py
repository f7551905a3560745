"""The result of `gate`: one check for each budget."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wfperf.results.blocks import Clock
from wfperf.results.budget import Budget
from wfperf.results.environment import Environment
from wfperf.results.revision import Revision, SavedBaseline
from wfperf.results.traps import Trap
from wfperf.stats.interval import Interval

# Version 1: counters against a baseline: what moved, and what was unknown.
# Version 2: a check for each budget, counted or timed, with its status and reason.
# Version 3: the functions that take longer, where a run does.
# Version 4: in which share of the samples processor time is what counts.
# Version 5: budgets are numbers of a kind, revisions and baselines are objects; all of them were texts. Names are the
#            usual ones: `call_count_changes`, not `moved`; `self_time_changes`, not `longer`.
# Version 6: names as in the glossary: `benchmark` and `baseline`, which were `scenario` and `base`.
SCHEMA_VERSION = 6

WALL_TIME, SPEEDUP, RESULTS = "wall_time", "speedup", "results"
"""Metrics that are not counters: time per run, speedup of a configuration over the plan's baseline, and results."""

PEAK_MEMORY_INCREASE = "peak_memory_increase"
"""Another one: the increase of the most that one run holds. Of `compare`, `peak-memory` is what is saved of it."""


class CheckStatus(StrEnum):
    """The verdict of a check, or of the gate as a whole."""

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    DIFFERS = "results differ"


SEVEREST_FIRST = (CheckStatus.DIFFERS, CheckStatus.FAIL, CheckStatus.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class CallCountChange:
    """A function that a run calls more or less often than before, and where it is defined.

    Args:
        name: `package/file.py:qualified.name`.
        baseline: calls per run before.
        head: calls per run now.
        file: relative to the repository, with forward slashes; empty if it is not known.
        line: of its definition, from 1; 0 if it is not known.
    """

    name: str
    baseline: int
    head: int
    file: str = ""
    line: int = 0

    @property
    def change(self) -> int:
        """Increase of calls per run."""
        return self.head - self.baseline


@dataclass(frozen=True, slots=True)
class SelfTimeChange:
    """A function that takes longer than before, and where it is defined.

    Args:
        name: `package/file.py:qualified.name`.
        more: increase of its self time, calls of library code included, as a fraction of the time of a run before.
        file: relative to the repository, with forward slashes; empty if it is not known.
        line: of its definition, from 1; 0 if it is not known.
    """

    name: str
    more: Interval
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """One budget of one configuration on one benchmark.

    Args:
        benchmark: the benchmark.
        configuration: name of the configuration; empty if the whole benchmark is missing.
        metric: a counter, such as `sql_statements`; `wall_time`, `speedup`, `peak_memory_increase` or `results`.
        budget: the limit; None if the check has none.
        status: whether the budget is kept.
        baseline: the count before; None if it is not known, or if the metric is not a counter.
        head: the count now; None as for `baseline`.
        change: measured change: of `wall_time` the increase of run time as a fraction (t_head / t_base - 1), of
            `speedup` the throughput gained, of `peak_memory_increase` the increase of peak memory as a fraction.
        confirmation: the same change, measured again in fresh processes before a FAIL is reported.
        blocks: number of blocks behind `change`.
        reason: why the check did not pass, as text; empty if it passed.
        call_count_changes: functions behind a changed count, the largest change first.
        self_time_changes: functions that take longer, if a run does, the largest change first.
        by_processor: share of samples that were preempted and whose cost is processor time.
        clock: what counts as time; None if nothing was timed, and in results of older versions.
        unequal_runs: number of blocks in which the compared samples had unequal numbers of runs.
        traps: what runs in either revision do beside what their time says.
        tracer: what has seen memory, as `Block.tracer`; empty if the metric is no memory.
    """

    benchmark: str
    configuration: str
    metric: str
    budget: Budget | None
    status: CheckStatus
    baseline: int | None = None
    head: int | None = None
    change: Interval | None = None
    confirmation: Interval | None = None
    blocks: int = 0
    reason: str = ""
    call_count_changes: tuple[CallCountChange, ...] = ()
    self_time_changes: tuple[SelfTimeChange, ...] = ()
    by_processor: float = 0.0
    clock: Clock | None = None
    unequal_runs: int = 0
    traps: tuple[Trap, ...] = ()
    tracer: str = ""

    @property
    def counted_change(self) -> int:
        """Increase of a count; 0 if the metric is not a counter."""
        return 0 if self.baseline is None or self.head is None else self.head - self.baseline


@dataclass(frozen=True, slots=True)
class Decision:
    """All checks of one `gate`.

    Args:
        against: what was compared with: a revision, or a baseline file.
        head: the revision that was judged; None for the current code.
        python: version of Python that counted.
        checks: all checks, in the order of benchmarks and configurations.
        environment: machine and Python of the measurement.
        notes: further notes for the reader.
        seed: random seed of the sampling orders and hash seeds; None if no time was measured.
        duration_s: duration of the whole gate, in seconds.
        level: confidence with which all intervals hold together.
        intervals: number of intervals that share this confidence; 0 if no time was measured.
        command: command line that repeats the gate.
        workload: options that chose what was gated, such as `--plan shop.toml`; empty for a plan that was found in the
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
    def status(self) -> CheckStatus:
        """The most severe status of all checks; inconclusive if nothing was counted or timed."""
        found = {check.status for check in self.checks}
        passed = CheckStatus.PASS if any(check.metric != RESULTS for check in self.checks) else CheckStatus.INCONCLUSIVE
        return next((status for status in SEVEREST_FIRST if status in found), passed)

    def of(self, status: CheckStatus) -> tuple[Check, ...]:
        """Return the checks with this status."""
        return tuple(check for check in self.checks if check.status is status)
