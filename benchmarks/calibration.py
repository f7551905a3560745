"""How often each tool calls identical code different, and how often it finds a true 3 %, on a machine that is busy.

Usage: python benchmarks/calibration.py [--aa 100] [--true 40] [--tools wfperf,pytest-benchmark,pyperf] [--seconds 12]
    [--report]

Every tool is asked about the same functions (calibrated.py), 15 s each, while another process loads the machine in
random stretches. Each answer is a line of data/calibration.jsonl; a run that was stopped goes on where that ends.

A call is: for wfperf, the interval excludes 0 and the estimate is 1 % at least; for pytest-benchmark, that
`--benchmark-compare-fail` of 3 % fails, by mean and by min; for pyperf, that `compare_to` calls the change significant.
Needs: pip install '.[bench]'
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from answers import DATA, Answer, Question, ask, load, mixed, options, read, took

HERE = Path(__file__).resolve().parent
FILE = DATA / "calibration.jsonl"
PAIRS = {"aa": ("base", "twin"), "true": ("base", "slower")}
"""What is held against what: the second is the new one, in the true case 3 % slower."""

SECONDS, SIDE_SECONDS, SIDE_PROCESSES = 12.0, 5.0, 8
"""What wfperf gets for both sides, pytest-benchmark and pyperf for each: about as long, with their starts."""

SMALLEST = 0.01
QUIET_DISPERSION = 0.02


def main() -> None:
    """Ask what has not been asked yet, then report."""
    parser = options(__doc__, FILE)
    parser.add_argument("--aa", type=int, default=100, help="comparisons of identical code")
    parser.add_argument("--true", type=int, default=40, help="comparisons with a true 3 %%")
    parser.add_argument("--tools", default=",".join(TOOLS))
    chosen = parser.parse_args()
    if not chosen.report:
        given = {} if chosen.seconds == SECONDS else {"max_time_s": chosen.seconds}
        questions = [{**each, **given} for each in plan(chosen.aa, chosen.true, chosen.tools.split(","))]
        with load(seed=1):
            ask(questions, chosen.file, answer)
    print(report(read(chosen.file)))


def plan(aa: int, true: int, tools: Sequence[str]) -> list[Question]:
    """Return what is asked, in order: every tool about a case before the next."""
    cases = mixed({"aa": aa, "true": true})
    return [{"case": case, "number": number, "tool": tool} for case, number in cases for tool in tools]


def answer(question: Question) -> Answer:
    """Ask a tool."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = float(question.get("max_time_s", SECONDS))
        tool, pair = TOOLS[str(question["tool"])], PAIRS[str(question["case"])]
        return tool(*pair, int(question["number"]), Path(folder), seconds)


def by_wfperf(old: str, new: str, number: int, folder: Path, seconds: float) -> Answer:
    """Ask wfperf; the call has the right sign when the new one is found slower."""
    done = run(
        *("wfperf", "compare", "--a", f"calibrated:{old}", "--b", f"calibrated:{new}", "--path", str(HERE)),
        *("--max-time", str(seconds), "--precision", "0.001", "--seed", str(number + 1), "--format", "json"),
        cwd=folder,
    )
    (finding,) = json.loads(done.stdout)["findings"]
    effect = finding["effect"]
    low, high = effect["low"], effect["high"]
    bounded = low is not None and high is not None
    called = bounded and (low > 0 or high < 0) and abs(effect["estimate"]) >= SMALLEST
    kept = {"dispersion": finding["dispersion"], "estimate": effect["estimate"], "low": low, "high": high}
    return {"calls": {"wfperf": called}, "right": called and effect["estimate"] < 0, **kept}


