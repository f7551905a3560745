"""Memory as what is measured, through the real command line and real processes."""

import json
import subprocess
import sys

import pytest
from processes import BRIEF, wfperf
from repositories import empty_repository

SHOP = """
held = bytearray(80_000_000)

def load():
    return len([bytes(1_000_000) for _ in range(8)]) + len(held)

def load_lazily():
    return sum(len([bytes(1_000_000) for _ in range(4)]) for _ in range(2)) + len(held)

def load_others():
    return len([bytes(1_000_000) for _ in range(4)])

def objects(): return len([(number, str(number)) for number in range(20_000)])
def fewer(): return len([number for number in range(20_000)])
"""
SUITE = """
import shop

def test_load(benchmark):
    assert benchmark(shop.load) > 8
"""
PLAN = """
baseline = "before"
path = ["."]

[[benchmark]]
name = "in memory"
metric = "peak-memory"

[[benchmark]]
name = "objects of the result"
metric = "memory"

[[benchmark]]
name = "in time"

[[configuration]]
name = "before"
target = "shop:load"

[[configuration]]
name = "after"
target = "shop:load_lazily"
benchmarks = ["in time", "objects of the result"]

[[configuration.claim]]
benchmark = "in memory"
text = "half the memory"
low = 0.45
high = 0.55
"""
LONG = """
def big(): return bytearray(50_000_000)
def objects(): return [(number, number + 1) for number in range(100_000)]
"""
PEAK = ("--metric", "peak-memory")


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    return tmp_path


def compared(*arguments, cwd, code=0):
    asked = ("compare", *arguments, "--no-history", "--format", "json")
    process = wfperf(*asked, cwd=cwd, constants=BRIEF)
    assert process.returncode == code, process.stdout + process.stderr
    return json.loads(process.stdout)


def peaks(result):
    """Return the costs of each variant in the first block of the first benchmark."""
    block = result["benchmarks"][0]["blocks"][0]
    return {variant: cost for variant, (cost,) in block["costs"].items()}


@pytest.mark.measures
def test_what_set_up_holds_is_not_counted_and_half_the_memory_is_told(shop):
    result = compared("shop:load", "shop:load_lazily", *PEAK, "--max-time", "500", cwd=shop)
    assert peaks(result) == pytest.approx({"load": 8e6, "control": 8e6, "load_lazily": 4e6}, rel=0.02)
    (finding,) = result["findings"]
    assert (finding["metric"], finding["equal"], finding["blocks"]) == ("peak-memory", True, 8)
    assert 0.48 < finding["effect"]["low"] <= finding["effect"]["high"] < 0.52
    assert {block["tracer"] for block in result["benchmarks"][0]["blocks"]} == {"memray"}
    assert result["counters"] == {}, "they would explain a time"


@pytest.mark.measures
def test_the_answer_says_how_much_less(shop):
    asked = ("compare", "shop:load", "shop:load_lazily", *PEAK, "--max-time", "500")
    said = wfperf(*asked, cwd=shop, constants=BRIEF).stdout.splitlines()[1]
    assert said.startswith("load_lazily uses 2.00x less memory than load: 8.00 MB -> 4.00 MB per run; results equal.")
    kept = wfperf("history", "--metric", "peak-memory", cwd=shop)
    assert "Peak memory saved" in kept.stdout, kept.stderr


def test_results_that_differ_have_no_effect(shop):
    result = compared("shop:load", "shop:load_others", *PEAK, "--blocks", "1", cwd=shop, code=4)
    assert result["findings"][0]["effect"] is None


def test_allocations_of_one_run_are_compared(shop):
    result = compared("shop:objects", "shop:fewer", "--metric", "allocations", "--blocks", "1", cwd=shop)
    costs = peaks(result)
    assert costs["objects"] > costs["fewer"] + 30_000
    assert result["benchmarks"][0]["blocks"][0]["allocated_bytes"]["objects"] > 1e6
    assert result["findings"][0]["metric"] == "allocations"


def test_commands_are_compared_by_the_memory_of_all_their_processes(tmp_path):
    commands = [f"{sys.executable} -c 'len(bytearray({size}_000_000))'" for size in (90, 10)]
    result = compared("--command", commands[0], "--command", commands[1], *PEAK, "--blocks", "1", cwd=tmp_path)
    (benchmark,) = result["benchmarks"]
    (block,) = benchmark["blocks"]
    big, _, small = (cost for (cost,) in block["costs"].values())
    assert big - small == pytest.approx(80e6, rel=0.2)
    assert block["tracer"] == "processes"


def test_commands_have_no_allocations(tmp_path):
    refused = wfperf("compare", "--command", "true", "--command", "true x", "--metric", "allocations", cwd=tmp_path)
    assert refused.returncode == 2
    assert "of commands there is --metric peak-memory" in refused.stderr


