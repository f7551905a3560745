"""The plan as frozen data: optimizations, claims, configurations, and the workload they are measured with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from difflib import get_close_matches
from typing import Any, Literal, TypeVar

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from wfperf.errors import UsageError
from wfperf.stats.bounds import Lower, Upper

_STRICT = ConfigDict(extra="forbid", strict=False)


@dataclass(frozen=True, slots=True, config=_STRICT)
class Claim:
    """A promise: that `subject`, measured on `scenario` against `base`, gains between `low` and `high`.

    `low` and `high` are fractions of `metric`: throughput gained (0.5 is +50 %), or memory saved.
    """

    subject: str
    text: str
    low: Lower
    high: Upper
    scenario: str
    reading: str = "throughput gained"
    section: str = ""
    base: str = "original"
    metric: Literal["throughput", "memory"] = "throughput"

    def __post_init__(self) -> None:
        if not self.low <= self.high:
            raise ValueError(f"low is {self.low:g} and high is {self.high:g}: not a range")


@dataclass(frozen=True, slots=True, config=_STRICT)
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


@dataclass(frozen=True, slots=True, config=_STRICT)
class Configuration:
    """One subject that can be named. `seams` are the engine's choices that are not `original`.

    On a workload of one's own, `python` is the interpreter it runs on and `path` the source trees that come before
    that interpreter's packages; `target`, a `module:function`, is run as it is, and no factory is asked.
    `combines` names the configurations that this one consists of, for ablation.
    """

    name: str
    title: str = ""
    seams: Mapping[str, str] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    phase: int | None = None
    python: str = ""
    path: tuple[str, ...] = ()
    target: str = ""
    combines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=_STRICT)
class Scenario:
    """What a workload of one's own is measured on: the arguments that its factory is given."""

    name: str
    title: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, config=_STRICT)
class RankClaim:
    """A promise that one optimization gains more than every other."""

    subject: str
    text: str
    reading: str
    scenario: str
    section: str


@dataclass(frozen=True, slots=True, config=_STRICT)
class Idiom:
    """A pair of functions that the review compares, with its claim."""

    id: str
    title: str
    claim: Claim


@dataclass(frozen=True, slots=True, config=_STRICT)
class Plan:
    """All that is promised, and the configurations that hold it.

    Args:
        workload: `module:factory` of a workload of one's own, which gives a callable for each configuration; `""` for
            the built-in engine.
        path: source trees that come before the interpreter's own packages.
        packages: whose function calls count as the subject's own.
        base: the configuration that the others are held against.
    """

    optimizations: tuple[Optimization, ...] = ()
    configurations: tuple[Configuration, ...] = ()
    rank_claims: tuple[RankClaim, ...] = ()
    idioms: tuple[Idiom, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    workload: str = ""
    path: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    base: str = "original"

    @property
    def is_own(self) -> bool:
        """Whether it is about a workload of one's own, not about the built-in engine."""
        return bool(self.workload or any(each.target for each in self.configurations))

    @property
    def has_only_base(self) -> bool:
        """Whether it has a single configuration: nothing is held against the base but the base itself."""
        return [each.name for each in self.configurations] == [self.base]

    def optimization(self, name: str) -> Optimization:
        """Return the optimization of this id.

        Raises:
            UsageError: there is none.
        """
        return named("optimization", name, {each.id: each for each in self.optimizations})

    def configuration(self, name: str) -> Configuration:
        """Return a named configuration, or `original` with one optimization when `name` is an optimization's id.

        Raises:
            UsageError: there is neither.
        """
        known = {each.name: each for each in self.configurations}
        known |= {
            each.id: Configuration(
                name=each.id, title=each.title, seams={each.seam: each.implementation}, claims=each.claims
            )
            for each in self.optimizations
        }
        return named("configuration", name, known)

    def scenario(self, name: str) -> Scenario:
        """Return the scenario of this name, of a workload of one's own.

        Raises:
            UsageError: there is none.
        """
        return named("scenario", name, {each.name: each for each in self.scenarios})

    def changes_results(self, seams: Mapping[str, str]) -> tuple[Optimization, ...]:
        """Return the optimizations in a choice of seams that are known to change results."""
        return tuple(
            each for each in self.optimizations if each.changes_results and seams.get(each.seam) == each.implementation
        )


T = TypeVar("T")


def named(what: str, name: str, known: Mapping[str, T]) -> T:
    """Return what has a name.

    Raises:
        UsageError: nothing has it; says what comes near.
    """
    if name in known:
        return known[name]
    raise UsageError(unknown(what, name, known))


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Return in words that nothing has a name, and what comes near, or else what there is."""
    names = list(known)
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"choose one of: {', '.join(names)}"
    return f"no {what} {name!r}; {hint}"
