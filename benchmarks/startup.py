"""What a light command line costs: `wfperf --help` against `python -c "import click"`.

Usage: python benchmarks/startup.py [--pairs 40]

Both are whole processes, timed from start to end, one of each in every pair in random order, so that drift
hits both alike. Printed are both medians and the median of the pairs' ratios with its 95 % interval.

Exit codes: 0 at most twice the time, 1 more than that, 3 the interval reaches over 2 on either side.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from wfperf.stats.order_statistics import median_interval

LIMIT = 2.0
SEED = 1


def main() -> int:
    """Measure, print, and judge."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--pairs", type=int, default=40)
    pairs = options.parse_args().pairs
    script = Path(sys.executable).with_name("wfperf")
    if not script.is_file():
        print(f"no {script}; install wfperf into this environment first", file=sys.stderr)
        return 2
    commands = {
        "wfperf --help": [str(script), "--help"],
        'python -c "import click"': [sys.executable, "-c", "import click"],
    }
    measured: dict[str, list[float]] = {name: [] for name in commands}
    order, names = random.Random(SEED), list(commands)  # noqa: S311 - an order, no secret
    for command in commands.values():
        duration_s(command)  # the first reads from the disk
    for pair in range(pairs):
        for name in order.sample(names, len(names)):
            measured[name].append(duration_s(commands[name]))
        print(f"\r{pair + 1} of {pairs} pairs", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return judge(measured)


def duration_s(command: Sequence[str]) -> float:
    """Return the seconds from a process's start to its end."""
    since_s = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - the two commands above
    return time.perf_counter() - since_s


def judge(measured: dict[str, list[float]]) -> int:
    """Print medians and ratio, and return the exit code."""
    for name, durations_s in measured.items():
        print(f"{name:<26} {statistics.median(durations_s) * 1000:7.1f} ms")
    light, bare = measured.values()
    logs = [math.log(ours / theirs) for ours, theirs in zip(light, bare, strict=True)]
    ratio = median_interval(logs).through(math.exp)
    print(f"ratio, median of {len(logs)} pairs   {ratio.estimate:.2f}x [{ratio.low:.2f}, {ratio.high:.2f}]")
    if ratio.high <= LIMIT:
        return 0
    return 1 if ratio.low > LIMIT else 3


if __name__ == "__main__":
    sys.exit(main())
