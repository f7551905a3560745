import json
from dataclasses import replace
from pathlib import Path

import pytest
from built_in import PLAN, variants
from executors import Death, Simulated, SimulatedExecutor
from thorough import is_thorough

from wfperf.engine.nodes import NODE_TYPES
from wfperf.errors import NothingMeasuredError, WorkerLostError
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.measure.benchmarks import counted_benchmarks, variants_of
from wfperf.measure.blocks import CONTROL, ComparedBenchmark
from wfperf.measure.counters import NotCounted, count_benchmarks, count_within
from wfperf.measure.variant import Interpreter, Variant
from wfperf.measure.worker import counting
from wfperf.measure.worker.own import Own
from wfperf.measure.worker.workload import Workload
from wfperf.plan import Benchmark, Configuration, Plan

SHOP = """
import copy, itertools, re, re2, weakref
numbers = itertools.count()

def helper(): return 1
def steady(): return helper() + helper()
def wavering():
    if next(numbers) % 2: helper()
    return 1
def copying():
    shelf = {1: 2}.copy()
    return len(copy.copy(shelf).copy())
class Node: pass
kept = weakref.WeakValueDictionary()
def littering():
    for number in range(150):
        node = kept[number] = Node()
        node.itself = node
    return 1
def patterns(): return bool(re.search("a", "a")) + bool(re2.compile("b").search("a"))

class Queries:
    sent = 0
    def run(self):
        self.sent += 2
        return 1
    @property
    def counters(self): return {"sql_statements": lambda: self.sent}
queries = lambda: {"original": Queries(), "other": Queries()}
"""

THREADS = """
import _thread, asyncio, os, subprocess, sys, threading, time
from concurrent.futures import ThreadPoolExecutor

def helper(): return 1
def step(number): return helper() + len("")
def new_pool():
    with ThreadPoolExecutor(4) as pool: return sum(pool.map(step, range(100)))
kept = ThreadPoolExecutor(4)
def kept_pool(): return sum(kept.map(step, range(100)))
def own_threads():
    threads = [threading.Thread(target=step, args=(1,)) for _ in range(5)]
    for each in threads: each.start()
    for each in threads: each.join()
    return 1
async def awaited():
    return sum(await asyncio.gather(*(asyncio.to_thread(step, 1) for _ in range(5)), coroutine(), coroutine()))
async def coroutine(): return helper()

def ticking():
    while True:
        helper()
        time.sleep(0.001)
def forgetting():
    if threading.active_count() == 1: threading.Thread(target=ticking, daemon=True).start()
    return 1
def low_level():
    done = _thread.allocate_lock()
    done.acquire()
    _thread.start_new_thread(lambda: done.release(), ())
    return bool(done.acquire())
def unknown_server():
    if len(sys._current_frames()) == 1: _thread.start_new_thread(time.sleep, (600,))
    return 1
def program(): return subprocess.run(["true"]).returncode
def forked():
    pid = os.fork()
    if not pid: os._exit(0)
    return os.waitpid(pid, 0)[1]
served = []
def server():
    if not served: served.append(subprocess.Popen(["sleep", "600"]))
    return 1
"""
SEEN = ("new_pool", "kept_pool", "own_threads", "awaited")
UNSEEN = {
    "forgetting": counting.LATE_WORK,
    "low_level": counting.UNKNOWN_THREADS,
    "unknown_server": counting.UNKNOWN_THREADS,
    "program": counting.OTHER_PROCESSES,
    "forked": counting.OTHER_PROCESSES,
    "server": counting.OTHER_PROCESSES,
}


@pytest.fixture(scope="module")
def in_threads(tmp_path_factory):
    """The work of every function of THREADS that is counted, twice."""
    folder = tmp_path_factory.mktemp("threads")
    (folder / "pool.py").write_text(THREADS)
    interpreter = Interpreter(path=(str(folder),))
    variants = {name: Variant(f"pool:{name}", packages=("pool",), interpreter=interpreter) for name in (*SEEN, *UNSEEN)}
    return [count_benchmarks([ComparedBenchmark("s", variants)])["s"] for _ in range(2)]


STEADY = SCENARIOS if is_thorough() else ("typical", "parallelizable")
"""The scenario with most types of nodes, and the one in which nodes run beside each other; the others are chains."""


def test_counts_are_the_same_three_times_in_a_row(seeded_url):
    of = variants(seeded_url)
    benchmarks = [
        ComparedBenchmark(benchmark, {name: of(benchmark, name) for name in ("original", "optimized")})
        for benchmark in STEADY
    ]
    first, second, third = (count_benchmarks(benchmarks) for _ in range(3))
    assert first == second == third
    assert not any(counters.uneven for counted in first.values() for counters in counted.values())


