"""The long runs in benchmarks/ still speak wfperf's language: a short one of them."""

import subprocess
import sys

from processes import PATIENCE_S, ROOT


def test_the_gates_own_run_has_a_plan_that_wfperf_reads(tmp_path):
    few = ("--counters", "1", "--same", "0", "--slower", "0", "--file", tmp_path / "answers.jsonl")
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "gate.py", *few],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].split()[:3] == ["counters", "1", "1"]
