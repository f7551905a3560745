"""Where a result was measured."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

DEPENDENCIES = ("SQLAlchemy", "simpleeval", "numpy", "scipy")


@dataclass(frozen=True, slots=True)
class Environment:
    """The machine and the Python of a result; `load_1min` is the load average when it began."""

    wfperf: str
    python: str
    implementation: str
    platform: str
    cpu: str
    cores: int
    load_1min: float
    dependencies: dict[str, str]


def current_environment() -> Environment:
    """Return this machine and this Python."""
    return Environment(
        wfperf=version("wfperf"),
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        platform=platform.platform(),
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        load_1min=round(os.getloadavg()[0], 2),
        dependencies={name: version(name) for name in DEPENDENCIES},
    )


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())
