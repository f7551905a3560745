"""The saved baseline: a sorted, readable file to commit, with a section for each version of Python."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from wfperf.errors import UsageError
from wfperf.gate.stored import Times
from wfperf.measure.counters import CounterTable
from wfperf.plan import Plan
from wfperf.plan.find import folders_upward
from wfperf.results.counters import DEPENDENT, Counters
from wfperf.results.files import write_text

# Version 1: the built-in engine's three counters, each a field.
# Version 2: `counts` by name, so that the user's workload brings its own.
# Version 3: `library_calls` beside `calls`; `wall_time`, if times were stored, with their machine.
# Version 4: `results` in `wall_time`: a time counts only if the results are still the same.
# Version 5: `own`, what was counted as the user's own code; times of variants that share a processor, with processor
# time for preempted samples: earlier times cannot be compared with them.
SCHEMA_VERSION = 5
KIND = "work-baseline"
FILE = "wfperf-baseline.json"
TIMED_ALIKE = 5
"""The first version whose times were measured as they are now."""
SOURCE_TREES = "source trees"

V = TypeVar("V")
Table = Mapping[str, Mapping[str, V]]
"""A value for each benchmark and configuration."""

SHORTEST_NS, LONGEST_NS = 1e-3, 1e18  # plausible times of a run


def python_version() -> str:
    """Return the version of Python of a section, such as 3.11: counts hold across its patch releases."""
    return ".".join(platform.python_version_tuple()[:2])


@dataclass(frozen=True, slots=True)
class Baseline:
    """The content of a baseline: counters by version of Python, and times of one machine, if any were stored.

    Args:
        counters: by version of Python.
        times: of one machine.
        own: the packages whose calls were counted, by version of Python; empty for all in the source trees; without an
            entry if the baseline is older than the counting of source trees.
        has_useless_times: whether it holds times that were not measured as they are now.
    """

    counters: Mapping[str, CounterTable]
    times: Times | None = None
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    has_useless_times: bool = False

    def is_of(self, plan: Plan) -> bool:
        """Return whether most of its entries are of a plan; a few benchmarks may have been renamed since."""
        known = [(on.name, each.name) for on in plan.benchmarks for each in plan.configurations]
        cases = [
            (benchmark, name)
            for table in self.counters.values()
            for benchmark, variants in table.items()
            for name in variants
        ]
        return 2 * sum(case in known for case in cases) >= len(cases)

    def counted_otherwise(self, python: str, packages: tuple[str, ...]) -> str:
        """Return, as text, that other code was counted as the user's own; empty if counts can be compared.

        Args:
            python: the version of Python.
            packages: packages whose calls are counted now; empty for all in the source trees.
        """
        before = self.own.get(python)
        if before is None:
            return (
                "" if packages else f"the baseline does not tell whose calls it counted; now it is all {SOURCE_TREES}"
            )
        if {*before} == {*packages}:
            return ""
        return f"calls were counted of {_shown(before)} in the baseline, of {_shown(packages)} now"

    def updated(
        self, python: str, counters: CounterTable, times: Times | None, *, own: tuple[str, ...], whole: bool
    ) -> Baseline:
        """Return the baseline with newer counters of a version of Python, and with newer times, if any.

        What is left out stays as it was, unless `whole` is set, or its times are of another machine.
        """
        table = _updated({} if whole else self.counters.get(python, {}), counters)
        if times and self.times and not whole and times.machine.items() <= self.times.machine.items():
            blocks_ns = _updated(self.times.blocks_ns, times.blocks_ns)
            times = Times(times.machine, blocks_ns, _updated(self.times.results, times.results))
        return Baseline({**self.counters, python: table}, times or self.times, {**self.own, python: own})


def find_baseline(start: Path) -> Path | None:
    """Return the nearest file of the usual name, in a folder or above."""
    return next((folder / FILE for folder in folders_upward(start) if (folder / FILE).is_file()), None)


def read_baseline(path: Path) -> Baseline:
    """Return the content of a baseline.

    Raises:
        UsageError: the file is missing, broken, of another kind or of a newer version.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"there is no baseline {path}; to make it: the same command with --update") from error
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"cannot read the baseline {path}: {error}") from error
    if not isinstance(data, dict) or data.get("kind") != KIND:
        raise UsageError(f"{path} is not a baseline of wfperf gate")
    version = data.get("schema_version")
    if type(version) is not int or not 0 < version <= SCHEMA_VERSION:
        raise UsageError(f"{path} has schema version {version}; this wfperf reads up to {SCHEMA_VERSION}")
    try:
        counters = {python: _table(section, version) for python, section in data["python"].items()}
        times = _times(data["wall_time"]) if "wall_time" in data else None
        if version < TIMED_ALIKE:
            return Baseline(counters, has_useless_times=times is not None)
        return Baseline(counters, times, {python: _own(packages) for python, packages in data["own"].items()})
    except (AttributeError, KeyError, TypeError) as error:
        raise UsageError(f"the baseline {path} is incomplete; remove it, and make it again with --update") from error


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write the baseline completely or not at all, without counters that depend on libraries."""
    sections = {
        version: {
            benchmark: {
                name: {
                    "counts": gated(counters),
                    "calls": dict(counters.calls),
                    "library_calls": dict(counters.library_calls),
                }
                for name, counters in variants.items()
            }
            for benchmark, variants in table.items()
        }
        for version, table in baseline.counters.items()
    }
    own = {version: sorted(packages) or SOURCE_TREES for version, packages in baseline.own.items()}
    data = {"schema_version": SCHEMA_VERSION, "kind": KIND, "own": own, "python": sections}
    if baseline.times:
        data["wall_time"] = asdict(baseline.times)
    write_text(path, json.dumps(data, indent=1, sort_keys=True) + "\n")


def gated(counters: Counters) -> dict[str, int]:
    """Return the counts that are the same on any machine with the same version of Python."""
    return {name: count for name, count in counters.counts.items() if name not in DEPENDENT}


def _updated(older: Table[V], newer: Table[V]) -> dict[str, dict[str, V]]:
    return {name: {**older.get(name, {}), **newer.get(name, {})} for name in {**older, **newer}}


def _shown(packages: tuple[str, ...]) -> str:
    return ", ".join(sorted(packages)) or f"all {SOURCE_TREES}"


def _own(packages: Any) -> tuple[str, ...]:
    if packages == SOURCE_TREES:
        return ()
    if not isinstance(packages, list) or not packages or not all(isinstance(each, str) for each in packages):
        raise TypeError("packages are texts")
    return tuple(packages)


def _times(data: Any) -> Times:
    blocks_ns = {
        benchmark: {name: [_time(cost) for cost in costs] for name, costs in variants.items()}
        for benchmark, variants in data["blocks_ns"].items()
    }
    results = {
        benchmark: {name: _fingerprint(result) for name, result in variants.items()}
        for benchmark, variants in data.get("results", {}).items()
    }
    return Times(dict(data["machine"].items()), blocks_ns, results)


def _time(cost: Any) -> float:
    if type(cost) not in {int, float} or not SHORTEST_NS <= cost < LONGEST_NS:
        raise TypeError("no time that a run takes")
    return float(cost)


def _fingerprint(result: Any) -> str:
    if not isinstance(result, str):
        raise TypeError("fingerprints are texts")
    return result


def _table(section: Any, version: int) -> CounterTable:
    return {
        benchmark: {name: _counters(counters, version) for name, counters in variants.items()}
        for benchmark, variants in section.items()
    }


def _counters(data: Any, version: int) -> Counters:
    if version == 1:
        data = {"calls": data["calls"], "counts": {name: data[name] for name in data if name != "calls"}}
    counters = Counters(
        counts=dict(data["counts"].items()),
        calls=dict(data["calls"].items()),
        library_calls=dict(data.get("library_calls", {}).items()),
    )
    numbers = (*counters.counts.values(), *counters.calls.values(), *counters.library_calls.values())
    if not all(type(number) is int and number >= 0 for number in numbers):
        raise TypeError("counts are whole numbers")
    return counters
