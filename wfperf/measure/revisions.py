"""Two revisions as variants: the same benchmarks and configurations, in the tree of each."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from tempfile import mkdtemp

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.answers import Loaded
from wfperf.measure.benchmarks import interpreters_of, source_trees_of, variants_of
from wfperf.measure.blocks import CONTROL, ComparedBenchmark, variants_by_name
from wfperf.measure.executor import Executor, Workers
from wfperf.measure.hooks import UNPREPARED, Prepared, prepared
from wfperf.measure.variant import Interpreter, Variant
from wfperf.plan import Plan
from wfperf.results.revision import WORKING_TREE, Revision
from wfperf.variants.preparation import parse_command, prepare
from wfperf.variants.repository import Repository
from wfperf.variants.snapshot import snapshot
from wfperf.variants.worktrees import Worktrees


class Role(StrEnum):
    """The role of a revision: base is compared with, head is judged."""

    BASE = "base"
    HEAD = "head"


BASE, HEAD = Role

Case = tuple[str, str]
"""A benchmark and a configuration, which both trees run."""


@dataclass(frozen=True, slots=True)
class VariantKey:
    """A configuration of the plan, in one of the two revisions."""

    role: Role
    configuration: str

    def __str__(self) -> str:
        """Return the name of its process and of its samples; never parse it, use the key."""
        return f"{self.role}: {self.configuration}"


@dataclass(frozen=True, slots=True)
class Tree:
    """A checked-out revision.

    Args:
        role: base or head.
        folder: its root.
        revision: what is checked out.
        prepared: what the plan's `prepare` has returned in it, from its own code.
    """

    role: Role
    folder: Path
    revision: Revision
    prepared: Prepared = field(default_factory=lambda: UNPREPARED)


class VariantBuilder:
    """Builds the variants of trees.

    Args:
        plan: benchmarks and configurations, with paths in the user's own working tree.
        repository: that working tree.
        folder: where in it the command runs.
        benchmark_files: benchmarks that both trees take from the user, so that only the code that they use differs.
    """

    def __init__(self, plan: Plan, repository: Repository, folder: Path, benchmark_files: Sequence[Path] = ()) -> None:
        self.benchmark_files = benchmark_files
        self._plan = plan
        self._variant_of = variants_of(plan)
        self._repository = repository
        self._folder = _inside(repository, str(folder)) or Path()

    @property
    def top(self) -> Path:
        """The root of the user's own working tree."""
        return self._repository.top

    def variant(self, tree: Tree, case: Case, *, process: str = "") -> Variant:
        """Return a case's variant in a tree, which replaces the user's working tree in all paths."""
        variant = self._variant_of(*case)
        interpreter = self._interpreter(tree, variant.interpreter)
        arguments = variant.arguments
        if arguments is not None:
            arguments = {**arguments, **tree.prepared.get(interpreter, {})}
        trees = source_trees_of(interpreter, tree.folder) if variant.trees else ()
        return replace(variant, arguments=arguments, interpreter=replace(interpreter, process=process), trees=trees)

    def prepare(self, tree: Tree, scratch: Path, executor: Executor) -> Tree:
        """Call the plan's `prepare` in a tree, with a scratch folder that exists, and return the tree.

        Raises:
            UsageError: the tree lacks the packages of an installed plan, or the hook fails (the message is its own).
            NothingMeasuredError: the hook cannot be run.
        """
        self._check_holds(tree)
        interpreters = [self._interpreter(tree, each) for each in interpreters_of(self._plan)]
        return replace(tree, prepared=prepared(self._plan, interpreters, scratch, {}, executor))

    def _interpreter(self, tree: Tree, interpreter: Interpreter) -> Interpreter:
        return replace(
            interpreter,
            python=self._python(tree, interpreter.python),
            path=tuple(self._moved(tree, each) for each in interpreter.path),
            folder=str(tree.folder / self._folder),
        )

    def _check_holds(self, tree: Tree) -> None:
        if not self._plan.root:
            return
        if not all((tree.folder / Path(*each.split("."))).is_dir() for each in self._plan.packages):
            raise UsageError(
                f"{tree.revision} does not contain wfperf's built-in engine; describe your workload in a plan (see: "
                "wfperf init), or name one with --workload"
            )

    def is_benchmark(self, tree: Tree, file: Path) -> bool:
        """Return whether a file is a benchmark that both trees take from the user."""
        theirs = [each.resolve() for each in self.benchmark_files]
        inside = [tree.folder / each.relative_to(self.top) for each in theirs if each.is_relative_to(self.top)]
        return file in theirs or file in inside

    def check_folder(self, tree: Tree) -> None:
        """Check that a tree has the folder where the command runs.

        Raises:
            NothingMeasuredError: it has not.
        """
        if not (tree.folder / self._folder).is_dir():
            raise NothingMeasuredError(f"{tree.revision} has no folder {self._folder}, where everything would run")

    def benchmark(self, benchmark: str, trees: Sequence[Tree], configurations: Sequence[str]) -> ComparedBenchmark:
        """Return a benchmark with every configuration in every tree, for running or counting, not for timing."""
        return ComparedBenchmark(
            benchmark,
            {
                str(VariantKey(tree.role, configuration)): self.variant(tree, (benchmark, configuration))
                for tree in trees
                for configuration in configurations
            },
        )

    def benchmarks(self, trees: Sequence[Tree], cases: Iterable[Case]) -> list[ComparedBenchmark]:
        """Return every benchmark of some cases, as `benchmark` does, with its configurations."""
        configurations: dict[str, list[str]] = {}
        for benchmark, configuration in cases:
            configurations.setdefault(benchmark, []).append(configuration)
        return [self.benchmark(benchmark, trees, names) for benchmark, names in configurations.items()]

    def timed_benchmark(
        self, benchmark: str, trees: Mapping[Role, Tree], keys: Sequence[VariantKey], control_of: VariantKey
    ) -> ComparedBenchmark:
        """Return a benchmark for timing, with the control in a separate process, as base and head are."""
        variants = {
            str(each): self.variant(trees[each.role], (benchmark, each.configuration))
            for each in dict.fromkeys((control_of, *keys))
        }
        control = self.variant(trees[control_of.role], (benchmark, control_of.configuration), process=CONTROL)
        return ComparedBenchmark(benchmark, {**variants, CONTROL: control})

    def _moved(self, tree: Tree, path: str) -> str:
        if self._plan.root and Path(path).is_relative_to(self._plan.root):
            return str(tree.folder / Path(path).relative_to(self._plan.root))
        inner = _inside(self._repository, path)
        return path if inner is None else str(tree.folder / inner)

    def _python(self, tree: Tree, python: str) -> str:
        """Return the tree's own interpreter if it has one, such as that of an environment made there."""
        if os.sep not in python:
            return python
        moved = self._moved(tree, python)
        return moved if Path(moved).exists() else os.path.abspath(python)  # noqa: PTH100 - a link stays one