@pytest.mark.measures
def test_a_plan_has_claims_about_memory_beside_benchmarks_that_are_timed(shop):
    (shop / "wfperf.toml").write_text(PLAN)
    result = compared("--all", "--max-time", "500", "--blocks", "10", cwd=shop)
    findings = {finding["benchmark"]: finding for finding in result["findings"]}
    assert (findings["in memory"]["metric"], findings["in memory"]["verdict"]) == ("peak-memory", "confirmed")
    assert findings["in time"]["metric"] == "throughput"
    assert findings["objects of the result"]["metric"] == "memory"


@pytest.mark.measures
@pytest.mark.parametrize("function", ["big", "objects"])
def test_the_memory_of_a_long_run_takes_few_traced_runs_so_that_it_ends_in_time(tmp_path, function):
    (tmp_path / "shop.py").write_text(LONG)
    plan = PLAN.replace("shop:load_lazily", f"shop:{function}").replace("shop:load", f"shop:{function}")
    (tmp_path / "wfperf.toml").write_text(plan)
    result = compared("--benchmark", "objects of the result", "--all", "--blocks", "1", cwd=tmp_path)
    (block,) = result["benchmarks"][0]["blocks"]
    assert set(block["runs"].values()) == {1}
    assert {len(costs) for costs in block["costs"].values()} == {1}


@pytest.mark.measures
def test_a_suite_is_compared_by_memory_and_a_gate_with_a_budget_passes_or_fails(tmp_path):
    repo = empty_repository(tmp_path / "shop")
    small = SHOP.replace("80_000_000", "80_000").replace("1_000_000", "100_000")
    repo.write("shop.py", small)
    repo.write("test_perf.py", SUITE)
    repo.write("pyproject.toml", '[tool.wfperf.gate]\nmax_peak_memory = "+5 %"\nmax_regression = "900 %"\n')
    repo.commit("as it was")
    result = compared("test_perf.py", "--base", "HEAD", *PEAK, "--blocks", "1", cwd=repo.path)
    assert [*peaks(result).values()] == pytest.approx([8e5] * 3, rel=0.02)

    def gated(code):
        asked = ("gate", "shop:load", "--base", "HEAD", "--head", ".", "--only", "time", "--max-time", "500")
        process = wfperf(*asked, "--no-history", "--format", "json", cwd=repo.path, constants=BRIEF)
        assert process.returncode == code, process.stdout + process.stderr
        checks = json.loads(process.stdout)["checks"]
        (check,) = [each for each in checks if each["metric"] == "peak_memory_increase"]
        return check

    kept = gated(0)
    assert (kept["status"], kept["tracer"]) == ("pass", "memray")
    assert kept["budget"] == {"kind": "most_relative_increase", "value": 0.05}
    repo.write("shop.py", small.replace("range(8)])", "range(9)]) - 1"))
    broken = gated(1)
    assert (broken["status"], broken["reason"]) == ("fail", "more memory than allowed, also when measured again")
    assert broken["change"]["estimate"] == pytest.approx(1 / 8, rel=0.05)
    assert broken["confirmation"] is not None


def test_a_baseline_file_has_no_peaks_and_the_gate_says_so(shop):
    (shop / "wfperf.toml").write_text(PLAN + '\n[gate]\nmax_peak_memory = "+5 %"\n')
    assert wfperf("gate", "--update", cwd=shop).returncode == 0
    gated = wfperf("gate", cwd=shop)
    assert gated.returncode == 0, gated.stdout + gated.stderr
    assert "Budgets of max_peak_memory are not checked against a file, only with --base REF." in gated.stdout


@pytest.fixture
def without_memray(tmp_path) -> str:
    """The interpreter of an environment that has no packages."""
    folder = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return str(folder / "bin" / "python")


def test_without_memray_in_one_interpreter_tracemalloc_sees_the_memory_of_both_and_a_note_says_so(shop, without_memray):
    pythons = ("--python", sys.executable, "--python", without_memray)
    result = compared("shop:load", *pythons, *PEAK, "--blocks", "1", cwd=shop)
    assert result["benchmarks"][0]["blocks"][0]["tracer"] == "tracemalloc"
    assert [*peaks(result).values()] == pytest.approx([8e6] * 3, rel=0.02)
    (shop / "result.json").write_text(json.dumps(result))
    shown = wfperf("show", "result.json", cwd=shop)
    assert "by tracemalloc, because an interpreter has no memray" in shown.stdout, shown.stderr
    refused = wfperf("compare", "shop:load", *pythons, "--metric", "allocations", cwd=shop, constants=BRIEF)
    assert refused.returncode == 5
    assert "allocations are counted by memray, which the interpreter of" in refused.stderr
