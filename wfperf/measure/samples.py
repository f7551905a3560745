"""What a sample took, how many runs it has, and what of it counts as the cost of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SAMPLE_NS = 1_000_000
"""How long a sample of the fastest variant is: the shorter, the less often it is preempted; a thousand times what the
clocks cost, which takes a microsecond."""

ALIKE = 4.0
"""Variants whose runs take up to so many times as long as the baseline's have as many runs in a sample.

Beyond it the slower one's samples would be so long that they are hardly ever left alone on a busy machine.
"""

LONG_RUN_NS = 20_000_000
"""From here on the caches that other processes have taken are a small part of a run, and a run more is a long time."""

NOTABLE = 0.05
"""Of a sample's time: who waits longer, or works as long in other threads, is no benchmark of one processor."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What some runs of one variant took together.

    Args:
        wall_ns: the time that passed.
        processor_ns: processor time of the whole process.
        waited_ns: for how long the process slept by its own choice.
        elsewhere_ns: processor time of other threads than the one that runs the benchmark.
        preempted: whether the system gave the processor to another process in between.
        has_children: whether processes that it has started may have worked beside it.
    """

    wall_ns: int
    processor_ns: int
    waited_ns: int
    elsewhere_ns: int
    preempted: bool
    has_children: bool = False

    @property
    def by_processor(self) -> bool:
        """Whether processor time tells more of it than wall time; a clock too coarse for it tells nothing."""
        return self.preempted and self.processor_ns > 0


def uses_one_processor(samples: Iterable[Sample]) -> bool:
    """Return whether samples have no child processes, and wait or work in other threads hardly ever."""
    each = tuple(samples)
    notable_ns = NOTABLE * sum(sample.wall_ns for sample in each)
    return (
        not any(sample.has_children for sample in each)
        and sum(sample.waited_ns for sample in each) <= notable_ns
        and sum(sample.elsewhere_ns for sample in each) <= notable_ns
    )


def costs_ns(samples: Sequence[Sample], runs: int, *, one_processor: bool) -> tuple[float, ...]:
    """Return the cost of a run in each sample, in nanoseconds.

    It is wall time; in a preempted sample of a benchmark that uses one processor it is processor time, with what the
    benchmark itself waited. The rest is when other processes had the processor: it would add the same to all variants,
    and pull their ratio towards 1.

    Args:
        samples: those of one variant.
        runs: how many each of them has.
        one_processor: whether all variants of the benchmark use one processor.
    """
    return tuple(
        (sample.processor_ns + sample.waited_ns if one_processor and sample.by_processor else sample.wall_ns) / runs
        for sample in samples
    )


def runs_per_sample(run_ns: Mapping[str, float], baseline: str) -> dict[str, int]:
    """Return how many runs of each variant make a sample: equally many of all that are about as fast.

    With unequal numbers one variant's samples are longer, so they are preempted more often, and so in every block: a
    bias that no interval and no control sees. Variants that are far faster or slower than the baseline have numbers of
    their own, again the same one for all that are about as fast, so that samples last about as long as the baseline's.

    Args:
        run_ns: how long a run of each variant takes, above 0.
        baseline: the variant that all others are compared with.
    """
    left = sorted(run_ns, key=lambda name: run_ns[name])
    group = [name for name in left if alike(run_ns[name], run_ns[baseline])]
    base_runs = max(1, round(SAMPLE_NS / run_ns[group[0]]))
    sample_ns = base_runs * run_ns[baseline]
    runs = dict.fromkeys(group, base_runs)
    while left := [name for name in left if name not in runs]:
        fastest_ns = run_ns[left[0]]
        group = [name for name in left if alike(run_ns[name], fastest_ns)]
        runs |= dict.fromkeys(group, max(1, round(sample_ns / fastest_ns)))
    return {name: runs[name] for name in run_ns}


def begins_warm(run_ns: Mapping[str, float]) -> bool:
    """Return whether each sample begins with an untimed run: of all variants, or of none.

    Args:
        run_ns: how long a run of each variant takes.
    """
    return max(run_ns.values()) < LONG_RUN_NS


def runs_to_catch_up(runs: Mapping[str, int], run_ns: Mapping[str, float]) -> dict[str, int]:
    """Return how many more runs each variant's warm-up needs to have as many as any other one that is about as fast.

    Args:
        runs: how many each has had.
        run_ns: how long a run of each takes, above 0.
    """
    return {
        name: max(runs[other] for other in runs if alike(run_ns[other], run_ns[name])) - had
        for name, had in runs.items()
    }


def alike(one_ns: float, other_ns: float) -> bool:
    """Return whether two runs take about as long."""
    return max(one_ns, other_ns) <= ALIKE * min(one_ns, other_ns)
