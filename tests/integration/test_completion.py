"""Completion as bash does it."""

import os
import shutil
import subprocess
import sys

import pytest
from processes import ROOT

SCRIPT = """
source <(_WFPERF_COMPLETE=bash_source wfperf)
COMP_WORDS=(wfperf "$@"); COMP_CWORD=$#
_wfperf_completion wfperf
printf '%s\\n' "${COMPREPLY[@]}"
"""

PLAN = """
workload = "shop:make"
[[benchmark]]
name = "many orders"
[[configuration]]
name = "original"
[[configuration]]
name = "indexed"
"""


@pytest.fixture
def completed(tmp_path):
    """A function that gives what bash offers behind `wfperf` and some words."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash here")
    program = tmp_path / "bin" / "wfperf"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wfperf "$@"\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def completed(*words):
        done = subprocess.run(
            [bash, "-c", SCRIPT, "bash", *words],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return [line for line in done.stdout.splitlines() if line]

    return completed


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("com",), ["compare"]),
        (("run", "heavy"), ["heavy-substitution"]),
        (("compare", "--only", "dispa"), ["dispatch"]),
        (("profile", "--benchmark", "parallel"), ["parallelizable"]),
        (("gate", "--config", "optim"), ["optimized"]),
    ],
)
def test_names_of_the_built_in_plan_are_completed(completed, words, offered):
    assert completed(*words) == offered


def test_names_are_those_of_the_plan_that_is_found_and_a_broken_one_has_none(completed, tmp_path):
    plan = tmp_path / "wfperf.toml"
    plan.write_text(PLAN)
    assert completed("compare", "--only", "in") == ["indexed"]
    assert completed("compare", "--benchmark", "") == ["many orders"]
    plan.write_text("benchmark = 5")
    assert completed("compare", "--only", "in") == []
