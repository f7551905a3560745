"""In which order variants are sampled, and how often each runs: on workers that are simulated."""

import math
from collections import Counter

import pytest
from executors import Death, Simulated, SimulatedExecutor, at_request

from wfperf.errors import NothingMeasuredError
from wfperf.measure.block_facts import blocks_of_unequal_runs
from wfperf.measure.blocks import CONTROL, ORIGINAL, ComparedBenchmark, Schedule, measure
from wfperf.measure.samples import Asked
from wfperf.measure.variant import Variant
from wfperf.results.blocks import Clock

TRIAL = ComparedBenchmark("s", {name: Variant(f"m:{name}") for name in (ORIGINAL, CONTROL, "after", "other")})
ONCE = Schedule(600, blocks=1)
VARIANTS = len(TRIAL.variants)


def executor(metric="throughput", **variants):
    """Return an executor of variants that are alike but for those that are given, and what is measured on it."""
    simulated = SimulatedExecutor({name: variants.get(name, Simulated()) for name in TRIAL.variants})
    return simulated, ComparedBenchmark(TRIAL.name, TRIAL.variants, metric)


def sampled(**variants):
    """Return the executor after one block, and the block."""
    simulated, benchmark = executor(**variants)
    (block,) = measure([benchmark], ONCE, executor=simulated)["s"]
    return simulated, block


def rounds(simulated, op="sample"):
    """Return the variants in the order in which they were sampled, round by round."""
    order = [request.variant for request in simulated.asked(op)]
    assert len(order) % VARIANTS == 0
    return [order[at : at + VARIANTS] for at in range(0, len(order), VARIANTS)]


def test_every_round_samples_every_variant_once_so_the_control_as_often_as_all_others():
    simulated, block = sampled()
    each_round = rounds(simulated)
    assert all(sorted(turns) == sorted(TRIAL.variants) for turns in each_round)
    assert {len(costs) for costs in block.costs.values()} == {len(each_round)}


def test_no_variant_has_a_place_of_its_own_in_the_rounds():
    simulated, _ = sampled()
    each_round = rounds(simulated)
    for interpreter in range(VARIANTS):
        times = Counter(turns[interpreter] for turns in each_round)
        assert all(times[name] > len(each_round) / VARIANTS / 3 for name in TRIAL.variants)


def test_rounds_are_at_least_three_however_long_they_last():
    simulated, _ = sampled(after=Simulated(run_ns=5e9, warm_up_runs=1))
    assert len(rounds(simulated)) == 3


@pytest.mark.parametrize("times", [1.0, 1.3, 3.5])
def test_variants_that_are_about_as_fast_have_as_many_runs_in_every_sample(times):
    simulated, block = sampled(after=Simulated(run_ns=times * 50_000))
    assert len({request.arguments["runs"] for request in simulated.asked("sample")}) == 1
    assert len({*block.runs.values()}) == 1
    assert blocks_of_unequal_runs([block], ORIGINAL, "after") == 0


def test_a_variant_that_is_far_slower_has_fewer_runs_and_the_block_says_so():
    simulated, block = sampled(after=Simulated(run_ns=500_000))
    assert {(request.variant, request.arguments["runs"]) for request in simulated.asked("sample")} == {
        *block.runs.items()
    }
    assert block.runs["after"] < block.runs[ORIGINAL] == block.runs[CONTROL] == block.runs["other"]
    assert blocks_of_unequal_runs([block], ORIGINAL, "after") == 1


def test_who_was_warm_sooner_catches_up():
    simulated, _ = sampled(after=Simulated(warm_up_runs=40))
    assert [(request.variant, request.arguments["runs"]) for request in simulated.asked("run")] == [("after", 60)]


@pytest.mark.parametrize(("run_ns", "warm"), [(50_000, True), (50_000_000, False)])
def test_samples_of_all_variants_begin_warm_or_none_does(run_ns, warm):
    simulated, _ = sampled(after=Simulated(run_ns=run_ns))
    assert {request.arguments["warm"] for request in simulated.asked("sample")} == {warm}


