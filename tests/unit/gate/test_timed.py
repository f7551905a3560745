import math
import re

import pytest
from executors import Simulated, SimulatedExecutor
from gates import SIDES, TREES, simulated, timing

from wfperf.gate.time_budgets import memory_budget, speedup_budget, time_budget
from wfperf.gate.timed import Timing
from wfperf.measure.blocks import CONTROL, Schedule
from wfperf.results.budget import EQUAL, Budget, BudgetKind
from wfperf.results.decision import PEAK_MEMORY_INCREASE, RESULTS, SPEEDUP, WALL_TIME, CheckStatus

AT_MOST_2_PERCENT = Budget(BudgetKind.MOST_RELATIVE_INCREASE, 0.02)


def decide(measure, **given):
    (check,) = timing(measure, **given).decide()
    return check


def test_equal_code_passes_as_soon_as_its_interval_lies_inside():
    check = decide(simulated(0.0, 1))
    assert check.status is CheckStatus.PASS
    assert 10 <= check.blocks < 60
    assert check.change.low < 0 < check.change.high <= 0.02
    assert (check.metric, check.budget, check.reason) == (WALL_TIME, AT_MOST_2_PERCENT, "")


def test_slower_code_fails_and_says_by_how_much_twice():
    check = decide(simulated(math.log(1.05), 1))
    assert check.status is CheckStatus.FAIL
    assert check.change.low <= 0.05 <= check.change.high
    assert 0.02 < check.confirmation.low <= 0.05 <= check.confirmation.high
    assert check.confirmation != check.change
    assert check.reason == "longer than allowed, also when measured again"


def test_a_failure_that_does_not_repeat_is_none():
    check = decide(simulated(lambda schedule: math.log(1.05) if schedule.seed == 1 else 0.0, 1))
    assert check.status is CheckStatus.INCONCLUSIVE
    assert check.confirmation.high <= 0.02
    assert "second one in fresh processes did not (pass)" in check.reason


def test_results_that_differ_when_a_failure_is_measured_again_are_told():
    def measure(benchmarks, schedule, **given):
        return simulated(math.log(1.05), 1, differs=schedule.seed > 1)(benchmarks, schedule, **given)

    check = decide(measure)
    assert (check.status, check.metric) == (CheckStatus.DIFFERS, RESULTS)


def test_on_its_budget_nothing_is_decided_and_the_missing_time_is_told():
    check = decide(simulated(math.log(1.0201), 1))
    assert check.status is CheckStatus.INCONCLUSIVE
    assert "its interval contains the budget" in check.reason or "lies on the budget" in check.reason


@pytest.mark.parametrize("blocks", [1, 2, 9])
def test_few_blocks_decide_nothing_however_clear(blocks):
    check = decide(simulated(1.0, 1, most=blocks))
    assert check.status is CheckStatus.INCONCLUSIVE
    assert check.reason.startswith(f"only {blocks} blocks: too few to judge the control")


def test_a_control_that_is_off_takes_the_decision_with_it():
    check = decide(simulated({CONTROL: 0.05}, 1))
    assert check.status is CheckStatus.INCONCLUSIVE
    assert "the A/A control, base: x against itself, is off by" in check.reason


def test_unlike_results_are_told_and_not_timed():
    check = decide(simulated(0.0, 1, differs=True))
    assert (check.status, check.metric, check.budget, check.change) == (CheckStatus.DIFFERS, RESULTS, EQUAL, None)
    assert check.blocks == 1, "no more blocks would help"


def test_a_speedup_that_was_promised_must_be_there():
    budgets = [speedup_budget(("s", "y"), "x", 0.3)]
    fast = {"head: y": -math.log(1.5)}
    assert decide(simulated(fast, 1), budgets=budgets).status is CheckStatus.PASS
    slow = decide(simulated({"head: y": -math.log(1.2)}, 1), budgets=budgets)
    assert (slow.status, slow.metric, slow.budget) == (CheckStatus.FAIL, SPEEDUP, Budget(BudgetKind.LEAST_SPEEDUP, 0.3))
    assert slow.change.low <= 0.2 <= slow.change.high
    assert slow.reason == "less gained than allowed, also when measured again"