@dataclass(frozen=True, slots=True)
class RunOnce:
    """A case, run once in both trees: what each answered, or why it cannot run."""

    answers: Mapping[Role, Loaded]
    errors: Mapping[Role, NothingMeasuredError]


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
    except NothingMeasuredError as error:  # the processes do not start: base may lack a module that is new
        ran = _ran_once(builder, {HEAD: trees[HEAD]}, cases, executor)
        return {case: RunOnce(each.answers, {**each.errors, BASE: error}) for case, each in ran.items()}


def _ran_once(
    builder: VariantBuilder, trees: Mapping[Role, Tree], cases: Sequence[Case], executor: Executor
) -> dict[Case, RunOnce]:
    benchmarks = builder.benchmarks([*trees.values()], cases)
    variants = {benchmark.name: benchmark.variants for benchmark in benchmarks}
    with executor.start(variants_by_name(benchmarks), hash_seed=0) as workers:
        return {case: _run_once(workers, variants[case[0]], builder, trees, case) for case in cases}


def _run_once(
    workers: Workers, variants: Mapping[str, Variant], builder: VariantBuilder, trees: Mapping[Role, Tree], case: Case
) -> RunOnce:
    benchmark, configuration = case
    answers: dict[Role, Loaded] = {}
    errors: dict[Role, NothingMeasuredError] = {}
    for role in trees:
        named = str(VariantKey(role, configuration))
        variant = variants[named]
        try:
            answers[role] = workers.load(benchmark, {named: variant}, warm_up_runs=0)[named]
        except NothingMeasuredError as error:
            errors[role] = error
            continue
        tree, file = trees[role], Path(answers[role].file).resolve()
        own, working = (
            [Path(each).resolve() for each in workers.call(named, "imported", tree=str(folder))["files"]]
            for folder in (tree.folder, builder.top)
        )
        _check_strays(working, builder.top, tree, variant.target)
        if builder.is_benchmark(tree, file):
            _check_uses([each for each in own if each != file], tree, variant.target)
        else:
            _check_origin(file, tree, variant.target)
    return RunOnce(answers, errors)


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
            "it where its module is found with --path (or `path` of the plan), or install it there with --setup"
        )


