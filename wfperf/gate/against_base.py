"""The gate between two revisions: both checked out, prepared, counted and timed side by side."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from wfperf.errors import UsageError
from wfperf.gate.baseline import python_version
from wfperf.gate.counted import count_checks, counters_of, notes_on_unseen, undecided, unseen
from wfperf.gate.definitions import Definitions
from wfperf.gate.probe import probe
from wfperf.gate.progress import Progress
from wfperf.gate.request import COUNTERS, TIME, Request
from wfperf.gate.time_budgets import TimeBudget, speedup_budget, time_budget
from wfperf.gate.timed import Timing
from wfperf.measure.checkouts import checked_out, commit_of, revision_of
from wfperf.measure.counters import CounterTable, count_benchmarks
from wfperf.measure.revisions import BASE, HEAD, Case, Role, Tree, VariantBuilder, VariantKey
from wfperf.results.budget import ANY
from wfperf.results.counters import Counters
from wfperf.results.decision import WALL_TIME, Check, Decision, Status
from wfperf.results.environment import current_environment
from wfperf.results.revision import Revision
from wfperf.stats.verdict import LEVEL
from wfperf.variants.repository import Repository
from wfperf.variants.worktrees import Worktrees


def decide_between(
    repository: Repository, base_ref: str, head_ref: str, request: Request, progress: Progress
) -> Decision:
    """Return the gate's decision on one revision against another. The user's working tree is not touched.

    Args:
        repository: the user's.
        base_ref: the revision to compare with.
        head_ref: the revision to judge; `.` is the working tree with its uncommitted changes.
        request: what is gated, and how.
        progress: shows what is under way.

    Raises:
        UsageError: there is no such revision, or a tree does not hold what the plan names.
        NothingMeasuredError: a tree cannot be prepared, or the head cannot be run.
    """
    base = repository.commit(base_ref)
    with Worktrees(repository) as worktrees:
        head = commit_of(repository, head_ref, worktrees.scratch)
        trees = {}
        for role, ref, commit in ((BASE, base_ref, base), (HEAD, head_ref, head)):
            revision = revision_of(repository, ref, commit)
            progress.step(f"preparing {revision}")
            trees[role] = tree_of(worktrees, request, role, revision, commit)
        decision = decide_on(repository, trees, request, progress)
        if any(check.metric == WALL_TIME for check in decision.of(Status.FAIL)):
            from wfperf.gate.explained import explained  # noqa: PLC0415 - only the few gates that fail by time need it

            progress.step("looking which functions take longer")
            builder = VariantBuilder(request.plan, repository, request.folder)
            locate = Definitions(trees[HEAD].folder).locate
            decision = explained(decision, builder, trees, locate, request.schedule.max_time_s, request.executor)
        return decision


def tree_of(worktrees: Worktrees, request: Request, role: Role, revision: Revision, commit: str) -> Tree:
    """Return the tree of a revision, checked out and prepared as the request says; see `revisions.checked_out`."""
    builder = VariantBuilder(request.plan, worktrees.repository, request.folder)
    setup = (*request.policy.setup, *request.setup)
    return checked_out(worktrees, builder, role, revision, commit, setup=setup, executor=request.executor)


def decide_on(repository: Repository, trees: dict[Role, Tree], request: Request, progress: Progress) -> Decision:
    """Return the gate's decision on two prepared trees.

    Raises:
        UsageError: nothing is left to gate, or a workload is not imported from its tree.
        NothingMeasuredError: the head cannot be run, or a tree lacks the folder where the command runs.
    """
    start_s = time.monotonic()
    environment = current_environment()
    if not request.cases:
        raise UsageError("--benchmark and --config leave nothing to gate; see what there is: wfperf plan")
    builder = VariantBuilder(request.plan, repository, request.folder)
    for tree in trees.values():
        builder.check_folder(tree)
    progress.step("running every configuration once in both")
    results = probe(builder, trees, request.cases, request.executor)
    checks = [_accepted(check, request) for check in results.values()]
    runnable = [case for case, check in results.items() if check.status is not Status.INCONCLUSIVE]
    differing = [case for case in runnable if results[case].status is Status.DIFFERS]
    notes: list[str] = []
    budgets: list[TimeBudget] = []
    reasons: Mapping[Case, str] = {}
    if differing and request.accept_results:
        notes.append(
            f"Results differ, which --accept-results allows; not timed against the base: {_places(differing)}."
        )
    notes += [
        f"Results of {' on '.join(reversed(case))} {check.reason}."
        for case, check in results.items()
        if check.status is Status.PASS and check.reason
    ]
    if request.only != TIME:
        progress.step("counting")
        counted, reasons = _counted(builder, trees, runnable, request, progress)
        checks += counted
    if request.only != COUNTERS:
        notes += request.notes_on_time
    if request.only == TIME or (not request.only and all(check.status is not Status.FAIL for check in checks)):
        budgets = _time_budgets(request, runnable, differing, reasons)
        notes += notes_on_unseen(
            {case: reasons[case] for case in reasons if case not in differing},
            "time decides",
        )
        checks += undecided(reasons, differing, "not timed, because results differ")
        if budgets:
            checks += Timing(budgets, builder, trees, request.schedule, request.executor, progress).decide()
    elif request.only == COUNTERS:
        checks += undecided(reasons, reasons, "only times can show it: leave out --only counters")
    else:
        notes.append("Not timed, because counters failed. To check times all the same: --only time.")
    return Decision(
        against=trees[BASE].revision,
        head=trees[HEAD].revision,
        python=python_version(),
        checks=tuple(checks),
        environment=environment,
        notes=tuple(notes),
        seed=request.schedule.seed,
        duration_s=time.monotonic() - start_s,
        level=LEVEL,
        intervals=len(budgets),
    )


def _accepted(check: Check, request: Request) -> Check:
    """Return a check of results after --accept-results: passed, if something else is still checked."""
    if not request.accept_results or check.status is not Status.DIFFERS:
        return check
    accepted = replace(check, budget=ANY, status=Status.PASS, reason="")
    if request.only == TIME and request.policy.of_speedup(check.benchmark, check.configuration) is None:
        return replace(accepted, status=Status.INCONCLUSIVE, reason="not timed, because results differ")
    return accepted


def _counted(
    builder: VariantBuilder,
    trees: dict[Role, Tree],
    cases: Sequence[Case],
    request: Request,
    progress: Progress,
) -> tuple[tuple[Check, ...], dict[Case, str]]:
    def count(roles: Sequence[Role]) -> dict[Role, CounterTable]:
        counters = count_benchmarks(
            builder.benchmarks([trees[role] for role in roles], cases), progress.counted, request.executor
        )
        return {role: _of_role(counters, role, cases) for role in roles}

    if not cases:
        return (), {}
    counters = count((BASE, HEAD))
    policy = request.policy
    policy.check_counters(counters_of(counters[HEAD]), request.wholly(cases))
    locate = Definitions(trees[HEAD].folder).locate
    checks = count_checks(counters[BASE], counters[HEAD], policy, lambda: count((HEAD,))[HEAD], locate)
    return checks, unseen(counters[BASE], counters[HEAD])


def _of_role(counters: CounterTable, role: Role, cases: Sequence[Case]) -> CounterTable:
    table: dict[str, dict[str, Counters]] = {}
    for benchmark, configuration in cases:
        if each := counters.get(benchmark, {}).get(str(VariantKey(role, configuration))):
            table.setdefault(benchmark, {})[configuration] = each
    return table


def _time_budgets(
    request: Request,
    runnable: Collection[Case],
    differing: Collection[Case],
    unseen: Collection[Case],
) -> list[TimeBudget]:
    """Return the budgets on time: run times if results are equal; speedups in head, too, if they may differ.

    They cover the cases to be timed, and those that counters do not cover.
    """
    timed = [case for case in request.cases_timed_with(unseen) if case in runnable]
    equal = [case for case in timed if case not in differing]
    budgets = [time_budget(case, request.policy.of_regression(*case)) for case in equal]
    for case in timed if request.accept_results else equal:
        effect = request.policy.of_speedup(*case)
        if effect is not None and case[1] != request.plan.baseline:
            budgets.append(speedup_budget(case, request.plan.baseline, effect))
    return budgets


def _places(cases: Iterable[Case]) -> str:
    return ", ".join(f"{configuration} on {benchmark}" for benchmark, configuration in cases)