def by_pytest_benchmark(old: str, new: str, _: int, folder: Path, __: float) -> Answer:
    """Ask pytest-benchmark to fail where the new one is 3 % slower, by its mean and by its minimum."""
    calls = {}
    for side in (old, new):
        (folder / f"test_{side}.py").write_text(
            f"from calibrated import {side}\ndef test_it(benchmark):\n    benchmark({side})\n"
        )
    common = (
        *("pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--benchmark-storage", "file://saved"),
        *("--benchmark-max-time", str(SIDE_SECONDS), "--benchmark-min-rounds", "5", "--benchmark-disable-gc"),
    )
    # Both files are one benchmark to it when they have one name.
    (folder / "test_side.py").write_text((folder / f"test_{old}.py").read_text())
    run(*common, "--benchmark-save", "old", "test_side.py", cwd=folder)
    (folder / "test_side.py").write_text((folder / f"test_{new}.py").read_text())
    # One option for both: of two, it would keep only the last.
    rules = ("--benchmark-compare-fail", "mean:3%", "min:3%")
    done = run(*common, "test_side.py", "--benchmark-compare=*old", *rules, cwd=folder, check=False)
    said = done.stdout + done.stderr
    for field in ("mean", "min"):
        calls[f"pytest-benchmark {field}:3%"] = f"Field '{field}' has failed" in said
    if "1 passed" not in said and "Performance has regressed" not in said:
        raise SystemExit(f"pytest-benchmark has failed: {said}")
    return {"calls": calls, "right": True}


def by_pyperf(old: str, new: str, _: int, folder: Path, __: float) -> Answer:
    """Ask pyperf whether the difference is significant, and for the worse."""
    for side in (old, new):
        code = f"from calibrated import {side}"
        run(
            *("pyperf", "timeit", "-q", "--inherit-environ", "PYTHONPATH"),
            *("-p", str(SIDE_PROCESSES), "-n", "3", "-w", "1"),
            *("-o", f"{side}.json", "-s", code, f"{side}()"),
            cwd=folder,
        )
    said = run("pyperf", "compare_to", f"{old}.json", f"{new}.json", cwd=folder).stdout
    called = "faster" in said or "slower" in said
    return {"calls": {"pyperf compare_to": called and "Not significant" not in said}, "right": "slower" in said}


def interval(*words: str) -> Answer:
    """Return the interval of the one comparison that `wfperf compare` is asked for, and what belongs to it."""
    with tempfile.TemporaryDirectory() as folder:
        done = run(
            *("wfperf", "compare", *words, "--path", str(HERE), "--no-history", "--format", "json"), cwd=Path(folder)
        )
    result = json.loads(done.stdout)
    (finding,), (control,) = result["findings"], result["controls"]
    kept = {key: finding["effect"][key] for key in ("low", "estimate", "high")}
    told = {key: finding[key] for key in ("blocks", "dispersion", "by_processor", "clock")}
    return {**kept, **told, "off": control["off"], "load": result["environment"]["load_1min"]}


TOOLS: Mapping[str, Callable[[str, str, int, Path, float], Answer]] = {
    "wfperf": by_wfperf,
    "pytest-benchmark": by_pytest_benchmark,
    "pyperf": by_pyperf,
}


def run(module: str, *arguments: str, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a module of this interpreter, with the calibrated functions and this wfperf on its path."""
    path = os.pathsep.join([str(HERE), str(HERE.parent)])
    done = subprocess.run(  # noqa: S603 - modules named here
        [sys.executable, "-m", module, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if check and done.returncode:
        raise SystemExit(f"{module} has failed: {done.stdout}{done.stderr}")
    return done


def report(answers: Sequence[Mapping[str, Any]]) -> str:
    """Return how often each rule made a call, right or wrong, and how long it took."""
    rules = list(dict.fromkeys(rule for each in answers for rule in each["calls"]))
    lines = [f"{'rule':28} {'identical code, called':>24} {'true 3 %, found':>18} {'seconds':>16}"]
    for rule in rules:
        asked = [each for each in answers if rule in each["calls"]]
        same, true = ([each for each in asked if each["case"] == case] for case in PAIRS)
        wrong = sum(each["calls"][rule] for each in same)
        found = sum(each["calls"][rule] and each["right"] for each in true)
        lines.append(f"{rule:28} {f'{wrong} of {len(same)}':>24} {f'{found} of {len(true)}':>18} {took(asked):>16}")
    quiet = [each for each in answers if each.get("dispersion", 1.0) <= QUIET_DISPERSION and each["case"] == "true"]
    if quiet:
        found = sum(each["right"] for each in quiet)
        lines.append(f"wfperf where its block dispersion is at most 2 %: {found} of {len(quiet)} found")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
