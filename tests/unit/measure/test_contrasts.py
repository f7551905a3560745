import pytest

from wfperf.errors import UsageError
from wfperf.measure.contrasts import all_contrasts, default_contrasts, named_contrasts, phase_contrasts
from wfperf.plan import load_plan

PLAN = load_plan()


def variants(contrasts):
    return [(contrast.variant, contrast.benchmark, contrast.baseline) for contrast in contrasts]


def test_by_default_the_phases_and_optimized_are_asked():
    assert variants(default_contrasts(PLAN)) == [
        ("phase-1", "typical", "original"),
        ("phase-2", "typical", "phase-1"),
        ("phase-2", "typical", "original"),
        ("phase-3", "parallelizable", "phase-2"),
        ("optimized", "typical", "original"),
        ("optimized", "parallelizable", "original"),
    ]


def test_every_claim_of_the_plan_is_asked_once_on_the_scenario_it_names():
    design = [contrast.claim for contrast in all_contrasts(PLAN) if contrast.claim]
    claimed = [claim for each in (*PLAN.optimizations, *PLAN.configurations) for claim in each.claims] + [
        pair.claim for pair in PLAN.pairs
    ]
    assert sorted(map(repr, design)) == sorted(map(repr, claimed))
    assert all(contrast.benchmark == contrast.claim.benchmark for contrast in all_contrasts(PLAN) if contrast.claim)


def test_a_phase_is_its_optimizations_and_its_total():
    assert [contrast.variant for contrast in phase_contrasts(PLAN, 1)] == ["dispatch", "node-set", "debug", "phase-1"]


def test_what_promises_nothing_is_asked_where_its_rival_promised():
    assert variants(named_contrasts(PLAN, "substitution-tuned")) == [
        ("substitution-tuned", "heavy-substitution", "original")
    ]


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="did you mean 'dispatch'"):
        named_contrasts(PLAN, "dispatcher")
