"""The worked example: it stands as described, and it runs where its two packages can be installed."""

import importlib
import json
import os
import runpy
import shutil
import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path

import pydantic
import pytest
from processes import PATIENCE_S, ROOT, wfperf

from wfperf.measure.worker.outcomes import plain
from wfperf.plan import read_plan

EXAMPLE = ROOT / "examples" / "pydantic-2"
PLAN = read_plan(EXAMPLE / "wfperf.toml")
HERE = f"v{pydantic.VERSION.partition('.')[0]}"


@pytest.fixture
def copied(tmp_path):
    """The example, without environments that someone has made in it."""
    return shutil.copytree(EXAMPLE, tmp_path / "example", ignore=shutil.ignore_patterns("old", "new", "__pycache__"))


@pytest.fixture
def installed(copied):
    """The example with both environments."""
    process = subprocess.run(
        [sys.executable, copied / "setup.py"],
        env={**os.environ, "PIP_RETRIES": "0"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    if process.returncode:
        *said, reason = process.stderr.splitlines()
        assert reason.startswith("cannot make"), process.stderr
        pytest.skip(" | ".join([reason, *said[-1:]]))
    return copied


@pytest.fixture
def workload(monkeypatch):
    """The example's workload, imported by this interpreter."""
    monkeypatch.syspath_prepend(EXAMPLE)
    yield importlib.import_module("workload")
    del sys.modules["workload"]


def test_the_plan_holds_version_2_against_version_1():
    assert PLAN.workload == "workload:benchmarks"
    assert PLAN.baseline == "v1"
    assert [each.name for each in PLAN.configurations] == ["v1", "v2"]
    assert [Path(each.python).relative_to(EXAMPLE).parts[0] for each in PLAN.configurations] == ["old", "new"]
    assert {claim.benchmark for claim in PLAN.configuration("v2").claims} == {each.name for each in PLAN.benchmarks}


def test_the_readme_quotes_every_claim_and_its_source():
    readme = (EXAMPLE / "README.md").read_text()
    for claim in PLAN.configuration("v2").claims:
        assert f"{claim.text} faster than" in readme
        assert f"<{claim.section.split()[-1]}>" in readme
        assert f"| `{claim.benchmark}` | {claim.text} |" in readme


def test_plan_readme_and_setup_name_the_same_releases():
    releases = runpy.run_path(str(EXAMPLE / "setup.py"))["RELEASES"]
    titles = [each.title for each in PLAN.configurations]
    assert [release.replace("==", " ") for release in releases.values()] == titles
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


def test_a_configuration_is_not_measured_on_the_other_version(copied):
    plan = copied / "wfperf.toml"
    text = plan.read_text()
    for each in ("old", "new"):
        text = text.replace(f'"{each}/bin/python"', json.dumps(sys.executable))
    plan.write_text(text)
    process = wfperf("compare", "--plan", str(plan), "--max-time", "2", cwd=copied)
    assert process.returncode == 5
    assert f"no configuration 'v1', only '{HERE}'" in process.stderr
    assert "Traceback" not in process.stderr


@pytest.mark.measures
def test_compare_runs_both_releases_and_finds_their_results_equal(installed):
    plan = read_plan(installed / "wfperf.toml")
    for each in plan.configurations:
        shown = subprocess.run(
            [each.python, "-c", "import pydantic; print('pydantic', pydantic.VERSION)"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert shown.stdout.strip() == each.title
    process = wfperf(
        "compare", "--plan", "wfperf.toml", "--blocks", "2", "--max-time", "600", "--format", "json", cwd=installed
    )
    assert process.returncode == 0, process.stderr
    result = json.loads(process.stdout)
    assert [each["benchmark"] for each in result["findings"]] == [each.name for each in plan.benchmarks]
    for finding in result["findings"]:
        assert (finding["variant"], finding["baseline"]) == ("v2", "v1")
        assert finding["equal"], finding["difference"]
        assert finding["effect"]["estimate"] > -1
        assert finding["blocks"] == 2
    for benchmark in result["benchmarks"]:
        for block in benchmark["blocks"]:
            assert set(block["costs"]) == {"v1", "control", "v2"}
            assert len(set(block["digests"].values())) == 1