def test_counts_say_what_an_optimization_saves(seeded_url):
    of = variants(seeded_url)
    names = ("original", "dispatch", "substitution", "loading-tuned")
    benchmarks = [
        ComparedBenchmark(each, {name: of(each, name) for name in names}) for each in ("typical", "initialization")
    ]
    counters = count_benchmarks(benchmarks)
    typical, cold = counters["typical"], counters["initialization"]
    executed = 18
    assert typical["original"].counts["node_objects"] == executed * len(NODE_TYPES)
    assert typical["dispatch"].counts["node_objects"] == 0
    statements = [cold[name].counts["sql_statements"] for name in ("original", "loading-tuned")]
    assert statements == [3, 1]
    patterns = [typical[name].counts["regex_compilations"] for name in ("original", "substitution")]
    assert patterns[0] == 0 < patterns[1], "one regular expression of all keys, made anew for every template"
    assert typical["original"].counts["function_calls"] == sum(typical["original"].calls.values())


def test_the_gate_counts_every_scenario_with_every_configuration(seeded_url):
    benchmarks = counted_benchmarks(PLAN, variants(seeded_url))
    assert [benchmark.name for benchmark in benchmarks] == list(SCENARIOS)
    assert all(list(benchmark.variants) == [each.name for each in PLAN.configurations] for benchmark in benchmarks)


@pytest.fixture
def count(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)

    def count_of(name, **changes):
        variant = Variant(f"shop:{name}", packages=("shop",), interpreter=Interpreter(path=(str(tmp_path),)), **changes)
        return count_benchmarks([ComparedBenchmark("s", {"original": variant})])["s"]["original"]

    return count_of


def counted(variant, advance=None, **fields):
    """Count the work of a simulated variant beside its copy and a control, on two benchmarks."""
    executor = SimulatedExecutor({"m:run": variant})
    variants = {name: Variant("m:run", **fields) for name in ("original", "copy", CONTROL)}
    return executor, count_benchmarks([ComparedBenchmark(name, variants) for name in ("s", "t")], advance, executor)


def test_every_variant_but_the_control_is_counted_on_every_benchmark_in_one_process():
    told = []
    executor, counters = counted(Simulated(calls={"f": 2}), lambda *done: told.append(done))
    assert {name: [*variants] for name, variants in counters.items()} == {
        name: ["original", "copy"] for name in ("s", "t")
    }
    assert [workers.hash_seed for workers in executor.started] == [0]
    assert told == [(1, 2), (2, 2)]


def test_threads_are_watched_before_a_workload_can_start_any():
    executor, _ = counted(Simulated())
    ops = [request.op for request in executor.requests]
    assert ops[:3] == ["watch"] * 3
    assert set(ops[3:]) == {"load", "count"}


def test_a_count_that_is_no_whole_number_differs_from_run_to_run():
    fraction = Simulated(
        calls={"f": 2, "g": 1 / 3, "unused": 0}, library_calls={"f calls len": 4}, counters={"sent": 5}
    )
    _, counters = counted(fraction, counters={"loads": "f", "odd": "g", "none": "absent"})
    found = counters["s"]["original"]
    assert found.uneven == ("function_calls", "odd")
    assert found.counts == {"library_calls": 4, "loads": 2, "none": 0, "sent": 5}
    assert (found.calls, found.library_calls) == ({}, {"f calls len": 4})


def test_calls_of_ones_own_module_are_counted_by_function(count):
    counters = count("steady")
    assert counters.calls == {"shop.py:steady": 1, "shop.py:helper": 2}
    assert counters.counts == {"function_calls": 3, "library_calls": 0, "regex_compilations": 0}


def test_what_differs_from_run_to_run_is_no_count(count):
    counters = count("wavering")
    assert counters.uneven == ("function_calls",)
    assert counters.calls == {}
    assert "function_calls" not in counters.counts


def test_calls_of_others_are_counted_where_ones_own_functions_make_them(count):
    counters = count("copying")
    assert counters.library_calls == {
        "shop.py:copying calls copy": 1,
        "shop.py:copying calls dict.copy": 2,
        "shop.py:copying calls len": 1,
    }
    assert counters.counts["library_calls"] == 4


def test_a_collection_of_garbage_is_no_work_of_ones_own(count):
    assert count("littering").uneven == ()


def test_patterns_are_counted_though_the_library_keeps_them(count):
    assert count("patterns").counts["regex_compilations"] == 2


