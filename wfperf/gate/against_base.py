"""The gate between two revisions: both checked out, prepared, counted and timed side by side."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from wfperf.errors import UsageError
from wfperf.gate.baseline import python_version
from wfperf.gate.counted import count_checks, counters_of, notes_on_unseen, undecided, unseen
from wfperf.gate.places import Places
from wfperf.gate.probe import probe
from wfperf.gate.request import COUNTERS, TIME, Request
from wfperf.gate.sides import (
    BASE,
    HEAD,
    Pair,
    Sides,
    Tree,
    configuration_of,
    tree_of,
)
from wfperf.gate.timed import Limit, Timing, regression_limit, speedup_limit
from wfperf.gate.watch import Watch
from wfperf.measure.counters import WorkTable, count_work
from wfperf.results.decision import WALL_TIME, Check, Decision, Status
from wfperf.results.environment import current_environment
from wfperf.results.work import Work
from wfperf.stats.verdict import LEVEL
from wfperf.trees.preparation import parse_command, prepare
from wfperf.trees.repository import Repository
from wfperf.trees.snapshot import snapshot
from wfperf.trees.worktrees import Worktrees

WORKING_TREE = "."


def decide_between(repository: Repository, base_ref: str, head_ref: str, request: Request, watch: Watch) -> Decision:
    """Return what the gate says of one revision against another. The user's working tree is not touched.

    Args:
        repository: theirs.
        base_ref: the revision to hold against.
        head_ref: the one that is judged; `.` is the working tree with its uncommitted changes.
        request: what is asked.
        watch: told what is under way.

    Raises:
        UsageError: there is no such revision, or a tree does not hold what the plan names.
        NothingMeasuredError: a tree cannot be prepared, or the head cannot be run.
    """
    base = repository.commit(base_ref)
    with Worktrees(repository) as worktrees:
        head = commit_of(repository, head_ref, worktrees.scratch)
        trees = {}
        for name, ref, commit in ((BASE, base_ref, base), (HEAD, head_ref, head)):
            shown = shown_revision(repository, ref, commit)
            watch.step(f"preparing {shown}")
            trees[name] = checked_out(worktrees, request, name, commit, shown, as_it_stands=ref == WORKING_TREE)
        decision = decide_on(repository, trees, request, watch)
        if any(check.metric == WALL_TIME for check in decision.of(Status.FAIL)):
            from wfperf.gate.explained import explained  # noqa: PLC0415 - only the few gates that fail by time need it

            watch.step("looking which functions take longer")
            sides = Sides(request.plan, repository, request.folder)
            locate = Places(trees[HEAD].folder).locate
            decision = explained(decision, sides, trees, locate, request.schedule.max_time_s, request.conditions)
        return decision


def commit_of(repository: Repository, ref: str, scratch: Path) -> str:
    """Return the commit that a reference names, or one that holds the working tree; made in a scratch folder.

    Raises:
        UsageError: there is none.
    """
    return snapshot(repository, scratch) if ref == WORKING_TREE else repository.commit(ref)


def shown_revision(repository: Repository, ref: str, commit: str) -> str:
    """Return what a reader calls a revision: as it was named, and its short id."""
    if ref == WORKING_TREE:
        return f"the working tree on {repository.shown('HEAD')}"
    short = repository.shown(commit)
    return short if commit.startswith(ref) else f"{ref} ({short})"


def checked_out(
    worktrees: Worktrees, request: Request, name: str, commit: str, shown: str, *, as_it_stands: bool = False
) -> Tree:
    """Return a revision as a tree that is ready to be run.

    Raises:
        UsageError: git fails, the tree does not hold what the plan names, or the plan's `prepare` fails.
        NothingMeasuredError: a setup command fails, or the plan's `prepare` cannot be run.
    """
    folder = worktrees.add(name, commit, as_it_stands=as_it_stands)
    prepare([parse_command(each) for each in (*request.policy.setup, *request.setup)], folder, shown)
    scratch = Path(mkdtemp(prefix=f"{name}-", dir=worktrees.scratch))
    sides = Sides(request.plan, worktrees.repository, request.folder)
    return sides.prepare(Tree(name, folder, shown), scratch, request.conditions)


def decide_on(repository: Repository, trees: dict[str, Tree], request: Request, watch: Watch) -> Decision:
    """Return what the gate says of two trees that are ready.

    Raises:
        UsageError: nothing is left to gate, or a workload is imported from somewhere else than its tree.
        NothingMeasuredError: the head cannot be run, or a tree lacks the folder in which all is run.
    """
    start_s = time.monotonic()
    environment = current_environment()
    if not request.pairs:
        raise UsageError("nothing is left to gate; see what there is: wfperf plan")
    sides = Sides(request.plan, repository, request.folder)
    for tree in trees.values():
        sides.check_folder(tree)
    watch.step("running every configuration once in both")
    results = probe(sides, trees, request.pairs, request.conditions)
    checks = [_accepted(check, request) for check in results.values()]
    runnable = [pair for pair, check in results.items() if check.status is not Status.INCONCLUSIVE]
    differing = [pair for pair in runnable if results[pair].status is Status.DIFFERS]
    notes: list[str] = []
    limits: list[Limit] = []
    reasons: Mapping[Pair, str] = {}
    if differing and request.accept_results:
        notes.append(f"Results differ, as they may, and are not timed against before: {_places(differing)}.")
    if request.only != TIME:
        watch.step("counting")
        counted, reasons = _counted(sides, trees, runnable, request, watch)
        checks += counted
    if request.only != COUNTERS:
        notes += request.notes_on_time
    if request.only == TIME or (not request.only and all(check.status is not Status.FAIL for check in checks)):
        limits = _limits(request, runnable, differing, reasons)
        notes += notes_on_unseen({pair: reasons[pair] for pair in reasons if pair not in differing}, "time decides")
        checks += undecided(reasons, differing, "results that differ are not timed")
        if limits:
            checks += _timed(sides, trees, limits, request, watch)
    elif request.only == COUNTERS:
        checks += undecided(reasons, reasons, "time shows it: leave out --only counters")
    else:
        notes.append("Not timed, for the counters have failed; time alone: --only time.")
    return Decision(
        against=trees[BASE].shown,
        head=trees[HEAD].shown,
        python=python_version(),
        checks=tuple(checks),
        environment=environment,
        notes=tuple(notes),
        seed=request.schedule.seed,
        duration_s=time.monotonic() - start_s,
        level=LEVEL,
        intervals=len(limits),
    )


def _accepted(check: Check, request: Request) -> Check:
    """Return a check of results as it counts: kept, where they may differ and something else is still held."""
    if not request.accept_results or check.status is not Status.DIFFERS:
        return check
    accepted = replace(check, budget="may differ", status=Status.PASS, reason="")
    if request.only == TIME and request.policy.of_speedup(check.scenario, check.configuration) is None:
        return replace(accepted, status=Status.INCONCLUSIVE, reason="results that differ are not timed")
    return accepted


def _counted(
    sides: Sides, trees: dict[str, Tree], pairs: Sequence[Pair], request: Request, watch: Watch
) -> tuple[tuple[Check, ...], dict[Pair, str]]:
    def count(names: Sequence[str]) -> dict[str, WorkTable]:
        trials = [
            sides.trial(
                scenario,
                [trees[name] for name in names],
                [configuration for at, configuration in pairs if at == scenario],
            )
            for scenario in dict.fromkeys(scenario for scenario, _ in pairs)
        ]
        return _by_tree(count_work(trials, watch.counted, request.conditions), names)

    if not pairs:
        return (), {}
    work = count((BASE, HEAD))
    policy = request.policy
    policy.check_counters(counters_of(work[HEAD]), request.wholly(pairs))
    locate = Places(trees[HEAD].folder).locate
    checks = count_checks(work[BASE], work[HEAD], policy, lambda: count((HEAD,))[HEAD], locate)
    return checks, unseen(work[BASE], work[HEAD])


def _by_tree(work: WorkTable, names: Sequence[str]) -> dict[str, WorkTable]:
    tables: dict[str, dict[str, dict[str, Work]]] = {name: {} for name in names}
    for scenario, counted in work.items():
        for name, each in counted.items():
            tables[tree_of(name)].setdefault(scenario, {})[configuration_of(name)] = each
    return dict(tables)


def _limits(
    request: Request, runnable: Collection[Pair], differing: Collection[Pair], unseen: Collection[Pair]
) -> list[Limit]:
    """Return what is timed: runs against before where results are equal, gains of head where they may differ, too.

    That is what is to be timed, and what counters do not show.
    """
    timed = [pair for pair in request.pairs_timed_with(unseen) if pair in runnable]
    equal = [pair for pair in timed if pair not in differing]
    limits = [regression_limit(pair, request.policy.of_regression(*pair)) for pair in equal]
    for pair in timed if request.accept_results else equal:
        gain = request.policy.of_speedup(*pair)
        if gain is not None and pair[1] != request.plan.base:
            limits.append(speedup_limit(pair, request.plan.base, gain))
    return limits


def _places(pairs: Iterable[Pair]) -> str:
    return ", ".join(f"{configuration} on {scenario}" for scenario, configuration in pairs)


def _timed(
    sides: Sides, trees: dict[str, Tree], limits: Sequence[Limit], request: Request, watch: Watch
) -> tuple[Check, ...]:
    control_of = limits[0].configuration
    return Timing(limits, sides, trees, control_of, request.schedule, request.conditions, watch).decide()
