"""What the workers answer to operations that tell several things at once, as the coordinator holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from wfperf.measure.samples import Sample


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workload that a worker has built, run and warmed: the answer to `load`.

    Args:
        runs: how many runs made it warm.
        run_ns: how long the fastest of them took; None where their number was given, and they were not timed.
        used: what all of them took together.
        warmed_up: whether runs had stopped to get faster.
        stable: whether its outcome stayed the same.
        file: where its target was imported from; empty where no file holds it.
        outcome: what it returned, as JSON; None where that is too long to tell, or not compared.
        digest: the fingerprint of that; empty where it is not compared.
    """

    runs: int
    run_ns: float | None
    used: Sample
    warmed_up: bool
    stable: bool
    file: str
    outcome: str | None = None
    digest: str = ""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Return an answer, taken apart."""
        return cls(**{**answer, "used": Sample(**answer["used"])})


@dataclass(frozen=True, slots=True)
class Counted:
    """What a run does: the answer to `count`. A number that is not whole differs from run to run.

    Args:
        calls: of one's own functions, by name.
        library_calls: of other functions by one's own, by both names.
        counters: counts by name that the workload and its libraries keep.
        uncounted: reasons why some of it is not counted.
    """

    calls: Mapping[str, float]
    library_calls: Mapping[str, float]
    counters: Mapping[str, float]
    uncounted: Sequence[str]


@dataclass(frozen=True, slots=True)
class Shares:
    """In which modules time passed: the answer to `shares`.

    Args:
        samples: how often a timer looked.
        watched_ns: how long it watched.
        within: labels of modules that were at work at once, and for how many nanoseconds.
    """

    samples: int = 0
    watched_ns: int = 0
    within: Sequence[tuple[Sequence[str], int]] = ()


@dataclass(frozen=True, slots=True)
class AtWork:
    """In which functions time passed: the answer to `at_work`.

    Args:
        watched_ns: how long a timer watched.
        within_ns: for how many nanoseconds each function was at work, by name.
    """

    watched_ns: int
    within_ns: Mapping[str, int]
