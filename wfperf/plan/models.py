"""The plan as frozen data: optimizations, claims and configurations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeVar

from wfperf.errors import UsageError


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise: that `subject`, measured on `scenario` against `base`, gains between `low` and `high`.

    `low` and `high` are fractions of `metric`: throughput gained (0.5 is +50 %), or memory saved.
    """

    subject: str
    text: str
    low: float
    high: float
    reading: str
    section: str
    scenario: str
    base: str = "original"
    metric: str = "throughput"


@dataclass(frozen=True, slots=True)
class Optimization:
    """A seam set to something other than `original`."""

    id: str
    seam: str
    implementation: str
    phase: int
    membership: str
    title: str
    changes_results: str = ""
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Configuration:
    """A choice for every seam. `seams` holds those that are not `original`."""

    name: str
    title: str
    seams: Mapping[str, str]
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class RankClaim:
    """A promise that one optimization gains more than every other."""

    subject: str
    text: str
    reading: str
    scenario: str
    section: str


@dataclass(frozen=True, slots=True)
class Idiom:
    """A pair of functions that the review compares, with its claim."""

    id: str
    title: str
    claim: Claim


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is promised, and the configurations that hold it."""

    optimizations: tuple[Optimization, ...]
    configurations: tuple[Configuration, ...]
    rank_claims: tuple[RankClaim, ...]
    idioms: tuple[Idiom, ...]

    def optimization(self, name: str) -> Optimization:
        """Return the optimization of this id.

        Raises:
            UsageError: there is none.
        """
        return _named("optimization", name, {each.id: each for each in self.optimizations})

    def configuration(self, name: str) -> Configuration:
        """Return a named configuration, or `original` with one optimization when `name` is an optimization's id.

        Raises:
            UsageError: there is neither.
        """
        known = {each.name: each for each in self.configurations}
        known |= {
            each.id: Configuration(each.id, each.title, {each.seam: each.implementation}, each.claims)
            for each in self.optimizations
        }
        return _named("configuration", name, known)

    def changes_results(self, configuration: Configuration) -> tuple[Optimization, ...]:
        """Return the optimizations in a configuration that are known to change results."""
        return tuple(
            each
            for each in self.optimizations
            if each.changes_results and configuration.seams.get(each.seam) == each.implementation
        )


T = TypeVar("T")


def _named(what: str, name: str, known: Mapping[str, T]) -> T:
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"choose one of: {', '.join(known)}"
    raise UsageError(f"no {what} {name!r}; {hint}")
