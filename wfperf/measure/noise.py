"""The noise floor: identical code compared with itself, as variants are compared."""

from __future__ import annotations

from pathlib import Path

import wfperf
from wfperf.measure.blocks import CONTROL, ORIGINAL, ComparedBenchmark, Schedule, measure
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.variant import Interpreter, Variant
from wfperf.results.diagnosis import NoiseFloor
from wfperf.stats.sequential import side_by_side
from wfperf.stats.speedup import speedup_interval
from wfperf.stats.verdict import LEVEL

LOOP = Variant("wfperf.measure.loop:loop", interpreter=Interpreter(path=(str(Path(wfperf.__file__).parents[1]),)))
FLOOR = "noise floor"


def measure_noise_floor(max_time_s: float, executor: Executor = DEFAULT_EXECUTOR) -> NoiseFloor:
    """Return the apparent effect of a small loop over its copy.

    Args:
        max_time_s: how long to measure.
        executor: starts the workers.

    Raises:
        NothingMeasuredError: the processes cannot be run.
    """
    benchmark = ComparedBenchmark(FLOOR, {ORIGINAL: LOOP, CONTROL: LOOP})
    blocks = measure([benchmark], Schedule(max_time_s), executor=executor)[FLOOR]
    evidence = side_by_side([block.log_ratio(ORIGINAL, CONTROL) for block in blocks], level=LEVEL)
    return NoiseFloor(speedup_interval(evidence.interval), evidence.dispersion or 0.0, evidence.blocks)
