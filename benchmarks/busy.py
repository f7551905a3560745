"""Whether intervals hold the truth on a machine that is busy: four processes without a pause, on two processors.

Usage: python benchmarks/busy.py [--true 20] [--same 20] [--gates 8] [--report]

First, while nothing else runs, the truth: by how much `tenth` (calibrated.py) takes longer than `longer`, in processor
time, both in turn in one process, in 40 fresh ones. Then, beside the four: `wfperf compare` for 20 s each, of the two
and of one held against itself, on all processors in turn and on one (`--cpu`); and `wfperf gate --base HEAD~1 --only
time` of commits that change nothing.

Each answer is a line of data/busy.jsonl; a run that was stopped goes on where that ends.
Needs: pip install '.[bench]', and git.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from answers import DATA, Answer, Question, ask, busy, mixed, options, read, took
from calibration import interval, run
from gate import decide

HERE = Path(__file__).resolve().parent
FILE = DATA / "busy.jsonl"
BUSY = 4
SECONDS = 20
PAIRS = {"true": ("longer", "tenth"), "same": ("longer", "longer")}
SMALLEST = 0.01
"""The smallest effect that counts: so far an interval may lie beside the truth, which is an estimate, too."""

TRUTH_PROCESSES, TRUTH_ROUNDS = 40, 60


def main() -> None:
    """Ask what has not been asked yet, then report."""
    parser = options(__doc__, FILE)
    parser.add_argument("--true", type=int, default=20, help="comparisons of a true 10 %%, free and on one processor")
    parser.add_argument("--same", type=int, default=20, help="comparisons of identical code, likewise")
    parser.add_argument("--gates", type=int, default=8, help="gates of commits that change nothing")
    parser.add_argument("--truth-of", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.truth_of is not None:
        print(truth(chosen.truth_of))
        return
    if not chosen.report:
        ask([{"case": "truth"}], chosen.file, lambda _: measured_truth())
        kinds = {(case, where): getattr(chosen, case) for case in PAIRS for where in ("turns", "one")}
        cases = mixed({f"{case} {where}": number for (case, where), number in kinds.items()} | {"gate": chosen.gates})
        with busy(BUSY):
            ask([{"case": case, "number": number} for case, number in cases], chosen.file, answer)
    print(report(read(chosen.file)))


def measured_truth() -> Answer:
    """Return the speedup of `tenth` over `longer`, and how far the middle half of the processes lies apart."""
    ratios = [float(run("busy", "--truth-of", str(seed), cwd=HERE).stdout) for seed in range(TRUTH_PROCESSES)]
    low, middle, high = (math.expm1(each) for each in statistics.quantiles(ratios))
    return {"speedup": middle, "quartiles": [low, high], "load": os.getloadavg()[0]}


def truth(seed: int) -> float:
    """Return the median log-ratio of processor times in this process."""
    from calibrated import longer, tenth  # noqa: PLC0415 - only this process times them itself

    draw = random.Random(seed)  # noqa: S311 - an order
    for each in (longer, tenth) * 20:
        each()
    ratios = []
    for _ in range(TRUTH_ROUNDS):
        taken = {}
        for each in draw.sample((longer, tenth), 2):
            start_ns = time.process_time_ns()
            each()
            taken[each] = time.process_time_ns() - start_ns
        ratios.append(math.log(taken[longer] / taken[tenth]))
    return statistics.median(ratios)


def answer(question: Question) -> Answer:
    """Ask wfperf for an interval, or its gate for a decision."""
    case, number = str(question["case"]), int(question["number"])
    if case == "gate":
        return decide({"case": "same", "number": number})
    pair, where = case.split()
    old, new = PAIRS[pair]
    cpus = sorted(os.sched_getaffinity(0))
    pinned = ("--cpu", str(cpus[number % len(cpus)])) if where == "one" else ()
    return interval(
        *("--a", f"calibrated:{old}", "--b", f"calibrated:{new}"),
        *("--max-time", str(SECONDS), "--precision", "0.001", "--seed", str(number + 1), *pinned),
    )


def report(answers: Sequence[Mapping[str, Any]]) -> str:
    """Return how often intervals miss the truth, and what they look like."""
    known = next(each for each in answers if each["case"] == "truth")
    low, high = (100 * each for each in known["quartiles"])
    apart = f"the middle half of {TRUTH_PROCESSES} processes {low:.2f} to {high:.2f}"
    heading = (
        f"{'case':12} {'asked':>5} {'no ends':>7} {'miss':>4} {'miss by > 1 %':>13} {'called':>6} {'control off':>11} "
        f"{'estimate, median':>16} {'half width':>10} {'blocks':>6} {'processor time':>14} {'seconds':>15}"
    )
    lines = [f"truth: {100 * known['speedup']:.2f} %, {apart}", heading]
    for case in dict.fromkeys(each["case"] for each in answers):
        asked = [each for each in answers if each["case"] == case]
        if case == "gate":
            codes = Counter(each["code"] for each in asked)
            lines.append(f"gates: {codes[0]} PASS, {codes[1]} FAIL, {codes[3]} INCONCLUSIVE; seconds {took(asked)}")
        elif case != "truth":
            lines.append(_row(case, asked, known["speedup"] if case.startswith("true") else 0.0))
    return "\n".join(lines)


def _row(case: str, asked: Sequence[Mapping[str, Any]], true: float) -> str:
    bounded = [each for each in asked if each["low"] is not None and each["high"] is not None]
    off_by = [max(each["low"] - true, true - each["high"], 0.0) for each in bounded]
    called = sum((each["low"] > 0 or each["high"] < 0) and abs(each["estimate"]) >= SMALLEST for each in bounded)
    width = statistics.median((each["high"] - each["low"]) / 2 for each in bounded)
    return (
        f"{case:12} {len(asked):5} {len(asked) - len(bounded):7} {sum(each > 0 for each in off_by):4} "
        f"{sum(each > SMALLEST for each in off_by):13} {called:6} {sum(each['off'] for each in asked):11} "
        f"{100 * statistics.median(each['estimate'] for each in asked):14.2f} % {100 * width:8.1f} % "
        f"{statistics.median(each['blocks'] for each in asked):6.0f} "
        f"{100 * statistics.median(each['by_processor'] for each in asked):12.0f} % {took(asked):>15}"
    )


if __name__ == "__main__":
    main()
