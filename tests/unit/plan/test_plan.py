"""The plan that ships with wfperf agrees with the engine, the scenarios and itself."""

import math
from importlib import import_module

import pytest

from wfperf.engine.config import IMPLEMENTATIONS, EngineConfig
from wfperf.engine.nodes import NODE_TYPES
from wfperf.errors import UsageError
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.plan import load_plan
from wfperf.plan.load import parse_plan

PLAN = load_plan()
CONFIGURATIONS = {each.name: each for each in PLAN.configurations}
CLAIMS = [claim for each in (*PLAN.optimizations, *PLAN.configurations) for claim in each.claims]


def test_every_implementation_is_planned_and_the_other_way_round():
    defaults = EngineConfig().choices()
    exist = {(seam, name) for seam, known in IMPLEMENTATIONS.items() for name in known if name != defaults[seam]}
    planned = [(each.choice, each.implementation) for each in PLAN.optimizations]
    assert set(planned) == exist
    assert len(planned) == len(set(planned))


def function(target):
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


@pytest.mark.parametrize("optimization", PLAN.optimizations, ids=lambda each: each.id)
def test_before_and_after_are_the_implementations_that_the_engine_has(optimization):
    known = IMPLEMENTATIONS[optimization.choice]
    assert function(optimization.before) is known[EngineConfig().choices()[optimization.choice]]
    assert function(optimization.after) is known[optimization.implementation]


def test_every_seam_but_the_driver_has_its_own_module_for_the_bound():
    for each in PLAN.optimizations:
        own = () if each.choice == "driver" else (f"wfperf.engine.seams.{each.choice}",)
        assert each.modules == own
        assert bool(each.bound) is (each.choice == "driver")


def test_the_plan_says_how_many_node_objects_the_reconstruction_builds():
    assert len(NODE_TYPES) == 27
    assert any("`dispatch` builds 27 node objects, as the review's does." in note for note in PLAN.notes)


def test_every_benchmark_is_a_scenario_and_the_other_way_round():
    assert [each.name for each in PLAN.benchmarks] == list(SCENARIOS)
    for each in PLAN.benchmarks:
        assert each.parameters == {"scenario": each.name}
        assert each.title == SCENARIOS[each.name].title


def test_names_are_unique_across_the_plan():
    names = [
        *(each.id for each in PLAN.optimizations),
        *(each.name for each in PLAN.configurations),
        *(each.id for each in PLAN.pairs),
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("configuration", PLAN.configurations, ids=lambda each: each.name)
def test_every_configuration_runs(configuration):
    assert EngineConfig(**configuration.choices).choices().items() >= dict(configuration.choices).items()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda each: f"{each.variant} {each.text}")
def test_a_claim_is_a_range_on_a_scenario_against_a_base_that_exist(claim):
    assert claim.low <= claim.high
    assert claim.low > 0
    assert claim.benchmark in SCENARIOS
    assert claim.baseline in CONFIGURATIONS
    assert claim.baseline != claim.variant
    assert claim.metric == "throughput"
    assert claim.text
    assert claim.reading
    assert claim.section
    assert "typical" in claim.reading or claim.benchmark != "typical" or claim.variant in CONFIGURATIONS


def test_every_scenario_is_named_by_a_claim():
    assert {claim.benchmark for claim in CLAIMS} == set(SCENARIOS)


def test_percentages_are_what_the_text_says():
    for claim in CLAIMS:
        if claim.text.endswith("%"):
            low, high = (int(part) / 100 for part in claim.text.removeprefix("another ").removesuffix(" %").split("-"))
            assert (claim.low, claim.high) == (low, high)


def test_phases_as_proposed_consist_of_their_own_proposals():
    filled = {(each.choice, each.implementation): each for each in PLAN.optimizations}
    before = {}
    for phase in (1, 2, 3):
        seams = CONFIGURATIONS[f"phase-{phase}"].choices
        assert before.items() <= seams.items(), "a phase includes the earlier ones"
        added = [filled[choice] for choice in seams.items() if choice not in before.items()]
        assert {each.phase for each in added} == {phase}
        assert {each.choice for each in added} == {each.choice for each in PLAN.optimizations if each.phase == phase}
        before = seams


