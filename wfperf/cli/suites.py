"""Complete a plan whose benchmarks are those of a suite: by its kind, its environments and what it has."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wfperf.cli.environments import environments, with_environments
from wfperf.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wfperf.cli.planned import Chosen, PlanOptions
    from wfperf.measure.executor import Executor
    from wfperf.plan import Suite


def named_suite(source: PlanOptions, targets: Sequence[str]) -> Path | None:
    """Return the path of the suite that is named instead of functions; None if functions are.

    Raises:
        UsageError: other targets or options of functions stand beside it.
    """
    paths = [each for each in targets if ":" not in each and (Path(each).exists() or Path(each).name != each)]
    if not paths:
        return None
    if len(targets) > 1:
        raise UsageError(f"{paths[0]} is no function; name functions alone (module:function), or one suite")
    if (source.args, source.kwargs, source.setup) != (None, None, None):
        raise UsageError("--args, --kwargs and --setup are about functions; a suite has its own")
    return Path(paths[0])


def suite_at(path: Path, source: PlanOptions) -> Suite:
    """Return the suite in a file or folder, with the kind and the selection that options name.

    Raises:
        UsageError: there is none.
    """
    from wfperf.suites import suite_of

    return suite_of(path, source.kind or "", source.keyword or "", source.marker or "")


def chosen_suite(source: PlanOptions, path: Path, trees: Sequence[str]) -> Chosen:
    """Return the plan of the suite that is named, in the environments that options name; without benchmarks yet.

    Raises:
        UsageError: there is none, or an option is wrong.
        NothingMeasuredError: an environment cannot be made.
    """
    from wfperf.cli.planned import Chosen
    from wfperf.suites import KINDS
    from wfperf.suites.planning import suite_plan

    suite = suite_at(path, source)
    within = environments(source.pythons, source.withs, source.variables, KINDS[suite.kind].REQUIREMENTS)
    return Chosen(suite_plan(suite, trees, within), f"suite of {suite.kind}")


def with_suite_environments(chosen: Chosen, source: PlanOptions) -> Chosen:
    """Return a plan with the environments that it asks for, in which its suite can run, if it has one.

    Raises:
        UsageError: there is no such suite, or a requirement is not what pip takes.
        NothingMeasuredError: an environment cannot be made.
    """
    plan, needed = chosen.plan, list[str]()
    if plan.suite:
        from wfperf.suites import KINDS

        path = Path(plan.suite.path)
        if not path.exists():
            raise UsageError(f"{chosen.origin}: there is no file or folder {path}, which it names as its suite")
        suite = suite_at(path, source)
        plan = replace(plan, suite=suite)
        needed += KINDS[suite.kind].REQUIREMENTS
    return replace(chosen, plan=with_environments(plan, chosen.origin, needed))


def with_benchmarks(chosen: Chosen, source: PlanOptions, ref: str | None, executor: Executor) -> Chosen:
    """Return the plan of a suite with the benchmarks that it has, and what of it cannot be collected.

    Args:
        chosen: the plan.
        source: the options that choose it.
        ref: the revision whose benchmarks run; None for those of the working tree.
        executor: starts the worker that collects.

    Raises:
        UsageError: there is no such revision.
        NothingMeasuredError: nothing can be collected.
    """
    from wfperf.suites.planning import collected, collected_in, completed

    plan = chosen.plan
    if ref is None:
        found = collected(plan, chosen.folder, executor)
    else:
        plan, found = collected_in(
            ref, plan, lambda path: suite_at(path, source), chosen.repository(), chosen.folder, executor
        )
    return replace(chosen, plan=completed(plan, found), uncollected=found.failures)
