"""The number beside a profile, on blocks whose truth is known."""

from random import Random

import pytest

from wfperf.measure.blocks import ORIGINAL, Schedule
from wfperf.measure.pair import CHANGED, measure_pair
from wfperf.measure.subject import Subject
from wfperf.results.blocks import Block

BEFORE, AFTER = Subject("shop:before"), Subject("shop:after")


def simulated(factor, blocks, *, differs_in=None):
    """Return what measures blocks in which the second side is so many times as fast, and may return something else."""

    def measure(trials, schedule, *, on_block):
        (trial,) = trials
        assert trial.subjects == {ORIGINAL: BEFORE, CHANGED: AFTER}
        assert schedule.blocks == 20
        done = {trial.name: []}
        for number in range(blocks):
            costs = {ORIGINAL: (1.0,), CHANGED: (1 / factor * (1 + 0.001 * Random(number).gauss()),)}
            digests = {ORIGINAL: "same", CHANGED: "other" if number == differs_in else "same"}
            done[trial.name].append(Block(number, costs, digests))
            on_block(done)
        return done

    return measure


def pair(measure):
    told = []
    found = measure_pair(BEFORE, AFTER, Schedule(20, blocks=20), told.append, measure)
    assert told == list(range(1, found.blocks + 1))
    return found


def test_a_speedup_has_its_interval():
    found = pair(simulated(1.5, 20))
    assert found.equal
    assert found.speedup.low < 0.5 < found.speedup.high
    assert found.speedup.level == pytest.approx(0.95)
    assert (found.blocks, found.reason) == (20, "")


def test_too_few_blocks_bound_no_speedup_and_say_so():
    found = pair(simulated(1.5, 5))
    assert (found.speedup, found.equal, found.reason) == (None, True, "too few blocks in the time budget")


def test_results_that_differ_in_one_block_have_no_speedup():
    found = pair(simulated(1.5, 20, differs_in=7))
    assert (found.speedup, found.equal, found.reason) == (None, False, "results differ")
