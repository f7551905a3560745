"""Judge the facts of a machine: what adds noise to measurements, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable

from wfperf.results.diagnosis import SourceOfNoise, State
from wfperf.results.machine import Facts

NOTABLE_STEAL = 0.01
"""The smallest effect that counts is 1 %, so other guests may take as much."""

BUSY = 0.3
"""Load per processor above which other work disturbs: a variant has to wait for its processor that often."""

SCARCE = 0.1
"""Share of memory; if less is available, the system begins to reclaim it from programs."""

MB, GB = 1 << 20, 1 << 30


def checks(facts: Facts) -> tuple[SourceOfNoise, ...]:
    """Return the result of every check."""
    return tuple(check(facts) for check in CHECKS)


def load(facts: Facts) -> SourceOfNoise:
    """Judge how busy the machine is with other work."""
    if facts.load_1min is None:
        return _unknown("load")
    found = f"{round(facts.load_1min, 2):g} on {facts.processors} processor{'s' if facts.processors > 1 else ''}"
    if facts.load_1min / facts.processors > BUSY:
        return SourceOfNoise("load", State.NOISY, found, "end other programs, or measure when they have ended")
    return SourceOfNoise("load", State.QUIET, found)


def processors(facts: Facts) -> SourceOfNoise:
    """Judge whether the coordinator and a worker can run at once."""
    if facts.processors == 1:
        return SourceOfNoise("processors", State.NOISY, "1: worker and coordinator share it", "measure on two or more")
    return SourceOfNoise("processors", State.QUIET, f"{facts.processors} usable")


def governor(facts: Facts) -> SourceOfNoise:
    """Judge whether the processor may lower its frequency."""
    name = "frequency governor"
    if not facts.governors:
        return SourceOfNoise(name, State.UNKNOWN, "the system does not report it; virtual machines often hide it")
    if facts.governors == ("performance",):
        return SourceOfNoise(name, State.QUIET, "performance")
    found = ", ".join(facts.governors)
    if facts.mhz:
        now, highest = facts.mhz
        found += f"; {now / 1000:.1f} of {highest / 1000:.1f} GHz just now"
    return SourceOfNoise(name, State.NOISY, found, "sudo cpupower frequency-set -g performance")


def turbo(facts: Facts) -> SourceOfNoise:
    """Judge whether the processor speeds up while it is cool."""
    if facts.turbo is None:
        return _unknown("turbo")
    if facts.turbo:
        return SourceOfNoise("turbo", State.NOISY, "on: the frequency follows the temperature", facts.turbo_off)
    return SourceOfNoise("turbo", State.QUIET, "off")


def virtual_machine(facts: Facts) -> SourceOfNoise:
    """Judge whether other guests take time from this one."""
    name = "virtual machine"
    taken = ""
    if facts.stolen is not None:
        taken = f"{facts.stolen:.1%} of the processor time went to other machines just now".replace("%", " %")
        if facts.stolen > NOTABLE_STEAL:
            remedy = "measure on hardware of your own, or at another hour"
            return SourceOfNoise(name, State.NOISY, f"yes; {taken}", remedy)
    if facts.is_virtual is None:
        return _unknown(name)
    if not facts.is_virtual:
        return SourceOfNoise(name, State.QUIET, "none")
    return SourceOfNoise(name, State.QUIET, f"yes; {taken}" if taken else "yes")


def quota(facts: Facts) -> SourceOfNoise:
    """Judge whether a container's processor time is limited."""
    if facts.quota is None:
        return SourceOfNoise("container quota", State.QUIET, "none")
    found = f"{facts.quota:g} processors, used up {facts.throttled} times so far"
    return SourceOfNoise("container quota", State.NOISY, found, "run the container without a limit on processor time")


def memory(facts: Facts) -> SourceOfNoise:
    """Judge whether enough memory is available."""
    if facts.memory is None:
        return _unknown("memory")
    available, total = facts.memory
    found = f"{available / GB:.1f} of {total / GB:.1f} GB available"
    if available < SCARCE * total:
        return SourceOfNoise(
            "memory", State.NOISY, found, "end programs that use much memory, before processes are swapped out"
        )
    return SourceOfNoise("memory", State.QUIET, found)


def swap(facts: Facts) -> SourceOfNoise:
    """Judge whether memory is swapped out."""
    if facts.swapped is None:
        return _unknown("swap")
    if facts.swapped:
        return SourceOfNoise(
            "swap", State.NOISY, f"{facts.swapped / MB:.0f} MB in use", "free some memory, then: sudo swapoff -a"
        )
    return SourceOfNoise("swap", State.QUIET, "not in use")


def randomization(facts: Facts) -> SourceOfNoise:
    """Judge whether the memory layout of processes is randomized, as it should be."""
    name = "address randomization"
    if facts.randomizes is None:
        return _unknown(name)
    if not facts.randomizes:
        return SourceOfNoise(
            name,
            State.NOISY,
            "off: all blocks share one memory layout, whose effect biases every result",
            "sudo sysctl kernel.randomize_va_space=2",
        )
    return SourceOfNoise(name, State.QUIET, "on: fresh processes average over it")


def interpreter(facts: Facts) -> SourceOfNoise:
    """Judge whether this Python is a debugging one, or traced."""
    if facts.watched:
        return SourceOfNoise("interpreter", State.NOISY, ", ".join(facts.watched), "measure with a plain Python")
    return SourceOfNoise("interpreter", State.QUIET, f"Python {facts.python}")


def tools(facts: Facts) -> SourceOfNoise:
    """Judge whether the tools for all counters are there."""
    if facts.missing:
        return SourceOfNoise("tools", State.NOISY, f"missing: {', '.join(facts.missing)}", "install them")
    return SourceOfNoise("tools", State.QUIET, "valgrind and memray are there")


CHECKS: tuple[Callable[[Facts], SourceOfNoise], ...] = (
    load,
    processors,
    governor,
    turbo,
    virtual_machine,
    quota,
    memory,
    swap,
    randomization,
    interpreter,
    tools,
)


def _unknown(name: str) -> SourceOfNoise:
    return SourceOfNoise(name, State.UNKNOWN, "the system does not report it")
