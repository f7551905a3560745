"""What of a plan is gated and timed, by what is named on the command line and in the policy."""

from pathlib import Path

import pytest
from gates import PLAN as OWN

from wfperf.gate.policy import Policy, parse_policy
from wfperf.gate.request import Request
from wfperf.plan import Benchmark, Configuration, Plan, load_plan

BUILT_IN = load_plan()


def request(plan=BUILT_IN, policy=None, **named):
    benchmarks = tuple(each.name for each in plan.benchmarks)
    return Request(plan, parse_policy(policy, "p", plan, benchmarks) if policy else Policy(), Path(), **named)


def test_of_a_plan_of_one_s_own_everything_is_timed_unless_the_policy_names_less():
    every = [("s", "x"), ("s", "y"), ("s", "z")]
    assert request(OWN).timed_cases == request(OWN).cases == every
    assert request(OWN, {"configurations": ["y"]}).timed_cases == [("s", "y")]
    assert request(OWN, {"configurations": ["y"]}).cases == every


def test_what_is_named_is_timed_whatever_the_policy_names():
    assert request(OWN, {"configurations": ["y"]}, configurations=["x"]).timed_cases == [("s", "x")]
    policy = {"benchmarks": ["typical"], "configurations": ["original", "phase-1"]}
    assert request(policy=policy, benchmarks=["large"]).timed_cases == [
        ("large", "original"),
        ("large", "phase-1"),
    ]
    assert len(request(benchmarks=["large"]).timed_cases) == len(BUILT_IN.configurations)


@pytest.mark.parametrize("configuration", [each.name for each in BUILT_IN.configurations])
def test_each_built_in_configuration_is_timed_on_some_scenarios_but_not_on_all(configuration):
    asked = request(configurations=[configuration])
    assert 0 < len(asked.timed_cases) < len(asked.cases)


def test_a_scenario_with_a_budget_of_time_for_itself_is_timed():
    assert ("large", "original") not in request().timed_cases
    for_all = request(policy={"benchmark": {"large": {"max_regression": "5 %"}}}).timed_cases
    assert {("large", each.name) for each in BUILT_IN.configurations} <= {*for_all}
    for_one = request(policy={"benchmark": {"large": {"max_regression": {"original": "5 %"}}}}).timed_cases
    assert [case for case in for_one if case[0] == "large"] == [("large", "original")]
    counted = request(policy={"benchmark": {"large": {"max_calls": "+1 %"}}})
    assert counted.timed_cases == request().timed_cases


def test_a_few_pairs_are_gated_alone():
    few = {("typical", "phase-1"), ("parallelizable", "phase-3")}
    asked = request(among=few)
    assert {*asked.cases} == {*asked.timed_cases} == few
    assert not asked.is_whole
    assert request().is_whole


def test_where_compare_asks_nothing_everything_is_timed():
    silent = Plan(benchmarks=(Benchmark("s"),), configurations=(Configuration("original"), Configuration("tuned")))
    assert request(silent).timed_cases == request(silent).cases


def test_a_scenario_is_counted_wholly_in_all_its_configurations():
    asked = request(OWN)
    assert asked.wholly([("s", "x"), ("s", "y")]) == set()
    assert asked.wholly(asked.cases) == {"s", "*"}
    some = request()
    assert some.wholly([case for case in some.cases if case[0] == "large"]) == {"large"}
