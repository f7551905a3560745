"""How memory is sampled: on workers that are simulated."""

import math

import pytest
from executors import Simulated, SimulatedExecutor

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.blocks import CONTROL, ORIGINAL, ComparedBenchmark, Schedule, measure
from wfperf.measure.claims import compare
from wfperf.measure.contrasts import Contrast, Design
from wfperf.measure.memory import LEAST_BYTES
from wfperf.measure.selected import Selected, selected
from wfperf.measure.selection import Selection
from wfperf.measure.variant import Started, Variant
from wfperf.plan import Benchmark, Claim, Configuration, Plan, RankClaim
from wfperf.stats.verdict import Verdict

NAMES = (ORIGINAL, CONTROL, "after")
PEAK = ComparedBenchmark("s", {name: Variant(f"m:{name}") for name in NAMES}, "peak-memory")
ALLOCATIONS = ComparedBenchmark("s", PEAK.variants, "allocations")
HALF = Simulated(peak_bytes=4e6, allocations=50.0)


def executor(**variants):
    return SimulatedExecutor({name: variants.get(name, Simulated()) for name in NAMES})


def block_of(benchmark, simulated):
    (block,) = measure([benchmark], Schedule(600, blocks=1), executor=simulated)[benchmark.name]
    return block


def test_a_block_has_one_round_of_traced_runs_and_nothing_is_timed():
    simulated = executor(after=HALF)
    block = block_of(PEAK, simulated)
    assert block.costs == {ORIGINAL: (8e6,), CONTROL: (8e6,), "after": (4e6,)}
    assert (block.clock, block.tracer, block.walls, block.traps) == (None, "memray", {}, ())
    assert simulated.asked("pin") == simulated.asked("sample") == []
    assert {request.arguments["runs"] for request in simulated.asked("peak_memory")} == {3}


def test_of_long_runs_one_is_traced_because_that_takes_many_times_as_long():
    simulated = executor(after=Simulated(run_ns=2e8))
    assert block_of(PEAK, simulated).runs == dict.fromkeys(NAMES, 1)
    assert {request.arguments["runs"] for request in simulated.asked("peak_memory")} == {1}


def test_later_blocks_warm_up_with_one_run_and_have_a_control_every_second_time():
    simulated = executor()
    blocks = measure([PEAK], Schedule(600, blocks=3), executor=simulated)["s"]
    assert [CONTROL in block.costs for block in blocks] == [True, False, True]
    assert [{each.arguments["once"] for each in simulated.asked("load", block=n)} for n in range(3)] == [
        {False},
        {True},
        {True},
    ]


def test_all_variants_have_the_same_tracer_so_one_without_memray_decides():
    simulated = executor(after=Simulated(has_memray=False))
    assert block_of(PEAK, simulated).tracer == "tracemalloc"
    assert {request.arguments["tracer"] for request in simulated.asked("peak_memory")} == {"tracemalloc"}


def test_allocations_are_counted_with_their_bytes():
    block = block_of(ALLOCATIONS, executor(after=HALF))
    assert block.costs == {ORIGINAL: (100.0,), CONTROL: (100.0,), "after": (50.0,)}
    assert block.allocated_bytes == {ORIGINAL: 5000.0, CONTROL: 5000.0, "after": 2500.0}


def test_allocations_need_memray_and_that_is_said():
    with pytest.raises(NothingMeasuredError, match="by memray, which the interpreter of 'after' does not have"):
        block_of(ALLOCATIONS, executor(after=Simulated(has_memray=False)))


@pytest.mark.parametrize(("measured", "least"), [(PEAK, LEAST_BYTES), (ALLOCATIONS, 1.0)])
def test_what_takes_nothing_has_the_least_cost_so_that_a_ratio_exists(measured, least):
    block = block_of(measured, executor(after=Simulated(peak_bytes=0, allocations=0)))
    assert block.costs["after"] == (least,)
    assert math.isfinite(block.log_ratio(ORIGINAL, "after"))


def of_commands(*commands, metric="peak-memory"):
    variants = {name: Variant("", command=Started(("true",))) if name in commands else Variant("m:x") for name in NAMES}
    return ComparedBenchmark("s", variants, metric)


def test_the_memory_of_commands_is_that_of_their_processes():
    block = block_of(of_commands(*NAMES), executor())
    assert (block.tracer, block.runs, block.commands) == ("processes", dict.fromkeys(NAMES, 1), {})


