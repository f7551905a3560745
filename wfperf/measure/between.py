"""Compare two revisions: every selected benchmark and configuration of a plan, in both trees."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.benchmarks import VariantOf
from wfperf.measure.checkouts import Benchmarks, Checkouts, commit_of, revision_of
from wfperf.measure.contrasts import Contrast, Design, total_contrasts
from wfperf.measure.executor import Executor
from wfperf.measure.revision_notes import notes_on_benchmarks, notes_on_runs, notes_on_tracked
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
        benchmarks: what is run in both.
        selection: which of it.
    """

    base: str
    head: str
    benchmarks: Benchmarks
    selection: Selection


@dataclass(frozen=True, slots=True)
class Prepared:
    """Two revisions, ready to be compared.

    Args:
        selected: the contrasts between them.
        of: builds their variants.
        trees: the root of the tree of each variant.
        notes: what the reader must know of them: which commits they are, and what only one of them can run.
    """

    selected: Selected
    of: VariantOf
    trees: Mapping[str, Path]
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
    cases = selected_cases(between.benchmarks.plan, between.selection)
    base = repository.commit(between.base)
    with Worktrees(repository) as worktrees:
        head = commit_of(repository, between.head, worktrees.scratch)
        checkouts = Checkouts(worktrees, between.benchmarks, executor)
        trees: dict[Role, Tree] = {}
        for role, ref, commit in ((BASE, between.base, base), (HEAD, between.head, head)):
            revision = revision_of(repository, ref, commit)
            say(f"preparing {revision}")
            trees[role] = checkouts.tree(role, revision, commit)
        say("running every benchmark once in both")
        ran = run_once(checkouts.builder, trees, cases, executor)
        yield _prepared(between.benchmarks, checkouts.builder, trees, ran)


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


def _prepared(
    benchmarks: Benchmarks, builder: VariantBuilder, trees: dict[Role, Tree], ran: dict[Case, RunOnce]
) -> Prepared:
    plan = benchmarks.plan
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

    folders = {name: trees[key.role].folder for name, key in keys.items()}
    design = Design(names[BASE, both[0][1]], contrasts)
    shown = ", ".join(f"{labels[role]} is {trees[role].revision}" for role in (BASE, HEAD))
    notes = (
        *notes_on_tracked(plan, ran, labels),
        f"Revisions: {shown}. Each imports its own code, from a tree of its own.",
        *notes_on_runs(plan, ran),
        *notes_on_benchmarks(plan, trees, from_base=benchmarks.from_base),
    )
    return Prepared(Selected(design, plan, is_between=True), of, folders, notes)


def _label(revision: Revision) -> str:
    return "working tree" if revision.is_working_tree else revision.name
