"""Samples: what they took, how many runs they have, and the cost of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wfperf.measure.worker.timing import LONG_RUN_NS
from wfperf.results.blocks import Clock

SAMPLE_NS = 1_000_000
"""Duration of a sample of the fastest variant: a thousand times the microsecond that reading the clocks takes; the
shorter a sample, the less often it is preempted."""

ALIKE = 4.0
"""Variants whose run times differ by at most this factor have equally many runs in a sample.

Beyond it, a busy machine would preempt almost every sample of the slower variant.
"""

NOTABLE = 0.05
"""Share of a sample's time; a one-processor benchmark waits no longer, nor works longer in other threads."""


CONTENDED = 0.02
"""Share of the samples' time that other processes took, from which on the machine counts as busy: on a quiet one they
take less than 0.5 %."""


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
    def own_ns(self) -> int:
        """Processor time and own waiting; wall time where the clock of processor time is too coarse for it."""
        return self.processor_ns + self.waited_ns if self.processor_ns > 0 else self.wall_ns

    @property
    def by_processor(self) -> bool:
        """Whether its own time may replace its wall time: it was interrupted, and the clock is fine enough."""
        return self.preempted and self.processor_ns > 0

    def cost_ns(self, clock: Clock) -> int:
        """Return what it costs by a clock."""
        if clock is Clock.CPU:
            return self.processor_ns
        if clock is Clock.OWN or (clock is Clock.MIXED and self.by_processor):
            return self.own_ns
        return self.wall_ns


class Asked(StrEnum):
    """By which clock the user wants samples to count."""

    WALL = "wall"
    CPU = "cpu"
    AUTO = "auto"


def clock_for(asked: Asked, samples: Mapping[str, Sequence[Sample]]) -> Clock:
    """Return by which clock the samples of all variants count, as those of the first block show.

    If runs hardly wait and use one processor, processor time tells slower code from other processes, and wall time does
    not. So it counts in samples that were interrupted, and in all if others took a notable share of the time. A run's
    own waiting always counts. Whatever waits notably is judged by wall time.

    Args:
        asked: what the user wants.
        samples: those of each variant.
    """
    if asked is not Asked.AUTO:
        return Clock(asked)
    if not all(uses_one_processor(each) for each in samples.values()):
        return Clock.WALL
    return Clock.OWN if lost_share([each for of in samples.values() for each in of]) >= CONTENDED else Clock.MIXED


def lost_share(samples: Sequence[Sample]) -> float:
    """Return the share of the samples' wall time that other processes took."""
    wall_ns = sum(sample.wall_ns for sample in samples)
    return max(0.0, 1 - sum(sample.own_ns for sample in samples) / wall_ns) if wall_ns else 0.0


def uses_one_processor(samples: Iterable[Sample]) -> bool:
    """Return whether samples have no child processes, and hardly wait or work in other threads."""
    each = tuple(samples)
    notable_ns = NOTABLE * sum(sample.wall_ns for sample in each)
    return (
        not any(sample.has_children for sample in each)
        and sum(sample.waited_ns for sample in each) <= notable_ns
        and sum(sample.elsewhere_ns for sample in each) <= notable_ns
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
    """Return whether samples of all variants begin with an untimed run: of a long one, the caches are a small part.

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
