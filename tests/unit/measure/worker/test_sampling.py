"""Whose time it is that passes, on a clock that the code under test moves itself."""

import importlib
import signal
import sys

import pytest

from wfperf.measure.worker import sampling
from wfperf.measure.worker.sampling import at_work, shares
from wfperf.measure.worker.variant import Variant
from wfperf.measure.worker.workload import Workload

MODULES = {
    "shop": """
import slow_part

def native(clock):
    clock.pass_in_c(6)

def run(clock):
    clock.pass_ms(3)
    slow_part.work(clock)
    native(clock)
    return [clock.pass_ms(2) for _ in range(2)]
""",
    "slow_part": "def work(clock):\n    clock.pass_ms(1)\n",
}


class Clock:
    """Stands in for time: the timer looks at every millisecond that passes."""

    def __init__(self):
        self.now_ns = 0

    def pass_ms(self, number):
        for _ in range(number):
            self.now_ns += 1_000_000
            signal.raise_signal(signal.SIGALRM)

    def pass_in_c(self, number):
        """Pass time in which Python sees no signal; the one that comes then stands for all of it."""
        self.now_ns += number * 1_000_000
        signal.raise_signal(signal.SIGALRM)


@pytest.fixture
def variant(tmp_path, monkeypatch):
    """A variant with the workload `w`, whose runs take 14 ms."""
    clock = Clock()
    monkeypatch.setattr(sampling.time, "perf_counter_ns", lambda: clock.now_ns)
    monkeypatch.setattr(sampling.time, "perf_counter", lambda: clock.now_ns / 1e9)
    monkeypatch.setattr(sampling.signal, "setitimer", lambda *_: None)
    for name, source in MODULES.items():
        (tmp_path / f"{name}.py").write_text(source)
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    shop = importlib.import_module("shop")
    made = Variant()
    made.workloads["w"] = Workload(lambda: shop.run(clock), ["shop"])
    yield made
    for name in MODULES:
        sys.modules.pop(name, None)


def test_a_share_is_seen_with_all_that_is_called_from_there(variant):
    seen = shares(variant, "w", {"slow_part": "slow"}, 1.4)
    assert seen["samples"] == 100 * (3 + 1 + 1 + 4)
    assert seen["watched_ns"] == 1_400_000_000
    assert {tuple(labels): passed_ns for labels, passed_ns in seen["within"]} == {
        ("slow",): 100_000_000,
        (): 1_300_000_000,
    }


def test_time_in_a_source_tree_is_that_of_its_own_functions_wherever_they_lie(variant, tmp_path):
    variant.workloads["w"] = Workload(variant.workloads["w"].run, [], [str(tmp_path)])
    assert at_work(variant, "w", 1.4)["within_ns"] == {
        "shop.py:run": 700_000_000,
        "shop.py:native": 600_000_000,
        "slow_part.py:work": 100_000_000,
    }


def test_time_in_a_function_written_in_c_is_its_caller_s_and_that_of_others_is_too(variant):
    seen = at_work(variant, "w", 1.4)
    assert seen["watched_ns"] == 1_400_000_000
    assert seen["within_ns"] == {"shop.py:run": 800_000_000, "shop.py:native": 600_000_000}
