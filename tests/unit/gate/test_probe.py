"""Which pairs run in both trees with equal results, and from which files: on simulated workers."""

from dataclasses import replace

import pytest
from executors import Simulated, SimulatedExecutor, at_request
from gates import PLAN, SIDES, TOP, TREES

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.gate.probe import result_checks
from wfperf.measure.revisions import BASE, HEAD, VariantBuilder
from wfperf.measure.running_once import run_once
from wfperf.plan import Configuration
from wfperf.results.decision import CheckStatus
from wfperf.variants.repository import Repository

CASE = ("s", "x")


def variant(role, run=lambda: {"total": 42}, *, file="shop.py", **answers):
    folder = TREES[role].folder
    imported = {"imported": lambda _: {"files": [str(folder / "src" / file)]}}
    return Simulated(run, file=str(folder / file), answers={**imported, **answers})


def probed(base=None, head=None):
    executor = SimulatedExecutor({"base: x": base or variant(BASE), "head: x": head or variant(HEAD)})
    return executor, result_checks(PLAN, run_once(SIDES, TREES, [CASE], executor))


def failing(role):
    return variant(role, load=at_request(0, LookupError("no such order")))


def test_equal_results_pass_and_nothing_is_timed():
    executor, checks = probed()
    assert checks[CASE].status is CheckStatus.PASS
    assert {request.op for request in executor.requests} == {"load", "imported", "packages"}
    assert {request.arguments["warm_up_runs"] for request in executor.asked("load")} == {0}


def test_results_that_differ_are_told_with_their_place():
    _, checks = probed(head=variant(HEAD, lambda: {"total": 43}))
    assert checks[CASE].status is CheckStatus.DIFFERS
    assert checks[CASE].reason.endswith("total: 42 in base, 43 in head")


def test_what_only_the_base_does_not_run_is_inconclusive():
    _, checks = probed(base=failing(BASE))
    assert checks[CASE].status is CheckStatus.INCONCLUSIVE
    assert checks[CASE].reason.startswith("cannot run x in base (")


def test_what_the_head_does_not_run_cannot_be_gated():
    with pytest.raises(NothingMeasuredError, match=r"cannot run x in .*: LookupError: no such order"):
        probed(head=failing(HEAD))


class TestFunctions:
    """Functions stand each for themselves: what only one revision runs does not stop the others."""

    def checks(self, base, head):
        """Return the checks of two functions: of `x`, which runs as it is told, and of `y`, which runs in both."""
        plan = replace(PLAN, workload="", configurations=tuple(Configuration(each, target="shop:f") for each in "xy"))
        others = {f"{role}: y": variant(role) for role in TREES}
        executor = SimulatedExecutor({"base: x": base, "head: x": head, **others})
        builder = VariantBuilder(plan, Repository(TOP, TOP / ".git"), TOP)
        found = result_checks(plan, run_once(builder, TREES, [CASE, ("s", "y")], executor))
        return {configuration: check.status for (_, configuration), check in found.items()}

    def test_one_that_is_new_is_not_gated(self):
        assert self.checks(failing(BASE), variant(HEAD)) == {"y": CheckStatus.PASS}

    def test_one_that_is_gone_is_inconclusive(self):
        assert self.checks(variant(BASE), failing(HEAD)) == {"x": CheckStatus.INCONCLUSIVE, "y": CheckStatus.PASS}

    def test_one_that_fails_in_both_is_not_gated(self):
        assert self.checks(failing(BASE), failing(HEAD)) == {"y": CheckStatus.PASS}


def test_a_workload_of_another_tree_is_refused():
    with pytest.raises(
        UsageError, match=r"shop:configurations was imported from /elsewhere/shop.py, not from the tree"
    ):
        probed(head=variant(HEAD, file="/elsewhere/shop.py"))
