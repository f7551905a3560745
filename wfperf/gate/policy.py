"""The gate's policy, as data: the table `gate` of a plan, or `tool.wfperf.gate` of a pyproject.toml.

max_regression = "2 %"                  # a run may take this much longer
max_calls = "+0"                        # calls of the user's own functions: no more than before
max_library_calls = "+1 %"              # their calls of other functions, built-in ones included
max_sql = 1                             # SQL statements: one at most
max_peak_memory = "+5 %"                # the most memory that a run holds may rise by this much; none by default
min_speedup.phase-1 = "30 %"            # of one configuration over the plan's baseline
max_counter.files_read = "+0"           # a counter of the user's workload
max_calls = { "*" = "+0", original = "+5 %" }

[gate.benchmark.typical]                 # the same for one benchmark; the most specific rule counts
max_sql = 2
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from wfperf.errors import UsageError
from wfperf.gate.budget import count_budget, memory_budget, regression_budget, seconds, speedup_budget
from wfperf.plan import Plan
from wfperf.plan.load import read_tables
from wfperf.plan.models import unknown
from wfperf.results.budget import NO_MORE, Budget
from wfperf.results.counters import FUNCTION_CALLS, LIBRARY_CALLS, NODE_OBJECTS, SQL_STATEMENTS
from wfperf.results.decision import PEAK_MEMORY_INCREASE, SPEEDUP, WALL_TIME

MAX_REGRESSION = 0.02
"""Default limit on the increase of run time: twice the smallest effect that counts, so equal code passes."""

EVERY = "*"
"""Any benchmark or configuration."""

_BUDGETS: Mapping[str, tuple[str, Callable[[Any], Budget | float]]] = {
    "max_calls": (FUNCTION_CALLS, count_budget),
    "max_library_calls": (LIBRARY_CALLS, count_budget),
    "max_sql": (SQL_STATEMENTS, count_budget),
    "max_objects": (NODE_OBJECTS, count_budget),
    "max_regression": (WALL_TIME, regression_budget),
    "max_peak_memory": (PEAK_MEMORY_INCREASE, memory_budget),
    "min_speedup": (SPEEDUP, speedup_budget),
}
_COUNTERS, _BENCHMARKS = "max_counter", "benchmark"
_OF_TIME = frozenset({WALL_TIME, SPEEDUP})
_LISTS = ("setup", "benchmarks", "configurations")
_MAX_TIME = "max_time"
_INNER = (*_BUDGETS, _COUNTERS)
KEYS = (*_INNER, _BENCHMARKS, *_LISTS, _MAX_TIME)
_RENAMED = {"scenario": "benchmark", "scenarios": "benchmarks"}


@dataclass(frozen=True, slots=True)
class Rule:
    """A budget and its scope; `*` is any benchmark or configuration that no other rule names."""

    metric: str
    benchmark: str
    configuration: str
    budget: Budget | float

    def is_for(self, cases: Collection[tuple[str, str]]) -> bool:
        """Return whether it applies to any of these benchmarks and configurations."""
        return any(
            self.benchmark in {EVERY, benchmark} and self.configuration in {EVERY, configuration}
            for benchmark, configuration in cases
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """All budgets, and how trees are prepared and timed.

    Args:
        rules: the budgets.
        setup: commands that prepare a tree, as text.
        benchmarks: benchmarks to time; empty for those of the plan's contrasts.
        configurations: configurations to time; empty for those of the plan.
        max_time_s: time budget, unless the command line sets one.
        where: the file, for errors.
    """

    rules: tuple[Rule, ...] = ()
    setup: tuple[str, ...] = ()
    benchmarks: tuple[str, ...] = ()
    configurations: tuple[str, ...] = ()
    max_time_s: float | None = None
    where: str = "the gate's defaults"

    def of_count(self, benchmark: str, configuration: str, counter: str) -> Budget:
        """Return the budget of a counter; by default, it may not rise."""
        found = self._most_specific(benchmark, configuration, counter)
        return found if isinstance(found, Budget) else NO_MORE

    def limits(self, benchmark: str, configuration: str, counter: str) -> bool:
        """Return whether a rule names this counter, so that its budget is not the default."""
        return self._most_specific(benchmark, configuration, counter) is not None

    def of_regression(self, benchmark: str, configuration: str) -> float:
        """Return by which fraction a run may take longer: 2 % by default."""
        found = self._most_specific(benchmark, configuration, WALL_TIME)
        return found if isinstance(found, float) else MAX_REGRESSION

    def of_speedup(self, benchmark: str, configuration: str) -> float | None:
        """Return the required speedup of a configuration over the plan's baseline, as a fraction; None by default."""
        found = self._most_specific(benchmark, configuration, SPEEDUP)
        return found if isinstance(found, float) else None

    def of_peak_memory(self, benchmark: str, configuration: str) -> float | None:
        """Return by which fraction the peak memory of a run may rise; None by default, without such a budget."""
        found = self._most_specific(benchmark, configuration, PEAK_MEMORY_INCREASE)
        return found if isinstance(found, float) else None

    def times(self, benchmark: str, configuration: str) -> bool:
        """Return whether a budget on time names just this benchmark."""
        return any(
            rule.metric in _OF_TIME and rule.benchmark == benchmark and rule.configuration in {EVERY, configuration}
            for rule in self.rules
        )

    def untimed(self, gated: Collection[tuple[str, str]], timed: Collection[tuple[str, str]]) -> list[str]:
        """Return the budgets on time for something gated that is never timed, as text."""
        return [
            " ".join(
                (
                    rule.metric,
                    *([f"of {rule.configuration}"] if rule.configuration != EVERY else []),
                    *([f"on {rule.benchmark}"] if rule.benchmark != EVERY else []),
                )
            )
            for rule in self.rules
            if rule.metric in _OF_TIME and rule.is_for(gated) and not rule.is_for(timed)
        ]

    def check_counters(self, known: Collection[str], benchmarks: Collection[str]) -> None:
        """Check that every counter with a budget was counted.

        Args:
            known: counters that were counted.
            benchmarks: benchmarks that were counted in every configuration; with `*` if they are all.

        Raises:
            UsageError: one was not; suggests a similar name.
        """
        for rule in self.rules:
            if isinstance(rule.budget, Budget) and rule.benchmark in benchmarks and rule.metric not in known:
                _unknown(self.where, f"{_COUNTERS}.{rule.metric}", rule.metric, sorted(known), "counter")

    def _most_specific(self, benchmark: str, configuration: str, metric: str) -> Budget | float | None:
        for wanted in ((benchmark, configuration), (benchmark, EVERY), (EVERY, configuration), (EVERY, EVERY)):
            for rule in self.rules:
                if rule.metric == metric and (rule.benchmark, rule.configuration) == wanted:
                    return rule.budget
        return None


