"""Saved results on the command line, and in pyperf's own hands."""

import json
import subprocess
import sys

import pytest
from processes import wfperf
from results import COMPARISON
from simulated import simulated_pair

from wfperf.results.files import to_json
from wfperf.results.kinds import to_data


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two short results of one comparison, in which b gains 30 % over a."""
    folder = tmp_path_factory.mktemp("show")
    for seed in (1, 2):
        (folder / f"{seed}.json").write_text(to_json(to_data(simulated_pair(seed, 5, effect=0.3))))
    return folder


def test_a_saved_result_is_shown_as_it_was(folder):
    again = wfperf("show", "1.json", "--format", "json", cwd=folder)
    assert again.stdout == (folder / "1.json").read_text()
    assert "too few blocks" in wfperf("show", "1.json", cwd=folder).stdout


def test_results_of_one_comparison_are_pooled_and_judged_anew(folder):
    pooled = json.loads(wfperf("show", "1.json", "2.json", "--format", "json", cwd=folder).stdout)
    (finding,) = pooled["findings"]
    assert finding["blocks"] == 10
    effects = [
        json.loads((folder / name).read_text())["findings"][0]["effect"]["estimate"] for name in ("1.json", "2.json")
    ]
    assert finding["effect"]["low"] < finding["effect"]["estimate"] < finding["effect"]["high"]
    assert min(effects) <= finding["effect"]["estimate"] <= max(effects)
    assert finding["effect"]["low"] < 0.3 < finding["effect"]["high"]
    assert f"{1 + finding['effect']['estimate']:.2f}x" in wfperf("show", "1.json", "2.json", cwd=folder).stdout


def test_results_of_unlike_machines_are_not(folder):
    other = json.loads((folder / "2.json").read_text())
    other["environment"]["cpu"] = "Another"
    (folder / "other.json").write_text(json.dumps(other))
    refused = wfperf("show", "1.json", "other.json", cwd=folder)
    assert refused.returncode == 2
    assert "results of different machines are not pooled: cpu is" in refused.stderr


def pyperf(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "pyperf", *arguments], cwd=folder, capture_output=True, text=True, check=True
    ).stdout


def test_pyperf_reads_the_export(folder):
    exported = wfperf("show", "1.json", "--format", "pyperf", "-o", "all.json", cwd=folder)
    assert exported.returncode == 0, exported.stderr
    shown = pyperf(folder, "show", "--quiet", "all.json")
    assert all(f"call {variant}" in shown for variant in ("a", "b", "control"))
    assert "Number of run with values: 5" in pyperf(folder, "stats", "all.json")


def test_pyperf_compares_two_sides(folder):
    for variant in "ab":
        exported = wfperf(
            "show", "1.json", "--format", "pyperf", "--variant", variant, "-o", f"{variant}.json", cwd=folder
        )
        assert exported.returncode == 0, exported.stderr
    assert "faster" in pyperf(folder, "compare_to", "a.json", "b.json")


def test_memory_is_exported_in_bytes(tmp_path):
    data = json.loads(to_json(to_data(COMPARISON)))
    data["benchmarks"][0]["metric"] = "memory"
    (tmp_path / "result.json").write_text(json.dumps(data))
    wfperf("show", "result.json", "--format", "pyperf", "-o", "out.json", cwd=tmp_path)
    assert "1000 bytes" in pyperf(tmp_path, "show", "--quiet", "out.json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Missing argument 'FILE...'"),
        (("missing.json",), "cannot read the result missing.json"),
        (("1.json", "--variant", "a"), "--variant needs --format pyperf"),
        (
            ("1.json", "--format", "pyperf", "--variant", "z"),
            "variant 'z' was not measured; choose one of: a, b, control",
        ),
        (("1.json", "1.json"), "two of the results contain the same blocks of call"),
        (("1.json", "-o", "2.json"), "2.json exists"),
    ],
)
def test_wrong_use_is_one_line(folder, arguments, message):
    process = wfperf("show", *arguments, cwd=folder)
    assert process.returncode == 2
    (line,) = process.stderr.splitlines()
    assert message in line
