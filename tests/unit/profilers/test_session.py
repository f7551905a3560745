"""Real processes under real profilers, held to the conditions of those that are timed."""

import os
from collections import Counter

import pytest
from executors import Simulated, SimulatedExecutor

from wfperf.errors import NothingMeasuredError
from wfperf.measure.executor import DEFAULT_EXECUTOR, ProcessExecutor
from wfperf.measure.variant import Interpreter, Variant
from wfperf.profilers import allocations, functions
from wfperf.profilers.session import TURN_SHARE, TURNS, WARM_UP_RUNS, Session, files_of

WORKLOADS = """
import os, time

def note(text):
    with open("seen", "a") as seen:
        seen.write(f"{text}\\n")

def noting():
    note(sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else "anywhere")

class Closing:
    def run(self): return object()  # no data: nothing compares it
    def close(self): note("closed")

def closing(): return {"it": Closing()}
def steady(): return len([object() for _ in range(10)])
def hanging(): time.sleep(1000)
def failing(): raise LookupError("no such order")
def ending(): os._exit(3)
"""


@pytest.fixture
def profile(tmp_path):
    """A function that profiles a workload for some runs, and returns what was captured."""
    (tmp_path / "orders.py").write_text(WORKLOADS)
    interpreter = Interpreter(path=(str(tmp_path),), folder=str(tmp_path))

    def profile(name, profiler, runs, *, executor=DEFAULT_EXECUTOR, **made):
        variants = {
            variant: Variant(f"orders:{name}", interpreter=interpreter, **made) for variant in ("before", "after")
        }
        (captured,) = (
            Session(variants, runs, tmp_path / "out", executor).profile({"it": profiler}, lambda _: None).values()
        )
        return captured

    (tmp_path / "out").mkdir()
    return profile


def seen(tmp_path):
    return Counter((tmp_path / "seen").read_text().splitlines())


@pytest.mark.parametrize("runs", [1, 23])
def test_each_side_runs_as_often_as_asked_in_turns_after_its_warm_up(profile, tmp_path, runs):
    captured = profile("noting", functions, runs)
    (noted,) = [change for change in captured.changes if change.location.function == "noting"]
    assert noted.before.calls == noted.after.calls == 1
    assert seen(tmp_path).total() == 2 * (WARM_UP_RUNS + runs)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_all_processes_run_on_the_processor_that_was_asked_for(profile, tmp_path):
    cpu = max(os.sched_getaffinity(0))
    profile("noting", functions, 2, executor=ProcessExecutor(cpu=cpu))
    assert set(seen(tmp_path)) == {f"[{cpu}]"}


def test_a_workload_whose_outcomes_nobody_can_compare_is_profiled_and_closed_at_the_end(profile, tmp_path):
    captured = profile("closing", functions, 2, arguments={}, configuration="it")
    assert set(captured.files) == {"before", "after"}
    assert seen(tmp_path) == {"closed": 2}


def test_what_the_worker_allocates_between_turns_is_none_of_the_workload_s(profile):
    pytest.importorskip("memray", reason="memray is not made for this platform")
    found = {change.location.path: change for change in profile("steady", allocations, 10).changes}
    assert any(path.endswith("orders.py") for path in found)
    assert not any(path.startswith("json/") or path.endswith("protocol.py") for path in found)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("failing", "LookupError: no such order"),
        ("ending", "its process has ended"),
        ("hanging", r"no answer within 0\.5 s"),
    ],
)
def test_a_workload_that_fails_is_named_with_the_profiler_and_leaves_no_file(profile, tmp_path, name, says):
    executor = ProcessExecutor(timeout_s=0.5) if name == "hanging" else DEFAULT_EXECUTOR
    with pytest.raises(NothingMeasuredError, match=rf"^cannot profile (before|after) under it: {says}"):
        profile(name, functions, 2, executor=executor)
    assert list((tmp_path / "out").iterdir()) == []


class Untold:
    """A profiler whose file tells nothing."""

    LIBRARY, SUFFIX, VIEWERS = "cProfile", "txt", ()

    def read(self, _file, _runs, _tree=None):
        return {}


def turns(tmp_path, run_ns, runs):
    """Profile two simulated sides; return whose each turn was, and how many runs it had."""
    executor = SimulatedExecutor({"orders:run": Simulated(run_ns=run_ns, warm_up_runs=1)})
    variants = dict.fromkeys(("before", "after"), Variant("orders:run"))
    (tmp_path / "out").mkdir()
    Session(variants, runs, tmp_path / "out", executor).profile({"it": Untold()}, lambda _: None)
    return executor, [(each.variant, each.arguments["runs"]) for each in executor.asked("profile_turn")]


def test_sides_go_first_in_turn_and_have_as_many_runs(tmp_path):
    _, taken = turns(tmp_path, 1_000_000, 200)
    pairs = list(zip(taken[::2], taken[1::2], strict=True))
    assert [(one[0], other[0]) for one, other in pairs[:2]] == [("before", "after"), ("after", "before")]
    assert all(one[1] == other[1] for one, other in pairs)
    assert sum(one[1] for one, _ in pairs) == 200
    assert len(pairs) >= TURNS


def test_a_turn_stays_far_below_the_time_out(tmp_path):
    executor, taken = turns(tmp_path, 1e9, 100)
    assert max(runs for _, runs in taken) * 1.0 <= TURN_SHARE * executor.timeout_s


def test_files_lie_in_their_folder_whatever_the_names_of_variants(tmp_path):
    names = ["phase-1", "A=1", "/usr/bin/python3", "usr bin python3", "feature/x, python==3", "..."]
    files = files_of(tmp_path, names, functions)
    assert [file.name for file in files.values()] == [
        *("phase-1.prof", "A=1.prof", "usr-bin-python3.prof", "usr-bin-python3-4.prof"),
        *("feature-x-python==3.prof", "....prof"),
    ]
    assert {file.parent for file in files.values()} == {tmp_path}


def test_what_is_profiled_is_neither_timed_nor_compared(tmp_path):
    executor, _ = turns(tmp_path, 1_000_000, 5)
    assert {request.op for request in executor.requests} == {"load", "profile", "profile_turn", "profile_end"}
    assert {(each.arguments["warm_up_runs"], each.arguments["compared"]) for each in executor.asked("load")} == {
        (WARM_UP_RUNS, False)
    }
