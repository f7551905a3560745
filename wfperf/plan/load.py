"""Read a plan: the one that ships with wfperf, or the user's own."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import TypeAdapter, ValidationError

from wfperf.errors import UsageError
from wfperf.faults import first_fault
from wfperf.plan.metrics import THROUGHPUT
from wfperf.plan.models import Benchmark, Claim, Configuration, Optimization, Pair, Plan, RankClaim, Suite

PYPROJECT = "pyproject.toml"
TABLE = "tool.wfperf"

ALONE = "suite"
"""The configuration of a suite that runs in one environment."""

T = TypeVar("T")


@cache
def load_plan() -> Plan:
    """Return the built-in plan, which is installed with its workload in the folder of wfperf."""
    file = Path(str(files("wfperf"))) / "fixtures" / "plan.toml"
    return replace(read_plan(file), root=str(file.parents[2]))


def read_plan(path: Path) -> Plan:
    """Return the plan of a TOML file; in a pyproject.toml, the table `tool.wfperf`. Paths are relative to the file.

    Raises:
        UsageError: the file cannot be read, is no TOML, or is no plan; names place and fault.
    """
    return parse_plan(
        _read(path, "the plan "), where=str(path), folder=path.parent, is_pyproject=path.name == PYPROJECT
    )


def read_tables(path: Path, what: str = "") -> dict[str, Any]:
    """Return wfperf's tables of a TOML file: all; of a pyproject.toml those of `tool.wfperf`, if there is one.

    Args:
        path: the file.
        what: what is read of it, for errors, as in "the policy of ".

    Raises:
        UsageError: the file cannot be read, is no TOML, `tool.wfperf` is no table, or it has a table that nothing
            reads.
    """
    return _tables(_read(path, what), str(path), is_pyproject=path.name == PYPROJECT)


def _read(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {what}{path}: {getattr(error, 'strerror', None) or error}") from error


def _tables(text: str, where: str, *, is_pyproject: bool) -> dict[str, Any]:
    try:
        data: Any = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{where} is not TOML: {error}") from error
    for name in TABLE.split(".") if is_pyproject else ():
        data = data.get(name, {})
        if not isinstance(data, dict):
            raise UsageError(f"{where}: {name} is {data!r}; it must be a table: [{TABLE}]")
    tables: dict[str, Any] = data
    for name in _RESERVED:
        if name in tables:  # it would be accepted, but have no effect
            table = f"{TABLE}.{name}" if is_pyproject else name
            raise UsageError(f"{where}: there is no table [{table}]; `wfperf {name}` is configured by its options")
    return tables


def parse_plan(text: str, *, where: str = "the plan", folder: Path | None = None, is_pyproject: bool = False) -> Plan:
    """Return the plan that a TOML text holds; a configuration's choices include those of the one it includes.

    Args:
        text: the file's.
        where: its name in errors.
        folder: folder that its paths are relative to.
        is_pyproject: whether the plan is only a table of it.

    Raises:
        UsageError: it is no TOML or no plan; names the entry, the field and the fault.
    """
    data = _tables(text, where, is_pyproject=is_pyproject)
    return _Reader(f"{where}, table {TABLE}" if is_pyproject else where, folder or Path()).plan(data)


class _Reader:
    """Turns tables into models, and mistakes in them into errors that name their place."""

    def __init__(self, where: str, folder: Path) -> None:
        self._where = where
        self._folder = folder.absolute()

    def plan(self, data: Mapping[str, Any]) -> Plan:
        for old, new in _RENAMED_TABLES.items():
            if old in data:
                self._fail("", f"[[{old}]] is called [[{new}]]")
        self._refuse_old_names(data, "")
        tables = {name: self._tables(data, name) for name in _ENTRIES}
        self._give_metrics(tables)
        rest = {key: value for key, value in data.items() if key not in _ENTRIES and key not in BESIDE_A_PLAN}
        if "suite" in rest:
            rest.setdefault("what", rest["suite"])
            rest["suite"] = self._suite(rest["suite"])
            tables["configuration"] = tables["configuration"] or [{"name": ALONE}]
            rest.setdefault("baseline", tables["configuration"][0].get("name"))
        baseline = str(rest.get("baseline", "original"))
        plan = self._made(
            Plan,
            {
                **rest,
                "optimizations": [
                    self._claiming("optimization", "id", Optimization, each, baseline)
                    for each in tables["optimization"]
                ],
                "configurations": self._configurations(tables["configuration"], baseline),
                "rank_claims": [
                    self._made(RankClaim, self._claim(each, place), place)
                    for each in tables["rank_claim"]
                    for place in [f"rank_claim {each.get('variant')!r}"]
                ],
                "pairs": [self._pair(each, baseline) for each in tables["pair"]],
                "benchmarks": [
                    self._made(Benchmark, each, f"benchmark {each.get('name')!r}") for each in tables["benchmark"]
                ],
                "path": self._paths(rest.get("path", ())),
            },
            "",
        )
        self._check(plan)
        return plan

    def _give_metrics(self, tables: Mapping[str, list[dict[str, Any]]]) -> None:
        """Give each benchmark without a metric that of its claims if they agree, and claims without one its own."""
        claims = [
            claim
            for kind in ("optimization", "configuration")
            for table in tables[kind]
            for claim in table.get("claim", ())
            if isinstance(table.get("claim"), list) and isinstance(claim, dict)
        ]
        for benchmark in tables["benchmark"]:
            mine = [claim for claim in claims if claim.get("benchmark") == benchmark.get("name")]
            own = benchmark.get("metric", THROUGHPUT)
            said = [claim.get("metric", own) for claim in mine]
            if said and all(each == said[0] for each in said):
                benchmark.setdefault("metric", said[0])
            for claim in mine:
                claim.setdefault("metric", own)

    def _suite(self, path: Any) -> Suite:
        if not isinstance(path, str):
            self._fail("", f'suite is the path of a file or folder, such as "benchmarks/", not {path!r}')
        return Suite("", os.path.normpath(self._folder / path))

    def _configurations(self, tables: Iterable[dict[str, Any]], baseline: str) -> list[Configuration]:
        known: dict[str, Configuration] = {}
        for table in tables:
            included = table.pop("includes", None)
            if included is not None and included not in known:
                self._fail(
                    f"configuration {table.get('name')!r}", f"includes {included!r}, which does not stand above it"
                )
            choices = known[included].choices if included is not None else {}
            table["choices"] = {**choices, **table.get("choices", {})}
            if "python" in table:
                table["python"] = self._interpreter(table["python"])
            table["path"] = self._paths(table.get("path", ()))
            made = self._claiming("configuration", "name", Configuration, table, baseline)
            if made.name in known:
                self._fail(f"configuration {made.name!r}", "stands there twice")
            known[made.name] = made
        return list(known.values())

    def _claiming(self, kind: str, key: str, model: type[T], table: dict[str, Any], baseline: str) -> T:
        variant = table.get(key)
        place = f"{kind} {variant!r}"
        claims = []
        for number, claim in enumerate(self._tables(table, "claim", place), 1):
            inner = f"{place}, claim {number}"
            claims.append(
                self._made(Claim, {"variant": variant, "baseline": baseline, **self._claim(claim, inner)}, inner)
            )
        rest = {name: value for name, value in table.items() if name != "claim"}
        return self._made(model, {**rest, "claims": claims}, place)

    def _claim(self, claim: dict[str, Any], place: str) -> dict[str, Any]:
        self._refuse_old_names(claim, place)
        if "benchmark" not in claim:
            self._fail(place, "names no benchmark")
        return claim

    def _refuse_old_names(self, table: Mapping[str, Any], place: str) -> None:
        for old, new in _RENAMED.items():
            if old in table:
                self._fail(place, f"{old} is called {new}")

    def _pair(self, table: dict[str, Any], baseline: str) -> Pair:
        name = table.get("id")
        place = f"pair {name!r}"
        claim = self._made(
            Claim,
            {"variant": name, "benchmark": name, "baseline": baseline, **table.get("claim", {})},
            f"{place}, claim",
        )
        return self._made(Pair, {**table, "claim": claim}, place)

    def _tables(self, data: Mapping[str, Any], name: str, place: str = "") -> list[dict[str, Any]]:
        tables = data.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(each, dict) for each in tables):
            self._fail(place, f"{name} must be a list of tables, written [[{name}]]")
        return [dict(each) for each in tables]

    def _made(self, model: type[T], table: Mapping[str, Any], place: str) -> T:
        try:
            return TypeAdapter(model).validate_python(dict(table))
        except ValidationError as error:
            known = ["claim" if each.name == "claims" else each.name for each in fields(model)]  # type: ignore[arg-type]
            self._fail(place, first_fault(error, {"": known}))

    def _interpreter(self, python: Any) -> Any:
        # Not resolved: a virtual environment's interpreter is a link, which must keep its path.
        return os.path.normpath(self._folder / python) if isinstance(python, str) and os.sep in python else python

    def _paths(self, paths: Any) -> Any:
        if not isinstance(paths, list | tuple) or not all(isinstance(each, str) for each in paths):
            return paths
        return tuple(os.path.normpath(self._folder / each) for each in paths)

    def _check(self, plan: Plan) -> None:
        configurations = {each.name for each in plan.configurations}
        if not configurations:
            self._fail("", "has no configuration; write one: [[configuration]] with a name (for a start: wfperf init)")
        if plan.baseline not in configurations:
            self._fail("", f"baseline is {plan.baseline!r}, which is no configuration of it")
        if plan.suite:
            self._check_suite(plan)
            return
        untargeted = [each.name for each in plan.configurations if not (each.target or each.command)]
        if untargeted and not plan.workload:
            self._fail(
                f"configuration {untargeted[0]!r}",
                "has no target, and the plan has no workload to ask for it; name its factory: "
                'workload = "module:factory"',
            )
        if not plan.benchmarks:
            self._fail("", "has no benchmark; write one: [[benchmark]] with a name")
        self._check_names(plan)
        self._check_claims(plan)

    def _check_suite(self, plan: Plan) -> None:
        """Check that a plan names nothing but a suite, and the environments that it runs in."""
        others = ("workload", "benchmarks", "optimizations", "pairs", "rank_claims", "prepare", "verify", "sweeps")
        for name in others:
            if getattr(plan, name):
                self._fail("", f"has a suite, which brings its own benchmarks; leave out {name.removesuffix('s')}")
        for each in plan.configurations:
            for name in ("target", "choices", "claims", "benchmarks"):
                if getattr(each, name):
                    self._fail(f"configuration {each.name!r}", f"runs a suite, so it has no {name.removesuffix('s')}")
        self._check_names(plan)

    def _check_names(self, plan: Plan) -> None:
        """Check that no two configurations, optimizations, pairs or benchmarks share a name."""
        pairs = [each.id for each in plan.pairs]
        names = [*(each.name for each in plan.configurations), *(each.id for each in plan.optimizations), *pairs]
        for name in names:
            if names.count(name) > 1:
                self._fail(repr(name), "is the name of more than one configuration, optimization or pair")
        benchmarks = [each.name for each in plan.benchmarks]
        for name in benchmarks:
            if (benchmarks + pairs).count(name) > 1:
                self._fail(f"benchmark {name!r}", "stands there twice, or is a pair's name")
        for each in plan.configurations:
            for name in each.benchmarks:
                if name not in benchmarks:
                    self._fail(f"configuration {each.name!r}", f"names a benchmark {name!r}, which there is not")

    def _check_claims(self, plan: Plan) -> None:
        configurations = {each.name for each in plan.configurations}
        benchmarks = {each.name: each for each in plan.benchmarks}
        places = {f"configuration {each.name!r}": each.claims for each in plan.configurations}
        places |= {f"optimization {each.id!r}": each.claims for each in plan.optimizations}
        for place, claims in places.items():
            for claim in claims:
                if claim.baseline not in configurations:
                    self._fail(
                        place, f"a claim has the baseline {claim.baseline!r}, which is no configuration of the plan"
                    )
                if claim.benchmark not in benchmarks:
                    self._fail(
                        place, f"a claim is about the benchmark {claim.benchmark!r}, which the plan does not have"
                    )
                if claim.metric != (metric := benchmarks[claim.benchmark].metric):
                    self._fail(
                        place,
                        f"a claim about {claim.benchmark!r} has the metric {claim.metric!r}, but the benchmark has "
                        f"{metric!r}; give each metric a benchmark of its own",
                    )
        for rank in plan.rank_claims:
            place = f"rank_claim {rank.variant!r}"
            if rank.benchmark not in benchmarks:
                self._fail(place, f"is about the benchmark {rank.benchmark!r}, which the plan does not have")
            if benchmarks[rank.benchmark].metric != THROUGHPUT:
                self._fail(place, "is about throughput, but its benchmark has another metric")
            if rank.variant not in plan.rivals(rank):
                self._fail(place, "is about no optimization with a claim, and no configuration but the baseline")

    def _fail(self, place: str, message: str) -> NoReturn:
        raise UsageError(f"{self._where}: {place + ': ' if place else ''}{message}")


_ENTRIES = ("optimization", "configuration", "rank_claim", "pair", "benchmark")
_RENAMED_TABLES = {"scenario": "benchmark", "idiom": "pair"}
_RENAMED = {"base": "baseline", "subject": "variant", "scenario": "benchmark"}
"""Names in older plans, and their new names: an error that gives these is help enough."""
BESIDE_A_PLAN = frozenset({"gate"})
"""Tables beside a plan, or without one."""
_RESERVED = ("compare", "profile")
"""Commands that read no table; one would look as if it had an effect, as the gate's has."""
