"""The environment of a result: machine, Python, libraries, revision."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from wfperf.results.machine import load_1min, processors

DEPENDENCIES = ("SQLAlchemy", "simpleeval", "pydantic", "google-re2")
"""Libraries in which the built-in engine spends time; results with different versions are not comparable."""

GIT_TIMEOUT_S = 10.0
"""Timeout for git calls, which take milliseconds; a network file system that hangs must not block a measurement."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The machine and the Python of a result.

    Args:
        wfperf: version of wfperf.
        python: version of Python of the coordinator; those of variants are kept with their samples.
        implementation: implementation of that Python, such as CPython.
        platform: operating system, with its version.
        cpu: model name of the processor.
        cores: number of processors.
        load_1min: load average of one minute at the start; 0.0 if the system does not report it.
        dependencies: versions of the libraries that the built-in engine uses; older files also have numpy and scipy.
        governor: frequency governor of the processor; empty if the system does not report it.
        container: kind of container, such as docker; empty outside of one.
        revision: commit of the current git repository, with a + if files were changed; empty outside of one.
    """

    wfperf: str
    python: str
    implementation: str
    platform: str
    cpu: str
    cores: int
    load_1min: float
    dependencies: dict[str, str]
    governor: str = ""
    container: str = ""
    revision: str = ""


def current_environment() -> Environment:
    """Return this machine and this Python."""
    return Environment(
        wfperf=version("wfperf"),
        python=platform.python_version(),
        implementation=platform.python_implementation(),
        platform=platform.platform(),
        cpu=_cpu(),
        cores=processors(),
        load_1min=round(load_1min() or 0.0, 2),
        dependencies={name: version(name) for name in DEPENDENCIES},
        governor=_read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        container=_container(),
        revision=_revision(),
    )


def fingerprint(environment: Environment) -> dict[str, str]:
    """Return what must be equal for times of two results to be comparable: machine, Python and libraries.

    Libraries that the engine does not use, such as numpy and scipy in older results, are ignored.
    """
    kept = ("cpu", "cores", "platform", "governor", "container", "implementation", "python")
    libraries = " ".join(
        f"{name} {version}" for name, version in sorted(environment.dependencies.items()) if name in DEPENDENCIES
    )
    return {name: str(getattr(environment, name)) for name in kept} | {"libraries": libraries}


def _cpu() -> str:
    lines = _read("/proc/cpuinfo").splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.processor() or platform.machine())


def _container() -> str:
    if Path("/.dockerenv").exists():
        return "docker"
    if Path("/run/.containerenv").exists():
        return "podman"
    return "kubernetes" if "KUBERNETES_SERVICE_HOST" in os.environ else ""


def _revision() -> str:
    revision = _git("rev-parse", "--short=12", "HEAD")
    return revision + ("+" if revision and _git("status", "--porcelain", "--untracked-files=no") else "")


def _git(*arguments: str) -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - git itself, our own arguments
            [git, *arguments], capture_output=True, text=True, timeout=GIT_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
