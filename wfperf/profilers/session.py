"""Profile one configuration, or two, each under each profiler alone in a fresh process; hold two against each other.

The two processes of a profiler take turns, one working while the other waits: a machine that slows down
then slows both, and does not show as a difference between them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from wfperf.errors import NothingMeasuredError
from wfperf.measure.subject import Subject
from wfperf.profilers.children import Child, child
from wfperf.profilers.difference import differences
from wfperf.profilers.profiler import Profiler
from wfperf.profilers.skipped import ProfilerSkippedError
from wfperf.results.files import check_writable, replaced
from wfperf.results.profiled import Captured, SourceLocation

TURNS = 10
"""A machine that slows down for a tenth of the time slows both sides."""


@dataclass(frozen=True, slots=True)
class Session:
    """What is profiled, and where its files go.

    Args:
        subjects: one or two subjects by the names of their configurations, the one before first.
        runs: how many runs each profiler sees, after a few that it does not.
        folder: where the files go: `CONFIGURATION.SUFFIX`.
    """

    subjects: Mapping[str, Subject]
    runs: int
    folder: Path

    def profile(self, profilers: Mapping[str, Profiler[Any]], on_start: Callable[[str], None]) -> dict[str, Captured]:
        """Run every profiler on every subject; `on_start` is told which one has begun.

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
        files = self._files(profiler)
        with ExitStack() as stack:
            children = []
            for configuration, file in files.items():
                draft = stack.enter_context(replaced(file))
                place = self.subjects[configuration].place
                started = stack.enter_context(child(f"{configuration} under {name}", profiler.LIBRARY, place))
                started.send(self._request(profiler.LIBRARY, configuration, draft))
                children.append(started)
            for started in children:
                started.wait_until_ready()
            on_start(name)
            self._take_turns(children)
        readings = [self._read(profiler, configuration, file) for configuration, file in files.items()]
        return Captured(files, differences(readings[0], readings[1] if len(readings) > 1 else {}))

    def _take_turns(self, children: list[Child]) -> None:
        turns = min(TURNS, self.runs)
        for turn in range(turns):
            runs = self.runs // turns + (turn < self.runs % turns)
            for each in children:
                each.send(str(runs))
                each.wait_until_ready()
            children.reverse()  # a steady drift is no side's advantage
        for each in children:
            each.finish()

    def _read(self, profiler: Profiler[Any], configuration: str, file: Path) -> Mapping[SourceLocation, Any]:
        try:
            return profiler.read(file, self.runs)
        except ProfilerSkippedError as error:
            python, ours = self.subjects[configuration].place.python, f"{profiler.LIBRARY}=={version(profiler.LIBRARY)}"
            raise ProfilerSkippedError(
                f"wfperf's {ours} cannot read {file}, which that of {python} wrote ({error}); "
                f"to have it read: {python} -m pip install {ours}"
            ) from error

    def _request(self, library: str, configuration: str, file: Path) -> str:
        subject = self.subjects[configuration]
        return json.dumps(
            {
                "library": library,
                "path": subject.place.path,
                "target": subject.target,
                "arguments": None if subject.arguments is None else dict(subject.arguments),
                "configuration": subject.configuration,
                "packages": subject.packages,
                "trees": subject.trees,
                "file": str(file.absolute()),
            }
        )

    def _files(self, profiler: Profiler[Any]) -> dict[str, Path]:
        return files_of(self.folder, self.subjects, profiler)


def files_of(folder: Path, names: Iterable[str], profiler: Profiler[Any]) -> dict[str, Path]:
    """Return the file of each configuration under a profiler."""
    return {name: folder / f"{name}.{profiler.SUFFIX}" for name in names}


def check_files(folder: Path, names: Sequence[str], profilers: Mapping[str, Profiler[Any]], *, force: bool) -> None:
    """Make sure, before the work begins, that every file can be written.

    Raises:
        UsageError: one exists and `force` is not given, or the folder cannot be written.
    """
    for profiler in profilers.values():
        for file in files_of(folder, names, profiler).values():
            check_writable(file, force=force)


def _require(profiler: Profiler[Any]) -> None:
    try:
        profiler.require()
    except ImportError as error:
        raise ProfilerSkippedError(f"cannot import {profiler.LIBRARY} ({error})") from error
