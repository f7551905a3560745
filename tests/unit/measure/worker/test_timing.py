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


def test_warm_is_what_no_longer_gets_faster(monkeypatch):
    falling = [8_000_000 - 50_000 * at for at in range(100)]
    clock = Clock(monkeypatch, [*falling, 3_000_000])
    runs, _, warmed_up = warm_up(Workload(clock.run, ()))
    assert warmed_up
    assert runs > 100


def test_what_is_steady_is_warm_at_once_and_its_fastest_run_is_known(monkeypatch):
    runs, run_ns, warmed_up = warm_up(Workload(Clock(monkeypatch, [5_000_000]).run, ()))
    assert warmed_up
    assert run_ns == 5_000_000
    assert runs == 1 + timing.STALE_WINDOWS


def test_a_spike_is_no_progress(monkeypatch):
    spikes = [50_000_000 if at % 3 == 0 else 5_000_000 for at in range(60)]
    runs, _, warmed_up = warm_up(Workload(Clock(monkeypatch, spikes).run, ()))
    assert warmed_up
    assert runs < 10


def test_what_never_comes_to_rest_is_cut_off_and_said(monkeypatch):
    falling = [int(100_000_000 * 0.98**at) for at in range(1000)]
    _, _, warmed_up = warm_up(Workload(Clock(monkeypatch, falling).run, ()))
    assert not warmed_up


def test_a_try_that_was_preempted_is_not_taken_for_a_long_run():
    tried = []

    def sampled_ns(runs):
        """A run takes 100 ns, and the first sample 4 ms more, which another process had."""
        tried.append(runs)
        return 100 * runs + (4_000_000 if len(tried) == 1 else 0)

    assert fastest_run_ns(sampled_ns, 1_000_000, most_runs=MOST_RUNS) == 100
    assert len(tried) > timing.TRIES


def test_of_what_is_too_slow_to_tell_nothing_is_said(monkeypatch):
    runs, _, warmed_up = warm_up(Workload(Clock(monkeypatch, [700_000_000]).run, ()))
    assert runs == timing.STALE_WINDOWS
    assert warmed_up
    falling = [int(600_000_000 * 0.9**at) for at in range(20)]
    assert not warm_up(Workload(Clock(monkeypatch, falling).run, ()))[2], "a fourth window is enough to tell"


def test_a_run_that_was_interrupted_is_not_taken_for_a_long_one():
    used = {"wall_ns": 30_000_000, "processor_ns": 1_000_000, "waited_ns": 2_000, "preempted": True}
    assert timing.uninterrupted_ns(used) == 1_002_000
    assert timing.uninterrupted_ns({**used, "preempted": False}) == 30_000_000
