"""The plan of a suite: its benchmarks, as the tool that runs them finds them, in some environments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from wfperf.errors import NothingMeasuredError, UsageError, WorkerLostError
from wfperf.measure.benchmarks import VariantOf, counted_benchmarks, interpreter_in
from wfperf.measure.between import TRACKED
from wfperf.measure.blocks import variants_by_name
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.own import VariantEnvironment
from wfperf.measure.variant import Variant
from wfperf.plan import Benchmark, Configuration, Plan, Suite

ALONE = "suite"
"""The configuration of a suite that runs in one environment."""

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
    labels = [each.label for each in environments]
    if twice := next((each for each in labels if labels.count(each) > 1), ""):
        raise UsageError(f"{twice} stands there twice; leave one out")
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
    failures: dict[str, dict[str, str]] = {}
    pending = list(benchmarks)
    while pending:
        with executor.start(variants_by_name(benchmarks), hash_seed=0, task="run it in {}".format) as workers:
            is_lost = False
            while pending and not is_lost:  # then the others have new workers
                benchmark = pending.pop(0)
                for name, variant in benchmark.variants.items():
                    try:
                        workers.load(benchmark.name, {name: variant}, warm_up_runs=0)
                        workers.call(name, "close", name=benchmark.name)
                    except NothingMeasuredError as error:
                        failures.setdefault(benchmark.name, {})[name] = str(error)
                        is_lost |= isinstance(error, WorkerLostError)
    for each in plan.benchmarks:
        if each.metric == TRACKED:
            failures.setdefault(each.name, {})[""] = "it returns a number, which only --base shows"
    kept = tuple(each for each in plan.benchmarks if each.name not in failures)
    notes = tuple(f"Not measured: {name}: {'; '.join(reasons.values())}." for name, reasons in failures.items())
    if not kept:
        raise NothingMeasuredError(f"no benchmark runs in every environment: {notes[0]}")
    return replace(plan, benchmarks=kept, notes=(*plan.notes, *notes))


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
