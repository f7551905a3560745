"""The long runs in benchmarks/ still speak wfperf's language: short ones."""

import subprocess
import sys

from processes import PATIENCE_S, ROOT


def answers_of(script, folder, *arguments):
    """Return the words of the last line that a script reports."""
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / script, *arguments, "--file", folder / "answers.jsonl"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split()


def test_the_gates_own_run_has_a_plan_that_wfperf_reads(tmp_path):
    words = answers_of("gate.py", tmp_path, "--counters", "1", "--same", "0", "--slower", "0")
    assert words[:3] == ["counters", "1", "1"]


def test_a_suite_with_a_planted_slowdown_is_run_and_its_benchmarks_are_counted(tmp_path):
    words = answers_of("planted_suites.py", tmp_path, "--suite", "asv", "--times", "1", "--max-time", "1")
    assert words[:2] == ["asv", "1"]
    assert words[3] == "5", "all but the one with the slowdown, and the one that fails"
