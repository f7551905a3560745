"""Questions into trials: which subjects run side by side."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from wfperf.measure.blocks import CONTROL, Trial
from wfperf.measure.hooks import UNPREPARED, Prepared
from wfperf.measure.questions import Asked
from wfperf.measure.subject import Place, Subject
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
    """Return every benchmark with every configuration, to be counted: nothing is timed, so there is no control."""
    names = [each.name for each in plan.configurations]
    return [Trial(each.name, {name: of(each.name, name) for name in names}) for each in plan.benchmarks]


def subjects_of(plan: Plan, folder: Path = Path(), prepared: Prepared = UNPREPARED) -> SubjectOf:
    """Return how a plan's benchmarks and variants are built.

    Args:
        plan: the plan.
        folder: in which variants find the files that they open by relative names.
        prepared: what the plan's `prepare` has returned where they run.
    """
    top = _working_tree(folder)
    pairs = {each.id: each for each in plan.pairs}

    def subject(benchmark: str, name: str) -> Subject:
        configuration = plan.configuration(plan.base if benchmark in pairs else name)
        place = place_in(plan, configuration, folder)
        built = Subject(
            plan.workload,
            packages=packages_of(plan, configuration),
            trees=() if plan.packages else source_trees_of(place, top),
            preload=plan.preload,
            place=place,
        )
        if benchmark in pairs:
            return replace(built, target=pairs[benchmark].before if name == plan.base else pairs[benchmark].after)
        if configuration.target:
            return replace(built, target=configuration.target)
        choices = {"choices": dict(configuration.choices)} if plan.makes_choices else {}
        return replace(
            built,
            arguments={**plan.benchmark(benchmark).parameters, **prepared.get(place, {}), **choices},
            configuration=None if plan.makes_choices else name,
            counters=plan.counters,
        )

    return subject


def places_of(plan: Plan, folder: Path = Path()) -> list[Place]:
    """Return where the configurations run that the workload's factory makes."""
    return [place_in(plan, each, folder) for each in plan.configurations if not each.target]


def place_in(plan: Plan, configuration: Configuration, folder: Path) -> Place:
    """Return where a configuration runs, with the folder in which it finds files."""
    return replace(place_of(plan, configuration), folder="" if folder == Path() else str(folder.absolute()))


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
    """Return on which interpreter and from which source trees a configuration runs."""
    path = (*configuration.path, *plan.path)
    return Place(configuration.python, path) if configuration.python else Place(path=path)
