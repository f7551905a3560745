"""Texts about a check of the gate, the same in every output format."""

from __future__ import annotations

from collections.abc import Sequence

from wfperf.report.intervals import interval_text
from wfperf.results.budget import BudgetKind
from wfperf.results.decision import (
    PEAK_MEMORY_INCREASE,
    RESULTS,
    SEVEREST_FIRST,
    SPEEDUP,
    WALL_TIME,
    CallCountChange,
    Check,
    CheckStatus,
    Decision,
    SelfTimeChange,
)

SHOWN_FUNCTIONS = 3
"""Functions named where there is little room: the other functions that changed are mostly called by these."""

_UNCOUNTED = {
    WALL_TIME: "run time",
    SPEEDUP: "speedup",
    PEAK_MEMORY_INCREASE: "peak memory",
    RESULTS: "results",
}


def is_counted(check: Check) -> bool:
    """Return whether a check is of a counter."""
    return check.metric not in _UNCOUNTED


def metric_text(metric: str) -> str:
    """Return a metric as text: `sql statements`."""
    return _UNCOUNTED.get(metric, metric.replace("_", " "))


def place_text(check: Check) -> str:
    """Return the configuration and benchmark of a check: `original on typical`."""
    return f"{check.configuration} on {check.benchmark}" if check.configuration else check.benchmark


def status_text(status: CheckStatus) -> str:
    """Return a status in capitals, so that nobody overlooks it: `FAIL`."""
    return status.upper()


def count_text(count: int | None) -> str:
    """Return a count; empty if it is not known."""
    return "" if count is None else f"{count:,}"


def budget_text(check: Check) -> str:
    """Return what is allowed: `+0`, `at most 1`, `at most 2 % more`; empty if the check has no budget."""
    if check.budget is None:
        return ""
    amount, percent = f"{check.budget.value:.15g}", f"{100 * check.budget.value:g} %"
    return {
        BudgetKind.MOST: f"at most {amount}",
        BudgetKind.MOST_INCREASE: f"+{amount}",
        BudgetKind.MOST_RELATIVE_INCREASE: f"+{percent}" if is_counted(check) else f"at most {percent} more",
        BudgetKind.LEAST_SPEEDUP: f"at least {percent} gained",
        BudgetKind.EQUAL: "equal",
        BudgetKind.ANY: "time decides" if is_counted(check) else "may differ",
    }[check.budget.kind]


def head_text(decision: Decision) -> str:
    """Return what was judged: a revision, or the current code."""
    return "the current code" if decision.head is None else str(decision.head)


def reason_text(check: Check) -> str:
    """Return why a check did not pass; empty if it did, or if its numbers and status show the reason."""
    said = check.status is CheckStatus.PASS or check.reason == check.status
    numbers = is_counted(check) and None not in {check.baseline, check.head}
    return "" if said or numbers else check.reason


def found_text(check: Check) -> str:
    """Return the numbers of a check: `5 -> 6 (+1)`, or an interval and its confirmation; empty if it has none."""
    if check.change:
        again = f", repeated {interval_text(check.confirmation)}" if check.confirmation else ""
        return f"{interval_text(check.change)}{again}"
    if check.baseline is None or check.head is None:
        return ""
    return f"{check.baseline:,} -> {check.head:,} ({check.counted_change:+,})"


def subject_text(check: Check) -> str:
    """Return the subject of a check: `sql statements of original on typical`."""
    return f"{metric_text(check.metric)} of {place_text(check)}"


def check_text(check: Check) -> str:
    """Return a check in one sentence: the subject, its numbers, the budget, the reason."""
    budget = f"budget {budget_text(check)}" if check.budget else ""
    said = [part for part in (found_text(check), budget, reason_text(check)) if part]
    return f"{subject_text(check)}: {'; '.join(said) or check.status}"


def functions_text(check: Check) -> str:
    """Return the functions that changed most: `calls of engine/run.py:Run.step 3 -> 5; and 2 more`; empty if none.

    If a run takes longer, these are the functions that do: `longer in shop.py:price by +4.9 % [+3.2, +6.1] of a run`.
    """
    said = [_most("calls of", [function_text(each) for each in check.call_count_changes])]
    said.append(_most("longer in", [function_text(each) for each in check.self_time_changes]))
    return "; ".join(part for part in said if part)


def function_text(function: CallCountChange | SelfTimeChange) -> str:
    """Return a function and its change."""
    if isinstance(function, CallCountChange):
        return f"{function.name} {function.baseline:,} -> {function.head:,}"
    return f"{function.name} by {interval_text(function.more)} of a run"


def _most(prefix: str, functions: Sequence[str]) -> str:
    more = len(functions) - SHOWN_FUNCTIONS
    shown = "; ".join(functions[:SHOWN_FUNCTIONS])
    return (f"{prefix} {shown}" if shown else "") + (f"; and {more} more" if more > 0 else "")


def located(check: Check) -> list[CallCountChange | SelfTimeChange]:
    """Return the functions that changed whose file is known: first those that cost more than before."""
    moved = sorted(check.call_count_changes, key=lambda each: each.change < 0)
    changed: list[CallCountChange | SelfTimeChange] = [*check.self_time_changes, *moved]
    return [each for each in changed if each.file]


def summary_text(decision: Decision) -> str:
    """Return the verdict and the numbers behind it: `FAIL: 2 of 105 budgets are broken, 3 counts fell`."""
    said = [*_troubles(decision), *_fallen(decision)]
    if not decision.checks:
        said = ["nothing was checked"]
    elif not said and decision.status is CheckStatus.INCONCLUSIVE:
        said = ["nothing was counted or timed"]
    elif decision.status is CheckStatus.PASS:
        number = len(decision.checks)
        said = ["the only budget is kept" if number == 1 else f"all {number:,} budgets are kept", *said]
    return f"{status_text(decision.status)}: {', '.join(said)}"


def _troubles(decision: Decision) -> list[str]:
    found = {status: len(decision.of(status)) for status in SEVEREST_FIRST}
    every = f"{len(decision.checks):,}"
    troubles = [f"in {found[CheckStatus.DIFFERS]:,} of {every} checks"] if found[CheckStatus.DIFFERS] else []
    for status, word in ((CheckStatus.FAIL, "broken"), (CheckStatus.INCONCLUSIVE, "undecided")):
        if number := found[status]:
            first = f"{number:,} of {every} budgets {'is' if number == 1 else 'are'} {word}"
            troubles.append(f"{number:,} {word}" if troubles else first)
    return troubles


def _fallen(decision: Decision) -> list[str]:
    fallen = sum(check.counted_change < 0 for check in decision.checks)
    return [f"{fallen:,} {'count' if fallen == 1 else 'counts'} fell"] if fallen else []
