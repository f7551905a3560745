"""The plan that ships with wfperf agrees with the engine, the scenarios and itself."""

import math

import pytest

from wfperf.engine.config import IMPLEMENTATIONS, EngineConfig
from wfperf.errors import UsageError
from wfperf.fixtures.idioms import PAIRS, RECORDS
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.plan import load_plan
from wfperf.plan.load import parse_plan

PLAN = load_plan()
CONFIGURATIONS = {each.name: each for each in PLAN.configurations}
CLAIMS = [claim for each in (*PLAN.optimizations, *PLAN.configurations) for claim in each.claims]


def test_every_implementation_is_planned_and_the_other_way_round():
    defaults = EngineConfig().choices()
    exist = {(seam, name) for seam, known in IMPLEMENTATIONS.items() for name in known if name != defaults[seam]}
    planned = [(each.seam, each.implementation) for each in PLAN.optimizations]
    assert set(planned) == exist
    assert len(planned) == len(set(planned))


def test_names_are_unique_across_the_plan():
    names = [
        *(each.id for each in PLAN.optimizations),
        *(each.name for each in PLAN.configurations),
        *(each.id for each in PLAN.idioms),
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("configuration", PLAN.configurations, ids=lambda each: each.name)
def test_every_configuration_runs(configuration):
    assert EngineConfig(**configuration.seams).choices().items() >= dict(configuration.seams).items()


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda each: f"{each.subject} {each.text}")
def test_a_claim_is_a_range_on_a_scenario_against_a_base_that_exist(claim):
    assert claim.low <= claim.high
    assert claim.low > 0
    assert claim.scenario in SCENARIOS
    assert claim.base in CONFIGURATIONS
    assert claim.base != claim.subject
    assert claim.metric == "throughput"
    assert claim.text
    assert claim.reading
    assert claim.section
    assert "typical" in claim.reading or claim.scenario != "typical" or claim.subject in CONFIGURATIONS


def test_every_scenario_is_named_by_a_claim():
    assert {claim.scenario for claim in CLAIMS} == set(SCENARIOS)


def test_percentages_are_what_the_text_says():
    for claim in CLAIMS:
        if claim.text.endswith("%"):
            low, high = (int(part) / 100 for part in claim.text.removeprefix("another ").removesuffix(" %").split("-"))
            assert (claim.low, claim.high) == (low, high)


def test_phases_as_proposed_consist_of_their_own_proposals():
    filled = {(each.seam, each.implementation): each for each in PLAN.optimizations}
    before = {}
    for phase in (1, 2, 3):
        seams = CONFIGURATIONS[f"phase-{phase}"].seams
        assert before.items() <= seams.items(), "a phase includes the earlier ones"
        added = [filled[choice] for choice in seams.items() if choice not in before.items()]
        assert {each.phase for each in added} == {phase}
        assert {each.seam for each in added} == {each.seam for each in PLAN.optimizations if each.phase == phase}
        before = seams


def test_a_phase_beyond_the_first_is_claimed_on_top_of_the_one_before():
    assert {claim.base for claim in CONFIGURATIONS["phase-3"].claims} == {"phase-2"}
    assert {claim.base for claim in CONFIGURATIONS["phase-2"].claims} == {"phase-1", "original"}


def test_optimized_changes_no_result_and_sets_every_seam():
    optimized = CONFIGURATIONS["optimized"]
    assert PLAN.changes_results(optimized.seams) == ()
    assert set(optimized.seams) == set(IMPLEMENTATIONS)


def test_what_changes_results_is_found_in_each_configuration():
    found = {name: [each.id for each in PLAN.changes_results(each.seams)] for name, each in CONFIGURATIONS.items()}
    assert found["phase-1"] == found["original"] == []
    assert found["phase-2"] == found["phase-3"] == ["substitution", "loading", "buffer"]


def test_what_is_ours_nobody_claims_anything_for():
    for each in PLAN.optimizations:
        assert (each.phase == 4) == (each.membership == "ours") == (not each.claims)
        assert each.membership in {"stated", "inferred", "ours"}


def test_the_rank_claim_is_about_a_proposal():
    (rank,) = PLAN.rank_claims
    assert PLAN.optimization(rank.subject).phase == 1
    assert rank.scenario in SCENARIOS


def test_every_idiom_is_a_pair_of_functions_and_those_about_memory_are_records():
    assert {each.id for each in PLAN.idioms} == set(PAIRS)
    assert {each.id for each in PLAN.idioms if each.claim.metric == "memory"} == set(RECORDS)
    assert all(each.claim.low <= each.claim.high for each in PLAN.idioms)


def test_already_optimal_is_a_claim_of_no_effect():
    (upper,) = [each.claim for each in PLAN.idioms if each.id == "upper"]
    assert (upper.low, upper.high) == (0, 0)
    (items,) = [each.claim for each in PLAN.idioms if each.id == "items"]
    assert items.high == math.inf


@pytest.mark.parametrize("name", ["dispatch", "context-lazy", "phase-1", "original"])
def test_an_optimization_is_a_configuration_too(name):
    found = PLAN.configuration(name)
    assert found.name == name
    EngineConfig(**found.seams)


def test_an_optimization_alone_sets_its_one_seam():
    assert PLAN.configuration("context-lazy").seams == {"context": "lazy"}


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
        base = "a"
        [[configuration]]
        name = "a"
        title = "A"
        seams = { dispatch = "proposed", debug = "proposed" }
        [[configuration]]
        name = "b"
        title = "B"
        includes = "a"
        seams = { debug = "original" }
        """
    )
    assert plan.configuration("b").seams == {"dispatch": "proposed", "debug": "original"}
