"""Configurations taken apart, on blocks whose truth is known."""

import math
from random import Random

import pytest

from wfperf.errors import UsageError
from wfperf.measure.ablation import Ablated, Mode, parts_of
from wfperf.measure.benchmarks import compared_benchmarks, variants_of
from wfperf.plan import Benchmark, Configuration, Plan, load_plan
from wfperf.results.ablation import interacts
from wfperf.results.blocks import Block

PLAN = load_plan()
OWN = Plan(
    configurations=(
        Configuration(name="old"),
        Configuration(name="cache"),
        Configuration(name="batch"),
        Configuration(name="new", combines=("cache", "batch")),
    ),
    benchmarks=(Benchmark(name="small"),),
    workload="shop:factory",
    baseline="old",
)


def blocks(ablated, cost, *, equal=True):
    """Blocks of the sides that must be measured, from what each configuration's parts make it cost."""
    plan = ablated.plan
    (benchmark,) = compared_benchmarks(ablated.design, variants_of(plan))

    def of(variant, number):
        name = plan.baseline if variant == "control" else variant
        parts = parts_of(plan, plan.configuration(name)) or ([] if name == plan.baseline else [name])
        return (cost(parts) * (1 + 0.002 * Random(f"{variant} {number}").gauss()),)

    return {
        benchmark.name: [
            Block(
                number,
                {variant: of(variant, number) for variant in benchmark.variants},
                {variant: "same" if equal or variant == plan.baseline else "other" for variant in benchmark.variants},
            )
            for number in range(25)
        ]
    }


def factors(**saved):
    return lambda parts: math.prod(saved.get(part, 1.0) for part in parts)


def test_the_parts_of_optimized_are_its_optimizations_in_plan_order():
    assert parts_of(PLAN, PLAN.configuration("optimized")) == [
        "dispatch",
        "node-set",
        "debug",
        "context-reference",
        "substitution-tuned",
        "loading-tuned",
        "buffer-tuned",
        "driver-adaptive",
    ]


@pytest.mark.parametrize("mode", Mode)
def test_gains_that_multiply_up_do_not_interact(mode):
    ablated = Ablated(PLAN, "phase-1", mode, "typical")
    found = ablated.result(blocks(ablated, factors(**{"dispatch": 0.8, "node-set": 0.9})))
    effects = {part.name: part.alone.estimate for part in found.parts}
    assert effects == pytest.approx({"dispatch": 0.25, "node-set": 1 / 0.9 - 1, "debug": 0.0}, abs=0.005)
    assert found.total.estimate == pytest.approx(found.multiplied.estimate, abs=0.01)
    assert not interacts(found.interaction)
    assert not any(part.interaction and interacts(part.interaction) for part in found.parts)


def test_parts_that_do_the_same_work_overlap():
    def cost(parts):
        return 0.8 if {"dispatch", "node-set"} & set(parts) else 1.0

    ablated = Ablated(PLAN, "phase-1", Mode.LEAVE_ONE_OUT, "typical")
    found = ablated.result(blocks(ablated, cost))
    within = {part.name: part.within.estimate for part in found.parts}
    assert within == pytest.approx({"dispatch": 0, "node-set": 0, "debug": 0}, abs=0.005)
    interacting = [part.name for part in found.parts if interacts(part.interaction)]
    assert interacting == ["dispatch", "node-set"]
    assert found.interaction.high < -0.1


def test_the_running_total_ends_at_the_whole():
    ablated = Ablated(PLAN, "phase-1", Mode.CUMULATIVE, "typical")
    found = ablated.result(blocks(ablated, factors(**{"dispatch": 0.8, "node-set": 0.9, "debug": 0.5})))
    running = [part.running.estimate for part in found.parts]
    assert running == pytest.approx([0.25, 1 / 0.72 - 1, 1 / 0.36 - 1], rel=0.02)
    assert found.parts[-1].running == found.total


def test_where_results_differ_there_is_nothing_to_say():
    ablated = Ablated(PLAN, "phase-1", Mode.SOLO, "typical")
    assert ablated.result(blocks(ablated, factors(), equal=False)) is None


def test_ones_own_configuration_says_what_it_combines():
    ablated = Ablated(OWN, "new", Mode.LEAVE_ONE_OUT, "small")
    pairs = [(contrast.variant, contrast.baseline) for contrast in ablated.design.contrasts]
    assert pairs == [("new", "old"), ("cache", "old"), ("batch", "old"), ("new", "batch"), ("new", "cache")]


def test_the_parts_of_ones_own_configuration_are_told_apart():
    ablated = Ablated(OWN, "new", Mode.LEAVE_ONE_OUT, "small")
    found = ablated.result(blocks(ablated, factors(cache=0.4)))
    within = {part.name: part.within.estimate for part in found.parts}
    assert within == pytest.approx({"cache": 1.5, "batch": 0.0}, abs=0.01)


def test_what_has_no_parts_cannot_be_taken_apart():
    with pytest.raises(UsageError, match="needs at least two parts, and 'cache' has fewer"):
        Ablated(OWN, "cache", Mode.SOLO, "small")


def test_the_risk_is_shared_by_interactions_too():
    design = Ablated(PLAN, "phase-1", Mode.CUMULATIVE, "typical").design
    assert design.intervals == len(design.contrasts) + 3
