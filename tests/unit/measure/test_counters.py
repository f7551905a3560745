import pytest

from wfperf.engine.nodes import NODE_TYPES
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.measure.blocks import Trial
from wfperf.measure.counters import count_work
from wfperf.measure.subject import Place, Subject
from wfperf.measure.trials import gate_trials, subjects_of
from wfperf.plan import load_plan

PLAN = load_plan()

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


def test_counts_are_the_same_three_times_in_a_row(seeded_url):
    of = subjects_of(PLAN, seeded_url)
    trials = [
        Trial(scenario, {name: of(scenario, name) for name in ("original", "optimized")}) for scenario in SCENARIOS
    ]
    first, second, third = (count_work(trials) for _ in range(3))
    assert first == second == third
    assert not any(work.uneven for sides in first.values() for work in sides.values())


def test_counts_say_what_an_optimization_saves(seeded_url):
    of = subjects_of(PLAN, seeded_url)
    names = ("original", "dispatch", "substitution", "loading-tuned")
    trials = [Trial(each, {name: of(each, name) for name in names}) for each in ("typical", "initialization")]
    work = count_work(trials)
    typical, cold = work["typical"], work["initialization"]
    executed = 18
    assert typical["original"].counts["node_objects"] == executed * len(NODE_TYPES)
    assert typical["dispatch"].counts["node_objects"] == 0
    statements = [cold[name].counts["sql_statements"] for name in ("original", "loading-tuned")]
    assert statements == [3, 1]
    patterns = [typical[name].counts["regex_compilations"] for name in ("original", "substitution")]
    assert patterns[0] == 0 < patterns[1], "one regular expression of all keys, made anew for every template"
    assert typical["original"].counts["function_calls"] == sum(typical["original"].calls.values())


def test_the_gate_counts_every_scenario_with_every_configuration(seeded_url):
    trials = gate_trials(PLAN, subjects_of(PLAN, seeded_url))
    assert [trial.name for trial in trials] == list(SCENARIOS)
    assert all(list(trial.subjects) == [each.name for each in PLAN.configurations] for trial in trials)


@pytest.fixture
def count(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)

    def count_of(name, **changes):
        subject = Subject(f"shop:{name}", packages=("shop",), place=Place(path=(str(tmp_path),)), **changes)
        return count_work([Trial("s", {"original": subject})])["s"]["original"]

    return count_of


def test_calls_of_ones_own_module_are_counted_by_function(count):
    work = count("steady")
    assert work.calls == {"shop.py:steady": 1, "shop.py:helper": 2}
    assert work.counts == {"function_calls": 3, "library_calls": 0, "regex_compilations": 0}


def test_what_differs_from_run_to_run_is_no_count(count):
    work = count("wavering")
    assert work.uneven == ("function_calls",)
    assert work.calls == {}
    assert "function_calls" not in work.counts


def test_calls_of_others_are_counted_where_ones_own_functions_make_them(count):
    work = count("copying")
    assert work.library_calls == {
        "shop.py:copying calls copy": 1,
        "shop.py:copying calls dict.copy": 2,
        "shop.py:copying calls len": 1,
    }
    assert work.counts["library_calls"] == 4


def test_a_collection_of_garbage_is_no_work_of_ones_own(count):
    assert count("littering").uneven == ()


def test_patterns_are_counted_though_the_library_keeps_them(count):
    assert count("patterns").counts["regex_compilations"] == 2


def test_a_workload_brings_counters_of_its_own(count):
    assert count("queries", arguments={}, configuration="other").counts["sql_statements"] == 2
