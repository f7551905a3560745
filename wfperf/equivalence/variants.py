"""Variants to compare with `original`: implementations alone, named configurations, random mixtures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from wfperf.engine import config

MIXTURES = 6
"""About as many as there are configurations; each verification draws others."""


class Kind(StrEnum):
    """The sort of a variant."""

    IMPLEMENTATION = "implementation"
    CONFIGURATION = "configuration"
    MIXTURE = "mixture"


@dataclass(frozen=True, slots=True)
class Variant:
    """A choice of implementations; `seams` holds those that are not `original`.

    `marks` has the plan's reason for each implementation that it marks as changing results.
    """

    name: str
    kind: Kind
    seams: Mapping[str, str]
    marks: Mapping[str, str]


def variants(
    configurations: Mapping[str, Mapping[str, str]], marks: Mapping[str, str], rng: Random
) -> Iterator[Variant]:
    """Yield every implementation alone, every named configuration, and mixtures drawn by `rng`.

    `marks` has the reasons why implementations, each written `seam=name`, change results. Every other mixture is drawn
    from unmarked implementations alone, so that its results must be equal.
    """
    alone = [{seam: name} for seam, names in _choices().items() for name in names[1:]]
    for seams in alone:
        yield _variant(marks, labels(seams)[0], Kind.IMPLEMENTATION, seams)
    for name, choices in configurations.items():
        yield _variant(marks, name, Kind.CONFIGURATION, choices)
    for number in range(MIXTURES):
        yield _variant(marks, f"mixture {number + 1}", Kind.MIXTURE, _mixture(marks, rng, marked=bool(number % 2)))


def _choices() -> dict[str, list[str]]:
    """Return the names of every seam's implementations, the original's first."""
    originals = config.EngineConfig().choices()
    return {
        seam: [originals[seam], *(name for name in known if name != originals[seam])]
        for seam, known in config.IMPLEMENTATIONS.items()
    }


def _mixture(marks: Mapping[str, str], rng: Random, *, marked: bool) -> dict[str, str]:
    seams = {}
    for seam, (original, *others) in _choices().items():
        allowed = [name for name in others if marked or not _marks(marks, {seam: name})]
        chosen = rng.choice([original, *allowed])
        if chosen != original:
            seams[seam] = chosen
    return seams


def _variant(marks: Mapping[str, str], name: str, kind: Kind, seams: Mapping[str, str]) -> Variant:
    return Variant(name, kind, seams, _marks(marks, seams))


def _marks(marks: Mapping[str, str], seams: Mapping[str, str]) -> dict[str, str]:
    return {label: marks[label] for label in labels(seams) if label in marks}


def labels(seams: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of implementations, written `seam=name`."""
    return tuple(f"{seam}={name}" for seam, name in seams.items())