def test_a_command_that_ends_too_soon_to_be_seen_is_an_error():
    with pytest.raises(NothingMeasuredError, match="'after': it ends too soon to see its memory"):
        block_of(of_commands(*NAMES), executor(after=Simulated(peak_bytes=None)))


@pytest.mark.parametrize("measured", [of_commands("after"), of_commands(*NAMES, metric="allocations")])
def test_the_memory_of_a_command_is_not_compared_with_that_of_a_function(measured):
    with pytest.raises(NothingMeasuredError, match="compare commands with commands, by their peak memory"):
        block_of(measured, executor())


def test_what_is_timed_and_what_is_traced_have_processes_of_their_own_in_each_block():
    timed = ComparedBenchmark("t", PEAK.variants)
    simulated = executor()
    done = measure([PEAK, timed], Schedule(600, blocks=2), executor=simulated)
    assert {name: len(of) for name, of in done.items()} == {"s": 2, "t": 2}
    assert len(simulated.started) == 4
    tracing = {request.block for request in simulated.asked("peak_memory")}
    timing = {request.block for request in simulated.asked("sample")}
    assert len(tracing) == len(timing) == 2
    assert tracing.isdisjoint(timing)
    assert [block.hash_seed for block in done["s"]] == [block.hash_seed for block in done["t"]]


def test_of_long_runs_one_outcome_is_traced_in_one_round():
    memory = ComparedBenchmark("s", PEAK.variants, "memory")
    simulated = executor(after=Simulated(run_ns=2e8))
    block = block_of(memory, simulated)
    assert {request.arguments["runs"] for request in simulated.asked("outcome_bytes")} == {1}
    assert {len(costs) for costs in block.costs.values()} == {1}


@pytest.mark.parametrize(
    ("metric", "low", "verdict"),
    [
        ("peak-memory", 0.4, Verdict.CONFIRMED),
        ("peak-memory", 0.6, Verdict.BELOW),
        ("allocations", 0.5, Verdict.CONFIRMED),
    ],
)
def test_eight_blocks_judge_a_claim_about_memory_saved(metric, low, verdict):
    claim = Claim("after", "half", low, 1.0, "s", baseline=ORIGINAL, metric=metric)
    design = Design(ORIGINAL, [Contrast("after", "", None, "s", ORIGINAL, metric, claim)])
    benchmark = ComparedBenchmark("s", PEAK.variants, metric)
    (finding,) = compare(design, [benchmark], Schedule(600), executor=executor(after=HALF)).findings
    assert (finding.metric, finding.verdict, finding.blocks) == (metric, verdict, 8)
    assert (finding.effect.low, finding.effect.high) == pytest.approx((0.5, 0.5))
    assert not finding.autocorrelated


def test_there_is_no_effect_on_memory_if_results_differ():
    other = Simulated(run=lambda: 43, peak_bytes=4e6)
    design = Design(ORIGINAL, [Contrast("after", "", None, "s", ORIGINAL, "peak-memory")])
    (finding,) = compare(design, [PEAK], Schedule(600), executor=executor(after=other)).findings
    assert (finding.equal, finding.effect) == (False, None)


PLAN = Plan(
    configurations=(
        Configuration(ORIGINAL, target="m:original"),
        Configuration(
            "after",
            target="m:after",
            claims=(Claim("after", "faster", 0.1, 1.0, "s"), Claim("after", "twice as fast", 1.0, 2.0, "s")),
        ),
    ),
    benchmarks=(Benchmark("s"),),
    rank_claims=(RankClaim("after", "the best", "", "s"),),
)


def test_with_another_metric_claims_about_time_are_left_out_and_that_is_noted():
    asked = selected(PLAN, Selection(every=True)).measured_by("peak-memory")
    assert [(each.variant, each.metric, each.claim) for each in asked.design.contrasts] == [
        ("after", "peak-memory", None)
    ]
    assert asked.design.ranks == ()
    assert any("claims about something else are not judged" in note for note in asked.plan.notes)


def test_claims_about_the_metric_stay():
    claim = Claim("after", "half", 0.4, 1.0, "s", metric="peak-memory")
    contrast = Contrast("after", "", None, "s", ORIGINAL, "peak-memory", claim)
    asked = Selected(Design(ORIGINAL, [contrast]), PLAN).measured_by("peak-memory")
    assert asked.design.contrasts == [contrast]
    assert asked.plan.notes == ()


def test_a_sweep_is_about_time():
    swept = selected(PLAN, Selection(sweep="size=1..100"))
    with pytest.raises(UsageError, match="--ablate and --sweep measure time"):
        swept.measured_by("allocations")
