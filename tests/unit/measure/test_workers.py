import os
import signal
import time
from pathlib import Path

import pytest
from processes import processes_of_session

from wfperf.errors import NothingMeasuredError
from wfperf.measure import workers as workers_module
from wfperf.measure.workers import Workers

IDIOM = {"name": "upper", "factory": "wfperf.fixtures.workload:idiom_workload"}


def load(workers, side, variant="before"):
    return workers.call(side, "load", **IDIOM, arguments={"idiom": "upper", "side": variant})


def test_sides_answer_each_for_itself_and_equal_outcomes_have_equal_digests():
    with Workers(["a", "b"], hash_seed=7) as workers:
        first, second = load(workers, "a"), load(workers, "b", "after")
        assert first == second
        assert workers.call("a", "sample", name="upper", runs=10)["elapsed_ns"] > 0


def test_calibration_asks_for_more_runs_where_more_time_is_wanted():
    with Workers(["a"], hash_seed=7) as workers:
        load(workers, "a")
        few = workers.call("a", "calibrate", name="upper", target_ns=200_000)["runs"]
        many = workers.call("a", "calibrate", name="upper", target_ns=20_000_000)["runs"]
    assert many > 10 * few > 0


def test_a_record_with_slots_keeps_fewer_bytes():
    sizes = {}
    with Workers(["before", "after"], hash_seed=7) as workers:
        for side in workers.sides:
            arguments = {"idiom": "slots", "side": side}
            workers.call(
                side, "load", name="slots", factory="wfperf.fixtures.workload:record_workload", arguments=arguments
            )
            sizes[side] = workers.call(side, "bytes", name="slots", runs=1000)["bytes"]
    assert 0 < sizes["after"] < sizes["before"]


def test_a_subject_that_fails_is_named_with_its_error():
    with (
        Workers(["good", "bad"], hash_seed=0) as workers,
        pytest.raises(NothingMeasuredError, match=r"cannot measure 'bad': KeyError: 'nonsense'"),
    ):
        workers.call("bad", "load", **IDIOM, arguments={"idiom": "nonsense", "side": "before"})


def test_a_killed_worker_is_an_error_and_no_process_is_left():
    with Workers(["a", "b"], hash_seed=0) as workers:
        session = workers._process.pid
        load(workers, "a")
        os.killpg(session, signal.SIGKILL)
        with pytest.raises(NothingMeasuredError, match="its process has ended"):
            workers.call("a", "sample", name="upper", runs=1)
    deadline_s = time.monotonic() + 60
    while processes_of_session(session) and time.monotonic() < deadline_s:
        os.sched_yield()  # the system takes its time to end what was killed
    assert processes_of_session(session) == []


def test_a_worker_that_hangs_is_an_error_and_no_process_is_left(monkeypatch):
    monkeypatch.setattr(workers_module, "ANSWER_TIMEOUT_S", 0.5)
    with Workers(["a"], hash_seed=0) as workers:
        session = workers._process.pid
        os.killpg(session, signal.SIGSTOP)
        with pytest.raises(NothingMeasuredError, match="no answer within"):
            load(workers, "a")
    assert processes_of_session(session) == []


def test_an_error_inside_the_block_leaves_no_process():
    session = 0
    with pytest.raises(KeyboardInterrupt), Workers(["a", "b", "c"], hash_seed=0) as workers:  # noqa: PT012 - the interrupt comes last
        session = workers._process.pid
        load(workers, "a")
        raise KeyboardInterrupt
    assert session
    assert processes_of_session(session) == []


def test_the_sides_of_a_block_share_its_hash_seed_and_a_scrubbed_environment(monkeypatch):
    monkeypatch.setenv("WFPERF_SECRET", "not for workers")
    with Workers(["a"], hash_seed=12345) as workers:
        load(workers, "a")
        environment = Path(f"/proc/{workers._process.pid}/environ").read_bytes().decode()
    assert "PYTHONHASHSEED=12345" in environment
    assert "WFPERF_SECRET" not in environment
