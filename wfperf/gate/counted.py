"""Check counters against their budgets. A counter that was not counted on both variants cannot pass.

Without a counted call, counters prove nothing: perhaps no code was watched. `unseen` finds such cases; time decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from wfperf.gate.baseline import gated
from wfperf.gate.policy import Policy
from wfperf.listing import few
from wfperf.measure.counters import CounterTable
from wfperf.measure.revisions import Case
from wfperf.results.budget import ANY, Budget
from wfperf.results.counters import FUNCTION_CALLS, LIBRARY_CALLS, Counters
from wfperf.results.decision import CallCountChange, Check, CheckStatus

COUNTERS = "counters"
"""The metric of a check that reports that nothing could be counted."""

OF_CALLS = (FUNCTION_CALLS, LIBRARY_CALLS)
"""Counters that are sums over functions."""

Recount = Callable[[], CounterTable]
Locate = Callable[[str], tuple[str, int]]
"""Returns the file and line of a function's definition, or an empty name and 0."""


def count_checks(
    base: CounterTable,
    head: CounterTable,
    policy: Policy,
    recount: Recount,
    locate: Locate,
    *,
    time_decides: bool = False,
) -> tuple[Check, ...]:
    """Return a check for every counter of every benchmark and configuration; none for calls if none were counted.

    Args:
        base: the counters before.
        head: the counters now.
        policy: the budgets.
        recount: counts again now, in fresh processes, before a check fails.
        locate: finds the functions that changed.
        time_decides: whether calls may rise, unless a rule of the policy limits them, because times are measured, too.
            A call more need not take longer: a change may replace a hundred calls of one function by one of another.

    Raises:
        NothingMeasuredError: counting again failed.
    """
    checks = list(_checks(base, head, policy, locate, time_decides=time_decides))
    if any(check.status is CheckStatus.FAIL for check in checks):
        again = recount()
        checks = [_confirmed(check, again) for check in checks]
    return tuple(checks)


def unseen(base: CounterTable, head: CounterTable) -> dict[Case, str]:
    """Return, as text, why counters alone do not show that nothing more is done; by benchmark and configuration.

    Args:
        base: the counters before; what is missing in it has its own check.
        head: the counters now.
    """
    found = {}
    for benchmark, variants in head.items():
        for configuration, now in variants.items():
            before = base.get(benchmark, {}).get(configuration)
            if before and (why := _why_unseen(before, now)):
                found[benchmark, configuration] = why
    return found


def rises(checks: Iterable[Check]) -> dict[Case, str]:
    """Return, as text, which calls have risen that no budget limits; by benchmark and configuration."""
    found: dict[Case, list[str]] = {}
    for check in checks:
        if check.metric in OF_CALLS and check.budget == ANY and check.counted_change > 0:
            text = f"{check.counted_change} more {check.metric.replace('_', ' ')}"
            found.setdefault((check.benchmark, check.configuration), []).append(text)
    return {case: " and ".join(texts) for case, texts in found.items()}


def notes_on_rises(found: Mapping[Case, str]) -> list[str]:
    """Return a note on calls that have risen; none if there are no such calls."""
    named = [f"{configuration} on {benchmark} ({text})" for (benchmark, configuration), text in found.items()]
    return [f"A run makes more calls, so time decides: {few(named)}."] if named else []


def notes_on_unseen(reasons: Mapping[Case, str], then: str) -> list[str]:
    """Return a note for each reason: what counters do not show, and what follows."""
    places: dict[str, list[str]] = {}
    for (benchmark, configuration), why in reasons.items():
        places.setdefault(why, []).append(f"{configuration} on {benchmark}")
    return [f"Counters do not show {few(names)}: {why}; {then}." for why, names in places.items()]


def without_calls(table: CounterTable) -> CounterTable:
    """Return counters without calls, for use if calls of other code were counted."""
    return {
        benchmark: {
            name: replace(
                counters,
                counts={counter: count for counter, count in counters.counts.items() if counter not in OF_CALLS},
                calls={},
                library_calls={},
            )
            for name, counters in variants.items()
        }
        for benchmark, variants in table.items()
    }


def undecided(reasons: Mapping[Case, str], cases: Collection[Case], remedy: str) -> list[Check]:
    """Return an undecided check for each of these cases that has a reason why counters do not cover it."""
    return [_unknown(*case, COUNTERS, f"{why}; {remedy}") for case, why in reasons.items() if case in cases]


