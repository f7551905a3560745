"""A workload of one's own: everything works for it as for the built-in engine."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from processes import BRIEF, ROOT, wfperf
from repositories import Repo

PLAN = "wfperf.toml"


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A folder in which `wfperf init` has written its start."""
    folder = tmp_path_factory.mktemp("own")
    done = wfperf("init", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def own(begun, tmp_path):
    """A copy of it, to be changed."""
    return Path(shutil.copytree(begun, tmp_path / "own"))


def test_what_init_writes_works_as_it_stands(begun):
    assert sorted(path.name for path in begun.iterdir()) == [PLAN, "wfperf_workload.py"]
    verified = wfperf("verify", "--plan", PLAN, cwd=begun)
    assert verified.returncode == 0, verified.stderr
    assert "every configuration returns what" in " ".join(verified.stdout.split())


def test_the_plan_is_shown(begun):
    shown = wfperf("plan", "--plan", PLAN, cwd=begun)
    assert shown.returncode == 0, shown.stderr
    assert "Configurations, compared with original" in shown.stdout
    assert "2-5x" in shown.stdout
    data = json.loads(wfperf("plan", "--plan", PLAN, "--format", "json", cwd=begun).stdout)
    assert [each["name"] for each in data["benchmarks"]] == ["small", "large"]
    named = wfperf("plan", "indexed", "--plan", PLAN, cwd=begun)
    assert named.returncode == 0, named.stderr
    assert "indexed: customers are found by a dict" in named.stdout


def test_the_gate_of_what_init_writes_counts_the_code_that_is_measured_though_it_lies_elsewhere(own):
    module = own / "wfperf_workload.py"
    text = module.read_text()
    (own / "shop.py").write_text("def find(names, wanted): return names.index(wanted)\n")
    module.write_text("import shop\n" + text.replace("names.index(name)", "shop.find(names, name)"))
    only = ("--config", "original", "--benchmark", "small")
    assert wfperf("gate", "--update", *only, cwd=own).returncode == 0
    (own / "shop.py").write_text(
        "def is_it(name, wanted): return name == wanted\n"
        "def find(names, wanted): return [is_it(name, wanted) for name in names].index(True)\n"
    )
    gated = wfperf("gate", *only, cwd=own)
    assert gated.returncode == 1, gated.stdout + gated.stderr
    assert "shop.py:is_it 0 -> 5,000" in " ".join(gated.stdout.split())


def test_init_overwrites_nothing(begun):
    again = wfperf("init", cwd=begun)
    assert again.returncode == 2
    assert again.stderr == f"wfperf: error: {PLAN} exists; choose another name or give --force\n"


@pytest.mark.measures
def test_its_claim_is_measured_and_its_work_is_counted(begun):
    compared = wfperf(
        *("compare", "--plan", PLAN, "--blocks", "2", "--max-time", "600", "--format", "json"),
        cwd=begun,
        constants=BRIEF,
    )
    assert compared.returncode == 0, compared.stderr
    result = json.loads(compared.stdout)
    (finding,) = result["findings"]
    assert (finding["variant"], finding["baseline"], finding["benchmark"]) == ("indexed", "original", "large")
    assert finding["equal"]
    assert finding["blocks"] == 2
    assert finding["effect"]["estimate"] > -1
    assert finding["verdict"] == "inconclusive", "two blocks cannot give another"
    assert result["counters"]["large"]["indexed"]["counts"]["function_calls"] == 1
    assert result["notes"] == []


@pytest.mark.measures
def test_a_plan_in_pyproject_is_found_without_being_named(own):
    plan = (own / PLAN).read_text().replace("[[", "[[tool.wfperf.")
    (own / "pyproject.toml").write_text(f"[tool.wfperf]\n{plan}")
    (own / PLAN).unlink()
    compared = wfperf("compare", "--blocks", "1", cwd=own, constants=BRIEF)
    assert compared.returncode == 0, compared.stderr
    assert "indexed" in compared.stdout


@pytest.mark.measures
def test_a_result_that_differs_is_shown_where_it_does(own):
    Repo(own).replace(
        "wfperf_workload.py", "return [places[name] for", "return [places[name] + (name == 'customer 7') for"
    )
    verified = wfperf("verify", "--plan", PLAN, cwd=own)
    assert verified.returncode == 4
    assert "DIFFERS: 1 of 1" in verified.stdout
    compared = wfperf("compare", "--plan", PLAN, "--blocks", "2", cwd=own, constants=BRIEF)
    assert compared.returncode == 4
    assert "results differ" in compared.stdout


def test_what_depends_on_the_order_of_a_set_differs_from_itself(own):
    Repo(own).replace("wfperf_workload.py", "return [names.index(name) for name in wanted]", "return list(set(wanted))")
    verified = wfperf("verify", "--plan", PLAN, "--format", "json", cwd=own)
    assert verified.returncode == 4
    data = json.loads(verified.stdout)
    assert data["baseline"] in [each["name"] for each in data["variants"]]


def test_the_gate_holds_it_to_its_own_baseline(own):
    updated = wfperf("gate", "--plan", PLAN, "--update", cwd=own)
    assert updated.returncode == 0, updated.stderr
    assert wfperf("gate", "--plan", PLAN, cwd=own).returncode == 0
    module = own / "wfperf_workload.py"
    text = module.read_text()
    module.write_text(
        text.replace("return [places[name] for", "return [find(name) for").replace(
            "    def original()", "    def find(name: str) -> int:\n        return places[name]\n\n    def original()"
        )
    )
    gated = wfperf("gate", "--plan", PLAN, cwd=own)
    assert gated.returncode == 1
    assert "wfperf_workload.py:configurations.<locals>.find 0 -> 100" in " ".join(gated.stdout.split())


@pytest.mark.measures
def test_it_is_profiled(own):
    profiled = wfperf("profile", "--plan", PLAN, "--benchmark", "large", "--runs", "5", "--max-time", "1", cwd=own)
    assert profiled.returncode == 0, profiled.stderr
    assert "wfperf_workload.py" in profiled.stdout
    assert sorted(path.name for path in (own / ".wfperf" / "profile").iterdir()) == [
        f"{name}.{suffix}" for name in ("indexed", "original") for suffix in ("bin", "lprof", "prof")
    ]
    assert "reconstruction" not in profiled.stdout


@pytest.mark.measures
def test_a_sweep_goes_over_an_argument_of_the_factory(own):
    swept = wfperf(
        *("compare", "--plan", PLAN, "--sweep", "orders=100..10000", "--blocks", "1", "--format", "json"),
        cwd=own,
        constants=BRIEF,
    )
    assert swept.returncode == 0, swept.stderr
    benchmarks = [finding["benchmark"] for finding in json.loads(swept.stdout)["findings"]]
    assert (benchmarks[0], benchmarks[-1], len(benchmarks)) == ("large, orders=100", "large, orders=10000", 6)


@pytest.mark.measures
def test_a_configuration_that_combines_others_is_taken_apart(own):
    plan = own / PLAN
    Repo(own).replace(
        "wfperf_workload.py",
        'return {"original": original, "indexed": indexed}',
        'return {"original": original, "indexed": indexed, "copied": original, "both": indexed}',
    )
    plan.write_text(
        plan.read_text()
        + '\n[[configuration]]\nname = "copied"\n\n[[configuration]]\nname = "both"\ncombines = ["indexed", "copied"]\n'
    )
    ablated = wfperf(
        *("compare", "--plan", PLAN, "--only", "both", "--benchmark", "small", "--ablate", "leave-one-out"),
        *("--blocks", "2", "--max-time", "600", "--format", "json"),
        cwd=own,
        constants=BRIEF,
    )  # fmt: skip
    assert ablated.returncode == 0, ablated.stderr
    result = json.loads(ablated.stdout)
    parts = {part["name"]: part for part in result["ablation"]["parts"]}
    assert list(parts) == ["indexed", "copied"]
    assert all(part[kind]["estimate"] > -1 for part in parts.values() for kind in ("alone", "within"))
    (benchmark,) = result["benchmarks"]
    assert len(benchmark["blocks"]) == 2
    for block in benchmark["blocks"]:
        assert set(block["costs"]) == {"original", "control", "indexed", "copied", "both"}


@pytest.mark.measures
def test_two_interpreters_are_held_against_each_other(own):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", own / "other"], check=True)
    plan = (own / PLAN).read_text().replace('# python = "other-environment/bin/python"', 'python = "other/bin/python"')
    (own / PLAN).write_text(plan)
    compared = wfperf("compare", "--plan", PLAN, "--blocks", "2", "--format", "json", cwd=own, constants=BRIEF)
    assert compared.returncode == 0, compared.stderr
    assert json.loads(compared.stdout)["findings"][0]["equal"]


@pytest.mark.measures
def test_a_workload_is_found_by_its_entry_point(own):
    (own / "shop-1.dist-info").mkdir()
    (own / "shop-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: shop\nVersion: 1\n")
    (own / "shop-1.dist-info" / "entry_points.txt").write_text("[wfperf.workloads]\nshop = shop:configurations\n")
    (own / "shop.py").write_text("def configurations(): return {'original': lambda: 1, 'other': lambda: 1}\n")
    path = f"{ROOT}:{own}"
    compared = wfperf("compare", "--workload", "shop", "--blocks", "1", cwd=own, PYTHONPATH=path)
    assert compared.returncode == 0, compared.stderr
    assert "other" in compared.stdout


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('baseline = "original"', 'baseline = "first"', "baseline is 'first', which is no configuration of it"),
        ('benchmark = "large"', 'benchmark = "huge"', "configuration 'indexed': a claim is about the benchmark 'huge'"),
        (
            "low = 1.0",
            "low = 9.0",
            "configuration 'indexed', claim 1: low is 9 and high is 4; low must not be above high",
        ),
        ("low = 1.0", 'low = "much"', "configuration 'indexed', claim 1: low must"),
        ("phase = 1", "phasse = 1", "did you mean 'phase'?"),
        (
            'title = "customers',
            'includes = "indexd"\ntitle = "customers',
            "includes 'indexd', which does not stand above it",
        ),
        ("[[benchmark]]\nname", "[benchmark]\nname", "is not TOML"),
        ('workload = "wfperf', 'workload = "nowhere', "No module named 'nowhere_workload'"),
        (":configurations", ":configuration", "has no 'configuration'; did you mean 'configurations'?"),
        ("orders = 100 }", "order = 100 }", "unexpected keyword argument 'order'"),
        ('name = "indexed"', 'name = "indexedd"', "has no configuration 'indexedd'"),
        ('# packages = ["shop"]', 'packages = ["absent"]', "no package 'absent'"),
        ('# python = "other-environment', 'python = "other-environment', "cannot run the interpreter"),
    ],
)
def test_a_mistake_is_one_line_that_names_its_place(own, old, new, message):
    plan = (own / PLAN).read_text()
    assert old in plan
    (own / PLAN).write_text(plan.replace(old, new))
    refused = wfperf("compare", "--plan", PLAN, "--all", "--blocks", "1", cwd=own)
    assert refused.returncode in {2, 5}
    error = refused.stderr.splitlines()[-1]
    assert error.startswith("wfperf: error: ")
    assert message in error
    assert "Traceback" not in refused.stderr
