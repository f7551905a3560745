"""What the seams themselves cost: the composed engine against the hand-inlined copy in tests/parity.

Usage: python benchmarks/parity.py [--processes 16] [--samples 200] [--scenario typical]

Both run the scenario in the same fresh process, one run a sample, in random order; each process gives one
ratio of medians. Timed is processor time: nothing here waits, and what else runs on the machine counts less.
Printed is the median ratio over the processes with a 95 % percentile bootstrap interval.

Exit codes: 0 within 5 %, 1 more than 5 % off, 3 the interval reaches over 5 % on either side.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from wfperf.engine.clock import FrozenClock
from wfperf.engine.database import Database
from wfperf.engine.workflow import Workflow
from wfperf.fixtures.scenarios import find_scenario
from wfperf.fixtures.seed import seed as seed_database
from wfperf.fixtures.services import SERVICES

INLINED = Path(__file__).resolve().parents[1] / "tests" / "parity" / "inlined.py"
LIMIT = 0.05
RESAMPLES = 10_000


def main() -> int:
    """Measure, print, and judge."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--processes", type=int, default=16)
    options.add_argument("--samples", type=int, default=200, help="of each engine in each process")
    options.add_argument("--scenario", default="typical")
    options.add_argument("--child", type=int, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child is not None:
        print(json.dumps(medians_s(chosen.scenario, chosen.samples, seed=chosen.child)))
        return 0
    measured = []
    for seed in range(chosen.processes):
        measured.append(in_fresh_process(seed, chosen.scenario, chosen.samples))
        print(f"\r{seed + 1} of {chosen.processes} processes", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return judge(measured)


def in_fresh_process(seed: int, scenario: str, samples: int) -> tuple[float, float]:
    """Return the median seconds of a run, composed and inlined, from a process of its own."""
    command = [sys.executable, __file__, "--child", str(seed), "--scenario", scenario, "--samples", str(samples)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - this very file
    composed_s, inlined_s = json.loads(done.stdout)
    return composed_s, inlined_s


def medians_s(name: str, samples: int, seed: int) -> tuple[float, float]:
    """Time both engines in this process, in random order, and return the median seconds of each."""
    inlined = load(INLINED)
    db = Database("sqlite://")
    seed_database(db)
    scenario = find_scenario(name)
    context = scenario.context()
    engines = (
        Workflow(db, services=SERVICES, clock=FrozenClock()),
        inlined.InlinedWorkflow(db, services=SERVICES, clock=FrozenClock()),
    )
    results = [engine.run_workflow(scenario.workflow, "run", context) for engine in engines]
    if results[0] != results[1]:
        raise SystemExit("the engines differ in their results: nothing to time")
    order = [0, 1] * samples
    random.Random(seed).shuffle(order)  # noqa: S311 - an order, not a secret
    times: tuple[list[float], list[float]] = ([], [])
    for side in order:
        run = engines[side].run_workflow
        start = time.process_time()
        run(scenario.workflow, "run", context)
        times[side].append(time.process_time() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def load(path: Path) -> ModuleType:
    """Import a module from its file: the tests are no package."""
    spec = spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"cannot import {path}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judge(measured: Sequence[tuple[float, float]]) -> int:
    """Print the ratio with its interval, and return the exit code that it deserves."""
    ratios = [composed_s / inlined_s for composed_s, inlined_s in measured]
    low, high = bootstrap(ratios)
    composed_s, inlined_s = (statistics.median(side) for side in zip(*measured, strict=True))
    print(f"composed {composed_s * 1e6:8.1f} us of processor time a run, median of {len(ratios)} processes")
    print(f"inlined  {inlined_s * 1e6:8.1f} us")
    print(f"composed / inlined: {statistics.median(ratios):.4f}, 95 % interval [{low:.4f}, {high:.4f}]")
    if low > 1 + LIMIT or high < 1 - LIMIT:
        print(f"FAIL: the seams distort by more than {LIMIT:.0%}")
        return 1
    if low >= 1 - LIMIT and high <= 1 + LIMIT:
        print(f"PASS: within {LIMIT:.0%}")
        return 0
    print(f"INCONCLUSIVE: the interval reaches over {LIMIT:.0%}; more --processes narrow it")
    return 3


def bootstrap(ratios: Sequence[float]) -> tuple[float, float]:
    """Return the 2.5 % and 97.5 % points of the median over resampled processes."""
    draw = random.Random(0)  # noqa: S311 - a resampling, not a secret
    found = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(RESAMPLES))
    return found[round(0.025 * RESAMPLES)], found[round(0.975 * RESAMPLES) - 1]


if __name__ == "__main__":
    sys.exit(main())
