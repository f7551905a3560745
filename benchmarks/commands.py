"""How often wfperf and hyperfine tell two commands apart that differ by 5 %, and two that are alike, on a busy machine.

Usage: python benchmarks/commands.py [--true 20] [--same 20] [--tools wfperf,hyperfine] [--report]

First, while nothing else runs, the truth: by how much the longer program takes longer, in processor time, both in turn.
Then each tool is asked about the same two programs, as it measures by default (wfperf for 55 s at most, hyperfine for
about 3 s a command), while another process runs without a pause. Each answer is a line of data/commands.jsonl; a run
that was stopped goes on where that ends.

A call is: for wfperf, the interval excludes 0 and the estimate is 1 % at least. hyperfine gives no interval of the
ratio: its summary has the ratio with one standard deviation of the runs, and its scripts have Welch's t-test, here at
5 %; a call of either is counted.
Needs: hyperfine on the path.
"""

from __future__ import annotations

import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from answers import DATA, Answer, Question, ask, busy, mixed, options, read, took
from calibration import run

FILE = DATA / "commands.jsonl"
BUSY = 1
SECONDS = 55.0
"""wfperf's default: it ends earlier when its interval is narrow. hyperfine decides itself how often it runs."""
SMALLEST = 0.01
STEPS = {"short": 600_000, "long": 640_000}
"""Steps of both programs; with the start of the interpreter, the long one takes about 5 % longer."""
PAIRS = {"true": ("short", "long"), "same": ("short", "short")}
TRUTH_PAIRS = 200
PROGRAM = "import sys\ntotal = 0\nfor step in range(int(sys.argv[1])):\n    total += step\nprint(total > 0)\n"
ALMOST_ALL = 1.96
"""Of a normal distribution: so many standard errors hold 95 %."""


def main() -> None:
    """Ask what has not been asked yet, then report."""
    parser = options(__doc__, FILE)
    parser.add_argument("--true", type=int, default=20, help="comparisons of commands that differ by 5 %%")
    parser.add_argument("--same", type=int, default=20, help="comparisons of commands that are alike")
    parser.add_argument("--tools", default=",".join(TOOLS))
    chosen = parser.parse_args()
    if not chosen.report:
        ask([{"case": "truth"}], chosen.file, lambda _: measured_truth())
        cases = mixed({"true": chosen.true, "same": chosen.same})
        asked = [{"case": case, "number": n, "tool": tool} for case, n in cases for tool in chosen.tools.split(",")]
        with busy(BUSY):
            ask(asked, chosen.file, answer)
    print(report(read(chosen.file)))


def words(program: Path, which: str) -> list[str]:
    """Return a command; -B and -S leave out what an installation adds to the start."""
    return [sys.executable, "-B", "-S", str(program), str(STEPS[which])]


def measured_truth() -> Answer:
    """Return by how much the long program takes longer: by the lower quartiles, which others disturb least."""
    draw = random.Random(1)  # noqa: S311 - an order
    taken: dict[str, list[float]] = {which: [] for which in STEPS}
    with tempfile.TemporaryDirectory() as folder:
        program = written(Path(folder))
        for _ in range(TRUTH_PAIRS):
            for which in draw.sample(list(STEPS), len(STEPS)):
                taken[which].append(processor_s(words(program, which)))
    short, long = (statistics.quantiles(taken[which])[0] for which in ("short", "long"))
    return {"longer": long / short - 1, "load": os.getloadavg()[0]}


def processor_s(command: Sequence[str]) -> float:
    """Return the processor time of a command, in seconds."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def written(folder: Path) -> Path:
    """Write the program, and return its file."""
    program = folder / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    return program


def answer(question: Question) -> Answer:
    """Ask a tool; the second command gets a word more where both are alike, because wfperf refuses the same one."""
    old, new = PAIRS[str(question["case"])]
    number = int(question["number"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        program = written(folder)
        commands = [" ".join(words(program, old)), " ".join([*words(program, new), "again"])]
        return {**TOOLS[str(question["tool"])](commands, number, folder), "load": os.getloadavg()[0]}


def by_wfperf(commands: Sequence[str], number: int, folder: Path) -> Answer:
    """Ask wfperf."""
    done = run(
        *("wfperf", "compare", *(word for each in commands for word in ("--command", each))),
        *("--max-time", str(SECONDS), "--seed", str(number + 1), "--no-history", "--format", "json"),
        cwd=folder,
    )
    result = json.loads(done.stdout)
    (finding,), (control,) = result["findings"], result["controls"]
    low, estimate, high = (finding["effect"][end] for end in ("low", "estimate", "high"))
    called = low is not None and high is not None and (low > 0 or high < 0) and abs(estimate) >= SMALLEST
    kept = {"low": low, "high": high, "blocks": finding["blocks"], "off": control["off"]}
    return {"calls": {"wfperf": called}, "estimate": estimate, **kept}


def by_hyperfine(commands: Sequence[str], number: int, folder: Path) -> Answer:
    """Ask hyperfine, which runs one command after the other; the number decides which one is first."""
    file = folder / "times.json"
    order = list(commands) if number % 2 == 0 else list(reversed(commands))
    options = ("-N", "--warmup", "2", "--export-json", str(file))
    subprocess.run(["hyperfine", *options, *order], check=True, capture_output=True)  # noqa: S603, S607 - from the path
    results = {each["command"]: each["times"] for each in json.loads(file.read_text(encoding="utf-8"))["results"]}
    old, new = (results[each] for each in commands)
    ratio = statistics.mean(old) / statistics.mean(new)
    apart = ratio * math.hypot(*(statistics.stdev(each) / statistics.mean(each) for each in (old, new)))
    error = math.sqrt(statistics.variance(old) / len(old) + statistics.variance(new) / len(new))
    t = abs(statistics.mean(old) - statistics.mean(new)) / error
    calls = {"hyperfine, its ± excludes 1": abs(ratio - 1) > apart, "hyperfine, t-test": t > ALMOST_ALL}
    return {"calls": calls, "estimate": ratio - 1, "runs": len(old) + len(new)}


TOOLS: Mapping[str, Callable[[Sequence[str], int, Path], Answer]] = {"wfperf": by_wfperf, "hyperfine": by_hyperfine}


def report(answers: Sequence[Mapping[str, Any]]) -> str:
    """Return how often each tool calls commands different."""
    known = next(each for each in answers if each["case"] == "truth")
    slower = 100 * (1 / (1 + known["longer"]) - 1)
    truth = f"truth: the long program takes {100 * known['longer']:.2f} % longer, a speedup of {slower:.2f} %"
    heading = (
        f"{'case':5} {'called by':28} {'asked':>5} {'called':>6} {'right way':>9} {'estimate, all within':>24} "
        f"{'seconds':>16}"
    )
    lines = [truth, heading]
    for case in PAIRS:
        for tool in TOOLS:
            asked = [each for each in answers if each["case"] == case and each["tool"] == tool]
            for by in asked[0]["calls"] if asked else ():
                called = [each for each in asked if each["calls"][by]]
                right = sum(each["estimate"] < 0 for each in called)
                within = f"{100 * min(each['estimate'] for each in asked):+.1f} to "
                within += f"{100 * max(each['estimate'] for each in asked):+.1f} %"
                lines.append(
                    f"{case:5} {by:28} {len(asked):5} {len(called):6} {right:9} {within:>24} {took(asked):>16}"
                )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
