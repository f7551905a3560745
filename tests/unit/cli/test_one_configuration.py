"""A plan with a single configuration, the natural one of a gate: commands show what there is, or say what they need."""

import json

import pytest
from repositories import shop_repository

SHOP = """
def price(amount):
    return amount * 119 // 100


def configurations():
    return {"current": lambda: sum(map(price, range(100)))}


def unordered():
    return {"current": lambda: list({"a", "b", "c", "d", "e", "f"})}
"""
PLAN = """
workload = "shop:configurations"
path = ["."]
packages = ["shop"]
baseline = "current"

[[benchmark]]
name = "call"

[[configuration]]
name = "current"
"""
BY_PLAN, BY_FACTORY = ("--plan", "wfperf.toml"), ("--workload", "shop:configurations")
either = pytest.mark.parametrize("named", [BY_PLAN, BY_FACTORY], ids=["plan", "factory"])


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "wfperf.toml").write_text(PLAN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@either
def test_compare_says_what_it_needs(run, named):
    refused = run("compare", *named)
    assert refused.code == 2
    assert refused.stdout == ""
    for part in (
        "nothing to compare 'current' with",
        "add a configuration to the plan",
        "compare revisions with --base REF",
    ):
        assert part in refused.stderr


@pytest.mark.parametrize("asked", [("--all",), ("--only", "current"), ("--benchmark", "call"), ("--ablate", "solo")])
def test_compare_says_so_whatever_it_is_asked(run, asked):
    assert run("compare", *BY_PLAN, *asked).code == 2


@either
def test_verify_holds_it_against_itself_under_several_hash_seeds(run, named):
    verified = run("verify", *named)
    assert verified.code == 0, verified.stderr
    assert "Equal: current returns the same under 3 hash seeds" in " ".join(verified.stdout.split())
    (variants,) = json.loads(run("verify", *named, "--format", "json").stdout)["variants"]
    assert (variants["name"], variants["cases"], variants["differences"]) == ("current", 3, 0)


def test_verify_sees_where_it_differs_from_itself(run):
    verified = run("verify", "--workload", "shop:unordered")
    assert verified.code == 4
    assert "DIFFERS: 1 of 1" in verified.stdout


def test_profile_shows_the_one_without_differences(run, folder):
    profiled = run("profile", *BY_PLAN, "--profilers", "cprofile,memray", "--runs", "3")
    assert profiled.code == 0, profiled.stderr
    assert "Hottest functions, by total time, current " in profiled.stdout
    for absent in ("difference", "called more or less often", "gone", "speedup"):
        assert absent not in profiled.stdout
    assert sorted(path.name for path in (folder / ".wfperf" / "profile").iterdir()) == ["current.bin", "current.prof"]


def test_profile_as_json_has_no_other_side(run):
    profiled = run("profile", *BY_FACTORY, "--profilers", "cprofile", "--runs", "3", "--format", "json")
    assert profiled.code == 0, profiled.stderr
    data = json.loads(profiled.stdout)
    assert (data["before"], data["after"], data["measured"]) == ("current", None, None)


@either
def test_gate_holds_it_to_its_baseline(run, folder, named):
    updated = run("gate", *named, "--update")
    assert updated.code == 0, updated.stderr
    assert run("gate", *named).code == 0
    (folder / "shop.py").write_text(SHOP.replace("range(100)", "range(1000)"))
    gated = run("gate", *named)
    assert gated.code == 1, gated.stderr
    assert "FAIL" in gated.stdout


@either
def test_gate_holds_it_against_a_revision(run, folder, monkeypatch, named):
    repo = shop_repository(folder / "repository")
    repo.write("pyproject.toml", "")
    repo.write("shop.py", SHOP)
    repo.write("wfperf.toml", PLAN)
    repo.commit()
    monkeypatch.chdir(repo.path)
    gated = run("gate", *named, "--base", "HEAD", "--max-time", "1", "--format", "json", "-o", "gate.json")
    checks = json.loads((repo.path / "gate.json").read_text())["checks"]
    assert {"results", "function_calls", "wall_time"} <= {each["metric"] for each in checks}, gated.stderr
    repo.replace("shop.py", "range(100)", "range(1000)")
    assert run("gate", *named, "--base", "HEAD", "--head", ".", "--only", "counters").code == 4
