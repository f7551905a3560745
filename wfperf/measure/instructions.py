"""Instructions of a run, counted by callgrind: they repeat within millionths where times vary by 20 %."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from wfperf.errors import NothingMeasuredError
from wfperf.measure.executor import DEFAULT_EXECUTOR, Executor
from wfperf.measure.variant import Variant

COUNTED = "counted"
RUNS = 10
"""Callgrind slows a program fifty times; ten runs are enough, because counts repeat within millionths."""

SLOWNESS = 50
"""How many times slower a program is under callgrind."""

MISSING = "not available: install valgrind"
_TOTALS = re.compile(rb"^(?:totals|summary): (\d+)", re.MULTILINE)


def missing() -> str:
    """Return why instructions cannot be counted here; empty if they can."""
    return "" if shutil.which("valgrind") else MISSING


def count_instructions(variants: Mapping[str, Variant], executor: Executor = DEFAULT_EXECUTOR) -> dict[str, int]:
    """Return the instructions of one run of each variant: (2N runs minus N runs) / N, hash seed 0.

    Every variant has two processes that differ only in the number of runs, so start and end cancel out. Valgrind uses
    the same addresses every time, and the environment is scrubbed, so three counts in a row agree within some 20
    instructions of millions, which the digits of process ids cost. The counts are those of one memory layout: an
    allocator's pool that happens to fill and empty in a loop is part of them.

    Raises:
        NothingMeasuredError: valgrind is missing, or a variant cannot be run.
    """
    if reason := missing():
        raise NothingMeasuredError(f"instructions are {reason}")
    runs = {f"{name}, {times} times": (variant, times * RUNS) for name, variant in variants.items() for times in (1, 2)}
    with tempfile.TemporaryDirectory() as folder:
        counted = _count(runs, Path(folder), executor)
    return {name: round((counted[f"{name}, 2 times"] - counted[f"{name}, 1 times"]) / RUNS) for name in variants}


def _count(variants: Mapping[str, tuple[Variant, int]], folder: Path, executor: Executor) -> dict[str, int]:
    valgrind = ("valgrind", "--tool=callgrind", "--quiet", f"--callgrind-out-file={folder}/%p")
    patient = executor.under(*valgrind).with_timeout(executor.timeout_s * SLOWNESS)
    with patient.start({name: [variant] for name, (variant, _) in variants.items()}, hash_seed=0) as workers:
        asked = {name: variant for name, (variant, _) in variants.items()}
        workers.load(COUNTED, asked, warm_up_runs=RUNS, compared=False)
        workers.call_all("run", {name: {"name": COUNTED, "runs": runs} for name, (_, runs) in variants.items()})
        files = {name: folder / str(workers.pid(name)) for name in variants}
        workers.end()
        return {name: _total(file, time.monotonic() + patient.timeout_s) for name, file in files.items()}


def _total(file: Path, until_s: float) -> int:
    """Wait for callgrind to write its file, and return the instructions it has counted."""
    while time.monotonic() < until_s:
        if file.exists() and (found := _TOTALS.findall(file.read_bytes())):
            return int(found[-1])
        time.sleep(0.05)
    raise NothingMeasuredError("callgrind wrote no counts, so there are no instructions to compare")
