"""Entries of the history: one for each number that a run measured."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Literal

from wfperf.plan.metrics import ALLOCATIONS, MEMORY, PEAK_MEMORY, THROUGHPUT
from wfperf.results.comparison import Comparison, Finding
from wfperf.results.decision import PEAK_MEMORY_INCREASE, SPEEDUP, WALL_TIME, Check, Decision
from wfperf.results.environment import Environment, fingerprint
from wfperf.results.revision import Revision
from wfperf.stats.bounds import Lower, Upper

# Version 1: the first format.
# Version 2: names as in the glossary: `benchmark`, `variant` and `baseline`.
SCHEMA_VERSION = 2

ALLOCATIONS_SAVED = "allocations-saved"
"""The metric of an entry for a finding about allocations: `allocations` is the counter that it is a fraction of."""

FRACTIONS = (*(THROUGHPUT, SPEEDUP, WALL_TIME, MEMORY, PEAK_MEMORY, PEAK_MEMORY_INCREASE, ALLOCATIONS_SAVED),)
"""Metrics that are fractions with an interval; every other metric is the name of a counter."""

CERTAIN = 1.0
"""The confidence level of a count, which is exact."""

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
MOST_BLOCKS = 1 << 31
"""More blocks than anybody will measure; SQLite and JSON can both hold the number."""

LARGEST = 1e15
"""Eleven days in nanoseconds; a larger number is a mistake."""

_SHORT = 12
"""Digits of a hash. With millions of entries, one history in a thousand has two equal ones."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What must be equal for numbers to belong to one series: machine, operating system, Python and libraries.

    All fields are those of `environment.fingerprint`, except `python`: the version that ran the variant.
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
        """Twelve hexadecimal digits; equal machines have equal ids."""
        return _digest(*asdict(self).values())


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of one run.

    Args:
        at: when it was measured, in UTC, such as `2026-11-24T15:48:12Z`.
        run: id that all numbers of one run share; every run has another one.
        command: the command that measured it.
        revision: revision of the measured code, with a + if files were changed; empty if it is not known.
        workload: options that chose what was measured, such as `--a shop:old --b shop:new`; empty if there were none.
            The names below have the same meaning only within one workload.
        benchmark: the benchmark.
        variant: name of the variant.
        baseline: the baseline; empty for a count, and for numbers of the gate.
        metric: `throughput` and `speedup`, both throughput gained; `wall_time`, the increase of run time; `memory`,
            `peak-memory` and `allocations-saved`, what is saved of them; `peak_memory_increase`, the increase of peak
            memory; or the name of a counter.
        estimate: the number: a fraction, or a count.
        low: lower end of its interval, or the count itself. Infinite if there are too few blocks for an interval.
        high: upper end of its interval, as `low`.
        level: confidence with which all intervals of the run hold together; 1.0 for a count.
        blocks: number of blocks; 0 for a count.
        verdict: verdict on a claim or a budget; empty if there was none.
        machine: the machine.
        wfperf: version of wfperf that measured it.
        against: revision or baseline that a gate compared it with; it changes from run to run, so it does not
            distinguish series.

    Raises:
        ValueError: the interval does not contain the estimate, or a field has an impossible value.
    """

    at: str
    run: str
    command: Literal["compare", "gate"]
    revision: str
    workload: str
    benchmark: str
    variant: str
    baseline: str
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
        """Twelve hexadecimal digits, equal for the same number of the same run, so that the history keeps it once.

        They do not depend on `at`: a result file has no time of measurement, so `at` can be the date of the file.
        """
        named = (self.run, self.workload, self.benchmark, self.variant, self.baseline, self.metric)
        numbers = (self.estimate, self.low, self.high, self.blocks)
        return _digest(*named, *(repr(each + 0.0) for each in numbers))  # 1 is 1.0, and -0.0 is 0.0

    @property
    def is_count(self) -> bool:
        """Whether it is the number of a counter."""
        return self.metric not in FRACTIONS


def entries_of_comparison(comparison: Comparison, at: datetime) -> tuple[Entry, ...]:
    """Return every number of a comparison: the effect of each finding, and the counters of each variant.

    Args:
        comparison: the result of `compare`. A finding whose results differ has no number.
        at: time of the measurement, with a time zone.
    """
    entries: dict[tuple[str, ...], Entry] = {}
    for entry in _of_comparison(comparison, at):
        number = (entry.benchmark, entry.variant, entry.baseline, entry.metric)
        entries.setdefault(number, entry)  # two claims, one number
    return tuple(entries.values())


def entries_of_decision(decision: Decision, at: datetime) -> tuple[Entry, ...]:
    """Return every number of a decision: the current counts, and the measured changes of time.

    Args:
        decision: the result of `gate`.
        at: time of the measurement, with a time zone.
    """
    environment = decision.environment
    # The gate says 3.11 where the environment says 3.11.7.
    is_same = f"{environment.python}.".startswith(f"{decision.python}.")
    common = {
        **_common("gate", decision, at),
        "revision": _revision(decision.head) or environment.revision,
        "baseline": "",
        "machine": _machine(environment, environment.python if is_same else decision.python),
        "against": str(decision.against),
    }
    return tuple(
        Entry(
            benchmark=check.benchmark,
            variant=check.configuration,
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
        **_common("compare", comparison, at),
        "revision": environment.revision,
    }
    pythons = {
        (benchmark.name, name): version
        for benchmark in comparison.benchmarks
        for block in benchmark.blocks[:1]
        for name, version in block.pythons.items()
    }
    for finding in comparison.findings:
        if finding.effect is not None:
            yield Entry(
                benchmark=finding.benchmark,
                variant=finding.variant,
                baseline=finding.baseline,
                metric=ALLOCATIONS_SAVED if finding.metric == ALLOCATIONS else finding.metric,
                estimate=finding.effect.estimate,
                low=finding.effect.low,
                high=finding.effect.high,
                level=comparison.level,
                blocks=finding.blocks,
                verdict=str(finding.verdict or ""),
                machine=_machine(environment, _python(finding, pythons)),
                **common,
            )
    for benchmark, variants in comparison.counters.items():
        for variant, counters in variants.items():
            machine = _machine(environment, pythons.get((benchmark, variant), ""))
            for counter, count in counters.counts.items():
                yield Entry(
                    benchmark=benchmark,
                    variant=variant,
                    baseline="",
                    metric=counter,
                    verdict="",
                    machine=machine,
                    **_count(count),
                    **common,
                )


def _python(finding: Finding, pythons: dict[tuple[str, str], str]) -> str:
    """Return the version that ran a finding's two variants; both, where they are not the same."""
    variant, baseline = (pythons.get((finding.benchmark, name), "") for name in (finding.variant, finding.baseline))
    return variant if variant == baseline or not baseline else f"{variant} against {baseline}"


def _common(command: str, result: Comparison | Decision, at: datetime) -> dict[str, Any]:
    environment = result.environment
    where = (environment.cpu, environment.platform, environment.python, environment.revision)
    return {
        "at": _time(at),
        # What tells a run from every other one, of what result files of all versions have.
        "run": _digest(command, *where, repr(environment.load_1min), repr(result.seed), repr(result.duration_s)),
        "command": command,
        "workload": result.workload,
        "wfperf": environment.wfperf,
    }


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


def _digest(*parts: str) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()[:_SHORT]


def _time(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime(TIME_FORMAT) if at else ""


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
