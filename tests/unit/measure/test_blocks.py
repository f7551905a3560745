import math

import pytest

from wfperf.measure.blocks import CONTROL, ORIGINAL, Block, Trial, measure
from wfperf.measure.subject import Subject, engine_subject


def idiom(side):
    return Subject("wfperf.fixtures.workload:idiom_workload", {"idiom": "upper", "side": side})


TRIAL = Trial("upper", {ORIGINAL: idiom("before"), CONTROL: idiom("before"), "after": idiom("after")})


def test_a_block_has_one_cost_a_round_for_every_side_and_a_digest_of_each():
    blocks = measure([TRIAL], blocks=2, max_time_s=1, seed=3)
    assert blocks
    for block in blocks:
        costs = block.costs["upper"]
        assert set(costs) == {ORIGINAL, CONTROL, "after"}
        assert len({len(rounds) for rounds in costs.values()}) == 1
        assert all(cost > 0 for rounds in costs.values() for cost in rounds)
        assert block.equal("upper", ORIGINAL, "after")


def test_every_block_has_a_hash_seed_of_its_own_and_the_same_ones_come_from_the_same_seed():
    first, second = ([block.hash_seed for block in measure([TRIAL], blocks=2, max_time_s=4, seed=9)] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(first) == 2


def test_no_block_is_begun_after_the_time_is_up():
    assert len(measure([TRIAL], blocks=50, max_time_s=0.01, seed=1)) == 1


def test_a_log_ratio_is_above_zero_where_the_side_costs_less():
    block = Block(0, {"s": {"base": (2.0, 4.0, 8.0), "new": (1.0, 2.0, 100.0)}}, {"s": {"base": "x", "new": "y"}})
    assert block.log_ratio("s", "base", "new") == pytest.approx(math.log(2))
    assert block.log_ratio("s", "new", "base") == pytest.approx(-math.log(2))
    assert not block.equal("s", "base", "new")


def test_sides_whose_results_differ_are_told_apart(seeded_url):
    subjects = {
        ORIGINAL: engine_subject("typical", {}, seeded_url),
        "other": engine_subject("repeated", {}, seeded_url),
    }
    (block,) = measure([Trial("t", subjects)], blocks=1, max_time_s=10, seed=1)
    assert not block.equal("t", ORIGINAL, "other")
