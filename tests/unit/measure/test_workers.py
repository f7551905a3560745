import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import cache_from_source
from pathlib import Path

import pytest
from processes import have_ended, processes_of_group, until

from wfperf.errors import NothingMeasuredError
from wfperf.measure.executor import DEFAULT_EXECUTOR, ProcessExecutor
from wfperf.measure.variant import Interpreter, Variant

WORKLOADS = """
import asyncio, os, random, sys, time

def one(): return {"answer": 42}
def busy(): return sum(range(100_000)) % 7
def another(): return {"answer": 43}
async def waiting():
    await asyncio.sleep(0)
    return {"answer": 42}
def changing(): return random.random()
def failing(): raise LookupError("no such order")
def hanging(): time.sleep(1000)
def talking():
    print("a word on stdout")
    print("a word on stderr", file=sys.stderr)
    os._exit(3)
def babbling():
    for fd in range(3, 1024):
        try:
            os.write(fd, b"what?\\n")
        except OSError:
            pass
    return 1
def reading(): return sys.stdin.read()
def spawning():
    import subprocess
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
    time.sleep(1000)
def factory(size=1): return {"original": one, "sized": lambda: size}
def nothing(): return 5
"""


@pytest.fixture
def interpreter(tmp_path):
    (tmp_path / "orders.py").write_text(WORKLOADS)
    return Interpreter(path=(str(tmp_path),))


def workers(interpreter, *names, **conditions):
    variants = {name: [Variant(f"orders:{name}", interpreter=interpreter)] for name in names}
    return ProcessExecutor(**conditions).start(variants, hash_seed=7)


def load(started, name, interpreter, **changes):
    return started.load(name, {name: Variant(f"orders:{name}", interpreter=interpreter, **changes)})[name]


def impatient(started):
    """Give no answer more than half a second from now on: to start an interpreter may take longer."""
    started._timeout_s = 0.5


def no_process_left(group):
    return until(lambda: processes_of_group(group) == [])  # the system takes its time to end what was killed


def group_of(started, variant):
    return os.getpgid(started.pid(variant))


def test_equal_outcomes_have_equal_digests_and_others_others(interpreter):
    with workers(interpreter, "one", "another", "waiting") as started:
        one, another, waiting = (load(started, variant, interpreter).digest for variant in started.variants)
    assert one == waiting != another


@pytest.mark.measures
def test_a_sample_tells_what_its_runs_took_and_the_fastest_run_is_not_longer(interpreter):
    with workers(interpreter, "one") as started:
        loaded = load(started, "one", interpreter)
        used = started.call("one", "sample", name="one", runs=1000)["used"]
        fastest = started.call("one", "fastest", name="one", target_ns=200_000)["run_ns"]
    assert fastest > 0
    assert 0 < loaded.run_ns <= loaded.used.wall_ns
    assert used["processor_ns"] > 0
    assert used["wall_ns"] > 0


BUSY = "import os, sys; os.sched_setaffinity(0, {int(sys.argv[1])}); print(flush=True)\nwhile True: pass"


@pytest.mark.measures
@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system lets nobody choose a processor")
def test_a_sample_that_was_preempted_says_so_and_its_processor_time_is_its_own(interpreter):
    cpu = max(os.sched_getaffinity(0))
    with (
        subprocess.Popen([sys.executable, "-c", BUSY, str(cpu)], stdout=subprocess.PIPE) as busy,
        workers(interpreter, "busy") as started,
    ):
        try:
            busy.stdout.readline()
            load(started, "busy", interpreter)
            started.call("busy", "pin", cpus=[cpu])
            used = started.call("busy", "sample", name="busy", runs=100)["used"]
        finally:
            busy.kill()
    assert used["preempted"]
    assert used["processor_ns"] < 0.9 * used["wall_ns"]  # they share a processor fairly
    assert used["waited_ns"] <= 0.05 * used["wall_ns"]  # standing in the queue is no waiting


MEASURING = ("sample", "fastest", "outcome_bytes", "allocations", "shares", "at_work")


@pytest.mark.parametrize(("instrument", "refused"), [("counting", "profile"), ("profiling", "count")])
def test_a_process_with_an_instrument_refuses_to_measure(interpreter, tmp_path, instrument, refused):
    profile = {"name": "one", "library": "cProfile", "file": str(tmp_path / "one.prof")}
    with workers(interpreter, "one") as started:
        load(started, "one", interpreter)
        started.call("one", "watch") if instrument == "counting" else started.call("one", "profile", **profile)
        for op in (*MEASURING, refused):
            with pytest.raises(NothingMeasuredError, match=f"kept for {instrument}, .* the answer to '{op}'"):
                started.call("one", op, name="one", runs=1)
        started.call("one", "run", name="one", runs=1)


