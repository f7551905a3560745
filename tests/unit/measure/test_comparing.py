"""One whole comparison, on simulated workers."""

from contextlib import contextmanager

import pytest
from executors import Simulated, SimulatedExecutor

from wfperf.measure.blocks import Schedule
from wfperf.measure.comparing import Request, compared
from wfperf.measure.contrasts import Contrast, Design
from wfperf.measure.own import BENCHMARK
from wfperf.measure.selected import Selected
from wfperf.measure.variant import Variant
from wfperf.plan import Configuration, Plan

PLAN = Plan(configurations=(Configuration("a"), Configuration("b")), baseline="a")
SELECTED = Selected(Design("a", [Contrast("b", "", None, BENCHMARK, "a")]), PLAN, is_between=True)


class Silent:
    """Hears nothing."""

    def counting(self):
        return self._nothing()

    def counting_instructions(self):
        pass

    def hopeless(self, why):
        self.heard = why

    def measuring(self, _max_time_s):
        return self._nothing()

    @contextmanager
    def _nothing(self):
        yield lambda *_: None


def test_what_takes_too_long_to_be_counted_is_timed_without_counters():
    executor = SimulatedExecutor({f"m:{name}": Simulated(run_ns=5e9, warm_up_runs=1) for name in "ab"})
    request = Request(SELECTED, lambda _, name: Variant(f"m:{name}"), Schedule(55, blocks=1), executor=executor)
    found = compared(request, Silent())
    (finding,) = found.findings
    assert finding.blocks == 1
    assert found.counters == {}
    share = "counting takes longer than 5.5 s, a benchmark's share of the time budget"
    assert found.notes == (f"Not counted: {BENCHMARK}: {share}.",)
    assert executor.asked("count") == []


@pytest.mark.parametrize("run_s", [0.1, 1.0, 5.0])
@pytest.mark.parametrize("max_time_s", [60, 100, 420])
def test_the_time_budget_is_exceeded_by_one_run_at_most(run_s, max_time_s):
    executor = SimulatedExecutor({f"m:{name}": Simulated(run_ns=run_s * 1e9, jitter=0.05) for name in "ab"})
    request = Request(SELECTED, lambda _, name: Variant(f"m:{name}"), Schedule(max_time_s), 0.0001, executor=executor)
    began_s = executor.now_s()
    compared(request, Silent())
    first_block_s = 14 * run_s  # it is always measured; before it, each variant is run twice
    assert executor.now_s() - began_s <= max(max_time_s, first_block_s) + 1.2 * run_s


def test_where_the_time_gives_no_interval_one_block_is_measured_and_it_is_said_how_much_is_enough():
    executor = SimulatedExecutor({f"m:{name}": Simulated(run_ns=5e9) for name in "ab"})
    request = Request(SELECTED, lambda _, name: Variant(f"m:{name}"), Schedule(60), executor=executor)
    listener = Silent()
    found = compared(request, listener)
    (finding,) = found.findings
    assert finding.blocks == 1
    assert found.notes[-1] == listener.heard
    assert listener.heard.startswith("No interval within the time budget: it needs 8 blocks, and one takes about 45.")
    enough_s = int(listener.heard.partition("--max-time ")[2].partition(" ")[0])
    longer = Request(SELECTED, request.of, Schedule(enough_s), executor=executor)
    (finding,) = compared(longer, Silent()).findings
    assert finding.effect.bounded


def test_counting_takes_at_most_a_tenth_of_the_time_beside_first_runs():
    slow = Simulated(run_ns=0.1e9, warm_up_runs=1)
    executor = SimulatedExecutor({f"m:{name}": slow for name in "ab"})
    request = Request(SELECTED, lambda _, name: Variant(f"m:{name}"), Schedule(20, blocks=1), executor=executor)
    assert compared(request, Silent()).counters
    assert {each.arguments["runs"] for each in executor.asked("count")} == {1}, "three more passes would take too long"
