"""What `compare` is asked for; this module imports nothing but the standard library, for `wfperf --help` loads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """What `compare` is asked for, as its options say it.

    Args:
        phase: the optimizations of a phase, each alone, and its total.
        only: one optimization, configuration or pair.
        every: all there is to ask of the plan.
        benchmark: only what is asked of this benchmark.
        ablate: takes one configuration apart, in this mode.
        sweep: asks at several values of a parameter, as in `work=0us..1ms`.
    """

    phase: int | None = None
    only: str | None = None
    every: bool = False
    benchmark: str | None = None
    ablate: str | None = None
    sweep: str | None = None
