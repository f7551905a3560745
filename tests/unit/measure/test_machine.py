"""What adds noise, judged of machines that are made up."""

import math

import pytest
from executors import Simulated, SimulatedExecutor

from wfperf.measure import machine as module
from wfperf.measure.blocks import CONTROL, ORIGINAL
from wfperf.measure.machine import CHECKS, GB, MB, checks
from wfperf.measure.noise import measure_noise_floor
from wfperf.results.diagnosis import State
from wfperf.results.machine import Facts, gather

NAMES = {
    "load": module.load,
    "processors": module.processors,
    "frequency governor": module.governor,
    "turbo": module.turbo,
    "virtual machine": module.virtual_machine,
    "container quota": module.quota,
    "memory": module.memory,
    "swap": module.swap,
    "address randomization": module.randomization,
    "interpreter": module.interpreter,
    "tools": module.tools,
}
OFF = "echo 0 | sudo tee /boost"


@pytest.mark.parametrize(
    ("name", "facts", "state", "found"),
    [
        ("load", {"load_1min": 1.5049}, State.NOISY, "1.5 on 2 processors"),
        ("load", {"load_1min": 0.2}, State.QUIET, "0.2 on 2 processors"),
        ("load", {"load_1min": 123.456}, State.NOISY, "123.46 on"),
        ("load", {}, State.UNKNOWN, "does not report it"),
        ("processors", {"processors": 1}, State.NOISY, "share"),
        ("processors", {"processors": 2}, State.QUIET, "2 usable"),
        ("frequency governor", {"governors": ("performance",)}, State.QUIET, "performance"),
        ("frequency governor", {"governors": ("performance", "powersave")}, State.NOISY, "performance, powersave"),
        (
            "frequency governor",
            {"governors": ("powersave",), "mhz": (1234.5, 3400.0)},
            State.NOISY,
            "powersave; 1.2 of 3.4 GHz just now",
        ),
        ("frequency governor", {}, State.UNKNOWN, "does not report it"),
        ("turbo", {"turbo": True, "turbo_off": OFF}, State.NOISY, "on"),
        ("turbo", {"turbo": False}, State.QUIET, "off"),
        ("turbo", {}, State.UNKNOWN, "does not report it"),
        ("virtual machine", {"is_virtual": False}, State.QUIET, "none"),
        ("virtual machine", {"is_virtual": True}, State.QUIET, "yes"),
        ("virtual machine", {"is_virtual": True, "stolen": 0.0}, State.QUIET, "yes; 0.0 % of the processor time"),
        ("virtual machine", {"is_virtual": True, "stolen": 0.2}, State.NOISY, "yes; 20.0 % of the processor time"),
        ("virtual machine", {"is_virtual": None, "stolen": 0.2}, State.NOISY, "yes; 20.0 % of the processor time"),
        ("virtual machine", {"is_virtual": None, "stolen": 0.0}, State.UNKNOWN, "does not report it"),
        ("container quota", {}, State.QUIET, "none"),
        ("container quota", {"quota": 1.5, "throttled": 7}, State.NOISY, "1.5 processors, used up 7 times"),
        ("memory", {"memory": (4 * GB, 8 * GB)}, State.QUIET, "4.0 of 8.0 GB available"),
        ("memory", {"memory": (GB // 2, 8 * GB)}, State.NOISY, "0.5 of 8.0 GB available"),
        ("memory", {}, State.UNKNOWN, "does not report it"),
        ("swap", {"swapped": 0}, State.QUIET, "not in use"),
        ("swap", {"swapped": 1000 * MB}, State.NOISY, "1000 MB in use"),
        ("swap", {}, State.UNKNOWN, "does not report it"),
        ("address randomization", {"randomizes": True}, State.QUIET, "on"),
        ("address randomization", {"randomizes": False}, State.NOISY, "off"),
        ("address randomization", {}, State.UNKNOWN, "does not report it"),
        ("interpreter", {"python": "3.11.7"}, State.QUIET, "Python 3.11.7"),
        ("interpreter", {"watched": ("a debug build", "development mode")}, State.NOISY, "build, development mode"),
        ("tools", {}, State.QUIET, "are there"),
        ("tools", {"missing": ("valgrind",)}, State.NOISY, "missing: valgrind"),
    ],
)
def test_what_is_found(name, facts, state, found):
    check = NAMES[name](Facts(**({"processors": 2} | facts)))
    assert (check.name, check.state) == (name, state)
    assert found in check.found
    assert bool(check.remedy) is (state is State.NOISY)


def test_the_command_that_ends_turbo_is_that_of_the_machine():
    assert module.turbo(Facts(2, turbo=True, turbo_off=OFF)).remedy == OFF


def test_this_very_machine_passes_through_all_checks():
    found = checks(gather())
    assert [check.name for check in found] == list(NAMES)
    assert len(found) == len(CHECKS)


@pytest.mark.measures
def test_the_noise_floor_is_measured():
    floor = measure_noise_floor(1)
    assert floor.blocks >= 1
    assert floor.effect.estimate > -1
    assert floor.dispersion >= 0


@pytest.mark.parametrize("off", [0.0, 0.05])
def test_the_noise_floor_is_what_identical_code_seems_to_gain(off):
    executor = SimulatedExecutor(
        {
            ORIGINAL: Simulated(run_ns=100_000 * math.exp(off), dispersion=0.007),
            CONTROL: Simulated(run_ns=100_000, dispersion=0.007),
        },
        start_s=0.02,
    )
    floor = measure_noise_floor(8, executor)
    assert {request.arguments["target"] for request in executor.asked("load")} == {"wfperf.measure.loop:loop"}
    assert floor.blocks == len(executor.started) > 20
    assert executor.now_s() - executor.began_s == pytest.approx(8, abs=0.5)
    assert floor.effect.low < math.expm1(off) < floor.effect.high
    assert floor.effect.estimate == pytest.approx(math.expm1(off), abs=0.01)
    assert floor.dispersion == pytest.approx(0.01, rel=0.5)