def read_policy(path: Path, plan: Plan, benchmarks: tuple[str, ...] | None) -> Policy:
    """Return the policy of a TOML file: its table `gate`, or `tool.wfperf.gate` of a pyproject.toml; empty without one.

    Args:
        path: the file.
        plan: plan with the configurations that a policy may name.
        benchmarks: benchmarks that it may name; None if nobody knows all of them.

    Raises:
        UsageError: it cannot be read, or is invalid; names the key, and a similar one.
    """
    data = read_tables(path, "the policy of ").get("gate", {})
    if not isinstance(data, dict):
        raise UsageError(f"{path}: gate is not a table; write [gate]")
    return parse_policy(data, f"{path}, gate", plan, benchmarks)


def parse_policy(data: Mapping[str, Any], where: str, plan: Plan, benchmarks: tuple[str, ...] | None) -> Policy:
    """Return the policy that a table holds.

    Raises:
        UsageError: as `read_policy`.
    """
    configurations = tuple(each.name for each in plan.configurations)
    reader = _Reader(where, configurations, benchmarks)
    return Policy(
        rules=tuple(reader.rules(data)),
        setup=reader.texts(data, "setup"),
        benchmarks=reader.texts(data, "benchmarks", benchmarks, "benchmark"),
        configurations=reader.texts(data, "configurations", configurations, "configuration"),
        max_time_s=reader.parsed(_MAX_TIME, seconds, data[_MAX_TIME]) if _MAX_TIME in data else None,
        where=where,
    )


class _Reader:
    def __init__(self, where: str, configurations: tuple[str, ...], benchmarks: tuple[str, ...] | None) -> None:
        self._where = where
        self._configurations = configurations
        self._benchmarks = benchmarks

    def rules(self, data: Mapping[str, Any]) -> Iterator[Rule]:
        yield from self._of_benchmark(data, EVERY, "", KEYS)
        for benchmark, table in self._table(data.get(_BENCHMARKS, {}), _BENCHMARKS).items():
            place = f"{_BENCHMARKS}.{benchmark}"
            if self._benchmarks is not None and benchmark not in self._benchmarks:
                _unknown(self._where, place, benchmark, self._benchmarks, "benchmark")
            yield from self._of_benchmark(self._table(table, place), benchmark, f"{place}.", _INNER)

    def texts(
        self, data: Mapping[str, Any], key: str, known: tuple[str, ...] | None = None, what: str = ""
    ) -> tuple[str, ...]:
        texts = data.get(key, [])
        if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
            self._fail(key, f"is a list of texts, not {texts!r}")
        for each in texts:
            if known is not None and each not in known:
                _unknown(self._where, key, each, known, what)
        return tuple(texts)

    def parsed(self, place: str, parse: Callable[[Any], Any], value: Any) -> Any:
        try:
            return parse(value)
        except ValueError as error:
            self._fail(place, str(error))

    def _of_benchmark(
        self, data: Mapping[str, Any], benchmark: str, prefix: str, known: tuple[str, ...]
    ) -> Iterator[Rule]:
        for key, value in data.items():
            if key in _RENAMED:
                self._fail(key, f"is called {_RENAMED[key]}")
            if key not in known:
                _unknown(self._where, f"{prefix}{key}", key, known, "key")
            place = f"{prefix}{key}"
            if key == _COUNTERS:
                for counter, budget in self._table(value, place).items():
                    yield from self._of_key(f"{place}.{counter}", benchmark, counter, count_budget, budget)
            elif key in _BUDGETS:
                yield from self._of_key(place, benchmark, *_BUDGETS[key], value)

    def _of_key(
        self, place: str, benchmark: str, metric: str, parse: Callable[[Any], Budget | float], value: Any
    ) -> Iterator[Rule]:
        for configuration, budget in value.items() if isinstance(value, dict) else [(EVERY, value)]:
            inner = f"{place}.{configuration}" if isinstance(value, dict) else place
            if configuration != EVERY and configuration not in self._configurations:
                _unknown(self._where, inner, configuration, self._configurations, "configuration")
            yield Rule(metric, benchmark, configuration, self.parsed(inner, parse, budget))

    def _table(self, value: Any, place: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self._fail(place, f"is a table, not {value!r}")
        return value

    def _fail(self, place: str, message: str) -> NoReturn:
        raise UsageError(f"{self._where}: {place} {message}")


def _unknown(where: str, place: str, name: str, known: Iterable[str], what: str) -> NoReturn:
    raise UsageError(f"{where}: {place}: {unknown(what, name, known)}")
