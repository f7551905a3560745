import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from wfperf.interrupts import STOPPING, interrupt_on_signals, interrupts_held_back


@pytest.fixture(autouse=True)
def handlers():
    """Handlers as they are when Python has just begun, and those of the test's runner afterwards."""
    before = {number: signal.getsignal(number) for number in STOPPING}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def set_handlers():
    return [signal.getsignal(number) for number in STOPPING]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_every_stopping_signal_is_a_keyboard_interrupt(number):
    interrupt_on_signals()
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)


@pytest.mark.parametrize("number", STOPPING)
def test_a_signal_that_is_ignored_stays_ignored(number):
    signal.signal(number, signal.SIG_IGN)
    interrupt_on_signals()
    with interrupts_held_back():
        signal.raise_signal(number)
    assert signal.getsignal(number) is signal.SIG_IGN
    signal.raise_signal(number)


@pytest.mark.parametrize("number", STOPPING)
def test_a_signal_waits_for_the_end_of_the_block(number):
    interrupt_on_signals()
    done = []
    with pytest.raises(KeyboardInterrupt), interrupts_held_back():  # noqa: PT012 - the interrupt comes last
        signal.raise_signal(number)
        done.append("the rest of the block")
    assert done


def test_the_signal_itself_comes_at_the_end_to_whom_it_came_to_before():
    came = []
    signal.signal(signal.SIGTERM, lambda number, _: came.append(number))
    with interrupts_held_back():
        signal.raise_signal(signal.SIGTERM)
        assert came == []
    assert came == [signal.SIGTERM]


def test_inner_blocks_leave_it_to_the_outermost():
    interrupt_on_signals()
    done = []
    with pytest.raises(KeyboardInterrupt), interrupts_held_back():  # noqa: PT012 - the interrupt comes last
        with interrupts_held_back():
            signal.raise_signal(signal.SIGINT)
        with interrupts_held_back():
            done.append("another inner block")
    assert done


def test_many_signals_are_one_interrupt():
    interrupt_on_signals()
    with pytest.raises(KeyboardInterrupt), interrupts_held_back():  # noqa: PT012 - the interrupt comes last
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            signal.raise_signal(number)
    with interrupts_held_back():
        pass  # nothing is left of them


def test_handlers_are_what_they_were_whatever_happens():
    interrupt_on_signals()
    before = set_handlers()
    with interrupts_held_back():
        assert set_handlers() != before
    assert set_handlers() == before
    with pytest.raises(LookupError), interrupts_held_back():
        raise LookupError
    assert set_handlers() == before
    with pytest.raises(KeyboardInterrupt), interrupts_held_back():
        signal.raise_signal(signal.SIGHUP)
    assert set_handlers() == before


def test_an_interrupt_is_raised_rather_than_an_error_that_came_with_it():
    with pytest.raises(KeyboardInterrupt) as caught, interrupts_held_back():  # noqa: PT012 - the interrupt comes last
        signal.raise_signal(signal.SIGINT)
        raise LookupError
    assert isinstance(caught.value.__context__, LookupError)


def test_a_signal_that_another_thread_takes_waits_too():
    done = []
    with pytest.raises(KeyboardInterrupt), interrupts_held_back():  # noqa: PT012 - the interrupt comes last
        thread = threading.Thread(target=signal.pthread_kill, args=(threading.main_thread().ident, signal.SIGINT))
        thread.start()
        thread.join()
        done.append("the rest of the block")
    assert done


ROUNDS = 1000
COUNTING = """
import random, signal, sys
from wfperf.interrupts import STOPPING, interrupt_on_signals, interrupts_held_back

def handlers():
    return [signal.getsignal(number) for number in STOPPING]

def wait():
    for _ in range(draw.randrange(500)):
        pass

interrupt_on_signals()
before = handlers()
draw = random.Random(5)
begun = ended = interrupted = 0
for _ in range(int(sys.argv[1])):
    try:
        print("now", flush=True)
        wait()
        with interrupts_held_back():
            begun += 1
            wait()
            ended += 1
        while True:
            pass
    except KeyboardInterrupt:
        interrupted += 1
print(begun == ended > 0, interrupted, before == handlers())
"""


def test_no_block_that_has_begun_is_cut_short_at_any_moment():
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", COUNTING, str(ROUNDS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        while (line := process.stdout.readline()) == "now\n":
            process.send_signal(signal.SIGTERM)
    assert line == f"True {ROUNDS} True\n"


SWALLOWED = """
import signal, sys, weakref
from wfperf.__main__ import main

class Owned: pass

class Finder:  # of the first module that main imports
    def find_spec(self, name, *_):
        owned = Owned()
        gone = weakref.ref(owned, lambda _: signal.raise_signal(signal.SIGINT))
        del owned
        for _ in range(100_000_000):
            pass
        sys.exit(f"it went on with {name}")

sys.meta_path.insert(0, Finder())
main()
"""


def test_an_interrupt_that_falls_into_a_callback_of_the_first_imports_ends_the_program():
    done = subprocess.run(
        [sys.executable, "-c", SWALLOWED], capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False
    )
    assert (done.returncode, done.stderr) == (130, "wfperf: error: interrupted\n")
