"""Samples: what they took, how many runs they have, and the cost of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SAMPLE_NS = 1_000_000
"""Duration of a sample of the fastest variant: a thousand times the microsecond that reading the clocks takes; the
shorter a sample, the less often it is preempted."""

ALIKE = 4.0
"""Variants whose run times differ by at most this factor have equally many runs in a sample.

Beyond it, a busy machine would preempt almost every sample of the slower variant.
"""

LONG_RUN_NS = 20_000_000
"""From this run time on, a single run warms a process up as much as fast runs do together (`worker/timing.py`), and
refilling the caches is a small part of a run."""

NOTABLE = 0.05
"""Share of a sample's time; a one-processor benchmark waits no longer, nor works longer in other threads."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What several runs of one variant took together.

    Args:
        wall_ns: wall time.
        processor_ns: processor time of the whole process.
        waited_ns: how long the process slept voluntarily.
        elsewhere_ns: processor time of threads other than the benchmark's.
        preempted: whether the system gave the processor to another process meanwhile.
        has_children: whether child processes may have run meanwhile.
        user_ns: processor time of a command's processes in their own code; None if it is no command.
        system_ns: processor time of the system on their behalf.
    """

    wall_ns: int
    processor_ns: int
    waited_ns: int
    elsewhere_ns: int
    preempted: bool
    has_children: bool = False
    user_ns: int | None = None
    system_ns: int | None = None

    @property
    def by_processor(self) -> bool:
        """Whether processor time may replace wall time: it was preempted, and the clock is fine enough."""
        return self.preempted and self.processor_ns > 0


def uses_one_processor(samples: Iterable[Sample]) -> bool:
    """Return whether samples have no child processes, and hardly wait or work in other threads."""
    each = tuple(samples)
    notable_ns = NOTABLE * sum(sample.wall_ns for sample in each)
    return (
        not any(sample.has_children for sample in each)
        and sum(sample.waited_ns for sample in each) <= notable_ns
        and sum(sample.elsewhere_ns for sample in each) <= notable_ns
    )


def costs_ns(samples: Sequence[Sample], runs: int, *, one_processor: bool) -> tuple[float, ...]:
    """Return the cost of a run in each sample, in nanoseconds.

    The cost is wall time. In a preempted sample of a one-processor benchmark, it is processor time plus the benchmark's
    own waiting: the time of other processes would add the same to all variants, and pull their ratio towards 1.

    Args:
        samples: samples of one variant.
        runs: number of runs in each.
        one_processor: whether all variants of the benchmark use one processor.
    """
    return tuple(
        (sample.processor_ns + sample.waited_ns if one_processor and sample.by_processor else sample.wall_ns) / runs
        for sample in samples
    )


def runs_per_sample(run_ns: Mapping[str, float], baseline: str) -> dict[str, int]:
    """Return the number of runs per sample for each variant; variants of similar speed share one number.

    With unequal numbers, the longer samples of one variant are preempted more often, in every block: a bias that no
    interval and no control shows. Variants that are far faster or slower than the baseline have another number, which
    those of similar speed share, so that their samples last about as long as the baseline's.

    Args:
        run_ns: time of a run of each variant, above 0.
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
    """Return whether samples of all variants begin with an untimed run.

    Args:
        run_ns: time of a run of each variant.
    """
    return max(run_ns.values()) < LONG_RUN_NS


def runs_to_catch_up(runs: Mapping[str, int], run_ns: Mapping[str, float]) -> dict[str, int]:
    """Return how many more warm-up runs each variant needs to match all others of similar speed.

    Args:
        runs: number of warm-up runs of each so far.
        run_ns: time of a run of each, above 0.
    """
    return {
        name: max(runs[other] for other in runs if alike(run_ns[other], run_ns[name])) - had
        for name, had in runs.items()
    }


def alike(one_ns: float, other_ns: float) -> bool:
    """Return whether two run times are similar."""
    return max(one_ns, other_ns) <= ALIKE * min(one_ns, other_ns)
