"""Rounds of one benchmark in one block: all variants are prepared alike, then sampled in turn."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from wfperf.errors import NothingMeasuredError
from wfperf.measure.answers import Loaded
from wfperf.measure.executor import Workers
from wfperf.measure.samples import (
    SAMPLE_NS,
    Asked,
    Sample,
    begins_warm,
    clock_for,
    runs_per_sample,
    runs_to_catch_up,
    uses_one_processor,
)
from wfperf.measure.worker.timing import LONG_RUN_NS
from wfperf.results.blocks import Clock, CommandUse

MINIMUM_ROUNDS = 3
"""The fewest whose median withstands one disturbed round."""


@dataclass(frozen=True, slots=True)
class Costs:
    """The costs of all rounds, by variant.

    Args:
        counted: one number per round: nanoseconds per run, or bytes per run.
        clock: what these are; None if they are bytes.
        walls: all of them as wall time, if some of `counted` are something else; else empty.
        processors: all of them as processor time.
        interrupted: the numbers of samples that were interrupted, of variants with some.
        by_processor: how many of `counted` are processor time because the sample was interrupted.
    """

    counted: Mapping[str, tuple[float, ...]]
    clock: Clock | None = None
    walls: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    processors: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    interrupted: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    by_processor: int = 0


@dataclass(slots=True)
class Rounds:
    """One benchmark whose variants are ready.

    Args:
        workers: the processes.
        benchmark: its name there.
        loaded: each variant's answer to `load`, the baseline's first.
        order: draws the sampling order.
        runs: number of runs in a sample, by variant.
        cpus: processors that all variants use; empty if the system cannot pin processes.
        warm: whether each sample begins with an untimed run.
        is_long: whether a run of every variant is long.
        in_bytes: whether memory is sampled, not time.
        tracer: what traces memory: `memray`, `tracemalloc` or `processes`; empty if nothing does.
        allocated_bytes: bytes that a run allocates in all, by variant, if allocations are counted.
    """

    workers: Workers
    benchmark: str
    loaded: Mapping[str, Loaded]
    order: random.Random
    runs: Mapping[str, int]
    cpus: Sequence[int] = ()
    warm: bool = False
    is_long: bool = False
    in_bytes: bool = False
    tracer: str = ""
    allocated_bytes: dict[str, float] = field(default_factory=dict)
    _taken: list[dict[str, Any]] = field(default_factory=list)

    @property
    def cpu(self) -> int | None:
        """The processor that all variants share; None if they may use several."""
        return self.cpus[0] if len(self.cpus) == 1 else None

    def sample(self, sampling_s: float, now_s: Callable[[], float], is_over: Callable[[], bool]) -> bool:
        """Sample all variants in turn, round by round, and return whether there are enough rounds.

        Args:
            sampling_s: how long, in seconds: at least three rounds of time, or one if runs are long; always as many of
                memory.
            now_s: the clock, in seconds.
            is_over: returns whether no time is left; then no further sample is taken.

        Raises:
            NothingMeasuredError: a variant fails, or costs nothing.
        """
        variants = list(self.loaded)
        take = self._bytes if self.in_bytes else self._time
        fewest = 1 if self.is_long else MINIMUM_ROUNDS
        _pin(self.workers, variants, self.cpus)
        began_s = now_s()
        while len(self._taken) < fewest or (
            not self.in_bytes and _half_fits(now_s() - began_s, len(self._taken), sampling_s)
        ):
            self.order.shuffle(variants)
            taken = {}
            for variant in variants:
                if is_over():
                    return len(self._taken) >= fewest
                taken[variant] = take(variant)
            self._taken.append(taken)
        return True

    def clock(self, asked: Asked) -> Clock | None:
        """Return by which clock the samples count, if these are of the first block; None if they are bytes."""
        return None if self.in_bytes else clock_for(asked, self._samples())

    def costs(self, clock: Clock | None) -> Costs:
        """Return the sampled costs.

        Args:
            clock: what counts as the cost of time; None for bytes. Where a variant of this block uses more than one
                processor after all, wall time does, unless the user wants another.
        """
        if clock is None:
            return Costs({variant: tuple(each[variant] for each in self._taken) for variant in self.loaded})
        samples = self._samples()
        if clock in {Clock.OWN, Clock.MIXED} and not all(uses_one_processor(each) for each in samples.values()):
            clock = Clock.WALL
        by_processor = sum(sample.by_processor for of in samples.values() for sample in of)
        walls = self._per_run(samples, lambda sample: sample.wall_ns)
        counted = self._per_run(samples, lambda sample: sample.cost_ns(clock))
        interrupted = {
            variant: tuple(number for number, sample in enumerate(of) if sample.preempted)
            for variant, of in samples.items()
        }
        return Costs(
            counted,
            clock,
            walls if counted != walls else {},
            self._per_run(samples, lambda sample: sample.processor_ns),
            {variant: numbers for variant, numbers in interrupted.items() if numbers},
            by_processor if clock is Clock.MIXED else 0,
        )

    def _samples(self) -> dict[str, list[Sample]]:
        return {variant: [each[variant] for each in self._taken] for variant in self.loaded}

    def _per_run(
        self, samples: Mapping[str, Sequence[Sample]], cost_ns: Callable[[Sample], int]
    ) -> dict[str, tuple[float, ...]]:
        return {
            variant: tuple(cost_ns(sample) / self.runs[variant] for sample in of) for variant, of in samples.items()
        }

    def command_uses(self) -> dict[str, CommandUse]:
        """Return what runs took beside wall time, of the variants that are commands."""
        return {
            variant: CommandUse(
                fmean((each[variant].user_ns or 0) / self.runs[variant] for each in self._taken),
                fmean((each[variant].system_ns or 0) / self.runs[variant] for each in self._taken),
                loaded.peak_bytes,
            )
            for variant, loaded in self.loaded.items()
            if loaded.used.user_ns is not None
        }

    def _bytes(self, variant: str) -> float:
        return self._checked(variant, self._call(variant, "outcome_bytes", runs=self.runs[variant])["bytes"], "bytes")

    def _time(self, variant: str) -> Sample:
        sample = Sample(**self._call(variant, "sample", runs=self.runs[variant], warm=self.warm)["used"])
        self._checked(variant, sample.wall_ns, "ns")
        return sample

    def _call(self, variant: str, op: str, **arguments: Any) -> dict[str, Any]:
        return self.workers.call(variant, op, name=self.benchmark, **arguments)

    def _checked(self, variant: str, cost: float, unit: str) -> float:
        if not 0 < cost < math.inf:
            raise NothingMeasuredError(f"cannot measure {variant!r}: a sample of {self.benchmark} cost {cost} {unit}")
        return cost


def timed_rounds(
    workers: Workers,
    benchmark: str,
    loaded: Mapping[str, Loaded],
    order: random.Random,
    *,
    cpu: int | None,
    cpus: Sequence[int],
) -> Rounds:
    """Return rounds that sample time: all variants are pinned and equally warm, and have their numbers of runs.

    Args:
        workers: the processes.
        benchmark: its name there.
        loaded: each variant's answer to `load`, the baseline's first.
        order: draws the order of preparation.
        cpu: processor that they share if they need only one; None if the system cannot pin processes.
        cpus: all processors that they may use.

    Raises:
        NothingMeasuredError: a variant fails.
    """
    one_processor = all(uses_one_processor([each.used]) for each in loaded.values())
    chosen = [cpu] if cpu is not None and one_processor else cpus
    run_ns = {variant: max(each.run_ns or 0.0, 1.0) for variant, each in loaded.items()}
    missing = runs_to_catch_up({variant: each.runs for variant, each in loaded.items()}, run_ns)
    _pin(workers, loaded, chosen)
    for variant in order.sample(list(loaded), len(loaded)):
        if missing[variant]:
            workers.call(variant, "run", name=benchmark, runs=missing[variant])
        if run_ns[variant] < SAMPLE_NS:
            answer = workers.call(variant, "fastest", name=benchmark, target_ns=SAMPLE_NS)
            run_ns[variant] = max(answer["run_ns"], 1.0)
    most_runs = min(each.most_runs for each in loaded.values())
    runs = {name: min(most_runs, each) for name, each in runs_per_sample(run_ns, next(iter(loaded))).items()}
    is_long = min(run_ns.values()) >= LONG_RUN_NS
    return Rounds(workers, benchmark, loaded, order, runs, chosen, warm=begins_warm(run_ns), is_long=is_long)


def _half_fits(took_s: float, rounds: int, sampling_s: float) -> bool:
    """Return whether at least half of one more round fits into the time."""
    return took_s + took_s / rounds / 2 < sampling_s


def _pin(workers: Workers, variants: Iterable[str], cpus: Sequence[int]) -> None:
    if cpus:
        workers.call_all("pin", {variant: {"cpus": cpus} for variant in variants})