def _check_strays(imported: Iterable[Path], top: Path, tree: Tree, target: str) -> None:
    """Check that nothing of a tree is imported from the user's working tree: it would be the same in both trees."""
    for file in imported:
        is_elsewhere = file.is_relative_to(top) and not file.is_relative_to(tree.folder)
        if is_elsewhere and (tree.folder / file.relative_to(top)).exists():
            raise UsageError(
                f"{target} imports {file} from your working tree, not from the tree of {tree.revision}; name the "
                "folder in it where that is found with --path (or `path` of the plan), or install it there with --setup"
            )


def commit_of(repository: Repository, ref: str, scratch: Path) -> str:
    """Return the commit that a reference names, or one of the working tree, made in a scratch folder.

    Raises:
        UsageError: there is none.
    """
    return snapshot(repository, scratch) if ref == WORKING_TREE else repository.commit(ref)


def revision_of(repository: Repository, ref: str, commit: str) -> Revision:
    """Return the revision that a reference names.

    Args:
        repository: its repository.
        ref: the reference, as given.
        commit: its commit, from `commit_of`.
    """
    if ref != WORKING_TREE:
        return Revision(ref, commit)
    checked_out = repository.commit("HEAD")
    return Revision(ref, checked_out, dirty=commit != checked_out)


def checked_out(
    worktrees: Worktrees,
    builder: VariantBuilder,
    role: Role,
    revision: Revision,
    commit: str,
    *,
    setup: Sequence[str] = (),
    executor: Executor,
) -> Tree:
    """Check out a revision, and return its tree, prepared to run.

    Args:
        worktrees: checks it out.
        builder: builds its variants.
        role: base or head.
        revision: the revision.
        commit: its commit; for the working tree, a commit on no branch.
        setup: commands that prepare it.
        executor: starts the workers of the plan's `prepare`.

    Raises:
        UsageError: git fails, the tree does not hold what the plan names, or the plan's `prepare` fails.
        NothingMeasuredError: a setup command fails, or the plan's `prepare` cannot be run.
    """
    folder, shown = worktrees.add(role, commit, as_it_stands=revision.is_working_tree), str(revision)
    prepare([parse_command(each) for each in setup], folder, shown)
    scratch = Path(mkdtemp(prefix=f"{role}-", dir=worktrees.scratch))
    return builder.prepare(Tree(role, folder, revision), scratch, executor)


def only(benchmarks: Iterable[ComparedBenchmark], cases: Collection[Case]) -> list[ComparedBenchmark]:
    """Return those benchmarks and configurations that are among some cases."""
    kept = [
        ComparedBenchmark(
            benchmark.name,
            {name: of for name, of in benchmark.variants.items() if (benchmark.name, name) in cases},
        )
        for benchmark in benchmarks
    ]
    return [benchmark for benchmark in kept if benchmark.variants]


def _inside(repository: Repository, path: str) -> Path | None:
    """Return a path relative to the working tree; None if it lies outside. An interpreter's link is not resolved."""
    plain = Path(os.path.abspath(path))  # noqa: PTH100 - resolving would follow an interpreter's link
    candidates = [plain, plain.parent.resolve() / plain.name]
    if plain.is_dir():
        candidates.append(plain.resolve())
    for candidate in candidates:
        if candidate.is_relative_to(repository.top):
            return candidate.relative_to(repository.top)
    return None