def test_a_factory_gives_a_workload_for_each_configuration(interpreter):
    with workers(interpreter, "factory") as started:
        assert started.call("factory", "configurations", target="orders:factory", arguments={}) == {
            "names": ["original", "sized"]
        }
        sized = load(started, "factory", interpreter, arguments={"size": 9}, configuration="sized")
    assert sized.outcome == "9"


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("failing", {}, "cannot measure 'failing': LookupError: no such order"),
        ("absent", {}, "orders has no 'absent'"),
        ("factory", {"arguments": {}, "configuration": "big"}, "has no configuration 'big', only 'original', 'sized'"),
        ("factory", {"arguments": {"sise": 1}, "configuration": "sized"}, "unexpected keyword argument 'sise'"),
        ("nothing", {"arguments": {}, "configuration": "big"}, "gave int, not a mapping"),
        ("one", {"packages": ("nowhere",)}, "no package 'nowhere', whose function calls were to be counted"),
    ],
)
def test_a_subject_that_fails_is_named_with_its_error(interpreter, name, changes, message):
    with workers(interpreter, name) as started, pytest.raises(NothingMeasuredError) as caught:
        load(started, name, interpreter, **changes)
    assert message in str(caught.value)


def test_the_last_words_of_a_subject_that_ends_are_told(interpreter):
    with workers(interpreter, "talking") as started, pytest.raises(NothingMeasuredError) as caught:
        load(started, "talking", interpreter)
    assert str(caught.value) == ("cannot measure 'talking': its process has ended; its last output: a word on stderr")


def test_nonsense_on_the_line_is_an_error(interpreter):
    with (
        workers(interpreter, "babbling") as started,
        pytest.raises(NothingMeasuredError, match=r"'babbling': it answered 'what.', which is not JSON"),
    ):
        load(started, "babbling", interpreter)


def test_a_subject_that_reads_finds_nothing(interpreter):
    with workers(interpreter, "reading") as started:
        assert load(started, "reading", interpreter).outcome == '""'


def test_a_module_that_cannot_be_imported_is_told_with_its_last_words(tmp_path):
    variant = Variant("nowhere:x", interpreter=Interpreter(path=(str(tmp_path),)))
    with (
        pytest.raises(NothingMeasuredError, match=r"^cannot import 'nowhere': No module named 'nowhere'; "),
        DEFAULT_EXECUTOR.start({"x": [variant]}, hash_seed=0),
    ):
        pytest.fail("it started")


@pytest.mark.parametrize("python", ["/no/such/python", "/etc/passwd"])
def test_an_interpreter_that_cannot_run_is_an_error(interpreter, python):
    variant = Variant("orders:one", interpreter=Interpreter(python, interpreter.path))
    with (
        pytest.raises(NothingMeasuredError, match=f"cannot run the interpreter {python}"),
        DEFAULT_EXECUTOR.start({"x": [variant]}, hash_seed=0),
    ):
        pytest.fail("it started")


def test_what_is_no_interpreter_is_an_error(interpreter):
    variant = Variant("orders:one", interpreter=Interpreter(str(shutil.which("true")), interpreter.path))
    with (
        pytest.raises(NothingMeasuredError, match="cannot measure 'x': its process has ended"),
        DEFAULT_EXECUTOR.start({"x": [variant]}, hash_seed=0),
    ):
        pytest.fail("it started")


def test_a_killed_worker_is_an_error_and_no_process_is_left(interpreter):
    with workers(interpreter, "one", "another") as started:
        group = group_of(started, "one")
        load(started, "one", interpreter)
        os.killpg(group, signal.SIGKILL)
        with pytest.raises(NothingMeasuredError, match="its process has ended"):
            started.call("one", "sample", name="one", runs=1)
    assert no_process_left(group)


def test_a_worker_that_hangs_is_an_error_and_no_process_is_left(interpreter):
    with workers(interpreter, "hanging") as started:
        group = group_of(started, "hanging")
        impatient(started)
        with pytest.raises(NothingMeasuredError, match=r"'hanging': no answer within 0\.5 s"):
            load(started, "hanging", interpreter)
    assert no_process_left(group)


def test_a_worker_that_is_stopped_is_killed(interpreter):
    with workers(interpreter, "one") as started:
        group = group_of(started, "one")
        os.killpg(group, signal.SIGSTOP)
        impatient(started)
        with pytest.raises(NothingMeasuredError, match="no answer within"):
            load(started, "one", interpreter)
    assert no_process_left(group)


