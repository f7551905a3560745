"""Compare two revisions: every selected benchmark and configuration of a plan, in both trees."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.benchmarks import VariantOf
from wfperf.measure.checkouts import checked_out, commit_of, revision_of
from wfperf.measure.contrasts import Contrast, Design, total_contrasts
from wfperf.measure.executor import Executor
from wfperf.measure.revisions import BASE, HEAD, Case, Role, Tree, VariantBuilder, VariantKey
from wfperf.measure.running_once import RunOnce, run_once
from wfperf.measure.selected import Selected
from wfperf.measure.selection import Selection
from wfperf.measure.variant import Variant
from wfperf.plan import Plan
from wfperf.results.revision import Revision
from wfperf.variants.repository import Repository
from wfperf.variants.worktrees import Worktrees

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Between:
    """The request to compare two revisions.

    Args:
        base: the revision to compare with, as given.
        head: the other one; `.` is the working tree with its uncommitted changes.
        plan: benchmarks and configurations.
        selection: which of them.
        folder: where the command runs, inside the repository.
        files: benchmarks that both revisions take from the working tree, so that only the code that they use differs.
    """

    base: str
    head: str
    plan: Plan
    selection: Selection
    folder: Path
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """Two revisions, ready to be compared.

    Args:
        selected: the contrasts between them.
        of: builds their variants.
        notes: what the reader must know of them: which commits they are, and what only one of them can run.
    """

    selected: Selected
    of: VariantOf
    notes: tuple[str, ...]


@contextmanager
def prepared_between(repository: Repository, between: Between, executor: Executor, say: Say) -> Iterator[Prepared]:
    """Check out both revisions, run everything once in both, and yield them while their trees exist.

    The user's working tree is not touched.

    Args:
        repository: the user's.
        between: what to compare.
        executor: starts the workers.
        say: called with each step that begins.

    Raises:
        UsageError: there is no such revision, the selection is empty, or a tree runs code of another one.
        NothingMeasuredError: a tree cannot be prepared, or nothing can run in both.
    """
    plan, folder = between.plan, between.folder
    cases = selected_cases(plan, between.selection)
    base = repository.commit(between.base)
    with Worktrees(repository) as worktrees:
        head = commit_of(repository, between.head, worktrees.scratch)
        files = _benchmark_files(between, repository)
        builder = VariantBuilder(plan, worktrees.repository, folder, files)
        trees: dict[Role, Tree] = {}
        changed: list[str] = []
        for role, ref, commit in ((BASE, between.base, base), (HEAD, between.head, head)):
            revision = revision_of(repository, ref, commit)
            say(f"preparing {revision}")
            trees[role] = checked_out(worktrees, builder, role, revision, commit, executor=executor)
            changed += _take_along(files, repository.top, trees[role].folder)
            builder.check_folder(trees[role])
        say("running every benchmark once in both")
        ran = run_once(builder, trees, cases, executor)
        yield _prepared(plan, builder, trees, ran, changed)


def selected_cases(plan: Plan, selection: Selection) -> list[Case]:
    """Return the benchmarks and configurations to run in both revisions.

    These are the ones that `compare` would measure with its claims; all benchmarks if there is a single configuration.

    Raises:
        UsageError: parts of the selection need claims, or it leaves nothing.
    """
    if selection.every or selection.phase is not None or selection.ablate or selection.sweep:
        raise UsageError("--base compares revisions, not claims; leave out --all, --phase, --ablate and --sweep")
    contrasts = total_contrasts(plan)
    wanted = {(each.benchmark, name) for each in contrasts for name in (each.variant, each.baseline)}
    cases = [(on.name, each.name) for on in plan.benchmarks for each in plan.configurations]
    found = [
        (benchmark, configuration)
        for benchmark, configuration in cases
        if ((benchmark, configuration) in wanted or not wanted)
        and selection.benchmark in {None, benchmark}
        and selection.only in {None, configuration}
    ]
    if selection.benchmark is not None:
        plan.benchmark(selection.benchmark)
    if selection.only is not None:
        plan.configuration(selection.only)
    if not found:
        raise UsageError("--benchmark and --only leave nothing to compare; see what there is: wfperf plan")
    return found


def _benchmark_files(between: Between, repository: Repository) -> list[Path]:
    """Return the files that both revisions take from the working tree: those of the benchmarks."""
    if not between.plan.suite:
        return _with_helpers(between.files, repository.top)
    path = Path(between.plan.suite.path)
    top = repository.top
    if not path.resolve().is_relative_to(top):
        return []
    folders = [each for each in path.resolve().parents if each.is_relative_to(top)]
    above = [each / "conftest.py" for each in folders if (each / "conftest.py").is_file()]
    return list(dict.fromkeys([*repository.files(path), *above]))


def _with_helpers(files: Sequence[Path], top: Path) -> list[Path]:
    """Return benchmarks with the modules beside them, which belong to them.

    That is not so in a package, nor in the root of the repository, where the code itself may lie.
    """
    found: dict[Path, None] = {}
    for file in files:
        is_apart = file.parent != top and not (file.parent / "__init__.py").exists()
        found |= dict.fromkeys([file, *(sorted(file.parent.glob("*.py")) if is_apart else ())])
    return list(found)


def _take_along(files: Sequence[Path], top: Path, tree: Path) -> list[str]:
    """Copy files of the working tree into a tree, at the same place; return which of them were others there."""
    changed = []
    for file in files:
        if file.is_relative_to(top):
            copy = tree / file.relative_to(top)
            if copy.exists() and copy.read_bytes() != file.read_bytes():
                changed.append(str(file.relative_to(top)))
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file, copy)
    return changed


def _prepared(
    plan: Plan, builder: VariantBuilder, trees: dict[Role, Tree], ran: dict[Case, RunOnce], changed: Sequence[str]
) -> Prepared:
    runs = [case for case, each in ran.items() if not each.errors]
    both = [case for case in runs if not plan.benchmark(case[0]).is_tracked]
    if not both:
        errors = [error for each in ran.values() for error in each.errors.values()]
        raise errors[0] if errors else NothingMeasuredError("every benchmark returns a number; none is measured")
    several = len({configuration for _, configuration in ran}) > 1
    labels = {role: _label(trees[role].revision) for role in (BASE, HEAD)}
    if labels[BASE] == labels[HEAD]:
        labels = {role: f"{role}: {label}" for role, label in labels.items()}
    names = {
        (role, configuration): f"{configuration}, {labels[role]}" if several else labels[role]
        for role in (BASE, HEAD)
        for configuration in dict.fromkeys(configuration for _, configuration in both)
    }
    keys = {name: VariantKey(*key) for key, name in names.items()}
    contrasts = [
        Contrast(
            names[HEAD, configuration],
            plan.configuration(configuration).title,
            None,
            benchmark,
            names[BASE, configuration],
            plan.benchmark(benchmark).metric,
        )
        for benchmark, configuration in both
    ]

    def of(benchmark: str, name: str) -> Variant:
        key = keys[name]
        return builder.variant(trees[key.role], (benchmark, key.configuration))

    design = Design(names[BASE, both[0][1]], contrasts)
    tracked = tuple(
        f"{benchmark}: {ran[benchmark, name].answers[BASE].outcome} in {labels[BASE]}, "
        f"{ran[benchmark, name].answers[HEAD].outcome} in {labels[HEAD]}."
        for benchmark, name in runs
        if plan.benchmark(benchmark).is_tracked
    )
    notes = (*tracked, *_notes(trees, labels, ran, is_suite=plan.suite is not None), *_notes_on_benchmarks(changed))
    return Prepared(Selected(design, plan, is_between=True), of, notes)


def _label(revision: Revision) -> str:
    return "working tree" if revision.is_working_tree else revision.name


def _notes(
    trees: dict[Role, Tree], labels: dict[Role, str], ran: dict[Case, RunOnce], *, is_suite: bool
) -> Iterator[str]:
    shown = ", ".join(f"{labels[role]} is {trees[role].revision}" for role in (BASE, HEAD))
    yield f"Revisions: {shown}. Each imports its own code, from a tree of its own."
    for (benchmark, configuration), each in ran.items():
        case = benchmark if is_suite else f"{configuration} on {benchmark}"
        for role, word in ((BASE, "New"), (HEAD, "Removed")):
            if role in each.errors and len(each.errors) == 1:
                yield f"{word}: {case}: {each.errors[role]}"
        if len(each.errors) > 1:
            yield f"Fails in both: {case}: {each.errors[HEAD]}"
    for package in dict.fromkeys(package for each in ran.values() for package in each.elsewhere):
        yield f"The same code in both: {package}. If that is the code to compare, name its folder with --path."


def _notes_on_benchmarks(changed: Sequence[str]) -> Iterator[str]:
    if changed:
        files = ", ".join(dict.fromkeys(changed))
        yield (
            f"Both run the working tree's {files}, which is another one in a revision: changes in there do not count. "
            "To compare a function of there, name it as module:function."
        )
