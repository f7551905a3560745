import pytest

from wfperf.errors import UsageError
from wfperf.measure.questions import all_questions, default_questions, named_questions, phase_questions
from wfperf.plan import load_plan

PLAN = load_plan()


def subjects(questions):
    return [(question.subject, question.scenario, question.base) for question in questions]


def test_by_default_the_phases_and_optimized_are_asked():
    assert subjects(default_questions(PLAN)) == [
        ("phase-1", "typical", "original"),
        ("phase-2", "typical", "phase-1"),
        ("phase-2", "typical", "original"),
        ("phase-3", "parallelizable", "phase-2"),
        ("optimized", "typical", "original"),
        ("optimized", "parallelizable", "original"),
    ]


def test_every_claim_of_the_plan_is_asked_once_on_the_scenario_it_names():
    asked = [question.claim for question in all_questions(PLAN) if question.claim]
    claimed = [claim for each in (*PLAN.optimizations, *PLAN.configurations) for claim in each.claims] + [
        pair.claim for pair in PLAN.pairs
    ]
    assert sorted(map(repr, asked)) == sorted(map(repr, claimed))
    assert all(question.scenario == question.claim.scenario for question in all_questions(PLAN) if question.claim)


def test_a_phase_is_its_optimizations_and_its_total():
    assert [question.subject for question in phase_questions(PLAN, 1)] == ["dispatch", "node-set", "debug", "phase-1"]


def test_what_promises_nothing_is_asked_where_its_rival_promised():
    assert subjects(named_questions(PLAN, "substitution-tuned")) == [
        ("substitution-tuned", "heavy-substitution", "original")
    ]


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="did you mean 'dispatch'"):
        named_questions(PLAN, "dispatcher")
