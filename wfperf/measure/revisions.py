"""Two revisions as variants: the same benchmarks and configurations, in the tree of each."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.benchmark_files import BenchmarkFiles
from wfperf.measure.benchmarks import interpreters_of, source_trees_of, tops_of, variants_of
from wfperf.measure.blocks import CONTROL, ComparedBenchmark
from wfperf.measure.executor import Executor
from wfperf.measure.hooks import UNPREPARED, Prepared, prepared
from wfperf.measure.variant import Interpreter, Variant
from wfperf.plan import Plan
from wfperf.results.revision import Revision
from wfperf.variants.repository import Repository


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
        changed: names of benchmarks that are others in it than those that run.
        prepared: what the plan's `prepare` has returned in it, from its own code.
    """

    role: Role
    folder: Path
    revision: Revision
    changed: tuple[str, ...] = ()
    prepared: Prepared = field(default_factory=lambda: UNPREPARED)


class VariantBuilder:
    """Builds the variants of trees.

    Args:
        plan: benchmarks and configurations, with paths in the user's own working tree.
        repository: that working tree.
        folder: where in it the command runs.
        files: benchmarks that are the same in both trees; None if there are none.
    """

    def __init__(self, plan: Plan, repository: Repository, folder: Path, files: BenchmarkFiles | None = None) -> None:
        self.benchmark_files = files or BenchmarkFiles(repository.top)
        self._plan = plan
        self._variant_of = variants_of(plan)
        self._repository = repository
        self._folder = _inside(repository, str(folder)) or Path()

    @property
    def is_of_suite(self) -> bool:
        """Whether the benchmarks are those of a suite, whose configuration has no name of the user's."""
        return self._plan.suite is not None

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
        if trees and not variant.suite:  # all others are in the tree, or new in another revision
            variant = replace(variant, packages=tops_of([variant.target]))
        module, _, name = variant.target.rpartition(":")
        if variant.suite:
            variant = replace(variant, suite=replace(variant.suite, path=self._moved(tree, variant.suite.path)))
        elif module.endswith(".py"):
            variant = replace(variant, target=f"{self._moved(tree, module)}:{name}")
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
        path = tuple(self._moved(tree, each) for each in interpreter.path)
        return replace(
            interpreter,
            python=self._python(tree, interpreter.python),
            path=path,
            # An installation in development mode would give them the working tree's code, in both trees.
            children_path=path,
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
        """Return whether a file is a benchmark, which is the same in both trees."""
        return self.benchmark_files.holds(tree.folder, file)

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
