"""How often a gate as a whole is wrong, on simulated blocks whose truth is known."""

import math
from random import Random

import pytest
from gates import simulated, timing

from wfperf.gate.time_budgets import time_budget
from wfperf.results.decision import CheckStatus

GATES = 300
BUDGETS = [time_budget(("s", name), 0.02) for name in ("x", "y", "z")]


def log_normal(random: Random, _: float, dispersion: float) -> float:
    return random.lognormvariate(0, 1) * dispersion


def heavy(random: Random, _: float, dispersion: float) -> float:
    return random.gauss(0, dispersion) / math.sqrt(random.gammavariate(1.5, 2 / 3))


def statuses(gates, truth, noise):
    for seed in range(gates):
        checks = timing(simulated(truth, seed, noise=noise, dispersion=0.015), BUDGETS, blocks=100).decide()
        yield {check.status for check in checks}


@pytest.mark.parametrize("noise", [Random.gauss, log_normal, heavy], ids=["normal", "log-normal", "t3"])
def test_equal_code_hardly_ever_fails(noise, simulations):
    failed = sum(CheckStatus.FAIL in found for found in statuses(simulations(GATES), 0.0, noise))
    assert failed == 0, "at most 5 % at the edge of the budget; here the truth lies far inside"


@pytest.mark.parametrize("noise", [Random.gauss, log_normal, heavy], ids=["normal", "log-normal", "t3"])
def test_at_the_very_edge_of_its_budget_a_gate_fails_in_1_of_20_at_most(noise, simulations):
    gates = simulations(GATES)
    edge = {f"head: {name}": math.log(1.02) for name in ("x", "y", "z")}
    failed = sum(CheckStatus.FAIL in found for found in statuses(gates, edge, noise))
    assert failed <= 0.05 * gates


def test_a_true_5_percent_is_found(simulations):
    gates = simulations(GATES)
    found = sum(CheckStatus.FAIL in each for each in statuses(gates, {"head: y": math.log(1.05)}, Random.gauss))
    assert found >= 0.95 * gates