def test_costs_are_those_of_one_run():
    _, block = sampled(after=Simulated(run_ns=20_000))
    assert set(block.costs[ORIGINAL]) == {50_000.0}
    assert set(block.costs["after"]) == {20_000.0}
    assert block.log_ratio(ORIGINAL, "after") == pytest.approx(math.log(2.5))


def test_preempted_samples_count_by_processor_time_and_the_wall_clock_is_kept():
    preempted = Simulated(uses={"preempted": True, "processor_ns": 990_000})
    simulated, block = sampled(after=preempted)
    number = len(rounds(simulated))
    assert (block.clock, block.by_processor) == (Clock.MIXED, number)
    assert block.interrupted == {"after": tuple(range(number))}
    assert set(block.costs["after"]) == set(block.processors["after"]) == {990_000 / block.runs["after"]}
    assert set(block.walls["after"]) == {50_000.0}
    assert set(block.costs[ORIGINAL]) == {50_000.0}


def test_where_others_take_much_of_the_time_processor_time_counts_in_all_samples():
    simulated, block = sampled(after=Simulated(uses={"preempted": True, "processor_ns": 500_000}))
    assert (block.clock, block.by_processor) == (Clock.OWN, 0)
    assert block.costs["after"] == block.processors["after"]
    assert len(block.walls["after"]) == len(rounds(simulated))


@pytest.mark.parametrize("asked", [Asked.WALL, Asked.CPU])
def test_the_clock_that_is_asked_for_counts_in_every_block(asked):
    simulated, benchmark = executor(after=Simulated(uses={"waited_ns": 10**6, "processor_ns": 1000}))
    for block in measure([benchmark], Schedule(600, blocks=2, clock=asked), executor=simulated)["s"]:
        assert block.clock == asked.value
        assert block.costs["after"] == (block.processors if asked is Asked.CPU else block.costs)["after"]


def test_bytes_are_sampled_in_three_rounds_and_nothing_is_pinned_or_timed():
    simulated, benchmark = executor("memory", after=Simulated(record_bytes=48.0))
    (block,) = measure([benchmark], ONCE, executor=simulated)["s"]
    assert len(rounds(simulated, "outcome_bytes")) == 3
    assert block.costs[ORIGINAL] == (64.0,) * 3
    assert block.costs["after"] == (48.0,) * 3
    assert simulated.asked("pin") == simulated.asked("sample") == []


def fails(match, metric="throughput", **variants):
    """Measure what fails; return the executor."""
    simulated, benchmark = executor(metric, **variants)
    with pytest.raises(NothingMeasuredError, match=match):
        measure([benchmark], ONCE, executor=simulated)
    assert not any(workers.is_open for workers in simulated.started), "no worker is left"
    return simulated


def test_a_worker_that_dies_in_the_third_round_ends_the_measurement():
    simulated = fails(
        "^cannot measure 'after': its process has ended$", after=Simulated(answers={"sample": at_request(2, Death())})
    )
    assert 2 * VARIANTS < len(simulated.asked("sample")) <= 3 * VARIANTS
    assert simulated.requests[-1].variant == "after", "nobody is asked after it"


def test_a_run_that_fails_in_the_second_round_is_told():
    failing = Simulated(answers={"sample": at_request(1, LookupError("no such order"))})
    fails("^cannot measure 'after': LookupError: no such order$", after=failing)


@pytest.mark.parametrize("wall_ns", [0, -5, math.inf, math.nan])
def test_a_sample_that_costs_nothing_or_no_finite_time_is_an_error(wall_ns):
    used = {"wall_ns": wall_ns, "processor_ns": 1, "waited_ns": 0, "elsewhere_ns": 0, "preempted": False}
    broken = Simulated(answers={"sample": at_request(4, {"used": used})})
    fails(f"^cannot measure 'after': a sample of s cost {wall_ns} ns$", after=broken)


@pytest.mark.parametrize("size", [0.0, math.inf, math.nan])
def test_so_are_bytes(size):
    fails(f"^cannot measure 'after': a sample of s cost {size} bytes$", "memory", after=Simulated(record_bytes=size))


def test_a_variant_that_hangs_is_an_error():
    fails("^cannot measure 'after': no answer within 120 s$", after=Simulated(run_ns=200e9, warm_up_runs=1))
