"""Check first which cases ran in both trees, with equal results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wfperf.measure.answers import Loaded
from wfperf.measure.revisions import BASE, HEAD, Case, Role, VariantKey
from wfperf.measure.running_once import RunOnce
from wfperf.measure.traps import traps_of_runs
from wfperf.plan import Plan
from wfperf.results.budget import ANY, EQUAL
from wfperf.results.decision import RESULTS, Check, CheckStatus
from wfperf.results.difference import text_differences
from wfperf.results.traps import Trap

LONGEST = 80
"""Characters shown of a value that differs: with its place, about a line."""


def result_checks(plan: Plan, ran: Mapping[Case, RunOnce]) -> dict[Case, Check]:
    """Return a check of the results of every case that can be gated.

    The factory of a plan must run in head; what it does not make in base is inconclusive. Functions and the benchmarks
    of a suite stand each for themselves: one that is new or that fails in both has no check, because there is nothing
    to compare it with. One that only base runs is inconclusive.

    Raises:
        NothingMeasuredError: head cannot run a case of a factory, or nothing at all.
    """
    in_head = [case for case, each in ran.items() if HEAD not in each.errors]
    for each in ran.values():
        if HEAD in each.errors and (plan.workload or not in_head):
            raise each.errors[HEAD]
    checks = {case: replace(_check(case, each), traps=_traps(case, each)) for case, each in ran.items()}
    return {case: check for case, check in checks.items() if plan.workload or BASE not in ran[case].errors}


def _check(case: Case, ran: RunOnce) -> Check:
    if HEAD in ran.errors:
        return Check(*case, RESULTS, EQUAL, CheckStatus.INCONCLUSIVE, reason=f"removed: {ran.errors[HEAD]}")
    if BASE in ran.errors:
        return Check(*case, RESULTS, EQUAL, CheckStatus.INCONCLUSIVE, reason=str(ran.errors[BASE]))
    base, head = ran.answers[BASE], ran.answers[HEAD]
    if base.uncompared and head.uncompared:
        return Check(*case, RESULTS, ANY, CheckStatus.PASS, reason=f"not compared: {head.uncompared}")
    if base.digest == head.digest:
        return Check(*case, RESULTS, EQUAL, CheckStatus.PASS)
    return Check(*case, RESULTS, EQUAL, CheckStatus.DIFFERS, reason=_difference(ran.answers))


def _traps(case: Case, ran: RunOnce) -> tuple[Trap, ...]:
    benchmark, configuration = case
    loaded = {str(VariantKey(role, configuration)): answer for role, answer in ran.answers.items()}
    return tuple(traps_of_runs(benchmark, loaded))


def _difference(answers: Mapping[Role, Loaded]) -> str:
    base, head = answers[BASE].outcome, answers[HEAD].outcome
    if base is None or head is None:
        if uncompared := answers[HEAD].uncompared or answers[BASE].uncompared:
            return f"only one outcome is plain data: {uncompared}"
        return "the outcomes are too long to show where"
    first = text_differences(base, head)[0]
    return f"{first.where}: {first.expected[:LONGEST]} in {BASE}, {first.got[:LONGEST]} in {HEAD}"
