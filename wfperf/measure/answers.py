"""Answers of the workers that have several fields, as the coordinator holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from wfperf.measure.samples import Sample


@dataclass(frozen=True, slots=True)
class Loaded:
    """A workload that a worker has built, run and warmed up: the answer to `load`.

    Args:
        first_ns: time of the first run, with all that is done only once.
        runs: number of warm-up runs.
        run_ns: time of the fastest of them; None if their number was given, because they were not timed.
        used: what all of them took together.
        warmed_up: whether runs no longer got faster.
        most_runs: the largest number of runs in a sample.
        file: file that its target was imported from; empty if there is none.
        outcome: its outcome, as JSON; None if that is too long, or not compared.
        digest: fingerprint of the outcome; empty if it is not compared.
        uncompared: why the outcome cannot be compared, or that it changes from run to run; empty if it can.
        peak_bytes: the most memory that a command's processes had at a time; None if it is not known, or no command.
        traps: what its runs do beside what their time says; each with the fields `kind`, `what` and `number` of
            `results.traps.Trap`.
        first_calls: how many calls of own functions the first run made beside those of later ones, where calls are
            counted and their number is no ordinary one; else 0.
        clock_step_ns: the smallest step of the worker's clock; 0 if it is not known.
    """

    first_ns: float
    runs: int
    run_ns: float | None
    used: Sample
    warmed_up: bool
    most_runs: int
    file: str
    outcome: str | None = None
    digest: str = ""
    uncompared: str = ""
    peak_bytes: int | None = None
    traps: Sequence[Mapping[str, Any]] = ()
    first_calls: int = 0
    clock_step_ns: int = 0

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """Return an answer as this class."""
        return cls(**{**answer, "used": Sample(**answer["used"])})


@dataclass(frozen=True, slots=True)
class Counted:
    """Counters of a run: the answer to `count`. A number that is not whole differs from run to run.

    Args:
        calls: calls of the user's own functions, by name.
        library_calls: their calls of other functions, by both names.
        counters: counters of the workload and its libraries, by name.
        uncounted: reasons why some work is not counted.
    """

    calls: Mapping[str, float]
    library_calls: Mapping[str, float]
    counters: Mapping[str, float]
    uncounted: Sequence[str]


@dataclass(frozen=True, slots=True)
class Shares:
    """Time by module: the answer to `shares`.

    Args:
        samples: number of samples of the stack.
        watched_ns: the sampled time.
        within: labels of modules that were on the stack together, and for how many nanoseconds.
    """

    samples: int = 0
    watched_ns: int = 0
    within: Sequence[tuple[Sequence[str], int]] = ()


@dataclass(frozen=True, slots=True)
class AtWork:
    """Self time by function: the answer to `at_work`.

    Args:
        watched_ns: the sampled time.
        within_ns: self time of each function in nanoseconds, by name.
    """

    watched_ns: int
    within_ns: Mapping[str, int]
