"""Functions and suites in gate and profile: named as for compare, or a suite by a plan."""

import json
import pstats

import pytest
from processes import BRIEF, wfperf
from repositories import empty_repository, state

SHOP = """\
import subprocess

def load(number): return sum(range(number))
def same(number): return number
def gone(): return 1
def numbers(): return ([3, 1, 2],)
def sort(numbers):
    assert numbers == [3, 1, 2], "sorted by a run before"
    numbers.sort()
    return numbers
def spawned(): return subprocess.run(["true"]).returncode
"""
LATER = (
    SHOP.replace("sum(range(number))", "sum(same(each) for each in range(number))").replace("def gone", "def _gone")
    + "def added(): return 2\n"
)
SUITE = """\
import pytest
import shop

def test_load(benchmark): benchmark(shop.load, 10)
def test_same(benchmark): benchmark(shop.same, 10)
def test_gone(benchmark): benchmark(shop.gone)
def test_in_c(benchmark): benchmark(sorted, [3, 1, 2])
def test_failing(benchmark): assert benchmark(shop.same, 1) == 2
@pytest.mark.skip(reason="not here")
def test_skipped(benchmark): benchmark(shop.same, 1)
"""
ADDED = "def test_added(benchmark): benchmark(shop.added)\n"
ASV = "from shop import same\ndef time_same(): same(1)\ndef track_size(): return 3\ndef mem_list(): return [None] * 9\n"
PYPERF = "import pyperf, shop\npyperf.Runner().bench_func('same', shop.same, 1)\n"
COUNTED = ("--base", "main", "--head", ".", "--only", "counters", "--no-history")
PLAN = """\
suite = "benchmarks"
path = ["."]
[gate.benchmark."test_shop.py::test_load"]
max_calls = "+10"
[gate.benchmark."test_shop.py::test_same"]
max_calls = 9
"""


@pytest.fixture
def shop(tmp_path):
    """A repository whose working tree has a slower function, one that is new, and lacks another one."""
    repo = empty_repository(tmp_path / "shop")
    repo.write("shop.py", SHOP)
    repo.write("benchmarks/test_shop.py", SUITE)
    repo.write("speed/bench.py", ASV)
    repo.write("perf.py", PYPERF)
    repo.write(".gitignore", "__pycache__\n")
    repo.commit("one")
    repo.write("shop.py", LATER)
    repo.write("benchmarks/test_shop.py", SUITE + ADDED)
    return repo


def gated(repo, *arguments, code):
    process = wfperf("gate", *arguments, "--format", "json", cwd=repo.path, constants=BRIEF)
    assert process.returncode == code, process.stdout + process.stderr
    return json.loads(process.stdout)


def with_status(decision, status):
    return {check["benchmark"]: check for check in decision["checks"] if check["status"] == status}


def profiled(repo, *arguments, code=0):
    process = wfperf("profile", *arguments, "--runs", "3", "--max-time", "1", cwd=repo.path, constants=BRIEF)
    assert process.returncode == code, process.stdout + process.stderr
    return process


def test_a_suite_is_gated_and_what_only_one_revision_runs_is_told(shop):
    before = state(shop)
    decision = gated(shop, "benchmarks", *COUNTED, code=1)
    assert with_status(decision, "fail").keys() == {"test_shop.py::test_load"}
    (moved,) = with_status(decision, "fail")["test_shop.py::test_load"]["call_count_changes"][:1]
    assert (moved["name"], moved["baseline"], moved["head"]) in {
        ("shop.py:load.<locals>.<genexpr>", 0, 11), ("shop.py:same", 0, 10)
    }  # fmt: skip
    undecided = with_status(decision, "inconclusive")
    assert undecided["test_shop.py::test_gone"]["reason"].startswith("removed: ")
    assert undecided["test_shop.py::test_in_c"]["reason"].startswith("no call of its own functions could be counted")
    assert undecided.keys() == {"test_shop.py::test_gone", "test_shop.py::test_in_c"}
    told = [note.partition(": cannot")[0] for note in decision["notes"] if ": cannot" in note]
    assert sorted(told) == [
        "Fails in both: test_shop.py::test_failing",
        "Fails in both: test_shop.py::test_skipped",
        "New: test_shop.py::test_added",
    ]
    assert state(shop) == before


