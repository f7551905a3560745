"""Traps: what a run does beside what its time says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TrapKind(StrEnum):
    """The kind of a trap, and what its number is."""

    CHANGES = "changes"
    """A run changes data that later runs are given: an argument or a variable, which `what` names. The number is 1."""
    FIRST_RUN = "first_run"
    """The first run took so many times as long as the fastest of the following."""
    THREADS = "threads"
    """So many threads that a run has started still ran when it returned."""
    PROCESSES = "processes"
    """So many processes that a run has started still ran when it returned."""
    PRINTED = "printed_bytes"
    """A run prints so many bytes."""
    CLOCK = "clock_steps"
    """A sample lasted so many steps of the clock, which are few."""


@dataclass(frozen=True, slots=True)
class Trap:
    """A reason why the times of a variant may not mean what they seem to.

    Args:
        kind: the kind of trap.
        benchmark: the benchmark.
        variant: name of the variant.
        what: what it is about, such as `args[0]` or `global CACHE`; empty where the kind says it all.
        number: how much of it there is; see `TrapKind`.
    """

    kind: TrapKind
    benchmark: str
    variant: str
    what: str = ""
    number: float = 1.0
