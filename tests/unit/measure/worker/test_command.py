"""What a command took is told of all its processes, and apart from what other processes made it wait for."""

import os
import shlex
import sys

import pytest

from wfperf.measure.samples import Sample, uses_one_processor
from wfperf.measure.worker.command import Command, CommandError

BUSY = "sum(i * i for i in range(1_000_000))"


@pytest.fixture
def command():
    made = []

    def make(*words, prepare=(), **changes):
        made.append(Command(words, prepare, {**os.environ, **changes}, ignores_failure=False))
        return made[-1]

    yield make
    for each in made:
        each.close()


def python(code):
    return (sys.executable, "-S", "-c", code)


def used(made):
    made.run()
    return Sample(**made.metered(1))


def test_a_program_that_computes_works_in_its_own_process(command):
    sample = used(command(*python(BUSY)))
    assert sample.elsewhere_ns < sample.processor_ns / 20
    assert sample.user_ns + sample.system_ns <= sample.processor_ns <= sample.wall_ns * 1.1
    assert sample.user_ns > sample.system_ns


def test_a_program_that_waits_does_not_use_one_processor(command):
    sample = used(command("sleep", "0.05"))
    assert sample.waited_ns >= 40e6
    assert not uses_one_processor([sample])


def test_the_work_of_processes_that_a_program_starts_is_its_own_but_elsewhere(command):
    sample = used(command("sh", "-c", f"{shlex.join(python(BUSY))}; true"))
    assert sample.elsewhere_ns > sample.processor_ns / 2
    assert not uses_one_processor([sample])


def test_several_runs_add_up_and_what_prepares_them_does_not(command, tmp_path):
    file = tmp_path / "order"
    slow = python(f"{BUSY}; open({str(file)!r}, 'w')")
    made = command("rm", str(file), prepare=slow)
    assert 0 < Sample(**made.metered(2)).processor_ns < Sample(**command(*slow).metered(1)).processor_ns
    assert made.metered(0) == dict.fromkeys(made.metered(1), 0)


def test_a_program_has_the_signals_and_the_input_that_a_shell_would_give_it(command):
    with pytest.raises(CommandError, match="was ended by SIGPIPE"):
        command("sh", "-c", "kill -PIPE $$").run()
    assert command("cat").run().stdout == b""


def test_a_program_is_found_as_in_a_shell(command, tmp_path):
    with pytest.raises(CommandError, match="there is no program 'nothing' that can be run"):
        command("nothing")
    (tmp_path / "mine").write_text("#!/bin/sh\necho mine\n")
    (tmp_path / "mine").chmod(0o755)
    assert command("mine", PATH=f"{tmp_path}:{os.environ['PATH']}").run().stdout == b"mine\n"
