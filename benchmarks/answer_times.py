"""How long wfperf takes to tell a true 10 %, for runs of 50 ns to 5 s, and a factor of two.

Usage: python benchmarks/answer_times.py [--times 10] [--cases 50ns,1us,...] [--file FILE] [--report]

Run it while nothing else runs. First the truth of each case: by how much one function (tenths.py) takes longer than the
other, in processor time, both in turn in one process, in several fresh ones. Then `wfperf compare` with the time that a
case has (`LIMITS`), and of a factor of two without any option. A case is told if the interval has the right sign and
holds the truth. `seconds` are those of the whole command.

Each answer is a line of data/answer_times.jsonl; a run that was stopped goes on where that ends.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from answers import DATA, Answer, Question, ask, mixed, options, read, took
from calibration import interval, run

HERE = Path(__file__).resolve().parent
FILE = DATA / "answer_times.jsonl"
LIMITS = {"50ns": 15, "1us": 15, "50us": 15, "1ms": 15, "20ms": 15, "100ms": 30, "1s": 90, "5s": 420}
"""The time budget of each case, in seconds."""
DOUBLE, DOUBLE_LIMIT = "2x", 6
"""A factor of two, which the default budget must not use up: it is told after so many seconds."""

TRUTH_PROCESSES, TRUTH_S, SAMPLE_S = 12, 2.0, 0.005
"""Fresh processes for the truth, how long each measures, and how long its samples are; long runs take longer."""
NEAR = 0.005
"""How far an interval may lie beside the truth, which is an estimate, too."""


def main() -> None:
    """Ask what has not been asked yet, then report."""
    parser = options(__doc__, FILE)
    parser.add_argument("--times", type=int, default=10, help="how often each case is asked")
    parser.add_argument("--cases", default=",".join([*LIMITS, DOUBLE]))
    parser.add_argument("--truth-of", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.truth_of:
        print(truth(chosen.truth_of[0], int(chosen.truth_of[1])))
        return
    cases = chosen.cases.split(",")
    if not chosen.report:
        ask([{"case": each, "truth": 1} for each in cases], chosen.file, measured_truth)
        numbered = mixed(dict.fromkeys(cases, chosen.times))
        ask([{"case": case, "number": number} for case, number in numbered], chosen.file, answer)
    print(report(read(chosen.file)))


def functions(case: str) -> tuple[str, str]:
    """Return the names of both functions of a case."""
    return ("half", "whole") if case == DOUBLE else (f"base_{case}", f"more_{case}")


def measured_truth(question: Question) -> Answer:
    """Return the speedup of the second function of a case, and how far the middle half of the processes lies apart."""
    case = str(question["case"])
    asked = [("answer_times", "--truth-of", case, str(seed)) for seed in range(TRUTH_PROCESSES)]
    ratios = [float(run(*each, cwd=HERE).stdout) for each in asked]
    low, middle, high = (math.expm1(each) for each in statistics.quantiles(ratios))
    return {"speedup": middle, "quartiles": [low, high], "load": os.getloadavg()[0]}


def truth(case: str, seed: int) -> float:
    """Return the median log-ratio of processor times in this process."""
    import tenths  # noqa: PLC0415 - only this process times them itself

    from wfperf.measure.worker.batches import repetition  # noqa: PLC0415

    both = [repetition(getattr(tenths, name)) for name in functions(case)]
    draw = random.Random(seed)  # noqa: S311 - an order
    runs = 1
    while (once_s := taken_s(both[0], runs)) < SAMPLE_S:
        runs *= 2
    ratios: list[float] = []
    ends_s = time.monotonic() + max(TRUTH_S, once_s)
    while not ratios or time.monotonic() < ends_s:
        order = draw.sample(range(2), 2)
        taken = {at: taken_s(both[at], runs) for at in order}
        ratios.append(math.log(taken[0] / taken[1]))
    return statistics.median(ratios)


def taken_s(repeated: Any, runs: int) -> float:
    """Return the processor time of some runs, in seconds."""
    start_ns = time.process_time_ns()
    repeated(runs)
    return (time.process_time_ns() - start_ns) / 1e9


def answer(question: Question) -> Answer:
    """Ask wfperf."""
    case = str(question["case"])
    old, new = functions(case)
    limit = () if case == DOUBLE else ("--max-time", str(LIMITS[case]))
    return interval(f"tenths:{old}", f"tenths:{new}", *limit, "--seed", str(int(question["number"]) + 1))


def report(answers: Sequence[Mapping[str, Any]]) -> str:
    """Return how often each case was told, and after how long."""
    heading = (
        f"{'case':>6} {'truth':>8} {'limit':>6} {'asked':>5} {'told':>4} {'miss':>4} {'half width':>10} "
        f"{'blocks':>6} {'seconds':>16}"
    )
    lines = [heading]
    for case in [*LIMITS, DOUBLE]:
        known = next((each for each in answers if each["case"] == case and "truth" in each), None)
        asked = [each for each in answers if each["case"] == case and "number" in each]
        if known is None or not asked:
            continue
        true = known["speedup"]
        bounded = [each for each in asked if each["low"] is not None and each["high"] is not None]
        holds = [each["low"] - NEAR <= true <= each["high"] + NEAR for each in bounded]
        told = sum(each["high"] < 0 and held for each, held in zip(bounded, holds, strict=True))
        width = statistics.median((each["high"] - each["low"]) / 2 for each in bounded) if bounded else math.nan
        limit = DOUBLE_LIMIT if case == DOUBLE else LIMITS[case]
        lines.append(
            f"{case:>6} {100 * true:6.2f} % {limit:4} s {len(asked):5} {told:4} {holds.count(False):4} "
            f"{100 * width:8.1f} % {statistics.median(each['blocks'] for each in asked):6.0f} {took(asked):>16}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
