"""What `verify` found."""

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
SCHEMA_VERSION = 4


class Verdict(StrEnum):
    """What a variant's results say of it. Only `DIFFERS` is a fault."""

    EQUAL = "equal"
    AS_MARKED = "changes results, as marked"
    MARKED_BUT_EQUAL = "equal, though marked"
    DIFFERS = "DIFFERS"


@dataclass(frozen=True, slots=True)
class Example:
    """A case in which a variant differs, the smallest that is known: what it is, line by line, and where it differs.

    No differences: it did differ, but does not when it is tried again.
    """

    facts: tuple[tuple[str, str], ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One variant whose results were compared with the base's.

    Args:
        name: the variant's.
        kind: `configuration`, `optimization` or `pair`; a hook may have others.
        verdict: what the comparison says of it.
        cases: how many results were compared.
        differences: how many of them differ.
        choices: what it chooses otherwise than the base.
        marks: for each choice that the plan marks as changing results the plan's reason.
        because: choices of it that already differ alone.
        example: where it differs, if it does.
    """

    name: str
    kind: str
    verdict: Verdict
    cases: int
    differences: int = 0
    choices: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    because: tuple[str, ...] = ()
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class Covered:
    """One sort of things that cases put to work: how often each was met, and which never were."""

    sort: str
    met: Mapping[str, int]

    @property
    def missing(self) -> tuple[str, ...]:
        """What was never met."""
        return tuple(name for name, times in self.met.items() if not times)


@dataclass(frozen=True, slots=True)
class Beyond:
    """What a plan's own `verify` hook has found beyond the benchmarks.

    Args:
        held: the variants that it compared.
        covered: what its cases put to work.
        notes: what is to be said to it.
    """

    held: tuple[Held, ...] = ()
    covered: tuple[Covered, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """All variants of a plan, compared with its base.

    Args:
        base: what they are compared with.
        held: every variant, on all benchmarks under several hash seeds.
        hash_seeds: those.
        beyond: what the plan's hook has found; None where it has none.
        seed: of all that the hook draws at random.
        random: how many cases it was asked to draw.
        reproduce: the command that finds it again.
    """

    base: str
    held: tuple[Held, ...]
    hash_seeds: tuple[int, ...]
    beyond: Beyond | None = None
    seed: int | None = None
    random: int = 0
    reproduce: str = ""

    @property
    def all(self) -> tuple[Held, ...]:
        """Every comparison, on the benchmarks and beyond them."""
        return (*self.held, *(self.beyond.held if self.beyond else ()))

    @property
    def equal(self) -> bool:
        """Whether nothing differs but what is marked as changing results."""
        return all(each.verdict is not Verdict.DIFFERS for each in self.all)
