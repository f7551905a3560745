"""How much could be had at most: shares seen from outside, and the longest path."""

import math

import pytest
from built_in import PLAN, variants
from hypothesis import given
from hypothesis import strategies as st

from wfperf.engine.trace import NodeTrace, RunResult, Status
from wfperf.fixtures.hooks import work_and_span_s
from wfperf.measure.amdahl_bounds import amdahl_bounds
from wfperf.measure.benchmarks import compared_benchmarks
from wfperf.measure.contrasts import Design, named_contrasts
from wfperf.measure.executor import DEFAULT_EXECUTOR
from wfperf.measure.variant import Interpreter, Variant
from wfperf.results.amdahl_bound import AmdahlBound, amdahl

SHOP = """
import slow_part

def run():
    return slow_part.work()
"""


@pytest.mark.measures
def test_a_real_process_is_looked_at(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "slow_part.py").write_text("def work():\n    return sum([number & 7 for number in range(20_000)])\n")
    variant = Variant("shop:run", interpreter=Interpreter(path=(str(tmp_path),)))
    with DEFAULT_EXECUTOR.start({"s": [variant]}, hash_seed=0) as workers:
        workers.load("s", {"s": variant})
        looked = workers.call("s", "shares", name="s", modules={"slow_part": "slow"}, seconds=0.5)
    assert looked["samples"] > 0
    assert sum(passed_ns for _, passed_ns in looked["within"]) == looked["watched_ns"] > 0
    assert ["slow"] in [labels for labels, _ in looked["within"]]
    assert {tuple(labels) for labels, _ in looked["within"]} <= {("slow",), ()}


def design(*names):
    contrasts = [contrast for name in names for contrast in named_contrasts(PLAN, name)]
    return Design(PLAN.baseline, contrasts)


@pytest.mark.measures
def test_every_subject_over_the_base_has_a_ceiling_and_more_seams_have_a_higher_one(seeded_url):
    asks = design("dispatch", "phase-1", "phase-2", "driver", "upper")
    found = amdahl_bounds(PLAN, asks, compared_benchmarks(asks, variants(seeded_url)), seconds=0.5)
    by_name = {(each.benchmark, each.variant): each for each in found}
    assert set(by_name) == {
        ("typical", "dispatch"),
        ("typical", "phase-1"),
        ("typical", "phase-2"),
        ("parallelizable", "driver"),
    }
    dispatch, phase_1, phase_2 = (by_name["typical", name] for name in ("dispatch", "phase-1", "phase-2"))
    assert 0 <= dispatch.share <= phase_1.share <= phase_2.share <= 1
    assert dispatch.effect == pytest.approx(amdahl(dispatch.share))
    driver = by_name["parallelizable", "driver"]
    assert driver.share is None
    assert driver.effect > 0, "some of it can run beside other of it"


def test_amdahl():
    assert amdahl(0) == 0
    assert amdahl(0.5) == pytest.approx(1.0)
    assert amdahl(1) == math.inf


def test_a_ceiling_seen_by_chance_too_low_reaches_higher_the_less_was_looked():
    little, much = (AmdahlBound("s", "x", "original", 0.5, samples, 1.0) for samples in (100, 10_000))
    assert 1.0 < much.highest < little.highest < math.inf
    assert AmdahlBound("s", "x", "original", 1.0, 100, math.inf).highest == math.inf
    assert AmdahlBound("s", "x", "original", None, 100, 8.0).highest == math.inf


def trace(guid, duration_s, *taken):
    return NodeTrace(guid, guid, "SET", Status.DONE, duration_s=duration_s, taken=taken)


def result(*nodes):
    return RunResult(workflow="W", guid="g", process_guid="p", nodes=nodes, context={})


def test_the_span_is_the_longest_path_that_was_taken():
    diamond = result(trace("a", 1, "b", "c"), trace("b", 5, "d"), trace("c", 2, "d"), trace("d", 1))
    assert work_and_span_s(diamond) == (9, 7)


@given(st.lists(st.floats(0, 10), min_size=1, max_size=8))
def test_a_chain_is_as_long_as_its_work_and_a_fan_as_its_longest(durations):
    chain = result(*(trace(str(at), each, str(at + 1)) for at, each in enumerate(durations)))
    fan = result(*(trace(str(at), each) for at, each in enumerate(durations)))
    assert work_and_span_s(chain) == pytest.approx((sum(durations), sum(durations)))
    assert work_and_span_s(fan) == pytest.approx((sum(durations), max(durations)))
