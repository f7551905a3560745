"""Notes on two revisions: what only one of them can run, and what is the same in both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wfperf.listing import few
from wfperf.measure.revisions import BASE, HEAD, Case, Role, Tree
from wfperf.measure.running_once import RunOnce
from wfperf.plan import Plan


def case_text(plan: Plan, case: Case) -> str:
    """Return a case as text; the configuration of a suite is only named if there are several."""
    benchmark, configuration = case
    return benchmark if plan.suite and plan.has_only_baseline else f"{configuration} on {benchmark}"


def notes_on_runs(plan: Plan, ran: Mapping[Case, RunOnce]) -> Iterator[str]:
    """Yield notes on cases that are new, removed or fail in both, and on code that both import from elsewhere."""
    for case, each in ran.items():
        if each.errors:
            word = "Fails in both" if len(each.errors) > 1 else "New" if BASE in each.errors else "Removed"
            yield f"{word}: {case_text(plan, case)}: {each.errors.get(HEAD) or each.errors[BASE]}"
    for package in dict.fromkeys(package for each in ran.values() for package in each.elsewhere):
        yield f"The same code in both: {package}. If that is the code to compare, name its folder with --path."


def notes_on_tracked(plan: Plan, ran: Mapping[Case, RunOnce], labels: Mapping[Role, str]) -> Iterator[str]:
    """Yield notes on the numbers that benchmarks return in both revisions: they are shown, not judged."""
    for (benchmark, _), each in ran.items():
        if plan.benchmark(benchmark).is_tracked and not each.errors:
            shown = ", ".join(f"{each.answers[role].outcome} in {labels[role]}" for role in (BASE, HEAD))
            yield f"{benchmark}: {shown}."


def notes_on_benchmarks(plan: Plan, trees: Mapping[Role, Tree], *, from_base: bool) -> Iterator[str]:
    """Yield a note on benchmarks that are others in a revision than those that run in both."""
    changed = dict.fromkeys(name for tree in trees.values() for name in tree.changed)
    if changed:
        whose = "the base's" if from_base else "the working tree's"
        yield (
            f"Both run {whose} {few([*changed])}, which is another one in a revision: changes in there do not count."
            + ("" if plan.suite else " To compare a function of there, name it as module:function.")
        )