def test_an_error_inside_the_block_leaves_no_process(interpreter):
    group = 0
    with pytest.raises(KeyboardInterrupt), workers(interpreter, "one", "another") as started:  # noqa: PT012 - the interrupt comes last
        group = group_of(started, "one")
        load(started, "one", interpreter)
        raise KeyboardInterrupt
    assert group
    assert no_process_left(group)


COORDINATOR = """
import sys
import time
from wfperf.measure.executor import ProcessExecutor
from wfperf.measure.variant import Interpreter, Variant
variant = Variant("orders:spawning", interpreter=Interpreter(path=(sys.argv[1],)))
with ProcessExecutor().start({"x": [variant]}, hash_seed=0) as workers:
    print(workers.pid("x"), flush=True)
    workers.load("x", {"x": variant})
"""


def has_spawned(group):
    """Return whether the variant has started its own process."""
    return any("time.sleep(1000)" in command for command in processes_of_group(group))


def test_when_the_coordinator_is_killed_its_workers_and_what_they_started_end(interpreter):
    command = [sys.executable, "-c", COORDINATOR, *interpreter.path]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as coordinator:
        group = os.getpgid(int(coordinator.stdout.readline()))
        spawned = until(lambda: has_spawned(group))
        coordinator.kill()
    assert spawned
    assert no_process_left(group)


def test_the_sides_of_a_block_share_its_hash_seed_and_a_scrubbed_environment(interpreter, monkeypatch):
    monkeypatch.setenv("WFPERF_SECRET", "not for workers")
    with workers(interpreter, "one") as started:
        environment = Path(f"/proc/{started.pid('one')}/environ").read_bytes().decode()
    assert "PYTHONHASHSEED=7" in environment
    assert "WFPERF_SECRET" not in environment


def test_sides_of_unlike_interpreters_run_side_by_side(interpreter, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "other"], check=True)
    other = Interpreter(str(tmp_path / "other" / "bin" / "python"), interpreter.path)
    variants = {
        "here": Variant("orders:one", interpreter=interpreter),
        "there": Variant("orders:one", interpreter=other),
    }
    with DEFAULT_EXECUTOR.start({variant: [each] for variant, each in variants.items()}, hash_seed=7) as started:
        answers = started.load("one", variants)
        groups = {group_of(started, variant) for variant in started.variants}
    assert answers["here"].digest == answers["there"].digest
    assert len(groups) == 2


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_all_sides_can_be_pinned_to_one_processor(interpreter):
    cpu = max(os.sched_getaffinity(0))
    with workers(interpreter, "one", "another", cpu=cpu) as started:
        assert [os.sched_getaffinity(started.pid(variant)) for variant in started.variants] == [{cpu}, {cpu}]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system pins no process")
def test_a_side_moves_to_the_processors_that_it_is_told(interpreter):
    cpu = max(os.sched_getaffinity(0))
    with workers(interpreter, "one", "another") as started:
        started.call("one", "pin", cpus=[cpu])
        assert os.sched_getaffinity(started.pid("one")) == {cpu}
        assert os.sched_getaffinity(started.pid("another")) == os.sched_getaffinity(0)


def test_an_interrupt_while_they_end_waits_until_they_have_ended(interpreter):
    """Inside `Popen.wait` it would leave a lock behind that the next wait never gets."""
    asked = []

    def interrupt_with_the_lock_held(frame, event, function):
        if event == "c_return" and frame.f_code.co_name == "_wait" and function.__name__ == "acquire" and not asked:
            asked.append(frame)
            signal.raise_signal(signal.SIGINT)

    started = workers(interpreter, "one").__enter__()
    pid = started.pid("one")
    sys.setprofile(interrupt_with_the_lock_held)
    try:
        with pytest.raises(KeyboardInterrupt):
            started.__exit__(None, None, None)
    finally:
        sys.setprofile(None)
    assert asked
    assert have_ended(pid)


def test_a_file_that_is_changed_twice_within_a_second_runs_as_it_is_now(interpreter, tmp_path):
    """Size and modification time in seconds are all that Python knows of a compiled file's source."""
    soon = time.time() + 3600  # as if it had been changed just now, however long the workers take to start
    for answer in (42, 43):
        (tmp_path / "orders.py").write_text(f"def one(): return {answer}\n")
        os.utime(tmp_path / "orders.py", (soon, soon))
        with workers(interpreter, "one") as started:
            assert load(started, "one", interpreter).outcome == str(answer)
        assert Path(cache_from_source(tmp_path / "orders.py")).exists(), "it is compiled once, not by each worker"
