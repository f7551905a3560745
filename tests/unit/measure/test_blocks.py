import itertools
import math

import pytest
from built_in import variants
from executors import Simulated, SimulatedExecutor

from wfperf.measure.blocks import CONTROL, ORIGINAL, ComparedBenchmark, Schedule, measure
from wfperf.measure.executor import usable_cpus
from wfperf.measure.variant import Interpreter, Variant
from wfperf.results.blocks import Block

PAIR = """
class Large:
    def __init__(self): self.name = "a"
class Small:
    __slots__ = ("name",)
    def __init__(self): self.name = "a"
class record:
    def __init__(self, kind): self.run = {"large": Large, "small": Small}[kind]
    def data(self, made): return made.name
def twice(): return [number * 2 for number in range(100)]
def once(): return [2 * number for number in range(100)]
"""


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Return the subject of a function in a module that takes no time to import, or of what a factory makes."""
    folder = tmp_path_factory.mktemp("pair")
    (folder / "pair.py").write_text(PAIR)

    def variant(name, **arguments):
        return Variant(f"pair:{name}", arguments or None, interpreter=Interpreter(path=(str(folder),)))

    return variant


@pytest.fixture(scope="module")
def compared(pair):
    """Two functions of equal results, and the control."""
    return ComparedBenchmark("pair", {ORIGINAL: pair("twice"), CONTROL: pair("twice"), "after": pair("once")})


@pytest.fixture(scope="module")
def records(pair):
    """A record with slots, and one without."""
    return ComparedBenchmark(
        "slots", {ORIGINAL: pair("record", kind="large"), "after": pair("record", kind="small")}, "memory"
    )


@pytest.mark.measures
def test_a_block_has_one_cost_a_round_for_every_side_and_a_digest_of_each(compared):
    blocks = measure([compared], Schedule(max_time_s=600, blocks=2, seed=3))["pair"]
    assert len(blocks) == 2
    for block in blocks:
        assert set(block.costs) == {ORIGINAL, CONTROL, "after"}
        assert len({len(rounds) for rounds in block.costs.values()}) == 1
        assert all(cost > 0 for rounds in block.costs.values() for cost in rounds)
        assert block.equal(ORIGINAL, "after")
        assert all(runs > 0 for runs in block.warm_up_runs.values())
        assert set(block.pythons) == set(block.costs)


CPUS = usable_cpus()

WAITING = """
import os, threading, time
def sleeping(): time.sleep(0.002)
def threaded():
    other = threading.Thread(target=sum, args=(range(100_000),))
    other.start()
    other.join()
