"""What is seen around a run: time, data, threads and processes."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from wfperf.measure.worker import traps as module
from wfperf.measure.worker.timing import Meter
from wfperf.measure.worker.traps import Look, clock_step_ns, first_calls, traps


def looked(run):
    """Return a look around one run."""
    look = Look(run, Meter())
    with look:
        run()
    return look


def kinds(first, later, fastest_ns=None):
    return {each["kind"]: each for each in traps(first, later, fastest_ns)}


def seen(run_ns, *, calls=0, has_set_up=False, page_faults=0):
    """Return a look that has seen this."""
    look = Look(len, Meter())
    look.run_ns, look.calls, look.has_set_up, look.page_faults = run_ns, calls, has_set_up, page_faults
    return look


LATER = seen(100_000)


def test_a_first_run_that_takes_far_longer_is_a_trap():
    found = kinds(seen(4_000_000), LATER, 80_000.0)
    assert found["first_run"]["number"] == pytest.approx(40)


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (seen(100_000), "it took as long as the later ones"),
        (seen(900_000), "a first run has so much more to do"),
        (seen(4_000_000, has_set_up=True), "it has imported modules, or started threads of a library"),
        (seen(4_000_000, page_faults=1500), "it has touched memory for the first time"),
    ],
)
def test_a_first_run_has_ordinary_reasons_to_take_longer(first, why):
    assert kinds(first, LATER, 80_000.0) == {}, why


def test_a_run_whose_time_varies_is_no_trap():
    assert kinds(seen(4_000_000), seen(2_000_000), 80_000.0) == {}


def test_a_first_run_that_makes_far_more_calls_is_told():
    assert first_calls(seen(1, calls=12), seen(1, calls=2)) == 10
    assert first_calls(seen(1, calls=1), seen(1, calls=0)) == 1, "the run itself is cached"
    assert first_calls(seen(1, calls=2), seen(1, calls=1)) == 1, "all that it calls is cached"
    assert first_calls(seen(1, calls=1), seen(1, calls=1)) == 0
    assert first_calls(seen(1, calls=0), seen(1, calls=0)) == 0
    assert first_calls(seen(1, calls=25), seen(1, calls=10)) == 0
    assert first_calls(seen(1, calls=12, has_set_up=True), seen(1, calls=2)) == 0
    assert first_calls(seen(1, calls=12), None) == 0


def test_data_that_the_first_or_a_later_run_changes_is_named_once():
    numbers, log = [2, 1], []

    def run():
        numbers.sort()
        log.append(1)

    first, later = looked(run), looked(run)
    found = [each["what"] for each in traps(first, later, None) if each["kind"] == "changes"]
    assert sorted(found) == ["variable log", "variable numbers"]
    assert later.changes == ["variable log"]


def test_a_thread_that_outlives_its_run_is_seen_and_one_that_is_joined_is_not():
    end = threading.Event()
    started = []

    def run():
        started.append(threading.Thread(target=end.wait))
        started[-1].start()

    def joined():
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()

    try:
        assert (looked(run).threads, looked(run).threads) == (1, 1)
        assert looked(joined).threads == 0
    finally:
        end.set()
        for thread in started:
            thread.join()


def test_a_pool_that_is_made_once_is_no_trap():
    with ThreadPoolExecutor(2) as pool:

        def run():
            return list(pool.map(abs, range(8)))

        for _ in range(5):  # the pool makes its threads one after the other
            run()
        assert looked(run).threads == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_process_that_outlives_its_run_is_seen_and_one_that_has_ended_is_not():
    started = []

    def run():
        started.append(subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))

    def ended():
        started[-1].communicate(b"\n")

    assert looked(run).processes == 1
    assert looked(ended).processes == 0


def test_a_run_that_fails_is_not_looked_at():
    look = Look(len, Meter())
    with pytest.raises(KeyError), look:
        raise KeyError
    assert (look.run_ns, look.changes) == (0, [])


def test_the_step_of_a_clock_is_the_smallest_one_that_is_seen(monkeypatch):
    steps = iter([0, 0, 0, 16_000_000, 16_000_000, 16_000_000, 31_000_000, 31_000_000, 62_000_000])
    monkeypatch.setattr(module.time, "perf_counter_ns", lambda: next(steps))
    clock_step_ns.cache_clear()
    try:
        assert clock_step_ns() == 15_000_000
    finally:
        clock_step_ns.cache_clear()
