"""Times against stored ones, on simulated blocks whose truth is known."""

import math
from dataclasses import replace

import pytest
from gates import simulated

from wfperf.errors import NothingMeasuredError
from wfperf.gate.stored import check_enough, time_checks, times_of
from wfperf.gate.time_budgets import time_budget
from wfperf.measure.blocks import ComparedBenchmark, Schedule
from wfperf.measure.variant import Variant
from wfperf.results.decision import RESULTS, WALL_TIME, CheckStatus

BUDGETS = [time_budget(("s", name), 0.05) for name in ("x", "y")]
MANY = Schedule(300)


def _trials(names):
    return [ComparedBenchmark("s", {name: Variant("shop:run") for name in names})]


def never(_trial, _blocks):
    return False


TRIALS = _trials("xy")


def stored(blocks=300):
    return times_of(simulated(0.0, seed=7)(TRIALS, Schedule(blocks), is_decided=never))


def check(now, of=None):
    return time_checks(of or stored(), TRIALS, BUDGETS, MANY, measure=now)


def test_what_takes_as_long_as_then_passes_as_soon_as_that_is_sure():
    x, y = check(simulated(0.0, seed=1))
    assert x.status is y.status is CheckStatus.PASS
    assert (x.metric, x.configuration, y.configuration) == (WALL_TIME, "x", "y")
    assert x.blocks < MANY.max_time_s / 2
    assert x.change.low < 0 < x.change.high <= 0.05


def test_what_takes_longer_fails_when_measured_again_too():
    x, y = check(simulated({"y": math.log(1.1)}, seed=1))
    assert (x.status, y.status) == (CheckStatus.PASS, CheckStatus.FAIL)
    assert y.change.low <= 0.1 <= y.change.high
    assert y.confirmation.low > 0.05
    assert y.reason == "longer than allowed, also when measured again"


def test_a_failure_that_does_not_repeat_is_none():
    x, _ = check(simulated(lambda schedule: {"x": 0.1} if schedule.seed == MANY.seed else {}, seed=1))
    assert x.status is CheckStatus.INCONCLUSIVE
    assert "second one in fresh processes did not" in x.reason


def test_a_faster_run_that_returns_something_else_is_no_pass():
    def other(benchmarks, schedule, **given):
        measured = simulated({"x": -0.5}, seed=1)(benchmarks, schedule, **given)
        return {
            name: [replace(block, digests=block.digests | {"x": "other"}) for block in blocks]
            for name, blocks in measured.items()
        }

    x, y = check(other)
    assert (x.status, x.metric, x.change) == (CheckStatus.DIFFERS, RESULTS, None)
    assert "results differ from those that were timed" in x.reason
    assert y.status is CheckStatus.PASS


def test_an_undecided_run_goes_on_until_the_time_is_up():
    x, _ = check(simulated({"x": math.log(1.05)}, seed=1))
    assert (x.status, x.reason) == (CheckStatus.INCONCLUSIVE, "its interval contains the budget")
    assert x.blocks == MANY.max_time_s * 0.6


@pytest.mark.parametrize("blocks", [1, 9])
def test_few_blocks_now_pass_nothing(blocks):
    x, _ = check(simulated(-1.0, seed=1, most=blocks))
    assert (x.status, x.reason) == (CheckStatus.INCONCLUSIVE, f"too few blocks for an interval: {blocks}")


def unmeasured(*_, **__):
    raise AssertionError("nothing is measured that cannot be compared")


@pytest.mark.parametrize(
    ("of", "reason"),
    [
        (None, "the baseline has no times"),
        (replace(stored(20), machine={}), "not compared with the baseline's: cpu is "),
        (replace(stored(20), blocks_ns={}), "not timed in the baseline"),
        (stored(9), "the baseline has too few blocks for an interval: 9"),
        (replace(stored(20), results={}), "the baseline does not say what was returned"),
    ],
)
def test_without_usable_times_nothing_is_measured_and_nothing_passes(of, reason):
    checks = time_checks(of, TRIALS, BUDGETS, MANY, measure=unmeasured)
    assert {each.status for each in checks} == {CheckStatus.INCONCLUSIVE}
    assert all(each.reason.startswith(reason) for each in checks)


def test_ten_stored_blocks_are_too_few_for_many_budgets_at_once():
    budgets = [time_budget(("s", name), 0.05) for name in "abcd"]
    few, enough = (times_of(simulated(0.0, seed=7)(_trials("abcd"), Schedule(n), is_decided=never)) for n in (10, 11))
    checks = time_checks(few, _trials("abcd"), budgets, MANY, measure=unmeasured)
    assert {each.reason.partition(";")[0] for each in checks} == {"the baseline has too few blocks for an interval: 10"}
    now = simulated(0.0, seed=1, most=10)
    for each in time_checks(enough, _trials("abcd"), budgets, MANY, measure=now):
        assert (each.status, each.change) == (CheckStatus.INCONCLUSIVE, None)
        assert each.reason == "too few blocks for an interval: 10"


def test_times_are_not_kept_that_could_not_be_held_against():
    few, enough = (times_of(simulated(0.0, seed=7)(TRIALS, Schedule(n), is_decided=never)) for n in (9, 10))
    check_enough(enough, enough)
    with pytest.raises(
        NothingMeasuredError,
        match=r"^x on s has too few blocks for an interval: 9; nothing is written; give",
    ):
        check_enough(few, few)
    many = times_of(simulated(0.0, seed=7)(_trials("xyzuv"), Schedule(10), is_decided=never))
    with pytest.raises(NothingMeasuredError, match="too few blocks for an interval: 10"):
        check_enough(enough, many)


def test_what_is_not_in_the_baseline_does_not_hold_up_the_rest():
    of = stored()
    without_y = replace(of, blocks_ns={"s": {"x": of.blocks_ns["s"]["x"]}})
    x, y = check(simulated(0.0, seed=1), without_y)
    assert (x.status, y.status) == (CheckStatus.PASS, CheckStatus.INCONCLUSIVE)
    assert y.reason.startswith("not timed in the baseline")


def test_results_that_vary_are_no_fingerprint():
    blocks = simulated(0.0, seed=7)(TRIALS, Schedule(2), is_decided=never)["s"]
    varying = [blocks[0], replace(blocks[1], digests={"x": "same", "y": "other"})]
    assert times_of({"s": varying}).results == {"s": {"x": "same", "y": ""}}
