"""The selection of `compare`; this module imports only the standard library, because `wfperf --help` loads it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """The contrasts that the options of `compare` select.

    Args:
        phase: each optimization of this phase alone, and its total.
        only: one optimization, configuration or pair.
        every: all contrasts of the plan.
        benchmark: only contrasts on this benchmark.
        ablate: the mode of an ablation of one configuration.
        sweep: several values of a parameter, such as `work=0us..1ms`.
    """

    phase: int | None = None
    only: str | None = None
    every: bool = False
    benchmark: str | None = None
    ablate: str | None = None
    sweep: str | None = None
