"""What the history keeps: one entry for each number that a run measured."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from wfperf.results.comparison import Comparison, Finding
from wfperf.results.decision import SPEEDUP, WALL_TIME, Check, Decision
from wfperf.results.environment import Environment, fingerprint
from wfperf.results.revision import Revision
from wfperf.stats.bounds import Lower, Upper

# Version 1: the first format.
SCHEMA_VERSION = 1

THROUGHPUT, MEMORY = "throughput", "memory"
FRACTIONS = (THROUGHPUT, SPEEDUP, WALL_TIME, MEMORY)
"""Metrics that are fractions with an interval; every other one is a counter's name."""

CERTAIN = 1.0
"""The level of a count: there is no doubt in it."""

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
MOST_BLOCKS = 1 << 31
"""More than anybody will ever measure, and a number that SQLite and JSON can both hold."""

LARGEST = 1e15
"""Eleven days in nanoseconds: what is larger is a mistake."""

_SHORT = 12
"""Of a hash, so that among millions of entries two are alike once in a thousand histories."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What must be alike for numbers to stand in one line: the machine, its system, its Python and its libraries.

    All as `environment.fingerprint` has them, but for `python`: the version that ran what was measured.
    """

    cpu: str
    cores: str
    platform: str
    governor: str
    container: str
    implementation: str
    python: str
    libraries: str

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits that are the same where all of this is."""
        return _digest(*asdict(self).values())


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of one run.

    Args:
        at: when it was measured, in UTC, such as `2026-11-24T15:48:12Z`.
        run: what all numbers of one run share, and no other run has.
        command: what measured it.
        revision: of the code that was measured, with a + where files were changed; empty where it is not known.
        workload: the options that chose what was measured, such as `--a shop:old --b shop:new`; empty where there were
            none. Names below mean the same only within one workload.
        scenario: what it was measured on.
        subject: what was measured.
        base: what that was held against; empty for a count, and for what the gate measures.
        metric: `throughput` and `speedup`, both throughput gained; `wall_time`, the time a run takes more; `memory`,
            what is saved of it; or a counter's name.
        estimate: the number; a fraction, or a count.
        low: the lower end of its interval; of a count the count itself. Infinite while too few blocks bound anything.
        high: the upper end.
        level: the confidence in that interval, with all others of the run; 1.0 for a count.
        blocks: how many blocks it rests on; 0 for a count.
        verdict: what a claim or a budget came to; empty where there was none.
        machine: on what it was measured.
        wfperf: the version that measured it.
        against: the revision or the baseline that a gate held it to; changes from run to run, and so is no part of what
            makes a line.

    Raises:
        ValueError: the three numbers are in no order, or one of the fields cannot be what it says.
    """

    at: str
    run: str
    command: Literal["compare", "gate"]
    revision: str
    workload: str
    scenario: str
    subject: str
    base: str
    metric: str
    estimate: float
    low: Lower
    high: Upper
    level: float
    blocks: int
    verdict: str
    machine: Machine
    wfperf: str
    against: str = ""

    def __post_init__(self) -> None:
        if not (math.isfinite(self.estimate) and self.low <= self.estimate <= self.high):
            raise ValueError(f"not an interval: {self.low} <= {self.estimate} <= {self.high}")
        if any(math.isfinite(each) and abs(each) > LARGEST for each in (self.low, self.estimate, self.high)):
            raise ValueError(f"nothing measured is larger than {LARGEST:g}")
        if not 0 < self.level <= CERTAIN:
            raise ValueError(f"a level lies between 0 and 1, found {self.level}")
        if not 0 <= self.blocks < MOST_BLOCKS:
            raise ValueError(f"a number of blocks cannot be {self.blocks}")
        if _time(_parsed(self.at)) != self.at:
            raise ValueError(f"a time is written like 2026-11-24T15:48:12Z, not {self.at!r}")

    @property
    def id(self) -> str:
        """Twelve hexadecimal digits for what was measured in which run: kept twice, a number is still one.

        When it was measured has no part in it: a result file does not say, so its own date may stand there.
        """
        named = (self.run, self.workload, self.scenario, self.subject, self.base, self.metric)
        numbers = (self.estimate, self.low, self.high, self.blocks)
        return _digest(*named, *(repr(each + 0.0) for each in numbers))  # 1 is 1.0, and -0.0 is 0.0

    @property
    def is_count(self) -> bool:
        """Whether it is a counter's number."""
        return self.metric not in FRACTIONS


