"""One contract for the executor of real processes and for the simulated one, by which the rest is tested."""

import itertools
import os

import pytest
from executors import Death, Simulated, SimulatedExecutor, at_request

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.measure.answers import Shares
from wfperf.measure.executor import ProcessExecutor, check_cpu, usable_cpus
from wfperf.measure.samples import Sample
from wfperf.measure.variant import Interpreter, Variant
from wfperf.measure.worker.outcomes import NOT_COMPARED
from wfperf.measure.workers import Task

ORDERS = """
import itertools, os
numbers = itertools.count()
def one(): return {"answer": 42}
def another(): return {"answer": 43}
def changing(): return next(numbers)
def failing(): raise LookupError("no such order")
def ending(): os._exit(3)
def opaque(): return object()
"""


def fail():
    raise LookupError("no such order")


SIMULATED = {
    "orders:one": Simulated(lambda: {"answer": 42}, within={("orders",): 1.0}, at_work={"orders.py:one": 1.0}),
    "orders:another": Simulated(lambda: {"answer": 43}),
    "orders:changing": Simulated(itertools.count().__next__),
    "orders:failing": Simulated(fail),
    "orders:ending": Simulated(answers={"load": at_request(0, Death())}),
    "orders:opaque": Simulated(object),
}


@pytest.fixture(params=["processes", "simulated"])
def executor(request):
    """Each executor in turn."""
    return ProcessExecutor() if request.param == "processes" else SimulatedExecutor(SIMULATED, cpus=usable_cpus())


@pytest.fixture
def variant(tmp_path):
    (tmp_path / "orders.py").write_text(ORDERS)

    def variant(name):
        return Variant(f"orders:{name}", packages=("orders",), interpreter=Interpreter(path=(str(tmp_path),)))

    return variant


@pytest.fixture
def start(executor, variant):
    def start(*names, **given):
        return executor.start({name: [variant(name)] for name in names}, hash_seed=7, **given)

    return start


def load(workers, variant, name, **given):
    return workers.load("orders", {name: variant(name)}, **given)[name]


def test_each_variant_has_a_worker_with_a_process_and_an_interpreter(start):
    with start("one", "another") as workers:
        assert workers.variants == ("one", "another")
        assert len({workers.pid(variant) for variant in workers.variants}) == 2
        assert {workers.python(variant).count(".") for variant in workers.variants} == {2}


def test_a_loaded_variant_tells_its_outcome_and_how_it_was_warmed(start, variant):
    with start("one", "another") as workers:
        one, another = (load(workers, variant, name) for name in workers.variants)
    assert (one.outcome, another.outcome) == ('{"answer": 42}', '{"answer": 43}')
    assert one.digest != another.digest
    assert one.uncompared == ""
    assert one.run_ns > 0
    assert one.runs > 0
    assert isinstance(one.used, Sample)
    assert one.file.endswith("orders.py")


def test_the_number_of_runs_that_warm_can_be_given_and_outcomes_left_uncompared(start, variant):
    with start("opaque") as workers:
        loaded = load(workers, variant, "opaque", warm_up_runs=3, compared=False)
    assert (loaded.runs, loaded.run_ns, loaded.warmed_up) == (3, None, True)
    assert (loaded.outcome, loaded.digest) == (None, "")


def test_an_outcome_that_cannot_be_compared_is_told_with_the_reason(start, variant):
    with start("opaque") as workers:
        loaded = load(workers, variant, "opaque")
    assert loaded.uncompared == "a builtins.object can't be compared across processes"
    assert (loaded.outcome, loaded.digest) == (None, NOT_COMPARED)


def test_an_outcome_that_changes_from_run_to_run_is_told_so(start, variant):
    with start("changing") as workers:
        loaded = load(workers, variant, "changing")
    assert loaded.uncompared == "its result changes from run to run"
    assert (loaded.outcome, loaded.digest) == (None, NOT_COMPARED)


def shape(value, like):
    """Return the types in an answer, as deep as what it is to be like; whole numbers and others are alike."""
    if isinstance(like, dict):
        return {name: shape(each, like.get(name)) for name, each in value.items()}
    return float if type(value) is int else type(value)


USED = dict.fromkeys(("wall_ns", "processor_ns", "waited_ns", "elsewhere_ns"), float)
USED |= {"preempted": bool, "has_children": bool}


@pytest.mark.parametrize(
    ("op", "arguments", "answered"),
    [
        ("run", {"runs": 2}, {}),
        ("sample", {"runs": 2, "warm": True}, {"used": USED}),
        ("fastest", {"target_ns": 1000}, {"run_ns": float}),
        ("outcome_bytes", {"runs": 2}, {"bytes": float}),
        ("shares", {"modules": {"orders": "orders"}, "seconds": 0.1},
         {"samples": float, "watched_ns": float, "within": list}),
        ("at_work", {"seconds": 0.1}, {"watched_ns": float, "within_ns": dict}),
    ],
)  # fmt: skip
def test_answers_have_one_shape(start, variant, op, arguments, answered):
    with start("one") as workers:
        load(workers, variant, "one", warm_up_runs=1)
        assert shape(workers.call("one", op, name="orders", **arguments), answered) == answered


