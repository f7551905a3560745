import itertools

from wfperf.measure.worker import timing
from wfperf.measure.worker.timing import fastest_run_ns, warm_up
from wfperf.measure.worker.workload import MOST_RUNS, Workload


class Clock:
    """Stands in for the clock: every run takes what the next duration says, in ns."""

    def __init__(self, monkeypatch, durations):
        self.now_ns = 0
        self.durations = itertools.chain(durations, itertools.repeat(durations[-1]))
        monkeypatch.setattr(timing.time, "perf_counter_ns", lambda: self.now_ns)

    def run(self):
        self.now_ns += next(self.durations)
        return self.now_ns

    def read(self):
        return self.now_ns

    def used(self, before):
        return {"wall_ns": self.now_ns - before, "preempted": False}


def warmed_up(clock):
    """Return what a warm-up returns, and the results that it checked."""
    checked = []
    return *warm_up(Workload(clock.run, ()), clock, checked.append), checked


def test_warm_is_what_no_longer_gets_faster(monkeypatch):
    falling = [8_000_000 - 50_000 * at for at in range(100)]
    clock = Clock(monkeypatch, [*falling, 3_000_000])
    runs, _, is_warm, _ = warmed_up(clock)
    assert is_warm
    assert runs > 100


def test_what_is_steady_is_warm_at_once_and_its_fastest_run_is_known(monkeypatch):
    clock = Clock(monkeypatch, [5_000_000])
    runs, run_ns, is_warm, checked = warmed_up(clock)
    assert is_warm
    assert run_ns == 5_000_000
    assert runs == 1 + timing.STALE_WINDOWS
    assert checked == [clock.now_ns], "the last run of all"


def test_a_spike_is_no_progress(monkeypatch):
    spikes = [50_000_000 if at % 3 == 1 else 5_000_000 for at in range(60)]
    runs, _, is_warm, _ = warmed_up(Clock(monkeypatch, spikes))
    assert is_warm
    assert runs < 10


def test_what_never_comes_to_rest_is_cut_off_and_said(monkeypatch):
    falling, now_ns = [], 0
    while now_ns < 2 * timing.WARM_UP_LIMIT_NS:
        falling.append(int(19_000_000 * 0.98 ** (now_ns / timing.WINDOW_NS)) + 100)
        now_ns += falling[-1]
    _, _, is_warm, _ = warmed_up(Clock(monkeypatch, falling))
    assert not is_warm


def test_a_try_that_was_preempted_is_not_taken_for_a_long_run():
    tried = []

    def sampled_ns(runs):
        """A run takes 100 ns, and the first sample 4 ms more, which another process had."""
        tried.append(runs)
        return 100 * runs + (4_000_000 if len(tried) == 1 else 0)

    assert fastest_run_ns(sampled_ns, 1_000_000, most_runs=MOST_RUNS) == 100
    assert len(tried) > timing.TRIES


def test_a_run_that_is_as_long_as_a_warm_up_is_one(monkeypatch):
    clock = Clock(monkeypatch, [timing.LONG_RUN_NS])
    assert warmed_up(clock) == (1, timing.LONG_RUN_NS, True, [clock.now_ns])


def test_a_run_that_was_interrupted_is_not_taken_for_a_long_one():
    used = {"wall_ns": 30_000_000, "processor_ns": 1_000_000, "waited_ns": 2_000, "preempted": True}
    assert timing.uninterrupted_ns(used) == 1_002_000
    assert timing.uninterrupted_ns({**used, "preempted": False}) == 30_000_000
