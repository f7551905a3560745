"""What is held against `original`: implementations alone, named configurations, random mixtures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from wfperf.engine import config
from wfperf.plan import Plan

MIXTURES = 6
"""About as many as there are configurations; each verification draws others."""


class Kind(StrEnum):
    """What sort of choice a subject is."""

    IMPLEMENTATION = "implementation"
    CONFIGURATION = "configuration"
    MIXTURE = "mixture"


@dataclass(frozen=True, slots=True)
class Subject:
    """A choice of implementations; `seams` holds those that are not `original`.

    `marks` gives for each implementation that the plan marks as changing results the plan's reason.
    """

    name: str
    kind: Kind
    seams: Mapping[str, str]
    marks: Mapping[str, str]


def subjects(plan: Plan, rng: Random) -> Iterator[Subject]:
    """Yield every implementation alone, every named configuration, and mixtures drawn by `rng`.

    Of the mixtures every other one is drawn from implementations that are not marked, so that it has no excuse.
    """
    alone = [{seam: name} for seam, names in _choices().items() for name in names[1:]]
    for seams in alone:
        yield _subject(plan, labels(seams)[0], Kind.IMPLEMENTATION, seams)
    for each in plan.configurations:
        yield _subject(plan, each.name, Kind.CONFIGURATION, each.seams)
    for number in range(MIXTURES):
        yield _subject(plan, f"mixture {number + 1}", Kind.MIXTURE, _mixture(plan, rng, marked=bool(number % 2)))


def _choices() -> dict[str, list[str]]:
    """Return the names of every seam's implementations, the original's first."""
    originals = config.EngineConfig().choices()
    return {
        seam: [originals[seam], *(name for name in known if name != originals[seam])]
        for seam, known in config.IMPLEMENTATIONS.items()
    }


def _mixture(plan: Plan, rng: Random, *, marked: bool) -> dict[str, str]:
    seams = {}
    for seam, (original, *others) in _choices().items():
        allowed = [name for name in others if marked or not _marks(plan, {seam: name})]
        chosen = rng.choice([original, *allowed])
        if chosen != original:
            seams[seam] = chosen
    return seams


def _subject(plan: Plan, name: str, kind: Kind, seams: Mapping[str, str]) -> Subject:
    return Subject(name, kind, seams, _marks(plan, seams))


def _marks(plan: Plan, seams: Mapping[str, str]) -> dict[str, str]:
    found = plan.changes_results(seams)
    return {f"{each.seam}={each.implementation}": each.changes_results for each in found}


def labels(seams: Mapping[str, str]) -> tuple[str, ...]:
    """Return how implementations are written wherever one is named."""
    return tuple(f"{seam}={name}" for seam, name in seams.items())
