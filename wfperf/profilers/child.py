"""The process in which one profiler watches one configuration, and nothing else.

Run by path, with the standard library alone and on Python 3.9 or later, as the worker is: nothing of wfperf's own path
reaches the interpreter, whose libraries are profiled as they are timed. The profiler, too, is the interpreter's own.

The first line on stdin says what to do, as a JSON object, so that no database password is in a command line:

    {"library", "path": [...], "target", "arguments", "configuration", "packages", "trees", "file"}

`path` goes before the interpreter's own. Each line after it is a turn: how many runs come next. Each line is answered
by a JSON object on stdout: {} when it is done; {"missing": reason} where the interpreter has no such profiler;
{"error": reason} where the subject fails. When stdin ends the profile is written.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import os
import sys
import traceback
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, TextIO

WARM_UP_RUNS = 3
"""Imports, connections and buffers are there after the first; the second and third are for what that one left."""

WORKER = Path(__file__).parents[1] / "measure" / "worker.py"

Capture = Callable[[Callable[[], Any], Iterable[int], Path, Container[CodeType]], None]
"""Profiles a subject into a file; the last argument tells its own code.

The turns give how many runs come next, and may wait before they do: nothing is timed meanwhile.
"""


def main() -> None:
    """Build the workload, warm it up and profile it."""
    request = json.loads(sys.stdin.readline())
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a subject prints is no answer
    worker = _worker()
    sys.path[:1] = request["path"]  # instead of the folder of this file
    try:
        importlib.import_module(request["library"])
    except ImportError as error:
        _answer(answers, missing=str(error))
        return
    try:
        made = worker.build(request["target"], request["arguments"], request["configuration"])
        workload = worker.Workload(made, request["packages"], request["trees"])
        for _ in range(WARM_UP_RUNS):
            workload.run()
        gc.collect()
        CAPTURES[request["library"]](workload.run, _turns(answers), Path(request["file"]), workload.own)
        getattr(made, "close", lambda: None)()
    except Exception as error:  # noqa: BLE001 - whatever a subject raises is the answer
        traceback.print_exc()
        _answer(answers, error=f"{type(error).__name__}: {error}")
        sys.exit(1)


def _worker() -> Any:
    """Return the worker's module: a workload is made here as it is where it is timed."""
    spec = importlib.util.spec_from_file_location("_wfperf_worker", WORKER)
    assert spec is not None  # noqa: S101 - it is a Python file
    assert spec.loader is not None  # noqa: S101
    worker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(worker)
    return worker


def _turns(answers: TextIO) -> Iterator[int]:
    _answer(answers)
    for line in sys.stdin:
        yield int(line)
        _answer(answers)


def _answer(answers: TextIO, **answer: str) -> None:
    answers.write(f"{json.dumps(answer)}\n")
    answers.flush()


def _functions(run: Callable[[], Any], turns: Iterable[int], file: Path, _own: Container[CodeType]) -> None:
    """Profile every turn's runs into a file that pstats and snakeviz open."""
    import cProfile  # noqa: PLC0415 - some distributions ship Python without it

    profiler = cProfile.Profile()
    for runs in turns:
        profiler.enable()
        for _ in range(runs):
            run()
        profiler.disable()
    profiler.dump_stats(file)


def _lines(run: Callable[[], Any], turns: Iterable[int], file: Path, own: Container[CodeType]) -> None:
    """Profile the subject's own functions in every turn's runs into a file that `python -m line_profiler` opens.

    `run` must have run before: closures are profiled where they exist.
    """
    from line_profiler import LineProfiler  # noqa: PLC0415 - only if this interpreter has it

    profiler = LineProfiler()
    for function in _own_functions(own):
        profiler.add_function(function)
    for runs in turns:
        profiler.enable_by_count()
        for _ in range(runs):
            run()
        profiler.disable_by_count()
    profiler.dump_stats(file)


def _own_functions(own: Container[CodeType]) -> Iterator[FunctionType]:
    """Give every live function of the subject's own.

    The seams' implementations are closures. A module's namespace, where kernprof looks, does not hold them.
    """
    for found in gc.get_objects():
        if isinstance(found, FunctionType) and found.__code__ in own:
            yield found


def _allocations(run: Callable[[], Any], turns: Iterable[int], file: Path, _own: Container[CodeType]) -> None:
    """Track every turn's runs into a file that memray's reporters open."""
    import memray  # noqa: PLC0415 - only if this interpreter has it

    # Compressing would go through a second file beside this one, which an interrupt could leave behind.
    destination = memray.FileDestination(file, overwrite=True, compress_on_exit=False)
    with memray.Tracker(destination=destination, trace_python_allocators=True):
        for runs in turns:
            for _ in range(runs):
                run()


CAPTURES: Mapping[str, Capture] = {"cProfile": _functions, "line_profiler": _lines, "memray": _allocations}
"""How each profiler watches, by the library that it is."""


if __name__ == "__main__":
    main()
