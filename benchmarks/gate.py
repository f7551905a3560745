"""How often the gate fails a pull request that changes nothing, and how often it finds one that costs 5 %.

Usage: python benchmarks/gate.py [--counters 100] [--same 100] [--slower 40] [--report]

Each case is a repository made for it, of two commits, which `wfperf gate --base HEAD~1` decides in real processes while
another process loads the machine in random stretches. Its workload is that of calibrated.py. Cases:

counters   both commits hold the same code; decided by counters
same       the same; decided by wall time
slower     the second takes 5 % more of the same steps, which changes no count; decided by counters, then by wall time

Each decision is a line of data/gate.jsonl; a run that was stopped goes on where that ends.
Needs: pip install '.[bench]', and git.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from answers import DATA, Answer, Question, ask, load, mixed, options, read, took

HERE = Path(__file__).resolve().parent
FILE = DATA / "gate.jsonl"
STEPS, MORE_STEPS = "STEPS = 4000", "STEPS = 4200"
ONLY = {"counters": "counters", "same": "time", "slower": ""}
MAX_TIME_S = 60
PLAN = """\
[tool.wfperf]
workload = "calibrated:configurations"
path = ["."]
packages = ["calibrated"]

[[tool.wfperf.benchmark]]
name = "call"

[[tool.wfperf.configuration]]
name = "original"
"""
FACTORY = """

def configurations():
    return {"original": base}
"""


def main() -> None:
    """Ask what has not been asked yet, then report."""
    parser = options(__doc__, FILE)
    parser.add_argument("--counters", type=int, default=100, help="identical commits, by counters")
    parser.add_argument("--same", type=int, default=100, help="identical commits, by wall time")
    parser.add_argument("--slower", type=int, default=40, help="commits that cost 5 %%")
    chosen = parser.parse_args()
    if not chosen.report:
        cases = mixed({case: getattr(chosen, case) for case in ONLY})
        with load(seed=1):
            ask([{"case": case, "number": number} for case, number in cases], chosen.file, decide)
    print(report(read(chosen.file)))


def decide(question: Question) -> Answer:
    """Return what the gate decides of a case, and by which metric it fails."""
    case, number = str(question["case"]), int(question["number"])
    with tempfile.TemporaryDirectory() as folder:
        repository(Path(folder), slower=case == "slower")
        only = ("--only", ONLY[case]) if ONLY[case] else ()
        done = run(
            *(sys.executable, "-m", "wfperf", "gate", "--base", "HEAD~1", *only),
            *("--max-time", str(MAX_TIME_S), "--seed", str(number + 1), "--format", "json"),
            cwd=Path(folder),
        )
    if not done.stdout:
        raise SystemExit(f"the gate has failed: {done.stderr}")
    checks = json.loads(done.stdout)["checks"]
    return {
        "code": done.returncode,
        "failed": sorted(check["metric"] for check in checks if check["status"] == "fail"),
        "reasons": [check["reason"] for check in checks if check["status"] == "inconclusive"],
        "changes": [check["change"] for check in checks if check["metric"] == "wall_time"],
        "blocks": [check["blocks"] for check in checks if check["metric"] == "wall_time"],
        "longer": [function["name"] for check in checks for function in check["self_time_changes"]],
    }


def repository(folder: Path, *, slower: bool) -> None:
    """Make a repository of two commits in an empty folder."""
    code = (HERE / "calibrated.py").read_text(encoding="utf-8") + FACTORY
    files = {"calibrated.py": code, "pyproject.toml": PLAN, ".gitignore": "__pycache__/\n"}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet")
    commit(folder)
    if slower:
        (folder / "calibrated.py").write_text(code.replace(STEPS, MORE_STEPS), encoding="utf-8")
    commit(folder)


def commit(folder: Path) -> None:
    """Commit all files, even where nothing has changed."""
    git(folder, "add", "--all")
    author = ("-c", "user.name=Benchmark", "-c", "user.email=benchmark@localhost")
    git(folder, *author, "commit", "--quiet", "--allow-empty", "--message", "a commit")


def git(folder: Path, *arguments: str) -> None:
    """Run a git command that must succeed."""
    done = run("git", *arguments, cwd=folder)
    if done.returncode:
        raise SystemExit(f"git {arguments[0]} has failed: {done.stderr}")


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command with this wfperf on its path."""
    return subprocess.run(  # noqa: S603 - commands named here
        command,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )


def report(answers: Sequence[Answer]) -> str:
    """Return how each case was decided, how long it took, and which functions were named as taking longer."""
    lines = [f"{'case':10} {'gates':>5} {'pass':>5} {'fail':>5} {'inconclusive':>13} {'seconds':>16}  longer functions"]
    for case in ONLY:
        asked = [each for each in answers if each["case"] == case]
        if not asked:
            continue
        codes = Counter(each["code"] for each in asked)
        if unlike := set(codes) - {0, 1, 3}:
            raise SystemExit(f"{case}: exit codes {unlike} decide nothing")
        named = Counter(", ".join(each["longer"]) for each in asked if each.get("longer"))
        said = "; ".join(f"{names} in {count}" for names, count in named.items())
        lines.append(
            f"{case:10} {len(asked):>5} {codes[0]:>5} {codes[1]:>5} {codes[3]:>13} {took(asked):>16}  {said}".rstrip()
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