def _why_unseen(before: Counters, now: Counters) -> str:
    if not _has_calls(now):
        return "no call of its own functions could be counted"
    if not _has_calls(before):
        return "no call of its own functions was counted before"
    return " and ".join(dict.fromkeys((*before.uncounted, *now.uncounted)))


def _has_calls(counters: Counters) -> bool:
    # Calls that differ from run to run are no count, and are checked as such; but they were seen.
    return any(counters.counts.get(counter) or counter in counters.uneven for counter in OF_CALLS)


def counters_of(*tables: CounterTable) -> set[str]:
    """Return every counter in some tables."""
    counted = [counters for table in tables for variants in table.values() for counters in variants.values()]
    return {counter for counters in counted for counter in (*counters.counts, *counters.uneven)}


def _checks(
    base: CounterTable, head: CounterTable, policy: Policy, locate: Locate, *, time_decides: bool
) -> Iterator[Check]:
    for benchmark in dict.fromkeys((*base, *head)):
        before, now = base.get(benchmark, {}), head.get(benchmark, {})
        for configuration in dict.fromkeys((*before, *now)):
            variants = before.get(configuration), now.get(configuration)
            if variants[0] is None or variants[1] is None:
                missing = "not in the baseline" if variants[0] is None else "not counted now"
                yield _unknown(benchmark, configuration, COUNTERS, missing)
            else:
                budget_of = partial(_budget_of, policy, benchmark, configuration, time_decides=time_decides)
                yield from _of_case(benchmark, configuration, variants[0], variants[1], budget_of, locate)


def _budget_of(policy: Policy, benchmark: str, configuration: str, counter: str, *, time_decides: bool) -> Budget:
    is_left_to_time = time_decides and counter in OF_CALLS and not policy.limits(benchmark, configuration, counter)
    return ANY if is_left_to_time else policy.of_count(benchmark, configuration, counter)


def _of_case(
    benchmark: str,
    configuration: str,
    base: Counters,
    head: Counters,
    budget_of: Callable[[str], Budget],
    locate: Locate,
) -> Iterator[Check]:
    before, now = gated(base), gated(head)
    has_calls = _has_calls(base) and _has_calls(head)
    for counter in sorted({*before, *now, *base.uneven, *head.uneven}):
        if counter in {*base.uneven, *head.uneven}:
            yield _unknown(benchmark, configuration, counter, "differs from run to run")
        elif counter in OF_CALLS and not has_calls:
            continue
        elif counter not in before or counter not in now:
            missing = "not in the baseline" if counter not in before else "not counted now"
            yield _unknown(benchmark, configuration, counter, missing)
        else:
            budget = budget_of(counter)
            kept = budget.allows(before[counter], now[counter])
            moved = () if before[counter] == now[counter] else _moved(counter, base, head, locate)
            yield Check(
                benchmark,
                configuration,
                counter,
                budget,
                CheckStatus.PASS if kept else CheckStatus.FAIL,
                baseline=before[counter],
                head=now[counter],
                reason="" if kept else f"{before[counter]} -> {now[counter]} a run",
                call_count_changes=moved,
            )


def _unknown(benchmark: str, configuration: str, counter: str, reason: str) -> Check:
    return Check(benchmark, configuration, counter, None, CheckStatus.INCONCLUSIVE, reason=reason)


def _moved(counter: str, base: Counters, head: Counters, locate: Locate) -> tuple[CallCountChange, ...]:
    before, now = (base.library_calls, head.library_calls) if counter == LIBRARY_CALLS else (base.calls, head.calls)
    changed = [key for key in {*before, *now} if before.get(key, 0) != now.get(key, 0)]
    moved = [CallCountChange(key, before.get(key, 0), now.get(key, 0), *locate(key)) for key in changed]
    if counter not in OF_CALLS:  # functions called more often explain it, those called less do not
        moved = [each for each in moved if each.change > 0]
    return tuple(sorted(moved, key=lambda each: (-abs(each.change), each.name)))


def _confirmed(check: Check, again: CounterTable) -> Check:
    if check.status is not CheckStatus.FAIL:
        return check
    counters = again.get(check.benchmark, {}).get(check.configuration)
    recounted = counters.counts.get(check.metric) if counters else None
    if recounted == check.head:
        return check
    return _unknown(
        check.benchmark,
        check.configuration,
        check.metric,
        f"{check.head} a run, but {recounted} when counted again in fresh processes",
    )
