"""The process in which one profiler watches one configuration, and nothing else.

The first line on stdin says what to do, as JSON, so that no database password is in a command line. Each
line after it is a turn: how many runs come next. `READY` on stdout answers each line. When stdin ends the
profile is written.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from wfperf.errors import WfperfError
from wfperf.measure.worker import Workload, build
from wfperf.profilers.profiler import PROFILERS

WARM_UP_RUNS = 3
READY = "ready"


def main() -> None:
    """Build the workload, warm it up and profile it."""
    request = json.loads(sys.stdin.readline())
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a node prints is no answer
    try:
        sys.path[:0] = request["path"]
        made = build(request["target"], request["arguments"], request["configuration"])
        workload = Workload(made, request["packages"])
        for _ in range(WARM_UP_RUNS):
            workload.run()
        gc.collect()
        profiler = PROFILERS[request["profiler"]]
        profiler.capture(workload.run, _turns(answers), Path(request["file"]), workload.own.homes)
        getattr(made, "close", lambda: None)()
    except WfperfError as error:
        sys.exit(str(error))


def _turns(answers: TextIO) -> Iterator[int]:
    answers.write(f"{READY}\n")
    answers.flush()
    for line in sys.stdin:
        yield int(line)
        answers.write(f"{READY}\n")
        answers.flush()


if __name__ == "__main__":
    main()
