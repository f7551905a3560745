"""What on this machine adds noise to measurements, and what to do about it. It only looks; it changes nothing."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from wfperf.results.diagnosis import Check, State

STEAL_S = 0.5
NOTABLE_STEAL = 0.01
BUSY = 0.3
"""The load for each processor from which other work disturbs."""

CPU = "sys/devices/system/cpu"


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a machine tells about itself; `root` is `/`, or a folder laid out like it."""

    root: Path = Path("/")

    def read(self, path: str) -> str:
        """Return what a file says, empty where there is none."""
        try:
            return (self.root / path).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return ""


def checks(machine: Machine | None = None) -> list[Check]:
    """Return what every check comes to, on this machine unless told otherwise."""
    machine = machine or Machine()
    return [check(machine) for check in CHECKS]


def governor(machine: Machine) -> Check:
    """Look whether the processor may lower its frequency."""
    found = {machine.read(str(path.relative_to(machine.root))) for path in _cpus(machine, "cpufreq/scaling_governor")}
    if not found:
        return Check("frequency governor", State.UNKNOWN, "the system does not say; a virtual machine hides it")
    if found == {"performance"}:
        return Check("frequency governor", State.QUIET, "performance")
    return Check(
        "frequency governor", State.NOISY, ", ".join(sorted(found)), "sudo cpupower frequency-set -g performance"
    )


def turbo(machine: Machine) -> Check:
    """Look whether the processor speeds up while it is cool."""
    off, boost = machine.read(f"{CPU}/intel_pstate/no_turbo"), machine.read(f"{CPU}/cpufreq/boost")
    if off == "0":
        remedy = f"echo 1 | sudo tee /{CPU}/intel_pstate/no_turbo"
        return Check("turbo", State.NOISY, "on: the frequency follows the temperature", remedy)
    if boost == "1":
        remedy = f"echo 0 | sudo tee /{CPU}/cpufreq/boost"
        return Check("turbo", State.NOISY, "on: the frequency follows the temperature", remedy)
    known = off or boost
    return Check("turbo", State.QUIET, "off") if known else Check("turbo", State.UNKNOWN, "the system does not say")


def load(machine: Machine) -> Check:
    """Look how busy the machine is with other work."""
    words = machine.read("proc/loadavg").split()
    if not words:
        return Check("load", State.UNKNOWN, "the system does not say")
    average, usable = float(words[0]), _usable_cpus()
    found = f"{average:g} on {usable} processor{'s' if usable > 1 else ''}"
    if average / usable > BUSY:
        return Check("load", State.NOISY, found, "end what else runs, or measure when it has ended")
    return Check("load", State.QUIET, found)


def processors(_: Machine) -> Check:
    """Look whether the coordinator and a worker can run at once."""
    usable = _usable_cpus()
    if usable == 1:
        return Check("processors", State.NOISY, "1: worker and coordinator share it", "measure on two or more")
    return Check("processors", State.QUIET, f"{usable} usable")


def virtual_machine(machine: Machine) -> Check:
    """Look whether other guests take time from this one."""
    if "hypervisor" not in machine.read("proc/cpuinfo"):
        known = bool(machine.read("proc/cpuinfo"))
        return Check("virtual machine", State.QUIET if known else State.UNKNOWN, "none" if known else "unknown")
    stolen = _stolen(machine)
    found = f"yes; {stolen:.1%} of the time was taken by others just now".replace("%", " %")
    if stolen > NOTABLE_STEAL:
        return Check("virtual machine", State.NOISY, found, "measure on hardware of your own, or at another hour")
    return Check("virtual machine", State.QUIET, found)


def quota(machine: Machine) -> Check:
    """Look whether a container's share of the processor runs out."""
    limit = machine.read("sys/fs/cgroup/cpu.max").split()
    throttled = dict(
        line.split(maxsplit=1) for line in machine.read("sys/fs/cgroup/cpu.stat").splitlines() if " " in line
    ).get("nr_throttled", "0")
    if not limit or limit[0] == "max":
        return Check("container quota", State.QUIET, "none")
    found = f"{int(limit[0]) / int(limit[1]):g} processors, used up {throttled} times so far"
    return Check("container quota", State.NOISY, found, "run the container without a limit on processor time")


def swap(machine: Machine) -> Check:
    """Look whether memory lies on disk."""
    sizes = {
        line.partition(":")[0]: int(line.split()[1])
        for line in machine.read("proc/meminfo").splitlines()
        if len(line.split()) > 1
    }
    if "SwapTotal" not in sizes:
        return Check("swap", State.UNKNOWN, "the system does not say")
    used = sizes["SwapTotal"] - sizes.get("SwapFree", 0)
    if used:
        return Check("swap", State.NOISY, f"{used / 1024:.0f} MB in use", "free some memory, then: sudo swapoff -a")
    return Check("swap", State.QUIET, "not in use")


def randomization(machine: Machine) -> Check:
    """Look whether memory lies elsewhere in every process: it does on any sane system."""
    setting = machine.read("proc/sys/kernel/randomize_va_space")
    if not setting:
        return Check("address randomization", State.UNKNOWN, "the system does not say")
    if setting == "0":
        return Check(
            "address randomization",
            State.NOISY,
            "off: every block has the same memory layout, so that its luck is part of every result",
            "sudo sysctl kernel.randomize_va_space=2",
        )
    return Check("address randomization", State.QUIET, "on: fresh processes average over it")


def interpreter(_: Machine) -> Check:
    """Look whether this Python is one for debugging, or is watched."""
    found = [
        word
        for word, is_so in (
            ("a debug build", bool(sysconfig.get_config_var("Py_DEBUG"))),
            ("development mode", sys.flags.dev_mode),
            ("a trace function", sys.gettrace() is not None),
        )
        if is_so
    ]
    if found:
        return Check("interpreter", State.NOISY, ", ".join(found), "measure with a plain Python")
    return Check("interpreter", State.QUIET, f"Python {sys.version.split()[0]}")


def tools(_: Machine) -> Check:
    """Look for what counters need."""
    missing = {
        "valgrind (no instructions are counted)": shutil.which("valgrind") is None,
        "memray (no allocations are counted)": find_spec("memray") is None,
    }
    absent = [name for name, is_absent in missing.items() if is_absent]
    if absent:
        return Check("tools", State.NOISY, f"missing: {', '.join(absent)}", "install them")
    return Check("tools", State.QUIET, "valgrind and memray are there")


CHECKS: tuple[Callable[[Machine], Check], ...] = (
    load,
    processors,
    governor,
    turbo,
    virtual_machine,
    quota,
    swap,
    randomization,
    interpreter,
    tools,
)


def _cpus(machine: Machine, path: str) -> list[Path]:
    return sorted((machine.root / CPU).glob(f"cpu[0-9]*/{path}"))


def _usable_cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _stolen(machine: Machine) -> float:
    """Return the share of time, over half a second, that a hypervisor gave to others."""
    before = _ticks(machine)
    time.sleep(STEAL_S)
    spent = [now - then for now, then in zip(_ticks(machine), before, strict=True)]
    return spent[STEAL_FIELD] / max(sum(spent), 1) if len(spent) > STEAL_FIELD else 0.0


STEAL_FIELD = 7
"""Where steal stands in the first line of /proc/stat: proc(5)."""


def _ticks(machine: Machine) -> list[int]:
    first = machine.read("proc/stat").partition("\n")[0].split()[1:]
    return [int(word) for word in first]
