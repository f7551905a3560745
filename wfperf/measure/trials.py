"""Questions into trials: which subjects run side by side."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.measure.blocks import CONTROL, Trial
from wfperf.measure.questions import Asked
from wfperf.measure.subject import ENGINE, ENGINE_PLACE, Place, Subject, engine_subject
from wfperf.plan import Configuration, Plan
from wfperf.plan.find import folders_upward

SubjectOf = Callable[[str, str], Subject]
"""Gives the subject of a scenario and a side."""


def trials_for(asked: Asked, of: SubjectOf) -> list[Trial]:
    """Return one trial for each scenario that is asked about: the base, its control, and the sides named."""
    sides: dict[str, list[str]] = {}
    metrics: dict[str, str] = {}
    for question in asked.questions:
        sides.setdefault(question.scenario, []).extend((question.base, question.subject))
        metrics[question.scenario] = question.metric
    for rank in asked.ranks:
        sides.setdefault(rank.claim.scenario, []).extend(rank.rivals)
    return [
        Trial(
            scenario,
            {
                name: of(scenario, asked.base if name == CONTROL else name)
                for name in dict.fromkeys([asked.base, CONTROL, *names])
            },
            metrics.get(scenario, "throughput"),
        )
        for scenario, names in sides.items()
    ]


def gate_trials(plan: Plan, of: SubjectOf) -> list[Trial]:
    """Return every scenario with every configuration, to be counted: nothing is timed, so there is no control."""
    names = [each.name for each in plan.configurations]
    scenarios = [each.name for each in plan.scenarios] if plan.is_own else list(SCENARIOS)
    return [Trial(scenario, {name: of(scenario, name) for name in names}) for scenario in scenarios]


def subjects_of(plan: Plan, db: str, folder: Path = Path()) -> SubjectOf:
    """Return how a plan's scenarios and sides are built: on the engine and a database, or by one's own workload.

    Args:
        plan: the plan.
        db: the engine's database.
        folder: in which one's own workload finds the files that it opens by relative names.
    """
    return _own(plan, folder) if plan.is_own else _engine(plan, db)


def _engine(plan: Plan, db: str) -> SubjectOf:
    metrics = {idiom.id: idiom.claim.metric for idiom in plan.idioms}

    def subject(scenario: str, side: str) -> Subject:
        if scenario not in metrics:
            return engine_subject(scenario, plan.configuration(side).seams, db)
        kind = "record" if metrics[scenario] == "memory" else "idiom"
        variant = "before" if side == plan.base else "after"
        arguments = {"idiom": scenario, "side": variant}
        return Subject(f"wfperf.fixtures.workload:{kind}_workload", arguments, place=ENGINE_PLACE)

    return subject


def _own(plan: Plan, folder: Path) -> SubjectOf:
    top = _working_tree(folder)

    def subject(scenario: str, side: str) -> Subject:
        configuration = plan.configuration(side)
        place = replace(place_of(plan, configuration), folder="" if folder == Path() else str(folder.absolute()))
        packages = packages_of(plan, configuration)
        trees = () if named_packages(plan) else source_trees_of(place, top)
        if configuration.target:
            return Subject(configuration.target, packages=packages, trees=trees, place=place)
        arguments = plan.scenario(scenario).arguments
        return Subject(plan.workload, arguments, configuration=side, packages=packages, trees=trees, place=place)

    return subject


def named_packages(plan: Plan) -> tuple[str, ...]:
    """Return the packages that a plan names as its own; none where all of its source trees are."""
    return plan.packages if plan.is_own else (ENGINE,)


def source_trees_of(place: Place, top: Path) -> tuple[str, ...]:
    """Return the source trees of a place: those on its path, and the working tree, which may be installed in part."""
    return tuple(dict.fromkeys((*place.path, str(top))))


def _working_tree(folder: Path) -> Path:
    """Return the top of the repository that a folder lies in; the folder itself where it lies in none."""
    upward = [*folders_upward(folder)]
    is_in_repository = upward and (upward[-1] / ".git").exists()
    return Path(os.path.abspath(upward[-1] if is_in_repository else folder))  # noqa: PTH100 - a link stays one


def packages_of(plan: Plan, configuration: Configuration) -> tuple[str, ...]:
    """Return the packages that are a configuration's own: what the plan names, or else where targets live.

    That is the top-level package of every target in the same place: of two functions that are held against each other,
    either may call the other's package. In another place that package may not be found. It is beside the source trees,
    for a target may be installed elsewhere.
    """
    place = place_of(plan, configuration)
    beside = [each for each in plan.configurations if place_of(plan, each) == place]
    targets = [each.target or plan.workload for each in (*beside, configuration)]
    return plan.packages or tuple(dict.fromkeys(target.partition(":")[0].partition(".")[0] for target in targets))


def place_of(plan: Plan, configuration: Configuration) -> Place:
    """Return where a configuration of a workload of one's own runs."""
    path = (*configuration.path, *plan.path)
    return Place(configuration.python, path) if configuration.python else Place(path=path)
