"""The plan of a suite: its benchmarks, as the tool that runs them finds them, in some environments."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from pydantic import TypeAdapter

from wfperf.errors import NothingMeasuredError
from wfperf.measure.benchmarks import VariantOf, counted_benchmarks, variants_of
from wfperf.measure.blocks import variants_by_name
from wfperf.measure.checkouts import Benchmarks, Checkouts, revision_of
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor, Workers
from wfperf.measure.own import VariantEnvironment, check_distinct
from wfperf.measure.revisions import BASE
from wfperf.measure.running_once import run_each
from wfperf.measure.variant import Variant
from wfperf.measure.workers import Task
from wfperf.plan import Benchmark, Configuration, Plan, Suite
from wfperf.plan.load import ALONE
from wfperf.variants.repository import Repository
from wfperf.variants.worktrees import Worktrees

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


def suite_plan(suite: Suite, path: Sequence[str], environments: Sequence[VariantEnvironment]) -> Plan:
    """Return the plan of a suite, still without benchmarks.

    Args:
        suite: the suite, in the user's working tree.
        path: source trees that come before the interpreter's own packages.
        environments: all benchmarks run in each of them; the first is the baseline's.

    Raises:
        UsageError: an environment stands there twice.
    """
    check_distinct([each.label for each in environments], "leave one out")
    configurations = tuple(
        Configuration(each.label or ALONE, python=each.python, variables=each.variables) for each in environments
    )
    return Plan(configurations=configurations, suite=suite, path=tuple(path), baseline=configurations[0].name)


def collected(plan: Plan, folder: Path, executor: Executor = DEFAULT_EXECUTOR) -> Collected:
    """Return what a plan's suite has in the user's working tree, in the environment of the baseline.

    Args:
        plan: the plan.
        folder: working directory of the suite.
        executor: starts the worker that collects.

    Raises:
        NothingMeasuredError: it cannot be collected, or has no benchmark.
    """
    return _collected(plan, variants_of(plan, folder)("", plan.baseline), executor)


def collected_in(
    ref: str,
    plan: Plan,
    suite_at: Callable[[Path], Suite],
    repository: Repository,
    folder: Path,
    executor: Executor = DEFAULT_EXECUTOR,
) -> tuple[Plan, Collected]:
    """Return what a plan's suite has in a revision, and the plan with the options that its files need there.

    Args:
        ref: the revision.
        plan: the plan, with paths in the user's working tree.
        suite_at: returns the suite in another place.
        repository: the user's.
        folder: where in its working tree the command runs.
        executor: starts the worker that collects.

    Raises:
        UsageError: there is no such revision, or no suite in it.
        NothingMeasuredError: it cannot be collected, or has no benchmark.
    """
    commit = repository.commit(ref)
    with Worktrees(repository) as worktrees:
        checkouts = Checkouts(worktrees, Benchmarks(plan, folder, from_base=True), executor)
        tree = checkouts.tree(BASE, revision_of(repository, ref, commit), commit)
        variant = checkouts.builder.variant(tree, ("", plan.baseline))
        assert variant.suite  # noqa: S101 - the caller's plan
        assert plan.suite  # noqa: S101
        there = suite_at(Path(variant.suite.path))
        found = _collected(plan, replace(variant, suite=there), executor)
    return replace(plan, suite=replace(plan.suite, options=there.options)), found


def completed(plan: Plan, found: Collected) -> Plan:
    """Return a suite's plan with the benchmarks that it has."""
    benchmarks = TypeAdapter(tuple[Benchmark, ...]).validate_python(
        [{"name": name, "metric": metric} for name, metric in found.benchmarks.items()]
    )
    what = plan.what or _shown(plan)
    return replace(plan, what=what, benchmarks=benchmarks, notes=(*plan.notes, *_notes(found)))


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
        lambda: executor.start(variants_by_name(benchmarks), hash_seed=0, task=partial(Task, "run it")),
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


def _collected(plan: Plan, variant: Variant, executor: Executor) -> Collected:
    suite = variant.suite
    assert suite  # noqa: S101 - the caller's plan
    # It imports from the user's own working tree, and must leave nothing there.
    interpreter = variant.interpreter
    variables = tuple(sorted((*interpreter.variables, ("PYTHONDONTWRITEBYTECODE", "1"))))
    variant = replace(variant, interpreter=replace(interpreter, variables=variables))
    name = _shown(plan)
    with executor.start({name: [variant]}, hash_seed=0, task=lambda suite: Task(f"collect {suite}")) as workers:
        found = Collected(**workers.call(name, "collect", suite=asdict(suite)))
    if not found.benchmarks:
        raise NothingMeasuredError("; ".join([f"{name} has no benchmark", *_failures(found)]))
    return found


def _shown(plan: Plan) -> str:
    assert plan.suite  # noqa: S101 - the caller's plan
    return min(plan.suite.path, os.path.relpath(plan.suite.path), key=len)


def _failures(found: Collected) -> list[str]:
    """Return why the first files cannot be collected, and how many more there are."""
    shown = [f"{where}: {why}" for where, why in found.failures.items()][:A_FEW]
    more = [f"and {len(found.failures) - A_FEW} more"] if len(found.failures) > A_FEW else []
    return [*shown, *more]


def _notes(found: Collected) -> list[str]:
    notes = []
    if found.ignored:
        notes.append(f"Options of the project without effect here: {', '.join(found.ignored)}.")
    if found.failures:
        notes.append(f"Not collected: {'; '.join(_failures(found))}.")
    return notes
