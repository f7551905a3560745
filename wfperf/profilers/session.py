"""Profile one or two configurations, each under one profiler at a time in a fresh process, and compare them.

The two processes of a profiler take turns, one working while the other waits: a machine that slows down then slows
both, which does not show as a difference between them.
"""

from __future__ import annotations

import importlib
import math
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from wfperf.errors import NothingMeasuredError
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor, Workers
from wfperf.measure.variant import Variant
from wfperf.measure.workers import Task
from wfperf.profilers.difference import differences
from wfperf.profilers.profiler import Profiler
from wfperf.profilers.skipped import ProfilerSkippedError
from wfperf.results.files import check_writable, replaced
from wfperf.results.profiled import Captured, SourceLocation

TURNS = 10
"""At least, if there are enough runs: a machine that slows down for a tenth of the time slows both variants."""

TURN_SHARE = 0.05
"""Share of an answer's time-out that a turn takes, unless a single run takes longer: under a profiler, a tenth of many
runs could last so long that the process would seem to hang."""

WARM_UP_RUNS = 3
"""The first makes imports, connections and buffers; the second and third do what the first left out."""

HASH_SEED = 0
"""The same for every process, so that sets have the same layout in both variants."""

UNUSUAL = re.compile(r"[^\w.+=@-]+")
"""What stands in names of configurations, such as paths and branches, and not in names of files."""

PROFILED = "profiled"
"""Name of the workload in the worker processes."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is profiled, and where its files go.

    Args:
        variants: one or two variants by the names of their configurations, the baseline first.
        runs: number of profiled runs under each profiler, after a few warm-up runs.
        folder: folder of the files `CONFIGURATION.SUFFIX`.
        executor: starts the workers, as for timing.
        trees: the root of the tree of each variant, if they are revisions; tables name files from there.
    """

    variants: Mapping[str, Variant]
    runs: int
    folder: Path
    executor: Executor = DEFAULT_EXECUTOR
    trees: Mapping[str, Path] = field(default_factory=dict)

    def profile(self, profilers: Mapping[str, Profiler[Any]], on_start: Callable[[str], None]) -> dict[str, Captured]:
        """Run every profiler on every variant; `on_start` is called with each that has begun.

        Raises:
            NothingMeasuredError: no profiler can be used, or the workload fails under one.
        """
        found: dict[str, Captured] = {}
        for name, profiler in profilers.items():
            try:
                _require(profiler)
                found[name] = self._capture(name, profiler, on_start)
            except ProfilerSkippedError as error:
                found[name] = Captured({}, (), str(error))
        if all(captured.skipped for captured in found.values()):
            reasons = "; ".join(f"{name} skipped: {captured.skipped}" for name, captured in found.items())
            raise NothingMeasuredError(f"no profiler can run: {reasons}")
        return found

    def _capture(self, name: str, profiler: Profiler[Any], on_start: Callable[[str], None]) -> Captured:
        files = files_of(self.folder, self.variants, profiler)
        with ExitStack() as stack:
            drafts = {configuration: stack.enter_context(replaced(file)) for configuration, file in files.items()}
            workers = stack.enter_context(self._workers(name))
            workers.load(PROFILED, self.variants, warm_up_runs=WARM_UP_RUNS, compared=False)
            self._begin(workers, profiler.LIBRARY, drafts)
            on_start(name)
            self._take_turns(workers)
            workers.call_all("profile_end", {configuration: {} for configuration in self.variants})
            suites = [configuration for configuration, variant in self.variants.items() if variant.suite]
            workers.call_all("close", {configuration: {"name": PROFILED} for configuration in suites})
        readings = [self._read(profiler, configuration, file) for configuration, file in files.items()]
        return Captured(files, differences(readings[0], readings[1] if len(readings) > 1 else {}))

    def _workers(self, name: str) -> AbstractContextManager[Workers]:
        """Return a process for each configuration; they share nothing, and are not forked from one parent."""
        apart = {
            configuration: [replace(variant, interpreter=replace(variant.interpreter, process=configuration))]
            for configuration, variant in self.variants.items()
        }
        return self.executor.start(
            apart, hash_seed=HASH_SEED, task=lambda configuration: Task(f"profile {configuration} under {name}")
        )

    def _begin(self, workers: Workers, library: str, drafts: Mapping[str, Path]) -> None:
        answers = workers.call_all(
            "profile",
            {
                configuration: {"name": PROFILED, "library": library, "file": str(draft.absolute())}
                for configuration, draft in drafts.items()
            },
        )
        for configuration, answer in answers.items():
            if "missing" in answer:
                python = self.variants[configuration].interpreter.python
                raise ProfilerSkippedError(
                    f"{python} cannot import {library} ({answer['missing']}); {_remedy(python, library)}"
                )

    def _take_turns(self, workers: Workers) -> None:
        order = list(self.variants)
        turn_s = TURN_SHARE * self.executor.timeout_s
        most_runs = math.ceil(self.runs / TURNS)
        left, runs = self.runs, 1
        while left:
            runs = min(runs, most_runs, left)
            slowest_s = max(self._turn_s(workers, configuration, runs) for configuration in order)
            left -= runs
            runs = max(1, int(runs * turn_s / slowest_s))
            order.reverse()  # so that a steady drift favours no variant

    def _turn_s(self, workers: Workers, configuration: str, runs: int) -> float:
        """Take a turn, and return its duration, which only serves to choose the next one's length."""
        began_s = self.executor.now_s()
        workers.call(configuration, "profile_turn", runs=runs)
        return self.executor.now_s() - began_s

    def _read(self, profiler: Profiler[Any], configuration: str, file: Path) -> Mapping[SourceLocation, Any]:
        try:
            return profiler.read(file, self.runs, self.trees.get(configuration))
        except ProfilerSkippedError as error:
            python, ours = (
                self.variants[configuration].interpreter.python,
                f"{profiler.LIBRARY}=={version(profiler.LIBRARY)}",
            )
            raise ProfilerSkippedError(
                f"wfperf's {ours} cannot read {file}, which that of {python} wrote ({error}); "
                f"install the same version there: {python} -m pip install {ours}"
            ) from error


def files_of(folder: Path, names: Iterable[str], profiler: Profiler[Any]) -> dict[str, Path]:
    """Return the file of each configuration under a profiler, whatever stands in its name, such as a folder."""
    files: dict[str, Path] = {}
    for name in names:
        stem = UNUSUAL.sub("-", name).strip("-") or PROFILED
        file = folder / f"{stem}.{profiler.SUFFIX}"
        files[name] = file if file not in files.values() else folder / f"{stem}-{len(files) + 1}.{profiler.SUFFIX}"
    return files


def check_files(folder: Path, names: Sequence[str], profilers: Mapping[str, Profiler[Any]], *, force: bool) -> None:
    """Check, before the work begins, that every file can be written.

    Raises:
        UsageError: one exists and `force` is not given, or the folder cannot be written.
    """
    for profiler in profilers.values():
        for file in files_of(folder, names, profiler).values():
            check_writable(file, force=force)


def _require(profiler: Profiler[Any]) -> None:
    try:
        importlib.import_module(profiler.LIBRARY)
    except ImportError as error:
        raise ProfilerSkippedError(f"cannot import {profiler.LIBRARY} ({error})") from error


def _remedy(python: str, library: str) -> str:
    if library in sys.stdlib_module_names:
        return "it belongs to the standard library: complete that Python, or name another one"
    return f"to profile with it there: {python} -m pip install {library}"