def forking():
    child = os.fork()
    sum(range(10_000 if child == 0 else 100_000))
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
"""


@pytest.mark.measures
@pytest.mark.skipif(len(CPUS) < 2, reason="there is only one processor")
@pytest.mark.parametrize("name", ["sleeping", "threaded", "forking"])
def test_what_waits_or_has_threads_or_children_keeps_all_processors_and_wall_time(tmp_path, name):
    (tmp_path / "waiting.py").write_text(WAITING)
    variant = Variant(f"waiting:{name}", interpreter=Interpreter(path=(str(tmp_path),)))
    (block,) = measure([ComparedBenchmark("t", {ORIGINAL: variant, CONTROL: variant})], Schedule(600, blocks=1))["t"]
    assert block.cpu is None
    assert block.by_processor == 0
    assert block.walls == {}


@pytest.mark.measures
def test_a_record_with_slots_keeps_fewer_bytes(records):
    (block,) = measure([records], Schedule(10, blocks=1))["slots"]
    assert 0 < max(block.costs["after"]) < min(block.costs[ORIGINAL])


def test_a_log_ratio_is_above_zero_where_the_side_costs_less():
    block = Block(0, {"baseline": (2.0, 4.0, 8.0), "new": (1.0, 2.0, 100.0)}, {"baseline": "x", "new": "y"})
    assert block.log_ratio("baseline", "new") == pytest.approx(math.log(2))
    assert block.log_ratio("new", "baseline") == pytest.approx(-math.log(2))
    assert not block.equal("baseline", "new")


@pytest.mark.measures
def test_sides_whose_results_differ_are_told_apart_and_their_outcomes_kept(seeded_url):
    of = variants(seeded_url)
    built = {ORIGINAL: of("typical", ORIGINAL), "other": of("repeated", ORIGINAL)}
    (block,) = measure([ComparedBenchmark("t", built)], Schedule(10, blocks=1))["t"]
    assert not block.equal(ORIGINAL, "other")
    assert "PERF_TEST" in block.outcomes[ORIGINAL]


BEFORE, AFTER = Simulated(run_ns=50_000, dispersion=0.01), Simulated(run_ns=40_000, dispersion=0.01)
SIMULATED = ComparedBenchmark(
    "s", {ORIGINAL: Variant("m:before"), CONTROL: Variant("m:before"), "after": Variant("m:after")}
)


def simulated(**given):
    return SimulatedExecutor({"m:before": BEFORE, "m:after": AFTER}, **given)


def seeds(seed):
    executor = simulated()
    blocks = measure([SIMULATED], Schedule(600, blocks=3, seed=seed), executor=executor)["s"]
    assert [each.hash_seed for each in executor.started] == [block.hash_seed for block in blocks]
    return [block.hash_seed for block in blocks]


def test_every_block_has_a_hash_seed_of_its_own_and_the_same_ones_come_from_the_same_seed():
    assert seeds(9) == seeds(9) != seeds(10)
    assert len({*seeds(9)}) == 3


@pytest.mark.parametrize("cpus", [(0,), (2, 3, 5)])
def test_all_variants_of_a_block_share_one_processor_and_blocks_take_turns(cpus):
    executor = simulated(cpus=cpus)
    blocks = measure([SIMULATED], Schedule(600, blocks=2 * len(cpus)), executor=executor)["s"]
    assert sorted(block.cpu for block in blocks) == sorted(2 * cpus)
    for number, block in enumerate(blocks):
        pinned = executor.asked("pin", block=number)
        assert {request.variant for request in pinned} == set(SIMULATED.variants)
        assert {tuple(request.arguments["cpus"]) for request in pinned} == {(block.cpu,)}


def test_a_processor_that_is_asked_for_is_kept():
    blocks = measure([SIMULATED], Schedule(600, blocks=3), executor=simulated(cpus=(2, 3, 5), cpu=3))["s"]
    assert {block.cpu for block in blocks} == {3}


def test_where_no_processor_can_be_chosen_nothing_is_pinned():
    executor = simulated(cpus=())
    (block,) = measure([SIMULATED], Schedule(600, blocks=1), executor=executor)["s"]
    assert block.cpu is None
    assert executor.asked("pin") == []


@pytest.mark.parametrize(
    "uses", [{"waited_ns": 10**9}, {"elsewhere_ns": 10**9}, {"has_children": True}], ids=lambda uses: next(iter(uses))
)
def test_one_variant_that_waits_or_uses_more_frees_all_of_them(uses):
    executor = SimulatedExecutor({"m:before": BEFORE, "m:after": Simulated(uses=uses)}, cpus=(0, 1))
    (block,) = measure([SIMULATED], Schedule(600, blocks=1), executor=executor)["s"]
    assert block.cpu is None
    assert {tuple(request.arguments["cpus"]) for request in executor.asked("pin")} == {(0, 1)}


def test_nobody_is_always_forked_first():
    executor = simulated()
    measure([SIMULATED], Schedule(600, blocks=12), executor=executor)
    assert {workers.variants[0] for workers in executor.started} == set(SIMULATED.variants)


def test_every_block_has_fresh_workers_and_the_last_ones_have_ended():
    executor = simulated()
    measure([SIMULATED], Schedule(600, blocks=4), executor=executor)
    assert len(executor.started) == 4
    assert not any(workers.is_open for workers in executor.started)


def lasting_blocks(max_time_s):
    """Return how many blocks are measured that last 10 s each: almost all of it goes to starting them."""
    block_s = 10.0
    executor = simulated(start_s=block_s)
    blocks = measure([SIMULATED], Schedule(max_time_s), executor=executor)["s"]
    assert executor.now_s() - executor.began_s == pytest.approx(len(blocks) * block_s, rel=0.05)
    return len(blocks)


def test_a_block_for_which_the_time_does_not_suffice_is_not_begun():
    assert lasting_blocks(27) == 2
    assert lasting_blocks(31) == 3


def long(run_s, **fields):
    """Return an executor whose runs all take so long."""
    variant = Simulated(run_ns=run_s * 1e9, jitter=0.05, **fields)
    return SimulatedExecutor({"m:before": variant, "m:after": variant})


@pytest.mark.parametrize("run_s", [0.1, 1.0, 5.0])
@pytest.mark.parametrize("max_time_s", [20, 33, 47, 60, 101])
def test_when_the_time_is_up_at_most_one_run_goes_on(run_s, max_time_s):
    executor = long(run_s)
    assert measure([SIMULATED], Schedule(max_time_s), executor=executor)["s"]
    first_block_s = 10 * run_s  # it is measured whatever it takes: two runs and a sample of three variants
    most_s = max(max_time_s, first_block_s) + 1.2 * run_s
    assert executor.now_s() - executor.began_s <= most_s


def test_where_runs_are_long_each_block_runs_a_variant_once_before_its_samples():
    executor = long(1.0)
    blocks = measure([SIMULATED], Schedule(600, blocks=4), executor=executor)["s"]
    assert [request.arguments["once"] for request in executor.asked("load")] == [False] * 3 + [True] * 7
    assert {len(block.costs[ORIGINAL]) for block in blocks} <= {1, 2}
    assert executor.asked("fastest") == executor.asked("run") == []
    assert not any(request.arguments["warm"] for request in executor.asked("sample"))


def test_where_runs_are_long_every_second_block_has_a_control():
    blocks = measure([SIMULATED], Schedule(600, blocks=5), executor=long(0.1))["s"]
    assert [CONTROL in block.costs for block in blocks] == [True, False, True, False, True]
    assert all({ORIGINAL, "after"} <= set(block.costs) for block in blocks)


def test_where_runs_are_long_results_that_can_be_compared_are_compared_beside_others():
    answers = {"m:before": Simulated(run_ns=1e8), "m:after": Simulated(run_ns=1e8), "m:odd": Simulated(object, 1e8)}
    variants = {**SIMULATED.variants, "odd": Variant("m:odd")}
    executor = SimulatedExecutor(answers)
    blocks = measure([ComparedBenchmark("s", variants)], Schedule(600, blocks=3), executor=executor)["s"]
    assert {block.why_not_compared(ORIGINAL, "after") for block in blocks} == {""}
    (reason,) = {block.why_not_compared(ORIGINAL, "odd") for block in blocks}
    assert "object" in reason


def test_results_that_change_are_not_compared_in_later_blocks_either():
    numbers = itertools.count()
    blocks = measure([SIMULATED], Schedule(600, blocks=3), executor=long(0.1, run=lambda: next(numbers)))["s"]
    assert {block.why_not_compared(ORIGINAL, "after") for block in blocks} == {"its result changes from run to run"}


def test_one_block_is_always_measured():
    assert lasting_blocks(0.01) == 1


def test_as_long_as_making_ready_took_is_sampled():
    executor = simulated(start_s=2.0)
    measure([SIMULATED], Schedule(600, blocks=1), executor=executor)
    assert executor.now_s() - executor.began_s == pytest.approx(4, rel=0.1)


def test_a_trial_that_is_settled_gets_no_more_blocks():
    records = ComparedBenchmark("slots", {ORIGINAL: Variant("m:before"), "after": Variant("m:after")}, "memory")
    executor, told = simulated(), []
    blocks = measure(
        [SIMULATED, records],
        Schedule(600, blocks=3),
        is_decided=lambda each, done: each.name == "slots" and len(done) == 1,
        on_block=lambda done: told.append({name: len(each) for name, each in done.items()}),
        executor=executor,
    )
    assert {name: len(each) for name, each in blocks.items()} == {"s": 3, "slots": 1}
    assert told == [{"s": 1, "slots": 1}, {"s": 2, "slots": 1}, {"s": 3, "slots": 1}]
    assert {request.block for request in executor.asked("load") if request.arguments["name"] == "slots"} == {0}


def test_measuring_ends_when_all_is_settled():
    is_decided = measure([SIMULATED], Schedule(600), is_decided=lambda _, done: len(done) == 2, executor=simulated())
    assert len(is_decided["s"]) == 2


def test_a_block_tells_who_was_not_warm_and_keeps_outcomes_only_where_they_differ():
    variants = {"m:before": BEFORE, "m:after": Simulated(lambda: 43, warmed_up=False, warm_up_runs=7)}
    (block,) = measure([SIMULATED], Schedule(600, blocks=1), executor=SimulatedExecutor(variants))["s"]
    assert block.not_warmed_up == ("after",)
    assert block.warm_up_runs == {ORIGINAL: 100, CONTROL: 100, "after": 7}
    assert block.outcomes == {ORIGINAL: "42", CONTROL: "42", "after": "43"}
    (equal,) = measure([SIMULATED], Schedule(600, blocks=1), executor=simulated())["s"]
    assert equal.outcomes == {}


def test_results_are_not_compared_where_the_control_s_own_is_another_than_the_baseline_s():
    results = {ORIGINAL: 1, CONTROL: 2, "after": 3}
    benchmark = ComparedBenchmark("s", {name: Variant("shop:work") for name in results})
    simulated = {name: Simulated(run=lambda result=result: result) for name, result in results.items()}
    (block,) = measure([benchmark], Schedule(60, blocks=1), executor=SimulatedExecutor(simulated))["s"]
    assert block.why_not_compared(ORIGINAL, "after") == "its result changes from process to process"
    same = {**simulated, CONTROL: simulated[ORIGINAL]}
    (block,) = measure([benchmark], Schedule(60, blocks=1), executor=SimulatedExecutor(same))["s"]
    assert block.why_not_compared(ORIGINAL, "after") == ""
    assert not block.equal(ORIGINAL, "after")
