"""Which variants are held to the base, how often, and what is told of those that differ: on simulated workers."""

from dataclasses import replace

from executors import Simulated, SimulatedExecutor

from wfperf.measure.verifying import AT_ONCE, HASH_SEEDS, verify
from wfperf.plan import Benchmark, Configuration, Plan
from wfperf.results.verification import Equivalence

NAMES = ("baseline", *(f"v{number}" for number in range(AT_ONCE + 2)))
PLAN = Plan(
    workload="m:make",
    benchmarks=(Benchmark("small"), Benchmark("large")),
    configurations=tuple(Configuration(name) for name in NAMES),
    baseline="baseline",
)


def verified(plan=PLAN, advance=None, **variants):
    executor = SimulatedExecutor({name: variants.get(name, Simulated()) for name in NAMES})
    return executor, verify(plan, advance=advance, executor=executor)


def test_every_variant_is_compared_on_every_benchmark_under_every_hash_seed():
    executor, found = verified()
    assert [each.name for each in found.variants] == list(NAMES[1:])
    assert {(each.equivalence, each.cases) for each in found.variants} == {(Equivalence.EQUAL, len(HASH_SEEDS) * 2)}
    assert {workers.hash_seed for workers in executor.started} == {*HASH_SEEDS}


def test_few_are_loaded_at_once_and_the_base_is_beside_them_each_time():
    executor, _ = verified()
    assert {len(workers.variants) for workers in executor.started} == {1 + AT_ONCE, 1 + 2}
    assert all("baseline" in workers.variants for workers in executor.started)


def test_nothing_is_timed():
    executor, _ = verified()
    assert {request.op for request in executor.requests} == {"load"}
    assert {request.arguments["warm_up_runs"] for request in executor.requests} == {0}


def test_what_differs_is_told_with_the_benchmarks_and_places():
    _, found = verified(v9=Simulated(lambda: {"total": 43}), baseline=Simulated(lambda: {"total": 42}))
    of = {each.name: each for each in found.variants}
    assert of["v9"].equivalence is Equivalence.DIFFERS
    assert of["v9"].differences == of["v9"].cases
    assert of["v9"].example.facts == (("benchmark", "small, large"),)
    (interpreter,) = of["v9"].example.differences
    assert (interpreter.expected, interpreter.got) == ("42", "43")


def test_a_base_that_differs_from_itself_under_another_hash_seed_is_told():
    outcomes = iter([*[41] * 4, *[42] * 100])
    _, found = verified(replace(PLAN, configurations=PLAN.configurations[:2]), baseline=Simulated(outcomes.__next__))
    of = {each.name: each for each in found.variants}
    assert of["baseline"].differences > 0


def test_whoever_waits_is_told_how_far_it_has_come():
    told = []
    verified(advance=lambda done, total: told.append((done, total)))
    total = len(HASH_SEEDS) * 2 * 2
    assert told == [(done, total) for done in range(1, total + 1)]
