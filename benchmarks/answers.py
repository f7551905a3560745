"""Long runs that can be stopped: a line of JSON for each answer, on a machine that another process keeps busy."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"

Question = Mapping[str, str | float]
Answer = Mapping[str, Any]

# It ends by itself when the script does, however that was.
LOAD = """
import os, random, sys, time
draw = random.Random(int(sys.argv[1]))
parent = os.getppid()
while os.getppid() == parent:
    until = time.monotonic() + draw.uniform(0.1, 3.0)
    while time.monotonic() < until:
        pass
    time.sleep(draw.uniform(0.1, 3.0))
"""


def options(about: str, file: Path) -> argparse.ArgumentParser:
    """Return the options that all long runs have; `about` is the script's own docstring, `file` where answers go."""
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    parser.add_argument("--file", type=Path, default=file)
    parser.add_argument("--report", action="store_true", help="only report")
    return parser


def ask(questions: Sequence[Question], file: Path, answer: Callable[[Question], Answer]) -> None:
    """Ask what the file does not hold yet, and append each answer with its question, machine and seconds."""
    answers = read(file)
    left = [each for each in questions if not any(each.items() <= known.items() for known in answers)]
    file.parent.mkdir(parents=True, exist_ok=True)
    machine = f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}"
    for at, question in enumerate(left, 1):
        start_s = time.monotonic()
        given = answer(question)
        seconds = round(time.monotonic() - start_s, 1)
        line = json.dumps({**question, "seconds": seconds, "machine": machine, **given})
        with file.open("a", encoding="utf-8") as lines:
            lines.write(line + "\n")
        print(f"{at} of {len(left)}: {line}", file=sys.stderr, flush=True)


def read(file: Path) -> list[dict[str, Any]]:
    """Return the answers so far; a last line that was cut off is left out."""
    if not file.exists():
        return []
    lines = file.read_text(encoding="utf-8").split("\n")[:-1]
    return [json.loads(line) for line in lines]


def mixed(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return each case as often as wanted, numbered and mixed evenly, so that a machine that drifts is alike to all."""
    cases = [(case, number, number / wanted) for case, wanted in counts.items() for number in range(wanted)]
    return [(case, number) for case, number, _ in sorted(cases, key=lambda each: each[2])]


def took(answers: Sequence[Answer]) -> str:
    """Return how long answers took in seconds, in words: the median, and the longest."""
    seconds = [each["seconds"] for each in answers]
    return f"{statistics.median(seconds):.1f}, max {max(seconds):.1f}"


BUSY = """
import os
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(1_000_000):
        pass
"""


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep so many processes running without a pause."""
    with ExitStack() as stack:
        for _ in range(processes):
            process = stack.enter_context(subprocess.Popen([sys.executable, "-c", BUSY]))  # noqa: S603 - the text above
            stack.callback(process.kill)
        yield


@contextmanager
def load(seed: int) -> Iterator[None]:
    """Keep the machine busy now and then, by another process."""
    with subprocess.Popen([sys.executable, "-c", LOAD, str(seed)]) as process:  # noqa: S603 - the text above
        try:
            yield
        finally:
            process.kill()
