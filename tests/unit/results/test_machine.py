"""What a machine says of itself: this one, and those laid out as folders."""

import os
import subprocess
import sys

import pytest

from wfperf.results import machine
from wfperf.results.environment import current_environment
from wfperf.results.machine import BOOST, CPU, NO_TURBO, gather, load_1min, processors, usable_processors

GOVERNOR = f"{CPU}/cpu{{}}/cpufreq/scaling_governor"


@pytest.fixture
def laid_out(tmp_path, monkeypatch):
    """A function that gives the facts of a machine with these files."""
    monkeypatch.setattr(machine, "STEAL_S", 0.01)  # how long it watches; no test here asserts what it sees

    def lay_out(**files):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return gather(tmp_path)

    return lay_out


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({GOVERNOR.format(0): "performance\n"}, {"governors": ("performance",)}),
        (
            {GOVERNOR.format(0): "powersave\n", GOVERNOR.format(1): "powersave\n", GOVERNOR.format(10): "ondemand\n"},
            {"governors": ("ondemand", "powersave")},
        ),
        ({GOVERNOR.format(0): ""}, {"governors": ()}),
        ({NO_TURBO: "0"}, {"turbo": True, "turbo_off": f"echo 1 | sudo tee /{NO_TURBO}"}),
        ({NO_TURBO: "1"}, {"turbo": False, "turbo_off": ""}),
        ({BOOST: "1"}, {"turbo": True, "turbo_off": f"echo 0 | sudo tee /{BOOST}"}),
        ({BOOST: "0"}, {"turbo": False, "turbo_off": ""}),
        ({"proc/cpuinfo": "flags : fpu"}, {"is_virtual": False, "stolen": None}),
        ({"proc/cpuinfo": "flags : fpu hypervisor"}, {"is_virtual": True}),
        ({"proc/cpuinfo": "Features : fp asimd"}, {"is_virtual": None}),
        ({"sys/fs/cgroup/cpu.max": "max 100000"}, {"quota": None}),
        (
            {"sys/fs/cgroup/cpu.max": "150000 100000", "sys/fs/cgroup/cpu.stat": "usage_usec 1\nnr_throttled 7"},
            {"quota": 1.5, "throttled": 7},
        ),
        ({"sys/fs/cgroup/cpu.max": "50000 100000"}, {"quota": 0.5, "throttled": 0}),
        ({"proc/sys/kernel/randomize_va_space": "2"}, {"randomizes": True}),
        ({"proc/sys/kernel/randomize_va_space": "0"}, {"randomizes": False}),
    ],
)
def test_files_tell_what_psutil_does_not_know(laid_out, files, told):
    facts = laid_out(**files)
    assert {name: getattr(facts, name) for name in told} == told


def test_what_no_file_says_is_not_known(laid_out):
    facts = laid_out()
    assert (facts.governors, facts.turbo, facts.is_virtual, facts.quota, facts.randomizes) == (
        (),
        None,
        None,
        None,
        None,
    )


def test_what_psutil_knows_is_known_without_any_file(laid_out):
    facts = laid_out()
    assert 1 <= facts.processors <= processors() <= 4096
    assert facts.load_1min >= 0
    available, total = facts.memory
    assert 0 < available <= total
    assert facts.swapped >= 0
    assert facts.python == sys.version.split()[0]


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to processors")
def test_only_processors_that_the_process_may_use_are_usable():
    one = min(os.sched_getaffinity(0))
    code = f"""
import os
from wfperf.results.machine import usable_processors
os.sched_setaffinity(0, {{{one}}})
print(usable_processors())"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "1\n"
    assert usable_processors() == len(os.sched_getaffinity(0))


def test_tools_that_are_not_there_are_missing(laid_out, monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    assert any("valgrind" in each for each in laid_out().missing)


def test_a_result_says_where_it_was_measured():
    environment = current_environment()
    assert environment.cores == processors()
    assert environment.load_1min == pytest.approx(load_1min(), abs=2)
    assert "pydantic" in environment.dependencies
