"""What `verify` found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from wfperf.equivalence.coverage import Covered
from wfperf.equivalence.outcome import Difference
from wfperf.equivalence.subjects import Kind

# Version 1: the first format.
# Version 2: with `covered`.
# Version 3: with `left_out`.
SCHEMA_VERSION = 3


class Verdict(StrEnum):
    """What a subject's results say of it. Only `DIFFERS` is a fault of the engine."""

    EQUAL = "equal"
    AS_MARKED = "changes results, as marked"
    MARKED_BUT_EQUAL = "equal, though marked"
    DIFFERS = "DIFFERS"


@dataclass(frozen=True, slots=True)
class Example:
    """The smallest case found in which a subject differs: what it is, line by line, and where it differs.

    No differences: it did differ, but does not when it is tried again.
    """

    facts: tuple[tuple[str, str], ...]
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """One subject held against `original`.

    `seams` holds the implementations that are not `original`, `marks` the plan's reason for each that it
    marks as changing results. `because` names implementations of a mixture that already differ alone.
    """

    name: str
    kind: Kind
    seams: Mapping[str, str]
    marks: Mapping[str, str]
    cases: int
    differences: int
    verdict: Verdict
    because: tuple[str, ...]
    example: Example | None


@dataclass(frozen=True, slots=True)
class Verification:
    """All subjects held against `original`.

    `cases` counts by sort what each was held against, `covered` what the random workflows put to work;
    `left_out` are node types that were not drawn, as there was no service for them.
    """

    seed: int
    random: int
    database: str
    cases: Mapping[str, int]
    covered: tuple[Covered, ...]
    held: tuple[Held, ...]
    left_out: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether nothing differs but what is marked as changing results."""
        return all(each.verdict is not Verdict.DIFFERS for each in self.held)

    def to_data(self) -> dict[str, Any]:
        """Return plain data for JSON, with the schema's version first."""
        return {"schema_version": SCHEMA_VERSION, "kind": "verification", "equal": self.equal, **asdict(self)}
