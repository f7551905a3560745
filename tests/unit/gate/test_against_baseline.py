"""The gate against a file, from the baseline that it keeps to its decision: on simulated workers."""

from pathlib import Path

import pytest
from executors import Simulated, SimulatedExecutor
from gates import PLAN

from wfperf.errors import NothingMeasuredError
from wfperf.gate.against_baseline import Now, decide_against, updated
from wfperf.gate.baseline import Baseline, python_version
from wfperf.gate.policy import Policy
from wfperf.gate.request import Request
from wfperf.measure.benchmarks import counted_benchmarks, variants_of
from wfperf.measure.blocks import Schedule
from wfperf.results.decision import WALL_TIME, CheckStatus

FILE = Path("baseline.json")
PLAIN = Simulated(run_ns=60_000, dispersion=0.01, calls={"shop.py:run": 1, "shop.py:helper": 2})


def now(**variants):
    """Return the code that runs now: all configurations are alike, but for those that are given."""
    executor = SimulatedExecutor({name: variants.get(name, PLAIN) for name in "xyz"}, seed=len(variants))
    request = Request(PLAN, Policy(), Path(), schedule=Schedule(60), executor=executor)
    return Now(counted_benchmarks(PLAN, variants_of(PLAN)), request)


def kept(*, wall_time=False):
    decision, baseline = updated(FILE, Baseline({}), now(), wall_time=wall_time)
    assert decision.of(CheckStatus.FAIL) == ()
    return baseline


def decided(of, *, wall_time=False, **variants):
    return decide_against(FILE, of, now(**variants), wall_time=wall_time)


def test_a_baseline_has_the_work_of_all_and_times_only_where_they_are_wanted():
    counts = kept().counters[python_version()]
    assert {name: counters.counts["function_calls"] for name, counters in counts["s"].items()} == dict.fromkeys(
        "xyz", 3
    )
    assert kept().times is None
    assert set(kept(wall_time=True).times.blocks_ns["s"]) == {*"xyz"}


def test_the_same_work_passes_without_a_block_of_times():
    of = kept()
    current = now()
    decision = decide_against(FILE, of, current, wall_time=False)
    assert {check.status for check in decision.checks} == {CheckStatus.PASS}
    assert current.request.executor.asked("sample") == []


def test_more_calls_fail_and_name_the_function():
    more = Simulated(calls={"shop.py:run": 1, "shop.py:helper": 5})
    (check,) = decided(kept(), y=more).of(CheckStatus.FAIL)
    assert (check.configuration, check.metric, check.baseline, check.head) == ("y", "function_calls", 3, 6)
    assert [(moved.name, moved.baseline, moved.head) for moved in check.call_count_changes] == [
        ("shop.py:helper", 2, 5)
    ]


def test_the_same_calls_that_take_longer_fail_by_wall_time_alone():
    slower = Simulated(run_ns=75_000, dispersion=0.01, calls=PLAIN.calls)
    (check,) = decided(kept(wall_time=True), wall_time=True, y=slower).of(CheckStatus.FAIL)
    assert (check.configuration, check.metric) == ("y", WALL_TIME)
    assert check.change.low <= 0.25 <= check.change.high


def test_a_workload_that_fails_ends_the_gate_with_its_name():
    def fail():
        raise LookupError("no such order")

    with pytest.raises(NothingMeasuredError, match=r"^cannot measure 'y': LookupError: no such order$"):
        decided(kept(), y=Simulated(fail))