def test_a_phase_beyond_the_first_is_claimed_on_top_of_the_one_before():
    assert {claim.baseline for claim in CONFIGURATIONS["phase-3"].claims} == {"phase-2"}
    assert {claim.baseline for claim in CONFIGURATIONS["phase-2"].claims} == {"phase-1", "original"}


def test_optimized_changes_no_result_and_sets_every_seam():
    optimized = CONFIGURATIONS["optimized"]
    assert PLAN.changes_results(optimized.choices) == ()
    assert set(optimized.choices) == set(IMPLEMENTATIONS)


def test_what_changes_results_is_found_in_each_configuration():
    found = {name: [each.id for each in PLAN.changes_results(each.choices)] for name, each in CONFIGURATIONS.items()}
    assert found["phase-1"] == found["original"] == []
    assert found["phase-2"] == found["phase-3"] == ["substitution", "loading", "buffer"]


def test_what_is_ours_nobody_claims_anything_for():
    for each in PLAN.optimizations:
        assert (each.phase == 4) == (each.membership == "ours") == (not each.claims)
        assert each.membership in {"stated", "inferred", "ours"}


def test_the_rank_claim_is_about_a_proposal():
    (rank,) = PLAN.rank_claims
    assert PLAN.optimization(rank.variant).phase == 1
    assert rank.benchmark in SCENARIOS


def test_every_pair_is_one_of_functions_and_one_is_about_memory():
    assert [each.id for each in PLAN.pairs if each.claim.metric == "memory"] == ["slots"]
    assert all(callable(function(target)) for each in PLAN.pairs for target in (each.before, each.after))
    assert all(each.claim.low <= each.claim.high for each in PLAN.pairs)


def test_already_optimal_is_a_claim_of_no_effect():
    (upper,) = [each.claim for each in PLAN.pairs if each.id == "upper"]
    assert (upper.low, upper.high) == (0, 0)
    (items,) = [each.claim for each in PLAN.pairs if each.id == "items"]
    assert items.high == math.inf


@pytest.mark.parametrize("name", ["dispatch", "context-lazy", "phase-1", "original"])
def test_an_optimization_is_a_configuration_too(name):
    found = PLAN.configuration(name)
    assert found.name == name
    EngineConfig(**found.choices)


def test_an_optimization_alone_sets_its_one_seam():
    assert PLAN.configuration("context-lazy").choices == {"context": "lazy"}


@pytest.mark.parametrize(
    ("find", "name", "message"),
    [
        ("configuration", "phase-9", "no configuration 'phase-9'; did you mean 'phase-"),
        ("configuration", "zzz", "no configuration 'zzz'; choose one of: original, phase-1"),
        ("optimization", "dispach", "no optimization 'dispach'; did you mean 'dispatch'?"),
        ("optimization", "phase-1", "no optimization 'phase-1'; choose one of: dispatch"),
    ],
)
def test_an_unknown_name_is_an_error_with_the_nearest(find, name, message):
    with pytest.raises(UsageError) as caught:
        getattr(PLAN, find)(name)
    assert str(caught.value).startswith(message)


def test_a_configuration_takes_over_what_it_includes():
    plan = parse_plan(
        """
        baseline = "a"
        workload = "shop:workload"
        benchmark = [{ name = "s" }]
        [[configuration]]
        name = "a"
        title = "A"
        choices = { dispatch = "proposed", debug = "proposed" }
        [[configuration]]
        name = "b"
        title = "B"
        includes = "a"
        choices = { debug = "original" }
        """
    )
    assert plan.configuration("b").choices == {"dispatch": "proposed", "debug": "original"}


GOOD = """
workload = "shop:workload"
[[benchmark]]
name = "s"
[[configuration]]
name = "original"
[[configuration]]
name = "fast"
choices = { find = "fast" }
[[optimization]]
id = "find"
choices = { find = "fast" }
claim = [{ text = "twice", low = 1.0, high = 1.0, benchmark = "s" }]
[[pair]]
id = "sums"
before = "shop:a"
after = "shop:b"
claim = { text = "faster", low = 0.1, high = 0.2 }
[[rank_claim]]
variant = "find"
text = "best"
reading = "most gained"
benchmark = "s"
"""


