"""The gate between two revisions: both checked out, prepared, counted and timed side by side."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from wfperf.gate.baseline import python_version
from wfperf.gate.counted import count_checks, counters_of, notes_on_rises, notes_on_unseen, rises, undecided, unseen
from wfperf.gate.definitions import Definitions
from wfperf.gate.probe import result_checks
from wfperf.gate.progress import Progress
from wfperf.gate.request import COUNTERS, TIME, Request
from wfperf.gate.time_budgets import TimeBudget, memory_budget, speedup_budget, time_budget
from wfperf.gate.timed import LEAST_S, Timing
from wfperf.listing import few
from wfperf.measure.checkouts import Checkouts, commit_of, revision_of
from wfperf.measure.counters import CounterTable, count_benchmarks
from wfperf.measure.revision_notes import case_text, notes_on_benchmarks, notes_on_runs
from wfperf.measure.revisions import BASE, HEAD, Case, Role, Tree, VariantBuilder, VariantKey
from wfperf.measure.running_once import RunOnce, run_once
from wfperf.plan import Plan
from wfperf.plan.metrics import PEAK_MEMORY, THROUGHPUT
from wfperf.results.budget import ANY
from wfperf.results.counters import Counters
from wfperf.results.decision import PEAK_MEMORY_INCREASE, WALL_TIME, Check, CheckStatus, Decision
from wfperf.results.environment import current_environment
from wfperf.stats.verdict import LEVEL
from wfperf.variants.repository import Repository
from wfperf.variants.worktrees import Worktrees

MEMORY_SHARE = 0.4
"""Largest share of the time budget for peak memory, where time is judged, too: eight short blocks decide the former."""


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
        checkouts = checkouts_of(worktrees, request)
        trees = {}
        for role, ref, commit in ((BASE, base_ref, base), (HEAD, head_ref, head)):
            revision = revision_of(repository, ref, commit)
            progress.step(f"preparing {revision}")
            trees[role] = checkouts.tree(role, revision, commit)
        decision = decide_on(checkouts.builder, trees, request, progress)
        if any(check.metric == WALL_TIME for check in decision.of(CheckStatus.FAIL)):
            from wfperf.gate.explained import explained  # noqa: PLC0415 - only the few gates that fail by time need it

            progress.step("looking which functions take longer")
            locate, max_time_s = Definitions(trees[HEAD].folder).locate, request.schedule.max_time_s
            decision = explained(decision, checkouts.builder, trees, locate, max_time_s, request.executor)
        return decision


def checkouts_of(worktrees: Worktrees, request: Request) -> Checkouts:
    """Return what checks revisions out and prepares them as the request says."""
    return Checkouts(worktrees, request.in_both, request.executor, (*request.policy.setup, *request.setup))


def decide_on(builder: VariantBuilder, trees: dict[Role, Tree], request: Request, progress: Progress) -> Decision:
    """Return the gate's decision on two prepared trees.

    Args:
        builder: builds the variants.
        trees: base and head.
        request: what is gated, and how.
        progress: shows what is under way.

    Raises:
        UsageError: nothing is left to gate, or a workload is not imported from its tree.
        NothingMeasuredError: the head cannot be run.
    """
    start_s = time.monotonic()
    environment = current_environment()
    request.check_cases()
    progress.step("running everything once in both")
    ran = run_once(builder, trees, request.cases, request.executor)
    results = result_checks(request.plan, ran)
    checks = [*request.uncollected_checks, *(_accepted(check, request) for check in results.values())]
    runnable = [case for case, check in results.items() if check.status is not CheckStatus.INCONCLUSIVE]
    differing = [case for case in runnable if results[case].status is CheckStatus.DIFFERS]
    notes: list[str] = _notes(request, trees, ran)
    budgets: list[TimeBudget] = []
    reasons: Mapping[Case, str] = {}
    risen: Mapping[Case, str] = {}
    if differing and request.accept_results:
        notes.append(
            f"Results differ, which --accept-results allows; not timed against the base: {_places(differing)}."
        )
    notes += _notes_on_results(request.plan, results)
    if request.only != TIME:
        progress.step("counting")
        counted, reasons = _counted(builder, trees, runnable, request, progress)
        checks += counted
        risen = rises(counted)
    if request.only != COUNTERS:
        notes += request.notes_on_time
    if request.only == TIME or (not request.only and all(check.status is not CheckStatus.FAIL for check in checks)):
        budgets = _time_budgets(request, runnable, differing, {**reasons, **risen})
        notes += notes_on_rises({case: risen[case] for case in risen if case not in differing})
        notes += notes_on_unseen(
            {case: reasons[case] for case in reasons if case not in differing},
            "time decides",
        )
        checks += undecided({**risen, **reasons}, differing, "not timed, because results differ")
        if budgets:
            checks += _decided(budgets, builder, trees, request, progress)
    elif request.only == COUNTERS:
        checks += undecided(reasons, reasons, "only times can show it: leave out --only counters")
        if any(request.policy.of_peak_memory(*case) is not None for case in request.cases):
            notes.append("Budgets of max_peak_memory are not checked with --only counters.")
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


def _notes(request: Request, trees: Mapping[Role, Tree], ran: Mapping[Case, RunOnce]) -> list[str]:
    """Return notes on what is not gated, and on benchmarks and code that are the same in both trees."""
    if request.plan.workload:  # all its errors are in checks, and each tree has its own benchmarks
        return []
    without_checks = {case: each for case, each in ran.items() if BASE in each.errors or not each.errors}
    return [
        *request.plan.notes,
        *request.notes_on_ungated,
        *notes_on_runs(request.plan, without_checks),
        *notes_on_benchmarks(request.plan, trees, from_base=request.from_base),
    ]


def _notes_on_results(plan: Plan, results: Mapping[Case, Check]) -> list[str]:
    """Return notes on results that were not compared: one for all that share a reason."""
    places: dict[str, list[str]] = {}
    for case, check in results.items():
        if check.status is CheckStatus.PASS and check.reason:
            places.setdefault(check.reason, []).append(case_text(plan, case))
    return [f"Results of {few(names)} {reason}." for reason, names in places.items()]


def _accepted(check: Check, request: Request) -> Check:
    """Return a check of results after --accept-results: passed, if something else is still checked."""
    if not request.accept_results or check.status is not CheckStatus.DIFFERS:
        return check
    accepted = replace(check, budget=ANY, status=CheckStatus.PASS, reason="")
    if request.only == TIME and request.policy.of_speedup(check.benchmark, check.configuration) is None:
        return replace(accepted, status=CheckStatus.INCONCLUSIVE, reason="not timed, because results differ")
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
    checks = count_checks(
        counters[BASE],
        counters[HEAD],
        policy,
        lambda: count((HEAD,))[HEAD],
        locate,
        time_decides=request.only != COUNTERS and not request.calls_decide,
    )
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

    They cover the cases to be timed, and those that counters do not cover. Budgets on peak memory cover the cases that
    the policy says.
    """
    timed = [case for case in request.cases_timed_with(unseen) if case in runnable]
    equal = [case for case in timed if case not in differing]
    budgets = [time_budget(case, request.policy.of_regression(*case)) for case in equal]
    for case in (each for each in request.cases if each in runnable and each not in differing):
        more = request.policy.of_peak_memory(*case)
        if more is not None:
            budgets.append(memory_budget(case, more))
    for case in timed if request.accept_results else equal:
        effect = request.policy.of_speedup(*case)
        if effect is not None and case[1] != request.plan.baseline:
            budgets.append(speedup_budget(case, request.plan.baseline, effect))
    return budgets


def _decided(
    budgets: Sequence[TimeBudget],
    builder: VariantBuilder,
    trees: dict[Role, Tree],
    request: Request,
    progress: Progress,
) -> list[Check]:
    """Return the checks of all budgets: first those of peak memory, which few blocks decide, then those of time."""
    of_memory = [budget for budget in budgets if budget.metric == PEAK_MEMORY_INCREASE]
    of_time = [budget for budget in budgets if budget.metric != PEAK_MEMORY_INCREASE]
    start_s, schedule = request.executor.now_s(), request.schedule
    checks: list[Check] = []
    for some, metric, others, share in (
        (of_memory, PEAK_MEMORY, of_time, MEMORY_SHARE if of_time else 1.0),
        (of_time, THROUGHPUT, of_memory, 1.0),
    ):
        if some:
            left_s = max(LEAST_S, schedule.max_time_s * share - (request.executor.now_s() - start_s))
            within = replace(schedule, max_time_s=left_s)
            measuring = Timing(
                some, builder, trees, within, request.executor, progress, metric=metric, others=len(others)
            )
            checks += measuring.decide()
    return checks


def _places(cases: Iterable[Case]) -> str:
    return few([f"{configuration} on {benchmark}" for benchmark, configuration in cases])
