"""Functions compared between two revisions, with the benchmarks of the working tree."""

import json
import shlex

import pytest
from processes import wfperf
from repositories import Repo, state

SHOP = "def load(number): return sum(range(number))\n"
SLOWER = "def load(number): return sum(sorted(range(number)))\ndef added(number): return number\n"
PERF = "import shop\ndef bench(): return shop.load(200)\ndef bench_added(): return shop.added(1)\n"
QUICK = ("--blocks", "1", "--max-time", "60", "--no-history")


@pytest.fixture(params=["src", "."], ids=["src layout", "flat layout"])
def shop(request, tmp_path) -> Repo:
    """A repository whose working tree has a slower function, a new one, and benchmarks that no commit has."""
    repo = Repo(tmp_path / "shop")
    repo.path.mkdir()
    repo.git("init", "--quiet", "--initial-branch", "main")
    repo.write(f"{request.param}/shop/__init__.py", SHOP)
    repo.commit("one")
    repo.write(f"{request.param}/shop/__init__.py", SLOWER)
    repo.write("benchmarks/perf.py", PERF)
    return repo


def compare(repo, *arguments, **options):
    return wfperf("compare", *arguments, *QUICK, cwd=repo.path, **options)


@pytest.mark.measures
def test_one_function_is_compared_between_a_revision_and_the_working_tree(shop):
    before = state(shop)
    process = compare(shop, "shop:load", "--args", "[200]", "--base", "main", "--format", "json")
    assert process.returncode == 0, process.stderr
    result = json.loads(process.stdout)
    (finding,) = result["findings"]
    assert (finding["variant"], finding["baseline"], finding["equal"]) == ("working tree", "main", True)
    counts = {name: each["counts"] for name, each in result["counters"]["call"].items()}
    assert counts["main"]["library_calls"] < counts["working tree"]["library_calls"], "each runs its own code"
    assert any(note.startswith(f"Revisions: main is main ({shop.head[:9]})") for note in result["notes"])
    assert state(shop) == before


@pytest.mark.measures
def test_benchmarks_are_those_of_the_working_tree_and_what_the_base_lacks_is_new(shop):
    named = ("benchmarks/perf.py:bench", "benchmarks/perf.py:bench_added")
    process = compare(shop, *named, "--base", "main", "--format", "json")
    assert process.returncode == 0, process.stderr
    result = json.loads(process.stdout)
    (finding,) = result["findings"]
    assert (finding["variant"], finding["baseline"]) == ("bench, working tree", "bench, main")
    (new,) = [note for note in result["notes"] if note.startswith("New: ")]
    assert new.startswith("New: bench_added on call: cannot run bench_added in main (")
    assert new.endswith("AttributeError: module 'shop' has no attribute 'added'")


@pytest.mark.measures
def test_two_commits_are_compared_and_the_command_repeats_it(shop):
    shop.commit("two")
    named = ("benchmarks/perf.py:bench", "--base", "HEAD~1", "--head", "HEAD")
    process = compare(shop, *named)
    assert process.returncode == 0, process.stderr
    assert "HEAD~1" in process.stdout
    (line,) = [line for line in process.stdout.splitlines() if line.startswith("Reproduce: ")]
    again = wfperf(*shlex.split(line.removeprefix("Reproduce: ").partition(";")[0])[1:], "--no-history", cwd=shop.path)
    assert again.returncode == 0, again.stderr


