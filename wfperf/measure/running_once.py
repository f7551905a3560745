"""Run everything once in two revisions: what can run there, and does each run its own code?"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from wfperf.errors import NothingMeasuredError, UsageError, WorkerLostError
from wfperf.measure.answers import Loaded
from wfperf.measure.blocks import variants_by_name
from wfperf.measure.executor import Executor, Workers
from wfperf.measure.revisions import HEAD, Case, Role, Tree, VariantBuilder, VariantKey
from wfperf.measure.variant import Variant
from wfperf.measure.workers import Task

Item = TypeVar("Item", bound=Hashable)
Ran = TypeVar("Ran")


@dataclass(frozen=True, slots=True)
class RunOnce:
    """A case, run once in both trees.

    Args:
        answers: what each answered.
        errors: why one cannot run it.
        elsewhere: packages that come from outside of the trees, though a tree has one of that name; with both places.
    """

    answers: Mapping[Role, Loaded]
    errors: Mapping[Role, NothingMeasuredError]
    elsewhere: tuple[str, ...] = ()


def run_once(
    builder: VariantBuilder, trees: Mapping[Role, Tree], cases: Sequence[Case], executor: Executor
) -> dict[Case, RunOnce]:
    """Run every case once in both trees, and check that each tree runs its own code.

    Raises:
        NothingMeasuredError: head cannot be imported at all.
        UsageError: a workload is not imported from its tree.
    """
    try:
        return _ran_once(builder, trees, cases, executor)
    except NothingMeasuredError:  # processes do not start: one tree may lack a module
        apart = {role: _ran_apart(builder, role, tree, cases, executor) for role, tree in trees.items()}
    if all(each.errors for each in apart[HEAD].values()):
        raise apart[HEAD][cases[0]].errors[HEAD]
    return {case: _merged([ran[case] for ran in apart.values()]) for case in cases}


def _ran_apart(
    builder: VariantBuilder, role: Role, tree: Tree, cases: Sequence[Case], executor: Executor
) -> dict[Case, RunOnce]:
    """Run cases once in one tree; if its processes do not start, each configuration in processes of its own."""
    configurations = dict.fromkeys(configuration for _, configuration in cases)
    try:
        return _ran_once(builder, {role: tree}, cases, executor)
    except NothingMeasuredError as error:
        if len(configurations) == 1:
            return {case: RunOnce({}, {role: error}) for case in cases}
    ran: dict[Case, RunOnce] = {}
    for configuration in configurations:
        ran |= _ran_apart(builder, role, tree, [case for case in cases if case[1] == configuration], executor)
    return ran


def _merged(ran: Iterable[RunOnce]) -> RunOnce:
    """Return what a case gave in several trees."""
    merged = RunOnce({}, {})
    for each in ran:
        elsewhere = tuple(dict.fromkeys((*merged.elsewhere, *each.elsewhere)))
        merged = RunOnce({**merged.answers, **each.answers}, {**merged.errors, **each.errors}, elsewhere)
    return merged


def _ran_once(
    builder: VariantBuilder, trees: Mapping[Role, Tree], cases: Sequence[Case], executor: Executor
) -> dict[Case, RunOnce]:
    benchmarks = builder.benchmarks([*trees.values()], cases)
    variants = {benchmark.name: benchmark.variants for benchmark in benchmarks}
    tasks = {
        str(VariantKey(role, configuration)): Task(
            f"run {'it' if builder.is_of_suite else configuration}", str(tree.revision)
        )
        for role, tree in trees.items()
        for _, configuration in cases
    }
    packages = {role: tuple(_packages_in(tree.folder)) for role, tree in trees.items()}
    return run_each(
        cases,
        lambda: executor.start(variants_by_name(benchmarks), hash_seed=0, task=tasks.__getitem__),
        lambda workers, case: _run_once(workers, variants[case[0]], builder, trees, packages, case),
        lambda ran: ran.errors.values(),
    )


def run_each(
    items: Sequence[Item],
    start: Callable[[], AbstractContextManager[Workers]],
    run: Callable[[Workers, Item], Ran],
    errors_of: Callable[[Ran], Iterable[NothingMeasuredError]],
) -> dict[Item, Ran]:
    """Run items one after the other in the same workers; after one that has lost a worker, the others have new ones.

    Args:
        items: what is run.
        start: starts workers.
        run: runs an item in workers.
        errors_of: returns the errors in what `run` has returned.

    Raises:
        NothingMeasuredError: workers cannot be started.
    """
    done: dict[Item, Ran] = {}
    while len(done) < len(items):
        with start() as workers:
            for item in items[len(done) :]:
                done[item] = run(workers, item)
                if any(isinstance(error, WorkerLostError) for error in errors_of(done[item])):
                    break
    return done


def _run_once(
    workers: Workers,
    variants: Mapping[str, Variant],
    builder: VariantBuilder,
    trees: Mapping[Role, Tree],
    packages: Mapping[Role, Sequence[Path]],
    case: Case,
) -> RunOnce:
    benchmark, configuration = case
    answers: dict[Role, Loaded] = {}
    errors: dict[Role, NothingMeasuredError] = {}
    elsewhere: dict[str, None] = {}
    for role in trees:
        named = str(VariantKey(role, configuration))
        variant = variants[named]
        try:
            answers[role] = workers.load(benchmark, {named: variant}, warm_up_runs=0)[named]
        except NothingMeasuredError as error:
            errors[role] = error
            continue
        if variant.command:
            continue  # nobody can see what its processes import; its working directory and PYTHONPATH are the tree's
        tree, file = trees[role], Path(answers[role].file).resolve()
        own, working = (
            [Path(each).resolve() for each in workers.call(named, "imported", tree=str(folder))["files"]]
            for folder in (tree.folder, builder.top)
        )
        _check_strays(working, builder.top, tree, variant.target)
        if builder.is_benchmark(tree, file):
            _check_uses([each for each in own if not builder.is_benchmark(tree, each)], tree, variant.target)
        else:
            _check_origin(file, tree, variant.target)
        imported = workers.call(named, "packages")["packages"]
        elsewhere |= dict.fromkeys(_elsewhere(imported, tree.folder, packages[role]))
        if variant.suite:
            try:
                workers.call(named, "close", name=benchmark)
            except NothingMeasuredError as error:
                errors[role] = error
    return RunOnce(answers, errors, tuple(elsewhere))


def _elsewhere(imported: Mapping[str, str], tree: Path, packages: Iterable[Path]) -> Iterator[str]:
    """Yield the packages that were not imported from a tree, though it has one of that name, as text."""
    outside = {name: file for name, file in imported.items() if not Path(file).resolve().is_relative_to(tree)}
    for package in packages:
        if package.name in outside:
            yield f"{package.name} comes from {outside[package.name]}, not from {package.relative_to(tree)}"


def _packages_in(tree: Path) -> Iterator[Path]:
    """Yield the folders of a tree's top-level packages; not those of hidden folders or environments in it."""
    for folder, inner, files in os.walk(tree):
        path = Path(folder)
        if "__init__.py" in files and path != tree:
            yield path
            inner.clear()
        inner[:] = [each for each in inner if not each.startswith(".") and not Path(path, each, "pyvenv.cfg").exists()]


def _check_uses(own: Sequence[Path], tree: Tree, target: str) -> None:
    if not own:
        raise UsageError(
            f"{target} imports no code from the tree of {tree.revision}, so it cannot differ there; name the folder in "
            "it where that code is found with --path, or compare something else"
        )


def _check_origin(file: Path, tree: Tree, target: str) -> None:
    if not file.is_relative_to(tree.folder):
        raise UsageError(
            f"{target} was imported from {file}, not from the tree of {tree.revision}; name the folder in "
            "it where its module is found with --path (or `path` of the plan); wfperf gate --tree-setup can install it"
        )


def _check_strays(imported: Iterable[Path], top: Path, tree: Tree, target: str) -> None:
    """Check that nothing of a tree is imported from the user's working tree: it would be the same in both trees."""
    for file in imported:
        is_elsewhere = file.is_relative_to(top) and not file.is_relative_to(tree.folder)
        if is_elsewhere and (tree.folder / file.relative_to(top)).exists():
            raise UsageError(
                f"{target} imports {file} from your working tree, not from the tree of {tree.revision}; name the "
                "folder in it where that is found with --path (or `path` of the plan); gate --tree-setup can install it"
            )
