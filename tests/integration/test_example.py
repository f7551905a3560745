"""The worked examples: they stand as described, and run where their packages can be installed."""

import importlib
import json
import re
import runpy
import shutil
import sys
from datetime import date, datetime, time

import pydantic
import pytest
from processes import BRIEF, ROOT, wfperf

from wfperf.measure.worker.outcomes import plain
from wfperf.plan import read_plan

EXAMPLES = ROOT / "examples"
EXAMPLE = EXAMPLES / "pydantic-2"
PLAN = read_plan(EXAMPLE / "wfperf.toml")
HERE = f"v{pydantic.VERSION.partition('.')[0]}"


@pytest.fixture
def workload(monkeypatch):
    """The example's workload, imported by this interpreter."""
    monkeypatch.syspath_prepend(EXAMPLE)
    yield importlib.import_module("workload")
    del sys.modules["workload"]


@pytest.mark.parametrize(
    "example", sorted(path.parent for path in EXAMPLES.glob("*/README.md")), ids=lambda each: each.name
)
def test_a_readme_names_the_files_of_its_folder_and_no_other(example):
    linked = re.findall(r"\]\(([^):]+)\)", (example / "README.md").read_text())
    files = {each.name for each in example.iterdir() if each.is_file()} - {"README.md"}
    assert {each for each in linked if "/" not in each} == files
    assert f"({example.name}/README.md)" in (EXAMPLES / "README.md").read_text()


def test_the_plan_holds_version_2_against_version_1():
    assert PLAN.workload == "workload:benchmarks"
    assert PLAN.baseline == "v1"
    assert [each.name for each in PLAN.configurations] == ["v1", "v2"]
    assert [each.requirements for each in PLAN.configurations] == [("pydantic==1.10.26",), ("pydantic==2.14.4",)]
    assert {claim.benchmark for claim in PLAN.configuration("v2").claims} == {each.name for each in PLAN.benchmarks}


def test_the_readme_quotes_every_claim_and_its_source():
    readme = (EXAMPLE / "README.md").read_text()
    for claim in PLAN.configuration("v2").claims:
        assert f"{claim.text} faster than" in readme
        assert f"<{claim.section.split()[-1]}>" in readme
        assert f"| `{claim.benchmark}` | {claim.text} |" in readme


def test_plan_and_readme_name_the_same_releases():
    titles = [each.title for each in PLAN.configurations]
    assert [each.requirements[0].replace("==", " ") for each in PLAN.configurations] == titles
    readme = (EXAMPLE / "README.md").read_text()
    assert all(title in readme for title in titles)


@pytest.mark.parametrize("measured", PLAN.benchmarks, ids=lambda each: each.name)
def test_every_benchmark_runs_on_the_pydantic_that_is_here_and_gives_plain_data(workload, measured):
    made = workload.benchmarks(**measured.parameters)
    assert list(made) == [HERE], "no configuration of a version that is not here"
    variant = made[HERE]
    outcome = variant.data(variant.run())
    assert json.dumps(plain(outcome)) == json.dumps(plain(variant.data(variant.run())))


def test_an_order_is_really_validated(workload):
    outcome = workload.plain(workload.order_of(4)())
    assert len(outcome) == 25
    assert outcome["ordered_on"] == date(2025, 11, 3)
    assert outcome["deliver_at"] == time(14, 30)
    assert outcome["paid_at"] == datetime(2025, 11, 3, 12, 13, 14)  # noqa: DTZ001 - no zone is the point
    assert outcome["address"]["country"] == "GB"
    assert outcome["lines"][3] == {"sku": "sku 3", "quantity": 4, "price": 3.5}
    with pytest.raises(ValueError, match="country"):
        workload.Address(street="12 St James's Square", city="London", country="GBR")


def test_a_configuration_is_not_measured_on_the_other_version(tmp_path):
    copied = shutil.copytree(EXAMPLE, tmp_path / "example", ignore=shutil.ignore_patterns("__pycache__"))
    plan = copied / "wfperf.toml"
    plan.write_text(re.sub(r"(?m)^requirements = .*$", f"python = {json.dumps(sys.executable)}", plan.read_text()))
    process = wfperf("compare", "--plan", str(plan), "--max-time", "2", cwd=copied)
    assert process.returncode == 5
    assert f"no configuration 'v1', only '{HERE}'" in process.stderr
    assert "Traceback" not in process.stderr


@pytest.mark.measures
def test_compare_runs_both_releases_and_finds_their_results_equal(tmp_path):
    asked = (
        "compare",
        "--plan",
        str(EXAMPLE / "wfperf.toml"),
        "--blocks",
        "2",
        "--max-time",
        "600",
        "--format",
        "json",
    )
    variables = {"PIP_RETRIES": "0", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    process = wfperf(*asked, cwd=tmp_path, constants=BRIEF, **variables)
    if process.returncode == 5 and "cannot prepare an environment" in process.stderr:
        pytest.skip(process.stderr.splitlines()[-1])
    assert process.returncode == 0, process.stderr
    result = json.loads(process.stdout)
    assert [each["benchmark"] for each in result["findings"]] == [each.name for each in PLAN.benchmarks]
    for finding in result["findings"]:
        assert (finding["variant"], finding["baseline"]) == ("v2", "v1")
        assert finding["equal"], finding["difference"]
        assert finding["effect"]["estimate"] > -1
        assert finding["blocks"] == 2
    for benchmark in result["benchmarks"]:
        for block in benchmark["blocks"]:
            assert set(block["costs"]) == {"v1", "control", "v2"}
            assert len(set(block["digests"].values())) == 1


@pytest.mark.parametrize(
    ("function", "tags"), [("prose", "<p>"), ("markup", "<em>"), ("spaces", "<h1>Heading"), ("fences", "<pre>")]
)
def test_a_document_has_what_its_benchmark_is_about(function, tags):
    pytest.importorskip("markdown_it")
    documents = runpy.run_path(str(EXAMPLES / "markdown-it-py" / "perf.py"))
    assert documents[function]().count(tags) >= 20
