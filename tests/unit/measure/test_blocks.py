import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.measure.blocks import CONTROL, ORIGINAL, Block, Schedule, Trial, measure, stepped
from wfperf.measure.subject import Subject, engine_subject


def idiom(side):
    return Subject("wfperf.fixtures.workload:idiom_workload", {"idiom": "upper", "side": side})


TRIAL = Trial("upper", {ORIGINAL: idiom("before"), CONTROL: idiom("before"), "after": idiom("after")})


def record(side):
    return Subject("wfperf.fixtures.workload:record_workload", {"idiom": "slots", "side": side})


@pytest.mark.measures
def test_a_block_has_one_cost_a_round_for_every_side_and_a_digest_of_each():
    blocks = measure([TRIAL], Schedule(max_time_s=600, blocks=2, seed=3))["upper"]
    assert len(blocks) == 2
    for block in blocks:
        assert set(block.costs) == {ORIGINAL, CONTROL, "after"}
        assert len({len(rounds) for rounds in block.costs.values()}) == 1
        assert all(cost > 0 for rounds in block.costs.values() for cost in rounds)
        assert block.equal(ORIGINAL, "after")
        assert all(runs > 0 for runs in block.warm_up_runs.values())
        assert set(block.pythons) == set(block.costs)


@pytest.mark.measures
def test_every_block_has_a_hash_seed_of_its_own_and_the_same_ones_come_from_the_same_seed():
    first, second = (
        [block.hash_seed for block in measure([TRIAL], Schedule(600, blocks=2, seed=9))["upper"]] for _ in range(2)
    )
    assert first == second
    assert len(set(first)) == len(first) == 2


@pytest.mark.measures
def test_no_block_is_begun_after_the_time_is_up():
    assert len(measure([TRIAL], Schedule(0.01))["upper"]) == 1


@pytest.mark.measures
def test_a_trial_that_is_settled_gets_no_more_blocks():
    other = Trial("slots", {ORIGINAL: record("before"), "after": record("after")}, "memory")
    told = []
    blocks = measure(
        [TRIAL, other],
        Schedule(600, blocks=3),
        settled=lambda trial, done: trial.name == "slots" and len(done) == 1,
        on_block=lambda done: told.append({name: len(each) for name, each in done.items()}),
    )
    assert {name: len(each) for name, each in blocks.items()} == {"upper": 3, "slots": 1}
    assert told == [{"upper": 1, "slots": 1}, {"upper": 2, "slots": 1}, {"upper": 3, "slots": 1}]


@pytest.mark.measures
def test_measuring_ends_when_all_is_settled():
    assert len(measure([TRIAL], Schedule(600), settled=lambda _, done: len(done) == 2)["upper"]) == 2


@pytest.mark.measures
def test_a_record_with_slots_keeps_fewer_bytes():
    trial = Trial("slots", {ORIGINAL: record("before"), "after": record("after")}, "memory")
    (block,) = measure([trial], Schedule(10, blocks=1))["slots"]
    assert 0 < max(block.costs["after"]) < min(block.costs[ORIGINAL])


def test_a_log_ratio_is_above_zero_where_the_side_costs_less():
    block = Block(0, {"base": (2.0, 4.0, 8.0), "new": (1.0, 2.0, 100.0)}, {"base": "x", "new": "y"})
    assert block.log_ratio("base", "new") == pytest.approx(math.log(2))
    assert block.log_ratio("new", "base") == pytest.approx(-math.log(2))
    assert not block.equal("base", "new")


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_numbers_of_runs_go_in_steps_of_two(runs, base):
    found = stepped(runs, base)
    assert 1 / math.sqrt(2) - 0.5 <= found / runs <= math.sqrt(2) + 0.5
    assert found == 1 or abs(math.log2(found / base) - round(math.log2(found / base))) < 0.75 / found


@pytest.mark.parametrize(("runs", "found"), [(3, 3), (4, 3), (5, 6), (8, 6), (9, 12), (2, 2), (1, 1)])
def test_sides_about_as_fast_as_the_base_get_as_many_runs(runs, found):
    assert stepped(runs, 3) == found


@pytest.mark.measures
def test_sides_whose_results_differ_are_told_apart_and_their_outcomes_kept(seeded_url):
    subjects = {
        ORIGINAL: engine_subject("typical", {}, seeded_url),
        "other": engine_subject("repeated", {}, seeded_url),
    }
    (block,) = measure([Trial("t", subjects)], Schedule(10, blocks=1))["t"]
    assert not block.equal(ORIGINAL, "other")
    assert "PERF_TEST" in block.outcomes[ORIGINAL]
