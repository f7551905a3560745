"""The plan of a suite: its benchmarks, as the tool that runs them finds them, in some environments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from wfperf.errors import NothingMeasuredError
from wfperf.measure.benchmarks import VariantOf, counted_benchmarks, interpreter_in
from wfperf.measure.blocks import variants_by_name
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor, Workers
from wfperf.measure.own import VariantEnvironment, check_distinct
from wfperf.measure.running_once import run_each
from wfperf.measure.variant import Variant
from wfperf.plan import Benchmark, Configuration, Plan, Suite

ALONE = "suite"
"""The configuration of a suite that runs in one environment."""

SHOWN_WITH_BASE = "it returns a number, which only --base shows"
"""Why a tracked number is not among what is measured."""

A_FEW = 5
"""Most files that a note names; the first of them are the ones that the user looks for."""


@dataclass(frozen=True, slots=True)
class Collected:
    """What a suite has: metrics of benchmarks by their names, why files cannot be collected, options without effect."""

    benchmarks: Mapping[str, str]
    failures: Mapping[str, str]
    ignored: Sequence[str]


def suite_plan(
    suite: Suite,
    path: Sequence[str],
    environments: Sequence[VariantEnvironment] = (VariantEnvironment(),),
    executor: Executor = DEFAULT_EXECUTOR,
) -> Plan:
    """Return the plan of a suite; its benchmarks are collected in the first environment.

    Args:
        suite: the suite, in the user's working tree.
        path: source trees that come before the interpreter's own packages.
        environments: all benchmarks run in each of them.
        executor: starts the worker that collects.

    Raises:
        UsageError: an environment stands there twice.
        NothingMeasuredError: the suite cannot be collected, or has no benchmark.
    """
    check_distinct([each.label for each in environments], "leave one out")
    configurations = tuple(
        Configuration(each.label or ALONE, python=each.python, variables=each.variables) for each in environments
    )
    plan = Plan(
        what=_shown(suite),
        configurations=configurations,
        suite=suite,
        path=tuple(path),
        baseline=configurations[0].name,
    )
    found = collected(plan, executor)
    if not found.benchmarks:
        raise NothingMeasuredError(f"{_shown(suite)} has no benchmark{_because(found)}")
    benchmarks = TypeAdapter(tuple[Benchmark, ...]).validate_python(
        [{"name": name, "metric": metric} for name, metric in found.benchmarks.items()]
    )
    return replace(plan, benchmarks=benchmarks, notes=tuple(_notes(found)))


def runnable(plan: Plan, of: VariantOf, executor: Executor = DEFAULT_EXECUTOR) -> Plan:
    """Return a suite's plan with the benchmarks that run in every environment; its notes tell of the others.

    Args:
        plan: the plan.
        of: builds its variants.
        executor: starts the workers that run each benchmark once.

    Raises:
        NothingMeasuredError: the workers cannot be started, or no benchmark runs everywhere.
    """
    benchmarks = counted_benchmarks(plan, of)
    variants = {each.name: each.variants for each in benchmarks}
    errors = run_each(
        list(variants),
        lambda: executor.start(variants_by_name(benchmarks), hash_seed=0, task="run it in {}".format),
        lambda workers, benchmark: _errors(workers, benchmark, variants[benchmark]),
        lambda found: found,
    )
    reasons = {
        each.name: [*map(str, errors[each.name]), *([SHOWN_WITH_BASE] if each.is_tracked else [])]
        for each in plan.benchmarks
    }
    kept = tuple(each for each in plan.benchmarks if not reasons[each.name])
    notes = tuple(f"Not measured: {name}: {'; '.join(each)}." for name, each in reasons.items() if each)
    if not kept:
        raise NothingMeasuredError(f"no benchmark runs in every environment: {notes[0]}")
    return replace(plan, benchmarks=kept, notes=(*plan.notes, *notes))


def _errors(workers: Workers, benchmark: str, variants: Mapping[str, Variant]) -> list[NothingMeasuredError]:
    """Run a benchmark once in each of its variants, to its end, and return why that fails."""
    errors = []
    for name, variant in variants.items():
        try:
            workers.load(benchmark, {name: variant}, warm_up_runs=0)
            workers.call(name, "close", name=benchmark)
        except NothingMeasuredError as error:
            errors.append(error)
    return errors


def collected(plan: Plan, executor: Executor) -> Collected:
    """Return what a plan's suite has, in the environment of the baseline.

    Raises:
        NothingMeasuredError: it cannot be collected.
    """
    assert plan.suite is not None  # noqa: S101 - the caller's plan
    interpreter = interpreter_in(plan, plan.configuration(plan.baseline), Path())
    # It imports from the user's own working tree, and must leave nothing there.
    variables = tuple(sorted((*interpreter.variables, ("PYTHONDONTWRITEBYTECODE", "1"))))
    variant = Variant("", interpreter=replace(interpreter, variables=variables), suite=plan.suite)
    name = _shown(plan.suite)
    with executor.start({name: [variant]}, hash_seed=0, task="collect {}".format) as workers:
        return Collected(**workers.call(name, "collect", suite=asdict(plan.suite)))


def _shown(suite: Suite) -> str:
    path = Path(suite.path)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else suite.path


def _because(found: Collected) -> str:
    return "".join(f"; {where}: {why}" for where, why in found.failures.items())


def _notes(found: Collected) -> list[str]:
    notes = []
    if found.ignored:
        notes.append(f"Options of the project without effect here: {', '.join(found.ignored)}.")
    shown = [f"{where}: {why}" for where, why in found.failures.items()][:A_FEW]
    more = f"; and {len(found.failures) - A_FEW} more" if len(found.failures) > A_FEW else ""
    if shown:
        notes.append(f"Not collected: {'; '.join(shown)}{more}.")
    return notes