def test_what_is_new_or_fails_in_both_keeps_no_gate_from_passing(shop):
    decision = gated(shop, "benchmarks", "-k", "same or added or failing", *COUNTED, code=0)
    assert with_status(decision, "pass").keys() == {"test_shop.py::test_same"}
    nothing = gated(shop, "benchmarks", "-k", "added", *COUNTED, code=3)
    assert nothing["checks"] == []


def test_a_file_of_a_suite_that_cannot_be_collected_is_not_passed_over(shop):
    shop.write("benchmarks/test_broken.py", "import nowhere\n")
    decision = gated(shop, "benchmarks", "-k", "same", *COUNTED, code=3)
    (check,) = with_status(decision, "inconclusive").values()
    assert "test_broken.py" in check["benchmark"]
    assert check["reason"].startswith("it cannot be collected: ")


def test_numbers_and_memory_have_no_budgets_and_are_told(shop):
    decision = gated(shop, "speed", *COUNTED, code=0)
    assert with_status(decision, "pass").keys() == {"bench.time_same"}
    (note,) = [note for note in decision["notes"] if note.startswith("Not gated: ")]
    assert note.startswith("Not gated: bench.mem_list, bench.track_size. The gate has no budgets for a suite's own ")


def test_with_the_benchmarks_of_the_base_both_run_those_that_it_has(shop):
    shop.write("benchmarks/conftest.py", "raise AssertionError('the base does not have it')\n")
    decision = gated(shop, "benchmarks", "-k", "same or added", "--benchmarks-from-base", *COUNTED, code=0)
    assert with_status(decision, "pass").keys() == {"test_shop.py::test_same"}
    assert not any(note.startswith("New: ") for note in decision["notes"])
    (note,) = [note for note in decision["notes"] if note.startswith("Both run ")]
    assert note.startswith("Both run the base's benchmarks/test_shop.py, benchmarks/conftest.py, which is another one")


def test_functions_of_a_file_of_the_base_run_in_both(shop):
    shop.write("perf/bench.py", "import shop\ndef bench(): return shop.same(1)\n")
    shop.commit("two")
    shop.replace("perf/bench.py", "shop.same(1)", "shop.nowhere(1)")
    asked = ("compare", "perf/bench.py:bench", "--base", "HEAD", "--benchmarks-from-base", "--blocks", "1")
    process = wfperf(*asked, "--no-history", cwd=shop.path, constants=BRIEF)
    assert process.returncode == 0, process.stderr
    assert "Both run the base's perf/bench.py" in process.stdout
    missing = wfperf(*(each.replace("HEAD", "main~1") for each in asked), cwd=shop.path)
    assert missing.returncode == 2
    assert missing.stderr.splitlines()[-1].endswith(
        "the base has no file perf/bench.py, so there are no benchmarks of it to run"
    )


def test_functions_are_gated_with_arguments_of_their_own_in_each_run(shop):
    assert gated(shop, "shop:sort", "--setup", "shop:numbers", *COUNTED, code=0)["checks"]
    decision = gated(shop, "shop:load", "shop:same", "--args", "[10]", *COUNTED, code=1)
    assert {check["configuration"] for check in decision["checks"] if check["status"] == "fail"} == {"load"}


def test_a_function_that_only_one_revision_has_does_not_keep_the_others_from_being_gated(shop):
    shop.write("later.py", "def work(): return 1\n")
    decision = gated(shop, "shop:numbers", "later:work", "shop:gone", *COUNTED, code=3)
    (check,) = [check for check in decision["checks"] if check["status"] == "inconclusive"]
    assert check["configuration"] == "gone"
    assert check["reason"].startswith("removed: ")
    assert {check["configuration"] for check in decision["checks"] if check["status"] == "pass"} == {"numbers"}
    assert any(note.startswith("New: work on call: ") for note in decision["notes"])


def test_work_in_other_processes_does_not_pass_by_counters(shop):
    (check,) = with_status(gated(shop, "shop:spawned", *COUNTED, code=3), "inconclusive").values()
    assert check["reason"] == "work in other processes; only times can show it: leave out --only counters"


