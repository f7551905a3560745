from wfperf.engine.nodes import NODE_TYPES
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.measure.counters import count_work
from wfperf.plan import load_plan

PLAN = load_plan()


def test_counts_are_the_same_three_times_in_a_row(seeded_url):
    configurations = [PLAN.configuration("original"), PLAN.configuration("optimized")]
    first, second, third = (count_work(configurations, seeded_url) for _ in range(3))
    assert first == second == third
    assert set(first) == set(SCENARIOS)


def test_counts_say_what_an_optimization_saves(seeded_url):
    work = count_work([PLAN.configuration(name) for name in ("original", "dispatch", "loading-tuned")], seeded_url)
    typical, cold = work["typical"], work["initialization"]
    executed = 18
    assert typical["original"].node_objects == executed * len(NODE_TYPES)
    assert typical["dispatch"].node_objects == 0
    assert (cold["original"].sql_statements, cold["loading-tuned"].sql_statements) == (3, 1)
    assert typical["original"].function_calls == sum(typical["original"].calls.values())
