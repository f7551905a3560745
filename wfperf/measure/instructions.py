"""Instructions of a run, counted by callgrind: the same to the last digit where times scatter by 20 %."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from wfperf.errors import NothingMeasuredError
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.subject import Subject

COUNTED = "counted"
RUNS = 10
"""Callgrind slows a program fifty times; ten runs are enough where counts repeat within millionths."""

SLOWNESS = 50
"""How much slower a program is under callgrind, about."""

MISSING = "not available: install valgrind"
_TOTALS = re.compile(rb"^(?:totals|summary): (\d+)", re.MULTILINE)


def missing() -> str:
    """Return why instructions cannot be counted here; empty where they can."""
    return "" if shutil.which("valgrind") else MISSING


def count_instructions(subjects: Mapping[str, Subject], executor: Executor = DEFAULT_EXECUTOR) -> dict[str, int]:
    """Return the instructions of one run of each subject: (2N runs minus N runs) / N, hash seed 0.

    Every subject has two processes, alike but for how often they run; what comes before and after cancels. Under
    valgrind memory lies at the same addresses every time, and the environment is scrubbed, so that three counts in a
    row agree within some 20 instructions of millions, which the digits of process ids cost. They are those of one
    memory layout: where an allocator's pool happens to fill and empty in a loop is part of the count.

    Raises:
        NothingMeasuredError: valgrind is missing, or a subject cannot be run.
    """
    if reason := missing():
        raise NothingMeasuredError(f"instructions are {reason}")
    runs = {f"{side}, {times} times": (subject, times * RUNS) for side, subject in subjects.items() for times in (1, 2)}
    with tempfile.TemporaryDirectory() as folder:
        counted = _count(runs, Path(folder), executor)
    return {side: round((counted[f"{side}, 2 times"] - counted[f"{side}, 1 times"]) / RUNS) for side in subjects}


def _count(sides: Mapping[str, tuple[Subject, int]], folder: Path, executor: Executor) -> dict[str, int]:
    valgrind = ("valgrind", "--tool=callgrind", "--quiet", f"--callgrind-out-file={folder}/%p")
    patient = executor.under(*valgrind).with_timeout(executor.timeout_s * SLOWNESS)
    with patient.start({side: [subject] for side, (subject, _) in sides.items()}, hash_seed=0) as workers:
        workers.load(COUNTED, {side: subject for side, (subject, _) in sides.items()}, warm_up_runs=RUNS)
        workers.call_all("run", {side: {"name": COUNTED, "runs": runs} for side, (_, runs) in sides.items()})
        files = {side: folder / str(workers.pid(side)) for side in sides}
        workers.end()
        return {side: _total(file, time.monotonic() + patient.timeout_s) for side, file in files.items()}


def _total(file: Path, until_s: float) -> int:
    """Wait for callgrind to write its file, and return the instructions it has counted."""
    while time.monotonic() < until_s:
        if file.exists() and (found := _TOTALS.findall(file.read_bytes())):
            return int(found[-1])
        time.sleep(0.05)
    raise NothingMeasuredError("callgrind wrote no counts, so there are no instructions to compare")
