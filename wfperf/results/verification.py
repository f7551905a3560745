"""The result of `verify`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wfperf.results.difference import Difference

# Version 1: the first format.
# Version 2: with `covered`.
# Version 3: with `left_out`.
# Version 4: of any plan: `held` is every variant on the benchmarks, `beyond` what the plan's own hook has found. What
#            plans of one's own had before, a kind of its own called `held`, is gone.
# Version 5: names as in the glossary: `baseline` and `variants`, which were `base` and `held`; `equivalence`, not
#            `verdict`, which is what an interval says of a claim.
SCHEMA_VERSION = 5


class Equivalence(StrEnum):
    """The outcome of comparing a variant's results with the baseline's. Only `DIFFERS` is a failure."""

    EQUAL = "equal"
    AS_MARKED = "changes results, as marked"
    MARKED_BUT_EQUAL = "equal, though marked"
    DIFFERS = "DIFFERS"


@dataclass(frozen=True, slots=True)
class Example:
    """The smallest known case in which a variant differs: facts about the case, and where results differ.

    If `differences` is empty, the results differed once, but not when the case was tried again.
    """

    facts: tuple[tuple[str, str], ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class VerifiedVariant:
    """One variant whose results were compared with the baseline's.

    Args:
        name: name of the variant.
        kind: `configuration`, `optimization` or `pair`; a hook may have others.
        equivalence: outcome of the comparison.
        cases: number of results that were compared.
        differences: number of results that differ.
        choices: its choices that differ from the baseline's.
        marks: the plan's reason for each choice that it marks as changing results.
        because: its choices that differ alone, too.
        example: an example of a difference, if there is one.
    """

    name: str
    kind: str
    equivalence: Equivalence
    cases: int
    differences: int = 0
    choices: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    because: tuple[str, ...] = ()
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """One sort of things that cases cover, such as node types: how often each occurred."""

    sort: str
    met: Mapping[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the things that never occurred."""
        return tuple(name for name, times in self.met.items() if not times)


@dataclass(frozen=True, slots=True)
class Beyond:
    """Findings of the plan's `verify` hook, beyond the benchmarks.

    Args:
        variants: the variants that it compared.
        covered: what its cases covered.
        notes: its notes for the reader.
    """

    variants: tuple[VerifiedVariant, ...] = ()
    covered: tuple[Covered, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """All variants of a plan, compared with its baseline.

    Args:
        baseline: the baseline.
        variants: every variant, on all benchmarks under several hash seeds.
        hash_seeds: these hash seeds.
        beyond: findings of the plan's hook; None if it has none.
        seed: random seed of the hook's cases.
        random: number of random cases that the hook was asked for.
        reproduce: command line that repeats the check.
    """

    baseline: str
    variants: tuple[VerifiedVariant, ...]
    hash_seeds: tuple[int, ...]
    beyond: Beyond | None = None
    seed: int | None = None
    random: int = 0
    reproduce: str = ""

    @property
    def all(self) -> tuple[VerifiedVariant, ...]:
        """Every comparison, on the benchmarks and beyond them."""
        return (*self.variants, *(self.beyond.variants if self.beyond else ()))

    @property
    def equal(self) -> bool:
        """Whether only variants that are marked as changing results differ."""
        return all(each.equivalence is not Equivalence.DIFFERS for each in self.all)
