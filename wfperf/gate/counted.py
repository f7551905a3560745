"""Hold counted work to its budgets. Fails closed: what was not counted on both sides cannot pass.

No call counted is no evidence, for nothing may have been looked at: `unseen` says of what, and there time decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from wfperf.gate.baseline import gated
from wfperf.gate.policy import Policy
from wfperf.gate.sides import Pair
from wfperf.measure.counters import WorkTable
from wfperf.results.decision import CallCountChange, Check, Status
from wfperf.results.work import FUNCTION_CALLS, LIBRARY_CALLS, Work

WORK = "work"
"""The metric of a check that says that nothing could be counted."""

OF_CALLS = (FUNCTION_CALLS, LIBRARY_CALLS)
"""Counters that are sums over functions."""

Recount = Callable[[], WorkTable]
Locate = Callable[[str], tuple[str, int]]
"""Gives the file and line of a function's definition, or an empty name and 0."""


def count_checks(
    base: WorkTable, head: WorkTable, policy: Policy, recount: Recount, locate: Locate
) -> tuple[Check, ...]:
    """Return a check for every counter of every scenario and configuration; of calls none where none were seen.

    Args:
        base: the work before.
        head: the work now.
        policy: the budgets.
        recount: counts the work of now once more, in fresh processes, before anything is called a failure.
        locate: finds the functions that moved.

    Raises:
        NothingMeasuredError: it could not be counted again.
    """
    checks = list(_checks(base, head, policy, locate))
    if any(check.status is Status.FAIL for check in checks):
        again = recount()
        checks = [_confirmed(check, again) for check in checks]
    return tuple(checks)


def unseen(base: WorkTable, head: WorkTable) -> dict[Pair, str]:
    """Return, in words, why counters alone do not show that work was kept; of scenarios and configurations they do not.

    Args:
        base: the work before; what is not in it has a check of its own that says so.
        head: the work now.
    """
    found = {}
    for scenario, sides in head.items():
        for configuration, now in sides.items():
            before = base.get(scenario, {}).get(configuration)
            if before and (why := _why_unseen(before, now)):
                found[scenario, configuration] = why
    return found


def notes_on_unseen(reasons: Mapping[Pair, str], then: str) -> list[str]:
    """Return a note for each reason: what counters do not show, and what is done then."""
    places: dict[str, list[str]] = {}
    for (scenario, configuration), why in reasons.items():
        places.setdefault(why, []).append(f"{configuration} on {scenario}")
    return [f"Counters do not show {', '.join(names)}: {why}; {then}." for why, names in places.items()]


def without_calls(table: WorkTable) -> WorkTable:
    """Return work but for the calls, to be held where those of another part of the code were counted."""
    return {
        scenario: {
            name: replace(
                work,
                counts={counter: count for counter, count in work.counts.items() if counter not in OF_CALLS},
                calls={},
                library_calls={},
            )
            for name, work in sides.items()
        }
        for scenario, sides in table.items()
    }


def undecided(reasons: Mapping[Pair, str], pairs: Collection[Pair], remedy: str) -> list[Check]:
    """Return a check that is undecided for each of the pairs that counters do not show and nothing else is held of."""
    return [_unknown(*pair, WORK, f"{why}; {remedy}") for pair, why in reasons.items() if pair in pairs]


def _why_unseen(before: Work, now: Work) -> str:
    if not _has_calls(now):
        return "no call of its own functions could be counted"
    if not _has_calls(before):
        return "no call of its own functions was counted before"
    return " and ".join(dict.fromkeys((*before.uncounted, *now.uncounted)))


def _has_calls(work: Work) -> bool:
    # Calls that differ from run to run are no count, and are held as such; but they were seen.
    return any(work.counts.get(counter) or counter in work.uneven for counter in OF_CALLS)


def counters_of(*tables: WorkTable) -> set[str]:
    """Return every counter that anything in some tables has."""
    works = [work for table in tables for sides in table.values() for work in sides.values()]
    return {counter for work in works for counter in (*work.counts, *work.uneven)}


def _checks(base: WorkTable, head: WorkTable, policy: Policy, locate: Locate) -> Iterator[Check]:
    for scenario in dict.fromkeys((*base, *head)):
        before, now = base.get(scenario, {}), head.get(scenario, {})
        for configuration in dict.fromkeys((*before, *now)):
            sides = before.get(configuration), now.get(configuration)
            if sides[0] is None or sides[1] is None:
                missing = "not in the baseline" if sides[0] is None else "not counted now"
                yield _unknown(scenario, configuration, WORK, missing)
            else:
                yield from _of_pair(scenario, configuration, sides[0], sides[1], policy, locate)


def _of_pair(
    scenario: str, configuration: str, base: Work, head: Work, policy: Policy, locate: Locate
) -> Iterator[Check]:
    before, now = gated(base), gated(head)
    has_calls = _has_calls(base) and _has_calls(head)
    for counter in sorted({*before, *now, *base.uneven, *head.uneven}):
        if counter in {*base.uneven, *head.uneven}:
            yield _unknown(scenario, configuration, counter, "differs from run to run")
        elif counter in OF_CALLS and not has_calls:
            continue
        elif counter not in before or counter not in now:
            missing = "not in the baseline" if counter not in before else "not counted now"
            yield _unknown(scenario, configuration, counter, missing)
        else:
            budget = policy.of_count(scenario, configuration, counter)
            kept = budget.allows(before[counter], now[counter])
            moved = () if before[counter] == now[counter] else _moved(counter, base, head, locate)
            yield Check(
                scenario,
                configuration,
                counter,
                budget,
                Status.PASS if kept else Status.FAIL,
                base=before[counter],
                head=now[counter],
                reason="" if kept else f"{before[counter]} -> {now[counter]} a run",
                call_count_changes=moved,
            )


def _unknown(scenario: str, configuration: str, counter: str, reason: str) -> Check:
    return Check(scenario, configuration, counter, None, Status.INCONCLUSIVE, reason=reason)


def _moved(counter: str, base: Work, head: Work, locate: Locate) -> tuple[CallCountChange, ...]:
    before, now = (base.library_calls, head.library_calls) if counter == LIBRARY_CALLS else (base.calls, head.calls)
    changed = [key for key in {*before, *now} if before.get(key, 0) != now.get(key, 0)]
    moved = [CallCountChange(key, before.get(key, 0), now.get(key, 0), *locate(key)) for key in changed]
    if counter not in OF_CALLS:  # what was called more often is behind it, what less is not
        moved = [each for each in moved if each.change > 0]
    return tuple(sorted(moved, key=lambda each: (-abs(each.change), each.name)))


def _confirmed(check: Check, again: WorkTable) -> Check:
    if check.status is not Status.FAIL:
        return check
    work = again.get(check.scenario, {}).get(check.configuration)
    recounted = work.counts.get(check.metric) if work else None
    if recounted == check.head:
        return check
    return _unknown(
        check.scenario,
        check.configuration,
        check.metric,
        f"{check.head} a run, but {recounted} when counted again in fresh processes",
    )
