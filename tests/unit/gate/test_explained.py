"""Which functions are named where a run takes longer: on simulated workers."""

from dataclasses import replace

import pytest
from decisions import ENVIRONMENT, interval, time
from executors import Simulated, SimulatedExecutor
from gates import SIDES, TREES

from wfperf.gate.explained import explained
from wfperf.measure.revisions import BASE, HEAD
from wfperf.results.decision import CheckStatus, Decision

SLOWER = time("s", "x", interval(0.2, 0.25, 0.3), CheckStatus.FAIL, confirmation=interval(0.249, 0.25, 0.251))
DECISION = Decision(TREES[BASE].revision, TREES[HEAD].revision, "3.12", (SLOWER,), ENVIRONMENT, seed=1)


def looked(decision=DECISION, max_time_s=600.0, **head):
    executor = SimulatedExecutor(
        {"base: x": Simulated(at_work={"f": 0.2, "rest": 0.8}), "head: x": Simulated(at_work=head)}
    )
    return executor, explained(decision, SIDES, TREES, lambda name: (f"{name}.py", 7), max_time_s, executor)


def test_the_function_whose_self_time_grew_is_named_with_its_place():
    executor, decision = looked(f=0.36, rest=0.64)
    (check,) = decision.checks
    (longer,) = check.self_time_changes
    assert (longer.name, longer.file, longer.line) == ("f", "f.py", 7)
    assert longer.more.estimate == pytest.approx(1.25 * 0.36 - 0.2)
    assert decision.notes == ("The changes of all functions hold together with 90 % confidence.",)
    assert decision.duration_s == pytest.approx(executor.now_s() - executor.began_s)


def test_where_there_is_no_time_to_look_a_note_says_so():
    _, decision = looked(max_time_s=2.0, f=0.36, rest=0.64)
    assert decision.checks == DECISION.checks
    (note,) = decision.notes
    assert note.startswith("Cannot tell which functions of x on s take longer: that would take about ")


def test_what_has_not_failed_is_not_looked_at():
    passed = replace(DECISION, checks=(replace(SLOWER, status=CheckStatus.PASS),))
    executor, decision = looked(passed, f=0.36, rest=0.64)
    assert decision.checks == passed.checks
    assert executor.started == []