def test_a_workload_brings_counters_of_its_own(count):
    assert count("queries", arguments={}, configuration="other").counts["sql_statements"] == 2


@pytest.mark.parametrize(
    ("name", "calls"),
    [
        ("new_pool", {"new_pool": 1, "step": 100, "helper": 100}),
        ("kept_pool", {"kept_pool": 1, "step": 100, "helper": 100}),
        ("own_threads", {"own_threads": 1, "step": 5, "helper": 5}),
    ],
)
def test_calls_in_threads_are_counted_each_time_alike(in_threads, name, calls):
    for counters in (counted[name] for counted in in_threads):
        assert counters.calls == {f"pool.py:{function}": times for function, times in calls.items()}
        assert counters.library_calls["pool.py:step calls len"] == calls["step"]
        assert (counters.uneven, counters.uncounted) == ((), ())


def test_calls_of_coroutines_are_counted_and_of_what_they_give_to_threads(in_threads):
    for counters in (counted["awaited"] for counted in in_threads):
        calls = {name: counters.calls[f"pool.py:{name}"] for name in ("step", "helper", "coroutine")}
        assert calls == {"step": 5, "helper": 7, "coroutine": 2}
        assert counters.uncounted == ()


@pytest.mark.parametrize(("name", "uncounted"), UNSEEN.items())
def test_what_is_not_counted_is_told(in_threads, name, uncounted):
    for counters in (counted[name] for counted in in_threads):
        assert counters.uncounted == (uncounted,)


def test_a_package_without_an_init_is_all_its_folders(tmp_path):
    for part, code in (("one", "from shelf.two import g\ndef f(): return g()"), ("two", "def g(): return 1")):
        (tmp_path / part / "shelf").mkdir(parents=True)
        (tmp_path / part / "shelf" / f"{part}.py").write_text(code)
    interpreter = Interpreter(path=(str(tmp_path / "one"), str(tmp_path / "two")))
    variant = Variant("shelf.one:f", packages=("shelf",), interpreter=interpreter)
    counters = count_benchmarks([ComparedBenchmark("s", {"original": variant})])["s"]["original"]
    assert counters.calls == {"shelf/one.py:f": 1, "shelf/two.py:g": 1}


BENCH = """
import json, shop.orders, tool, vendored
def run(): return len(json.dumps(shop.orders.load() + tool.help_out() + vendored.work()))
"""
LIBRARY = """
def inner(): return 1
def {name}(): return inner()
"""


def source_tree(folder):
    """A benchmark beside its code, and two libraries: in an environment's usual folder and elsewhere in it."""
    environment = folder / "environment"
    libraries = environment / "lib" / "python3" / "site-packages"
    for each in (folder / "src" / "shop", folder / "benchmarks", libraries, environment / "src"):
        each.mkdir(parents=True)
    (environment / "pyvenv.cfg").touch()
    (folder / "src" / "shop" / "orders.py").write_text("def one(): return 1\ndef load(): return one() + one()\n")
    (folder / "benchmarks" / "bench.py").write_text(BENCH)
    (libraries / "tool.py").write_text(LIBRARY.format(name="help_out"))
    (environment / "src" / "vendored.py").write_text(LIBRARY.format(name="work"))
    return folder


def bench(folder, trees):
    path = [folder / "benchmarks", folder / "src", folder / "environment/lib/python3/site-packages"]
    interpreter = Interpreter(path=(*map(str, path), str(folder / "environment" / "src")))
    return Variant("bench:run", trees=trees, interpreter=interpreter)


def test_all_in_the_source_trees_is_ones_own_but_libraries_and_is_named_alike_in_every_checkout(tmp_path):
    one, two = source_tree(tmp_path / "one"), source_tree(tmp_path / "two")
    (tmp_path / "link").symlink_to(two)
    variants = {
        "one": bench(one, (str(one / "benchmarks"), str(one / "src"), str(one))),
        "two": bench(two, (str(two / "benchmarks"), str(two / "src"), str(two))),
        "by a link": bench(two, tuple(str(tmp_path / "link" / each) for each in ("benchmarks", "src", "."))),
        "in the top": bench(one, (str(one),)),
    }
    counted = count_benchmarks([ComparedBenchmark("s", variants)])["s"]
    assert counted["one"].calls == {"bench.py:run": 1, "shop/orders.py:load": 1, "shop/orders.py:one": 2}
    assert counted["one"].library_calls == {
        f"bench.py:run calls {name}": 1 for name in ("dumps", "help_out", "len", "work")
    }
    assert counted["one"] == counted["two"] == counted["by a link"]
    assert counted["in the top"].calls == {
        "benchmarks/bench.py:run": 1,
        "src/shop/orders.py:load": 1,
        "src/shop/orders.py:one": 2,
    }