def test_each_budget_is_decided_for_itself():
    budgets = [time_budget(("s", name), 0.02) for name in ("x", "y", "z")]
    checks = timing(simulated({"head: y": 0.06}, 1), budgets).decide()
    assert [check.status for check in checks] == [CheckStatus.PASS, CheckStatus.FAIL, CheckStatus.PASS]
    assert [check.configuration for check in checks] == ["x", "y", "z"]


def timed(*, longer, max_time_s=600.0, **variants):
    """Time the budget of 2 % on simulated workers, of which head's runs take so much longer."""
    alike = Simulated(run_ns=60_000, dispersion=0.01)
    head = Simulated(run_ns=60_000 * (1 + longer), dispersion=0.01)
    executor = SimulatedExecutor({"base: x": alike, "head: x": head, CONTROL: alike, **variants})
    budgets = [time_budget(("s", "x"), 0.02)]
    (check,) = Timing(budgets, SIDES, TREES, Schedule(max_time_s), executor=executor).decide()
    return check, executor


def test_what_passes_is_measured_once_in_fresh_workers_of_base_head_and_control():
    check, executor = timed(longer=0.0)
    assert check.status is CheckStatus.PASS
    assert check.unequal_runs == 0
    assert check.blocks == len(executor.started) == len({workers.hash_seed for workers in executor.started})
    assert all({*workers.variants} == {"base: x", "head: x", CONTROL} for workers in executor.started)


def test_what_fails_is_measured_again_in_as_fresh_workers_with_other_hash_seeds():
    check, executor = timed(longer=0.1)
    assert check.status is CheckStatus.FAIL
    assert check.change.low <= 0.1 <= check.change.high
    assert check.confirmation.low > 0.02
    seeds = [workers.hash_seed for workers in executor.started]
    assert len(seeds) == len({*seeds}) > check.blocks, "the second measurement has blocks of its own"


def test_both_measurements_together_keep_to_the_time():
    check, executor = timed(longer=0.06, max_time_s=16.0)
    assert check.confirmation is not None
    assert executor.now_s() - executor.began_s <= 16.5


def test_what_is_not_decided_ends_with_its_share_of_the_time():
    check, executor = timed(longer=0.02, max_time_s=20.0)
    assert check.status is CheckStatus.INCONCLUSIVE
    assert executor.now_s() - executor.began_s == pytest.approx(12, rel=0.15)


def test_what_is_missing_is_told_in_the_time_that_workers_take():
    reason = timed(longer=0.014, max_time_s=10.0)[0].reason
    (remaining_s,) = map(int, re.findall(r"about (\d+) s more would decide", reason))
    more = timed(longer=0.014, max_time_s=10.0 + 4 * remaining_s)[0]
    assert more.status is CheckStatus.PASS


@pytest.mark.parametrize(
    ("head_bytes", "status", "reason"),
    [
        (8.2e6, CheckStatus.PASS, ""),
        (9e6, CheckStatus.FAIL, "more memory than allowed, also when measured again"),
    ],
)
def test_peak_memory_is_traced_in_processes_that_time_nothing_and_judged_by_its_increase(head_bytes, status, reason):
    simulated = SimulatedExecutor(
        {"base: x": Simulated(), CONTROL: Simulated(), "head: x": Simulated(peak_bytes=head_bytes)}
    )
    budgets = [memory_budget(("s", "x"), 0.05)]
    (check,) = Timing(budgets, SIDES, TREES, Schedule(600), simulated, metric="peak-memory", others=1).decide()
    assert (check.metric, check.status, check.reason) == (PEAK_MEMORY_INCREASE, status, reason)
    assert check.change.estimate == pytest.approx(head_bytes / 8e6 - 1)
    assert (check.confirmation is None) == (status is CheckStatus.PASS)
    assert (check.tracer, check.clock) == ("memray", None)
    assert simulated.asked("sample") == []
