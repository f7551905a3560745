"""Check first that every case runs in both trees, is imported from them, and has equal results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wfperf.measure.answers import Loaded
from wfperf.measure.executor import Executor
from wfperf.measure.revisions import BASE, HEAD, Case, Role, Tree, VariantBuilder
from wfperf.measure.running_once import RunOnce, run_once
from wfperf.results.budget import ANY, EQUAL
from wfperf.results.decision import RESULTS, Check, Status
from wfperf.results.difference import text_differences

LONGEST = 80
"""Characters shown of a value that differs: with its place, about a line."""


def probe(
    builder: VariantBuilder, trees: Mapping[Role, Tree], cases: Sequence[Case], executor: Executor
) -> dict[Case, Check]:
    """Run every case once in both trees, and return a check of its results.

    If head cannot run a case, there is nothing to gate. If only base cannot, because the case is new, it is
    inconclusive.

    Raises:
        NothingMeasuredError: head cannot run a case, or a tree cannot be imported at all.
        UsageError: a workload is not imported from its tree.
    """
    return {case: _check(case, ran) for case, ran in run_once(builder, trees, cases, executor).items()}


def _check(case: Case, ran: RunOnce) -> Check:
    if HEAD in ran.errors:
        raise ran.errors[HEAD]
    if BASE in ran.errors:
        return Check(*case, RESULTS, EQUAL, Status.INCONCLUSIVE, reason=str(ran.errors[BASE]))
    base, head = ran.answers[BASE], ran.answers[HEAD]
    if base.uncompared and head.uncompared:
        return Check(*case, RESULTS, ANY, Status.PASS, reason=f"not compared: {head.uncompared}")
    if base.digest == head.digest:
        return Check(*case, RESULTS, EQUAL, Status.PASS)
    return Check(*case, RESULTS, EQUAL, Status.DIFFERS, reason=_difference(ran.answers))


def _difference(answers: Mapping[Role, Loaded]) -> str:
    base, head = answers[BASE].outcome, answers[HEAD].outcome
    if base is None or head is None:
        if uncompared := answers[HEAD].uncompared or answers[BASE].uncompared:
            return f"only one outcome is plain data: {uncompared}"
        return "the outcomes are too long to show where"
    first = text_differences(base, head)[0]
    return f"{first.where}: {first.expected[:LONGEST]} in {BASE}, {first.got[:LONGEST]} in {HEAD}"
