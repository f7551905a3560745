"""Gather the facts about this machine, without changing anything."""

from __future__ import annotations

import shutil
import sys
import sysconfig
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")

STEAL_S = 0.5
"""How long to observe whether other guests of a virtual machine's host take time.

The system counts in hundredths of a second: on two processors these are a hundred, enough to see 1 %.
"""

CPU = "sys/devices/system/cpu"
NO_TURBO = f"{CPU}/intel_pstate/no_turbo"
BOOST = f"{CPU}/cpufreq/boost"


@dataclass(frozen=True, slots=True)
class Facts:
    """A machine and its Python; None or empty for what the system does not report.

    Args:
        processors: how many this process may use.
        load_1min: how many processes ran or wanted to, on average over the last minute.
        governors: frequency governors of its processors.
        mhz: the current frequency, and the highest.
        turbo: whether the processor speeds up while it is cool.
        turbo_off: command that turns this off.
        is_virtual: whether it is a virtual machine.
        stolen: share of the time that other guests took just now.
        quota: how many processors' time a container may use; None also if there is no limit.
        throttled: how often that was used up so far.
        memory: bytes available without swapping, and total bytes.
        swapped: bytes of memory that are swapped out.
        randomizes: whether every process has another memory layout.
        python: its version.
        watched: what disturbs measuring in this Python: a debug build, a trace function.
        missing: missing tools, with what is not counted without them.
    """

    processors: int
    load_1min: float | None = None
    governors: tuple[str, ...] = ()
    mhz: tuple[float, float] | None = None
    turbo: bool | None = None
    turbo_off: str = ""
    is_virtual: bool | None = None
    stolen: float | None = None
    quota: float | None = None
    throttled: int = 0
    memory: tuple[int, int] | None = None
    swapped: int | None = None
    randomizes: bool | None = None
    python: str = ""
    watched: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def gather(root: Path = Path("/")) -> Facts:
    """Return the current facts; takes half a second if other guests may take time.

    Args:
        root: root of the system's own files, for what psutil does not know: `/`, or a folder with that layout.
    """
    turbo, turbo_off = _turbo(root)
    quota, throttled = _quota(root)
    is_virtual = _is_virtual(root)
    memory = _told(psutil.virtual_memory)
    swap = _told(psutil.swap_memory)
    randomization = _read(root, "proc/sys/kernel/randomize_va_space")
    return Facts(
        processors=usable_processors(),
        load_1min=load_1min(),
        governors=tuple(sorted({_read(root, path) for path in _governors(root)} - {""})),
        mhz=_mhz(),
        turbo=turbo,
        turbo_off=turbo_off,
        is_virtual=is_virtual,
        stolen=None if is_virtual is False else _stolen(),
        quota=quota,
        throttled=throttled,
        memory=memory and (memory.available, memory.total),
        swapped=swap and swap.used,
        randomizes=randomization != "0" if randomization else None,
        python=sys.version.split()[0],
        watched=_watched(),
        missing=_missing(),
    )


def processors() -> int:
    """Return how many processors there are, including those that this process may not use."""
    return psutil.cpu_count() or 1


def usable_processors() -> int:
    """Return how many processors this process may use."""
    process = psutil.Process()
    return len(process.cpu_affinity()) if hasattr(process, "cpu_affinity") else processors()


def load_1min() -> float | None:
    """Return the load average of the last minute; None if the system does not report it."""
    loads = _told(psutil.getloadavg)
    return loads and float(loads[0])


def _mhz() -> tuple[float, float] | None:
    frequency = _told(psutil.cpu_freq) if hasattr(psutil, "cpu_freq") else None
    return (frequency.current, frequency.max) if frequency and frequency.current and frequency.max else None


def _stolen() -> float | None:
    if not hasattr(psutil.cpu_times(), "steal"):
        return None
    return float(psutil.cpu_times_percent(interval=STEAL_S).steal) / 100


def _governors(root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in (root / CPU).glob("cpu[0-9]*/cpufreq/scaling_governor")]


def _turbo(root: Path) -> tuple[bool | None, str]:
    off, boost = _read(root, NO_TURBO), _read(root, BOOST)
    if off == "0":
        return True, f"echo 1 | sudo tee /{NO_TURBO}"
    if boost == "1":
        return True, f"echo 0 | sudo tee /{BOOST}"
    return (False if off or boost else None), ""


def _is_virtual(root: Path) -> bool | None:
    described = _read(root, "proc/cpuinfo")
    if "hypervisor" in described:
        return True
    return False if "flags" in described else None  # an ARM processor's do not tell


def _quota(root: Path) -> tuple[float | None, int]:
    limit = _read(root, "sys/fs/cgroup/cpu.max").split()
    if not limit or limit[0] == "max":
        return None, 0
    counts = dict(line.split(maxsplit=1) for line in _read(root, "sys/fs/cgroup/cpu.stat").splitlines() if " " in line)
    return int(limit[0]) / int(limit[1]), int(counts.get("nr_throttled", 0))


def _watched() -> tuple[str, ...]:
    found = {
        "a debug build": bool(sysconfig.get_config_var("Py_DEBUG")),
        "development mode": sys.flags.dev_mode,
        "a trace function": sys.gettrace() is not None,
    }
    return tuple(name for name, is_so in found.items() if is_so)


def _missing() -> tuple[str, ...]:
    absent = {
        "valgrind (no instructions are counted)": shutil.which("valgrind") is None,
        "memray (no allocations are counted)": find_spec("memray") is None,
    }
    return tuple(name for name, is_absent in absent.items() if is_absent)


def _told(ask: Callable[[], T]) -> T | None:
    """Return what psutil reports, None if it fails: a container may hide what it reads."""
    try:
        return ask()
    except (OSError, NotImplementedError, psutil.Error):
        return None


def _read(root: Path, path: str) -> str:
    try:
        return (root / path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
