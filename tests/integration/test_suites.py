"""Suites through the real command line."""

import json

import pytest
from processes import wfperf
from repositories import Repo, state
from suites import FAST, SLOW, write_suites

QUICK = ("--blocks", "1", "--max-time", "1", "--no-history")


@pytest.fixture
def shop(tmp_path) -> Repo:
    """A repository with suites, whose working tree has a slower function."""
    repo = Repo(tmp_path / "shop")
    repo.path.mkdir()
    repo.git("init", "--quiet", "--initial-branch", "main")
    write_suites(repo.path)
    repo.commit("one")
    repo.replace("src/shop/__init__.py", FAST, SLOW)
    return repo


@pytest.mark.measures
def test_a_suite_is_compared_between_a_revision_and_the_working_tree_and_what_fails_is_told(shop):
    before = state(shop)
    asked = ("compare", "benchmarks", "-k", "total or fails_before", "--base", "main", *QUICK, "--format", "json")
    process = wfperf(*asked, cwd=shop.path)
    assert process.returncode == 0, process.stderr
    result = json.loads(process.stdout)
    assert {each["benchmark"] for each in result["findings"]} == {
        "test_shop.py::test_total[10]",
        "test_shop.py::test_total[20]",
    }
    assert all((each["baseline"], each["variant"]) == ("main", "working tree") for each in result["findings"])
    (fails,) = [note for note in result["notes"] if note.startswith("Fails in both: test_shop.py::test_fails_before: ")]
    assert fails.endswith("ValueError: before (test_shop.py:81)")
    assert state(shop) == before


def test_where_every_benchmark_returns_a_number_nothing_is_measured_and_that_is_said(shop):
    process = wfperf("compare", "asv.conf.json", "-k", "track", "--base", "main", *QUICK, cwd=shop.path)
    assert process.returncode == 5, process.stdout
    assert process.stderr.splitlines()[-1] == ("wfperf: error: every benchmark returns a number; none is measured")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["benchmarks"], "give --base REF, or several --with, --python or --env"),
        (["nowhere/", "--base", "main"], "there is no file or folder nowhere"),
        (["src", "--base", "main"], "src has no benchmarks of pyperf, pytest, asv that wfperf recognizes"),
        (["benchmarks", "speed", "--base", "main"], "name functions alone (module:function), or one suite"),
        (["asv.conf.json", "-m", "slow", "--base", "main"], "-m selects by pytest's markers"),
        (["benchmarks", "--args", "[1]", "--base", "main"], "a suite has its own"),
        (["-k", "x"], "-k, -m and --suite are about a suite"),
    ],
)
def test_a_mistake_is_one_line(shop, arguments, said):
    process = wfperf("compare", *arguments, cwd=shop.path)
    assert process.returncode == 2, process.stdout
    (line,) = process.stderr.splitlines()
    assert said in line