def test_packages_of_targets_are_ones_own_beside_the_source_trees_wherever_they_are_installed(tmp_path):
    one = source_tree(tmp_path)
    variant = replace(bench(one, (str(one / "src"),)), target="tool:help_out", packages=("tool",))
    assert count_benchmarks([ComparedBenchmark("s", {"x": variant})])["s"]["x"].calls == {
        "tool.py:help_out": 1,
        "tool.py:inner": 1,
    }


def test_a_source_tree_in_an_environment_that_is_named_itself_is_ones_own(tmp_path):
    one = source_tree(tmp_path)
    counters = count_benchmarks(
        [ComparedBenchmark("s", {"x": bench(one, (str(one / "environment" / "src"), str(one)))})]
    )["s"]["x"]
    assert counters.calls["vendored.py:work"] == counters.calls["vendored.py:inner"] == 1
    assert not any("tool" in name for name in counters.calls)


def test_wfperf_counting_in_its_own_repository_is_no_work_of_the_workloads():
    home = Path(counting.__file__).parents[3]
    own = Own([], [str(home)])
    assert (count_benchmarks.__code__ in own) is (home.name != "site-packages"), (
        "in a checkout it is; installed it is a library"
    )
    assert Workload.text.__code__ not in own
    assert json.dumps.__code__ not in own
    assert pytest.raises.__code__ not in own
    assert compile("1", "<string>", "exec") not in own


@pytest.mark.parametrize(
    ("plan", "packages"),
    [
        (Plan(configurations=(Configuration("a"), Configuration("b")), workload="shop.bench:make"), ["shop", "shop"]),
        (
            Plan(configurations=(Configuration("a", target="old.x:f"), Configuration("b", target="new:g"))),
            ["old new", "old new"],
        ),
        (
            Plan(
                configurations=(
                    Configuration("a", target="old.x:f", path=("/before",)),
                    Configuration("b", target="new:g", path=("/after",)),
                    Configuration("c", path=("/after",)),
                ),
                workload="bench:make",
            ),
            ["old", "new bench", "new bench"],
        ),
        (Plan(configurations=(Configuration("a", target="x:f"),), packages=("y",)), ["y"]),
    ],
)
def test_calls_are_counted_where_targets_live_unless_the_plan_says_where(plan, packages):
    of = variants_of(replace(plan, benchmarks=(Benchmark("s"),)))
    assert [" ".join(of("s", each.name).packages) for each in plan.configurations] == packages


def test_source_trees_are_those_of_the_path_and_the_repository_unless_packages_are_named(tmp_path, monkeypatch):
    folder = tmp_path / "shop" / "tools"
    folder.mkdir(parents=True)
    configurations = (Configuration("a", path=("/before",)), Configuration("b"))
    plan = Plan(configurations=configurations, benchmarks=(Benchmark("s"),), workload="bench:make", path=("/src",))

    def trees(plan):
        of = variants_of(plan, Path("tools"))
        return [of("s", each.name).trees for each in plan.configurations]

    monkeypatch.chdir(folder.parent)
    assert trees(plan) == [("/before", "/src", str(folder)), ("/src", str(folder))]
    (folder.parent / ".git").touch()
    assert trees(plan) == [("/before", "/src", str(folder.parent)), ("/src", str(folder.parent))]
    assert trees(replace(plan, packages=("shop",))) == [(), ()]


def test_a_benchmark_that_is_too_slow_to_be_counted_leaves_the_others_their_counters():
    def loses(_: int):
        raise Death

    executor = SimulatedExecutor({"slow": Simulated(answers={"count": loses}), "fast": Simulated(calls={"f": 2})})
    benchmarks = [ComparedBenchmark(name, {"original": Variant(name)}) for name in ("slow", "fast")]
    found = count_within(60, benchmarks, lambda *_: None, executor)
    assert isinstance(found["slow"], NotCounted)
    assert found["fast"]["original"].counts["function_calls"] == 2
    assert len(executor.started) == 3, "after those of the first runs, the others have new workers"
    with pytest.raises(WorkerLostError):
        count_benchmarks(benchmarks, executor=executor)


def test_a_first_run_without_an_answer_is_an_error_and_not_only_uncounted():
    hangs = Simulated(run_ns=1e12)
    executor = SimulatedExecutor({"hangs": hangs}, timeout_s=5)
    with pytest.raises(NothingMeasuredError, match="no answer within 5 s"):
        count_within(600, [ComparedBenchmark("b", {"original": Variant("hangs")})], lambda *_: None, executor)