def test_a_plan_of_anyone_has_all_that_the_built_in_one_has():
    plan = parse_plan(GOOD)
    assert plan.makes_choices
    assert plan.rivals(plan.rank_claims[0]) == ("find",)
    assert plan.pairs[0].claim.benchmark == "sums"
    assert plan.configuration("find").choices == {"find": "fast"}


def test_a_plan_of_a_suite_needs_nothing_else(tmp_path):
    plan = parse_plan('suite = "benchmarks/"', folder=tmp_path)
    assert plan.suite
    assert (plan.suite.path, plan.what, plan.benchmarks) == (str(tmp_path / "benchmarks"), "benchmarks/", ())
    assert plan.has_only_baseline
    environments = "".join(f'[[configuration]]\nname = "{each}"\n' for each in "ab")
    assert parse_plan(f'suite = "benchmarks"\n{environments}').baseline == "a"


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('workload = "a:b"', "has a suite, which brings its own benchmarks; leave out workload"),
        ('[[benchmark]]\nname = "a"', "has a suite, which brings its own benchmarks; leave out benchmark"),
        ('baseline = "x"', "baseline is 'x', which is no configuration of it"),
        ('[[configuration]]\nname = "a"\ntarget = "a:b"', "configuration 'a': runs a suite, so it has no target"),
        (
            '[[configuration]]\nname = "a"\nclaim = [{ text = "t", low = 0, high = 1, benchmark = "b" }]',
            "configuration 'a': runs a suite, so it has no claim",
        ),
    ],
)
def test_what_does_not_belong_to_a_suite_is_a_mistake(more, message):
    with pytest.raises(UsageError) as caught:
        parse_plan(f'suite = "benchmarks"\n{more}')
    assert message in str(caught.value)


def test_a_suite_is_named_by_its_path():
    with pytest.raises(UsageError, match='suite is the path of a file or folder, such as "benchmarks/", not 3'):
        parse_plan("suite = 3")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[[benchmark]]", "[[scenario]]", "[[scenario]] is called [[benchmark]]"),
        ("[[pair]]", "[[idiom]]", "[[idiom]] is called [[pair]]"),
        ('high = 1.0, benchmark = "s"', 'high = 1.0, scenario = "s"', "'find', claim 1: scenario is called benchmark"),
        ('high = 1.0, benchmark = "s"', "high = 1.0", "optimization 'find', claim 1: names no benchmark"),
        ('high = 1.0, benchmark = "s"', 'high = 1.0, benchmark = "t"', "a claim is about the benchmark 't'"),
        ('workload = "shop', 'base = "original"\nworkload = "shop', "base is called baseline"),
        ('variant = "find"', 'subject = "find"', "subject is called variant"),
        ('id = "sums"', 'id = "s"', "benchmark 's': stands there twice, or is a pair's name"),
        ('id = "sums"', 'id = "fast"', "'fast': is the name of more than one configuration, optimization or pair"),
        ('id = "find"\nchoices = { find = "fast" }', 'id = "find"\nchoices = {}', "choices"),
        ('after = "shop:b"\n', "", "pair 'sums': after"),
        ('variant = "find"', 'variant = "fst"', "rank_claim 'fst': is about no optimization with a claim"),
        ('name = "fast"', 'name = "fast"\nbenchmarks = ["t"]', "configuration 'fast': names a benchmark 't'"),
        ('choices = { find = "fast" }\nclaim', 'choices = { find = "fast" }\nbefore = "a:b"\nclaim', "need each other"),
    ],
)
def test_a_mistake_in_a_plan_names_its_place(old, new, message):
    assert GOOD.count(old) == 1
    with pytest.raises(UsageError) as caught:
        parse_plan(GOOD.replace(old, new))
    assert message in str(caught.value)
