"""What adds noise, on machines laid out as folders."""

import math
import os
from random import Random

import pytest

from wfperf.measure import machine as module
from wfperf.measure.blocks import CONTROL, ORIGINAL, Block
from wfperf.measure.machine import CHECKS, CPU, Machine, checks
from wfperf.measure.noise import measure_noise_floor
from wfperf.results.diagnosis import State

NAMES = {
    "frequency governor": module.governor,
    "turbo": module.turbo,
    "load": module.load,
    "virtual machine": module.virtual_machine,
    "container quota": module.quota,
    "swap": module.swap,
    "address randomization": module.randomization,
}
GOVERNOR = f"{CPU}/cpu0/cpufreq/scaling_governor"
MEMORY = "SwapTotal:       2048000 kB\nSwapFree:        {} kB"


@pytest.fixture
def laid_out(tmp_path, monkeypatch):
    """A function that lays out a machine with these files; it has two processors, and steal is seen at once."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(module.time, "sleep", lambda _: None)

    def lay_out(files):
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        return Machine(tmp_path)

    return lay_out


@pytest.mark.parametrize(
    ("name", "files", "state", "found"),
    [
        ("frequency governor", {GOVERNOR: "performance\n"}, State.QUIET, "performance"),
        ("frequency governor", {GOVERNOR: "powersave\n"}, State.NOISY, "powersave"),
        ("frequency governor", {}, State.UNKNOWN, "does not say"),
        ("turbo", {f"{CPU}/intel_pstate/no_turbo": "0"}, State.NOISY, "on"),
        ("turbo", {f"{CPU}/intel_pstate/no_turbo": "1"}, State.QUIET, "off"),
        ("turbo", {f"{CPU}/cpufreq/boost": "1"}, State.NOISY, "on"),
        ("turbo", {f"{CPU}/cpufreq/boost": "0"}, State.QUIET, "off"),
        ("turbo", {}, State.UNKNOWN, "does not say"),
        ("load", {"proc/loadavg": "1.5 1 1 1/99 1"}, State.NOISY, "1.5 on 2 processors"),
        ("load", {"proc/loadavg": "0.2 1 1 1/99 1"}, State.QUIET, "0.2 on 2 processors"),
        ("load", {}, State.UNKNOWN, "does not say"),
        ("virtual machine", {"proc/cpuinfo": "flags : fpu"}, State.QUIET, "none"),
        ("virtual machine", {}, State.UNKNOWN, "unknown"),
        ("virtual machine", {"proc/cpuinfo": "flags : hypervisor"}, State.QUIET, "0.0 %"),
        ("container quota", {"sys/fs/cgroup/cpu.max": "max 100000"}, State.QUIET, "none"),
        (
            "container quota",
            {"sys/fs/cgroup/cpu.max": "150000 100000", "sys/fs/cgroup/cpu.stat": "usage_usec 1\nnr_throttled 7"},
            State.NOISY,
            "1.5 processors, used up 7 times",
        ),
        ("swap", {"proc/meminfo": MEMORY.format(2048000)}, State.QUIET, "not in use"),
        ("swap", {"proc/meminfo": MEMORY.format(1024000)}, State.NOISY, "1000 MB in use"),
        ("swap", {}, State.UNKNOWN, "does not say"),
        ("address randomization", {"proc/sys/kernel/randomize_va_space": "2"}, State.QUIET, "on"),
        ("address randomization", {"proc/sys/kernel/randomize_va_space": "0"}, State.NOISY, "off"),
        ("address randomization", {}, State.UNKNOWN, "does not say"),
    ],
)
def test_what_is_found(laid_out, name, files, state, found):
    check = NAMES[name](laid_out(files))
    assert (check.name, check.state) == (name, state)
    assert found in check.found
    assert bool(check.remedy) is (state is State.NOISY)


def test_time_that_others_took_is_noise(laid_out, monkeypatch):
    machine = laid_out({"proc/cpuinfo": "flags : hypervisor"})
    ticks = iter([[100, 0, 0, 0, 0, 0, 0, 0], [140, 0, 0, 0, 0, 0, 0, 10]])
    monkeypatch.setattr(module, "_ticks", lambda _: next(ticks))
    check = module.virtual_machine(machine)
    assert check.state is State.NOISY
    assert "20.0 %" in check.found


def test_one_processor_is_too_few(laid_out, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert module.processors(laid_out({})).state is State.NOISY


def test_missing_tools_are_named(laid_out, monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    check = module.tools(laid_out({}))
    assert check.state is State.NOISY
    assert "valgrind" in check.found


def test_this_very_machine_passes_through_all_checks():
    assert len({check.name for check in checks()}) == len(CHECKS)


@pytest.mark.measures
def test_the_noise_floor_is_measured():
    floor = measure_noise_floor(1)
    assert floor.blocks >= 1
    assert floor.gain.estimate > -1
    assert floor.scatter >= 0


@pytest.mark.parametrize("off", [0.0, 0.05])
def test_the_noise_floor_is_what_identical_code_seems_to_gain(off):
    trials = []

    def measure(asked, schedule):
        trials.extend(asked)
        assert schedule.max_time_s == 4
        return {
            trial.name: [
                Block(
                    number, {ORIGINAL: (100.0 * math.exp(off + 0.01 * Random(number).gauss()),), CONTROL: (100.0,)}, {}
                )
                for number in range(40)
            ]
            for trial in asked
        }

    floor = measure_noise_floor(4, measure)
    (trial,) = trials
    assert trial.subjects[ORIGINAL] == trial.subjects[CONTROL]
    assert floor.blocks == 40
    assert floor.gain.low < math.expm1(off) < floor.gain.high
    assert floor.gain.estimate == pytest.approx(math.expm1(off), abs=0.005)
    assert floor.scatter == pytest.approx(0.01, rel=0.5)