def entries_of_comparison(comparison: Comparison, at: datetime) -> tuple[Entry, ...]:
    """Return every number that a comparison found: a gain for each finding, and each side's counts.

    Args:
        comparison: what `compare` found. A finding whose results differ has no number.
        at: when, with its time zone.
    """
    entries: dict[tuple[str, ...], Entry] = {}
    for entry in _of_comparison(comparison, at):
        entries.setdefault((entry.scenario, entry.subject, entry.base, entry.metric), entry)  # two claims, one number
    return tuple(entries.values())


def entries_of_decision(decision: Decision, at: datetime) -> tuple[Entry, ...]:
    """Return every number that a gate measured: the counts of now, and what was timed.

    Args:
        decision: what `gate` decided.
        at: when, with its time zone.
    """
    environment = decision.environment
    # The gate says 3.11 where the environment says 3.11.7.
    is_same = f"{environment.python}.".startswith(f"{decision.python}.")
    common = {
        **_common("gate", environment, decision.workload, at),
        "run": _run("gate", environment, decision.seed, decision.duration_s),
        "revision": _revision(decision.head) or environment.revision,
        "base": "",
        "machine": _machine(environment, environment.python if is_same else decision.python),
        "against": str(decision.against),
    }
    return tuple(
        Entry(
            scenario=check.scenario,
            subject=check.configuration,
            metric=check.metric,
            verdict=str(check.status),
            **_number(check),
            **common,
        )
        for check in decision.checks
        if check.change is not None or check.head is not None
    )


def _of_comparison(comparison: Comparison, at: datetime) -> Iterator[Entry]:
    environment = comparison.environment
    common = {
        **_common("compare", environment, comparison.workload, at),
        "run": _run("compare", environment, comparison.seed, comparison.duration_s),
        "revision": environment.revision,
    }
    pythons = {
        (trial.scenario, name): version
        for trial in comparison.trials
        for block in trial.blocks[:1]
        for name, version in block.pythons.items()
    }
    for finding in comparison.findings:
        if finding.effect is not None:
            yield Entry(
                scenario=finding.scenario,
                subject=finding.subject,
                base=finding.base,
                metric=finding.metric,
                estimate=finding.effect.estimate,
                low=finding.effect.low,
                high=finding.effect.high,
                level=comparison.level,
                blocks=finding.blocks,
                verdict=str(finding.verdict or ""),
                machine=_machine(environment, _python(finding, pythons)),
                **common,
            )
    for scenario, sides in comparison.work.items():
        for subject, work in sides.items():
            machine = _machine(environment, pythons.get((scenario, subject), ""))
            for counter, count in work.counts.items():
                yield Entry(
                    scenario=scenario,
                    subject=subject,
                    base="",
                    metric=counter,
                    verdict="",
                    machine=machine,
                    **_count(count),
                    **common,
                )


def _python(finding: Finding, pythons: dict[tuple[str, str], str]) -> str:
    """Return the version that ran a finding's two sides; both, where they are not the same."""
    subject, base = (pythons.get((finding.scenario, name), "") for name in (finding.subject, finding.base))
    return subject if subject == base or not base else f"{subject} against {base}"


def _common(command: str, environment: Environment, workload: str, at: datetime) -> dict[str, Any]:
    return {"at": _time(at), "command": command, "workload": workload, "wfperf": environment.wfperf}


def _number(check: Check) -> dict[str, Any]:
    if check.change is None:
        return _count(check.head or 0)
    change = check.change
    return {
        "estimate": change.estimate,
        "low": change.low,
        "high": change.high,
        "level": change.level,
        "blocks": check.blocks,
    }


def _count(count: int) -> dict[str, Any]:
    return {"estimate": float(count), "low": float(count), "high": float(count), "level": CERTAIN, "blocks": 0}


def _machine(environment: Environment, python: str) -> Machine:
    traits = fingerprint(environment)
    return Machine(**(traits | {"python": python or traits["python"]}))


def _revision(head: Revision | None) -> str:
    """Return the commit that a gate judged; empty for what runs as it stands, which the environment tells of."""
    return "" if head is None or head.is_working_tree else head.commit[:_SHORT]


def _run(command: str, environment: Environment, seed: int | None, duration_s: float) -> str:
    """Return what tells a run from every other one, of what result files of all versions have."""
    where = (environment.cpu, environment.platform, environment.python, environment.revision)
    return _digest(command, *where, repr(environment.load_1min), repr(seed), repr(duration_s))


def _digest(*parts: str) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()[:_SHORT]


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime(TIME_FORMAT) if at else ""


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