def test_shares_are_times_by_the_modules_at_work(start, variant):
    with start("one") as workers:
        load(workers, variant, "one", warm_up_runs=1)
        shares = Shares(**workers.call("one", "shares", name="orders", modules={"orders": "orders"}, seconds=0.1))
    assert {label for labels, _ in shares.within for label in labels} <= {"orders"}
    assert sum(passed_ns for _, passed_ns in shares.within) == shares.watched_ns > 0


def test_counts_have_one_shape_and_who_counts_does_not_measure(start, variant):
    with start("one") as workers:
        load(workers, variant, "one", warm_up_runs=1)
        assert workers.call_all("watch", {"one": {}}) == {"one": {}}
        counted = workers.call("one", "count", name="orders", runs=3)
        assert set(counted) == {"calls", "library_calls", "counters", "uncounted"}
        with pytest.raises(NothingMeasuredError, match="kept for counting, which would be in the answer to 'sample'"):
            workers.call("one", "sample", name="orders", runs=1)


def test_who_profiles_takes_turns_until_the_file_is_written_and_does_not_measure(start, variant, tmp_path):
    profile = {"name": "orders", "library": "cProfile", "file": str(tmp_path / "one.prof")}
    with start("one") as workers:
        load(workers, variant, "one", warm_up_runs=1)
        assert workers.call("one", "profile", **profile) == {}
        assert workers.call("one", "profile_turn", runs=2) == {}
        with pytest.raises(NothingMeasuredError, match="RuntimeError: a process carries one profiler alone"):
            workers.call("one", "profile", **profile)
        with pytest.raises(NothingMeasuredError, match="kept for profiling, which would be in the answer to 'sample'"):
            workers.call("one", "sample", name="orders", runs=1, warm=False)
        assert workers.call("one", "profile_end") == {}
        with pytest.raises(NothingMeasuredError, match="RuntimeError: no profile has been begun"):
            workers.call("one", "profile_turn", runs=1)
    assert (tmp_path / "one.prof").stat().st_size > 0


@pytest.mark.skipif(not usable_cpus(), reason="the system lets nobody choose a processor")
def test_workers_are_pinned_when_they_are_asked(start, variant, executor):
    with start("one") as workers:
        load(workers, variant, "one", warm_up_runs=1)
        assert workers.call_all("pin", {"one": {"cpus": executor.cpus[:1]}}) == {"one": {}}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("failing", "cannot count 'failing': LookupError: no such order"),
        ("ending", "cannot count 'ending': its process has ended"),
    ],
)  # fmt: skip
def test_errors_are_told_in_the_same_words(start, variant, name, message):
    with start("one", name, task=lambda name: Task(f"count {name!r}")) as workers:
        with pytest.raises(NothingMeasuredError) as caught:
            load(workers, variant, name)
        assert str(caught.value).partition("; its last output")[0].startswith(message)
        assert load(workers, variant, "one").outcome, "the others go on"


def test_what_was_not_loaded_cannot_be_run(start):
    with start("one") as workers, pytest.raises(NothingMeasuredError, match="cannot measure 'one': KeyError: 'else'"):
        workers.call("one", "run", name="else", runs=1)


def test_who_has_ended_answers_nothing_more(start, variant):
    with start("ending") as workers:
        for _ in range(2):
            with pytest.raises(NothingMeasuredError, match="its process has ended"):
                load(workers, variant, "ending")


def test_other_conditions_are_those_of_another_executor(executor):
    assert executor.with_timeout(7.0).timeout_s == 7.0 != executor.timeout_s
    assert executor.unpinned().cpus == executor.cpus == usable_cpus()
    executor.under("true")
    assert executor.now_s() <= executor.now_s()


def test_a_command_runs_the_interpreter(variant, tmp_path):
    """As valgrind does; here one that says so first."""
    wrapper = tmp_path / "wrapper"
    wrapper.write_text('#!/bin/sh\ntouch "$1"\nshift\nexec "$@"\n')
    wrapper.chmod(0o755)
    with (
        ProcessExecutor().under(str(wrapper), str(tmp_path / "was here")).start({"one": [variant("one")]}, hash_seed=0)
    ):
        assert (tmp_path / "was here").exists()


@pytest.mark.skipif(not usable_cpus(), reason="the system lets nobody choose a processor")
def test_processors_are_all_that_are_ours_or_the_one_that_is_asked_for():
    cpu = usable_cpus()[-1]
    assert set(ProcessExecutor().cpus) == os.sched_getaffinity(0)
    assert ProcessExecutor(cpu=cpu).cpus == (cpu,)
    assert ProcessExecutor(cpu=cpu).unpinned() == ProcessExecutor()
    check_cpu(cpu)
    with pytest.raises(UsageError, match="wfperf cannot use processor 4096; choose one of: "):
        check_cpu(4096)


def test_a_simulated_variant_that_takes_longer_than_it_may_is_an_error(variant):
    slow = SimulatedExecutor({"orders:one": Simulated(run_ns=1e9)}, timeout_s=7)
    with slow.start({"one": [variant("one")]}, hash_seed=0) as workers:
        load(workers, variant, "one", warm_up_runs=5)
        with pytest.raises(NothingMeasuredError, match="cannot measure 'one': no answer within 7 s"):
            workers.call("one", "run", name="orders", runs=8)
