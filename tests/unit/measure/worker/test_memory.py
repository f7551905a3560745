"""What a worker tells of the memory of one run."""

import pytest

from wfperf.errors import NothingMeasuredError
from wfperf.measure.executor import DEFAULT_EXECUTOR
from wfperf.measure.variant import Call, Interpreter
from wfperf.measure.variant import Variant as Described
from wfperf.measure.worker.memory import allocated, has_memray, outcome_bytes, peak_memory
from wfperf.measure.worker.variant import Variant
from wfperf.measure.worker.workload import Workload

MB = 1_000_000
TRACERS = pytest.mark.parametrize("tracer", ["memray", "tracemalloc"])


def holding(run, **how):
    """Return a variant whose benchmark `w` is a function."""
    variant = Variant()
    variant.workloads["w"] = Workload(run, [], **how)
    return variant


@TRACERS
def test_the_peak_is_what_one_run_holds_at_a_time(tracer):
    def in_turn():
        return [len(bytes(2 * MB)) for _ in range(4)]

    def at_once():
        return len([bytes(2 * MB) for _ in range(4)])

    peaks = [peak_memory(holding(run), "w", runs=3, tracer=tracer)["peak_bytes"] for run in (in_turn, at_once)]
    assert peaks == pytest.approx([2 * MB, 8 * MB], rel=0.01)


@TRACERS
def test_what_is_held_before_the_run_is_not_counted_and_neither_is_its_preparation(tracer):
    held = bytearray(30 * MB)

    def fresh():
        prepared = bytearray(20 * MB)
        return lambda: len(bytes(MB)) + len(prepared)

    variant = holding(lambda: len(held), fresh=fresh)
    assert peak_memory(variant, "w", runs=3, tracer=tracer)["peak_bytes"] == pytest.approx(MB, rel=0.01)


def test_allocations_of_one_run_are_counted_with_their_bytes():
    told = allocated(holding(lambda: len([bytes(1000) for _ in range(200)])), "w", runs=1)
    assert 200 <= told["allocations"] < 250
    assert 200 * 1000 <= told["allocated_bytes"] < 1.1 * 200 * 1000


def test_a_run_that_allocates_nothing_is_told_without_what_the_tracer_allocates():
    assert allocated(holding(lambda: None), "w", runs=3) == {"allocations": 0, "allocated_bytes": 0}


def test_an_interpreter_that_has_memray_says_so():
    assert has_memray(Variant()) == {"has_memray": True}


def test_a_result_holds_what_stays_of_it():
    assert outcome_bytes(holding(lambda: bytes(MB)), "w", runs=2)["bytes"] == pytest.approx(MB, rel=0.01)


@pytest.mark.parametrize(
    ("op", "arguments"), [("peak_memory", {"tracer": "tracemalloc"}), ("allocated", {})], ids=["peak", "allocations"]
)
def test_a_process_that_traces_memory_times_nothing_any_more(tmp_path, op, arguments):
    (tmp_path / "shop.py").write_text("def load(): return len(bytes(1000))\n")
    variant = Described("shop:load", interpreter=Interpreter(path=(str(tmp_path),)), call=Call())
    with DEFAULT_EXECUTOR.start({"x": [variant]}, hash_seed=0) as workers:
        workers.load("w", {"x": variant}, once=True)
        assert workers.call("x", "sample", name="w", runs=1)["used"]["wall_ns"] > 0
        assert workers.call("x", op, name="w", runs=1, **arguments)
        with pytest.raises(NothingMeasuredError, match="this process is kept for memory"):
            workers.call("x", "sample", name="w", runs=1)
        assert workers.call("x", op, name="w", runs=1, **arguments), "it still traces"