@pytest.mark.measures
def test_time_decides_where_counters_do_not(shop):
    asked = ("--base", "main", "--head", ".", "--max-time", "1", "--no-history")
    decision = gated(shop, "benchmarks", "-k", "in_c", *asked, code=3)
    assert [check["metric"] for check in decision["checks"] if check["blocks"]] == ["wall_time"]
    assert any(note.endswith("could be counted; time decides.") for note in decision["notes"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("benchmarks",), "is gated against a revision; give it as --base REF"),
        (("shop:load", "--update"), "is gated against a revision; give it as --base REF"),
        (("--setup", "python3 -m venv .venv", "--base", "main"), "a command that prepares each tree is --tree-setup"),
        (("shop:load", "--setup", "true", "--base", "main"), "--setup takes module:function"),
        (("shop:load", "--base", "main", "--benchmarks-from-base"), "--benchmarks-from-base is about suites"),
        (("benchmarks", "--benchmarks-from-base"), "--benchmarks-from-base needs a base"),
        (("shop:load", "-k", "x", "--base", "main"), "-k, -m and --suite are about a suite"),
    ],
)
def test_a_mistake_is_one_line(shop, arguments, message):
    process = wfperf("gate", *arguments, cwd=shop.path)
    assert process.returncode == 2, process.stdout
    (line,) = process.stderr.splitlines()
    assert message in line


@pytest.mark.measures
@pytest.mark.parametrize(
    ("name", "of"),
    [("benchmarks", "test_shop.py::test_same"), ("speed", "bench.time_same"), ("perf.py", "same")],
)
def test_a_benchmark_of_each_kind_of_suite_is_profiled_from_inside(shop, name, of):
    process = profiled(shop, name, "-k", "same")
    assert process.stdout.splitlines()[0].startswith(f"Profiling {of}, of {name} (suite of ")
    folder = shop.path / ".wfperf" / "profile"
    assert {file.name for file in folder.iterdir()} == {"suite.prof", "suite.lprof", "suite.bin"}
    functions = {function for _, _, function in pstats.Stats(str(folder / "suite.prof")).stats}
    assert "same" in functions
    assert not any("pytest" in function or function == "measure" for function in functions)


@pytest.mark.measures
def test_a_benchmark_is_profiled_in_two_revisions(shop):
    process = profiled(shop, "benchmarks", "-k", "load", "--profilers", "cprofile", "--base", "main")
    assert {file.name for file in (shop.path / ".wfperf" / "profile").iterdir()} == {"main.prof", "working-tree.prof"}
    (line,) = [line for line in process.stdout.splitlines() if line.startswith(" load shop.py:")]
    assert not line.rstrip().endswith(("new", "gone")), "a function is the same in both trees"
    compare = "wfperf compare benchmarks -k load --base main --benchmark test_shop.py::test_load"
    assert f"For its claim and verdict: {compare}" in process.stdout


def test_a_benchmark_whose_test_fails_is_not_profiled(shop):
    process = profiled(shop, "benchmarks", "-k", "failing", "--profilers", "cprofile", code=5)
    assert process.stderr.splitlines()[-1].startswith("wfperf: error: cannot profile suite under cprofile: Assertion")
    assert list((shop.path / ".wfperf" / "profile").iterdir()) == []


def test_a_plan_may_name_a_suite_and_budgets_of_its_benchmarks(shop):
    shop.write("wfperf.toml", PLAN)
    decision = gated(shop, "-k", "load", *COUNTED, code=1)
    assert with_status(decision, "fail")["test_shop.py::test_load"]["budget"]["value"] == 10
    refused = wfperf("compare", "-k", "same", cwd=shop.path)
    assert refused.returncode == 2
    assert "give --base REF, or several" in refused.stderr


@pytest.mark.measures
def test_a_plan_may_run_its_suite_in_several_environments(shop):
    more = "".join(f'[[configuration]]\nname = "{each}"\nvariables = {{ A = "{each}" }}\n' for each in "ab")
    shop.write("inner/kept", "")
    shop.write("wfperf.toml", f"{PLAN}\n{more}")
    asked = ("compare", "-k", "same", "--blocks", "1", "--no-history", "--format", "json")
    process = wfperf(*asked, cwd=shop.path / "inner", constants=BRIEF)
    assert process.returncode == 0, process.stderr
    (finding,) = json.loads(process.stdout)["findings"]
    assert (finding["variant"], finding["baseline"]) == ("b", "a")
    assert process.stderr.splitlines()[1] == "Measuring benchmarks (plan: ../wfperf.toml)"
