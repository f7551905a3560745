"""Profile one configuration, or two, each under each profiler alone in a fresh process; hold two against each other.

The two processes of a profiler take turns, one working while the other waits: a machine that slows down
then slows both, and does not show as a difference between them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wfperf.errors import NothingMeasuredError
from wfperf.measure.subject import Subject
from wfperf.profilers.children import Child, child
from wfperf.profilers.difference import differences
from wfperf.profilers.profiled import Captured
from wfperf.profilers.profiler import Profiler
from wfperf.results.files import check_writable, replaced

TURNS = 10


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
            NothingMeasuredError: no profiler is installed, or the workload fails under one.
        """
        missing = {name: reason for name, profiler in profilers.items() if (reason := _missing(profiler))}
        if len(missing) == len(profilers):
            reasons = "; ".join(f"{name} skipped: {reason}" for name, reason in missing.items())
            raise NothingMeasuredError(f"no profiler can run: {reasons}")
        return {
            name: Captured({}, (), missing[name]) if name in missing else self._capture(name, profiler, on_start)
            for name, profiler in profilers.items()
        }

    def _capture(self, name: str, profiler: Profiler[Any], on_start: Callable[[str], None]) -> Captured:
        files = self._files(profiler)
        with ExitStack() as stack:
            children = []
            for configuration, file in files.items():
                draft = stack.enter_context(replaced(file))
                started = stack.enter_context(
                    child(f"{configuration} under {name}", self.subjects[configuration].place.python)
                )
                started.send(self._request(name, configuration, draft))
                children.append(started)
            for started in children:
                started.wait_until_ready()
            on_start(name)
            self._take_turns(children)
        readings = [profiler.read(file, self.runs) for file in files.values()]
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

    def _request(self, profiler: str, configuration: str, file: Path) -> str:
        subject = self.subjects[configuration]
        return json.dumps(
            {
                "profiler": profiler,
                "path": subject.place.path,
                "target": subject.target,
                "arguments": None if subject.arguments is None else dict(subject.arguments),
                "configuration": subject.configuration,
                "packages": subject.packages,
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


def _missing(profiler: Profiler[Any]) -> str:
    try:
        profiler.require()
    except ImportError as error:
        return f"cannot import {profiler.LIBRARY} ({error})"
    return ""
