"""A small program in two versions, to be profiled for real."""

from __future__ import annotations

import importlib.util
import itertools
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wfperf.measure.worker.own import Own
from wfperf.measure.worker.profiling import CAPTURES
from wfperf.measure.worker.workload import Workload
from wfperf.profilers.difference import differences
from wfperf.results.profiled import CostChange, SourceLocation

BEFORE = """def build():
    return [str(number) for number in range(500)]


def dropped():
    return sum(range(200))


def make():
    def inner():
        value = build()
        value = build()
        return value
    return inner


inner = make()


def run():
    dropped()
    return inner()
"""

# The same functions further down, one call of `build` fewer, `dropped` gone, `added` new.
AFTER = """
# A comment
# that moves every line.


def added():
    return sorted(range(300), reverse=True)


def build():
    return [str(number) for number in range(500)]


def make():
    def inner():
        value = build()
        return value
    return inner


inner = make()


def run():
    added()
    return inner()
"""


@pytest.fixture
def profiled(tmp_path: Path) -> Callable[..., dict[SourceLocation, Any]]:
    """Return a function that profiles a version's `run` over some turns and reads what the profiler wrote."""
    versions = itertools.count()

    def profile(profiler: Any, source: str, *turns: int) -> dict[SourceLocation, Any]:
        package = tmp_path / str(next(versions)) / "code"
        package.mkdir(parents=True)
        (package / "program.py").write_text(source)
        spec = importlib.util.spec_from_file_location("program", package / "program.py")
        program = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(program)
        program.run()
        file = package / f"profile.{profiler.SUFFIX}"
        workload = Workload(program.run, ())
        workload.own = Own([f"{package}{os.sep}"])
        with CAPTURES[profiler.LIBRARY](workload, file) as turn:
            for runs in turns:
                turn(runs)
        return profiler.read(file, sum(turns))

    return profile


@pytest.fixture
def changes(profiled) -> Callable[[Any], dict[tuple[str, str, int], CostChange[Any]]]:
    """Return a function that profiles both versions and gives the changes by function, line and occurrence."""

    def profile(profiler: Any) -> dict[tuple[str, str, int], CostChange[Any]]:
        found = differences(profiled(profiler, BEFORE, 2, 3), profiled(profiler, AFTER, 4))
        own = [change for change in found if change.location.path == "code/program.py"]
        by_name = {
            (change.location.function, change.location.text, change.location.occurrence): change for change in own
        }
        assert len(by_name) == len(own)
        return by_name

    return profile
