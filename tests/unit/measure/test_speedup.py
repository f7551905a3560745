"""The number beside a profile, on blocks whose truth is known."""

import itertools

import pytest
from executors import Simulated, SimulatedExecutor

from wfperf.measure.blocks import Schedule
from wfperf.measure.speedup import measure_speedup
from wfperf.measure.variant import Variant

BEFORE, AFTER = Variant("shop:before"), Variant("shop:after")


def pair(factor, blocks, *, run=lambda: 42):
    """Measure a pair whose second function is so many times as fast, and may return something else."""
    executor = SimulatedExecutor(
        {
            BEFORE.target: Simulated(run_ns=60_000, dispersion=0.001),
            AFTER.target: Simulated(run, run_ns=60_000 / factor, dispersion=0.001),
        }
    )
    told = []
    found = measure_speedup(BEFORE, AFTER, Schedule(20, blocks=blocks), told.append, executor)
    assert told == list(range(1, found.blocks + 1))
    return found


def test_a_speedup_has_its_interval():
    found = pair(1.5, 20)
    assert found.equal
    assert found.speedup.low < 0.5 < found.speedup.high
    assert found.speedup.level == pytest.approx(0.95)
    assert (found.blocks, found.reason) == (20, "")


def test_too_few_blocks_bound_no_speedup_and_say_so():
    found = pair(1.5, 5)
    assert (found.speedup, found.equal, found.reason) == (None, True, "too few blocks in the time budget")


def test_results_that_differ_in_one_block_have_no_speedup():
    returned = itertools.chain([42] * 14, [43] * 2, itertools.repeat(42))  # each is loaded by two runs
    found = pair(1.5, 20, run=returned.__next__)
    assert (found.speedup, found.equal, found.reason) == (None, False, "results differ")