@pytest.mark.measures
def test_benchmarks_may_lie_outside_the_repository(shop, tmp_path):
    outside = tmp_path / "outside" / "elsewhere.py"
    outside.parent.mkdir()
    outside.write_text(PERF)
    process = compare(shop, f"{outside}:bench", "--base", "main", "--format", "json")
    assert process.returncode == 0, process.stderr
    (finding,) = json.loads(process.stdout)["findings"]
    assert (finding["variant"], finding["baseline"]) == ("working tree", "main")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("shop:load", "--base", "nowhere"), 2, "no commit 'nowhere'"),
        (("shop:load", "--base", "main", "--phase", "1"), 2, "--base compares revisions, not claims"),
        (("shop:load", "--base", "main", "--only", "stroe"), 2, "stroe"),
        (("shop:lod", "--base", "main"), 5, ": shop has no 'lod'; did you mean 'load'?"),
        (("shoop:load", "--base", "main"), 5, "No module named 'shoop'; did you mean 'shop'?"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(shop, arguments, code, message):
    process = compare(shop, *arguments)
    assert process.returncode == code
    assert message in process.stderr.splitlines()[-1]
    assert "Traceback" not in process.stderr


def test_a_side_that_runs_the_working_tree_s_code_is_an_error(shop):
    shop.write("benchmarks/perf.py", f"import sys\nsys.path[:0] = {[str(shop.path), str(shop.path / 'src')]}\n{PERF}")
    process = compare(shop, "benchmarks/perf.py:bench", "--base", "main")
    assert process.returncode == 2
    assert "from your working tree, not from the tree of" in process.stderr.splitlines()[-1]


@pytest.mark.measures
def test_modules_beside_a_benchmark_belong_to_it_and_what_changed_in_them_is_told(shop):
    shop.write("benchmarks/sizes.py", "SIZE = 1000\n")
    shop.git("add", "benchmarks/sizes.py")
    shop.git("commit", "--quiet", "--message", "sizes")
    shop.write("benchmarks/sizes.py", "SIZE = 10\n")
    shop.write("benchmarks/perf.py", "import shop, sizes, untracked\ndef bench(): return shop.load(sizes.SIZE)\n")
    shop.write("benchmarks/untracked.py", "")
    process = compare(shop, "benchmarks/perf.py:bench", "--base", "main", "--format", "json")
    assert process.returncode == 0, process.stderr
    result = json.loads(process.stdout)
    (finding,) = result["findings"]
    assert finding["equal"], "both have the same size"
    (note,) = [note for note in result["notes"] if note.startswith("Both run")]
    assert "benchmarks/sizes.py" in note


@pytest.mark.measures
def test_a_package_that_both_import_from_elsewhere_is_told(shop, tmp_path):
    shop.write("python/stock/__init__.py", "def count(): return 1\n")
    installed = tmp_path / "installed" / "stock" / "__init__.py"
    installed.parent.mkdir(parents=True)
    installed.write_text("def count(): return 1\n")
    shop.write("benchmarks/perf.py", "import shop, stock\ndef bench(): return shop.load(9) + stock.count()\n")
    paths = [
        word
        for each in (installed.parents[1], shop.path, shop.path / "src")
        if each.is_dir()
        for word in ("--path", str(each))
    ]
    process = compare(shop, "benchmarks/perf.py:bench", "--base", "main", *paths, "--format", "json")
    assert process.returncode == 0, process.stderr
    (note,) = [note for note in json.loads(process.stdout)["notes"] if note.startswith("The same code in both")]
    assert f"stock comes from {installed}, not from python/stock" in note


def test_a_benchmark_that_uses_nothing_of_the_repository_cannot_differ(shop):
    shop.write("benchmarks/perf.py", "def bench(): return sum(range(100))\n")
    process = compare(shop, "benchmarks/perf.py:bench", "--base", "main")
    assert process.returncode == 2
    assert "bench imports no code from the tree of" in process.stderr.splitlines()[-1]


def test_processes_that_a_benchmark_starts_run_the_code_of_its_revision_too(shop):
    """As they would not where the package is installed in development mode, which leads to the working tree."""
    for where in (shop.path, shop.path / "src"):
        if (where / "shop").is_dir():
            (where / "shop" / "__main__.py").write_text("print(1)\n")
            shop.commit("two")
            (where / "shop" / "__main__.py").write_text("print(2)\n")
    started = "import subprocess, sys\nimport shop\ndef run(): shop.load(1); return subprocess.run("
    shop.write(
        "benchmarks/program.py", started + "[sys.executable, '-m', 'shop'], cwd='/', capture_output=True).stdout\n"
    )
    process = compare(shop, "benchmarks/program.py:run", "--base", "main")
    assert process.returncode == 4, process.stdout + process.stderr
    assert "returns other results than main" in process.stdout
