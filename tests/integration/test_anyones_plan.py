"""Whatever the built-in plan has a stranger's has too: hooks, choices, optimizations, pairs, phases and ranks."""

from __future__ import annotations

import json
import shutil

import pytest
from processes import ROOT, wfperf
from repositories import Repo, empty_repository

SHOP = ROOT / "tests" / "plans" / "shop"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A folder with the shop and its plan; what commands keep there does not matter to others."""
    folder = tmp_path_factory.mktemp("shop") / "shop"
    shutil.copytree(SHOP, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def said(process):
    return " ".join(process.stdout.split())


def test_the_plan_is_shown_with_all_it_has(shop):
    shown = wfperf("plan", cwd=shop)
    assert shown.returncode == 0, shown.stderr
    for title in (
        "Optimizations",
        "Configurations, compared with plain",
        "Benchmarks",
        "Claims of the largest gain",
        "Pairs",
    ):
        assert f"\n{title}" in shown.stdout
    data = json.loads(wfperf("plan", "--format", "json", cwd=shop).stdout)
    assert (data["schema_version"], data["kind"]) == (3, "plan")
    assert [each["id"] for each in data["pairs"]] == ["join", "dict"]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("table", ("before: find_by_scan", "return names.index(name)", "after: find_by_table", "def _table(names):")),
        ("find", ("1, the owner wants it first", "find: table instead of find_by_scan")),
        ("total", ("changes results", "whole hundreds only", "def total_by_groups(orders):")),
        ("join", ("before: joined_by_plus", "after: joined_at_once")),
        ("all", ("total", "groups", "find", "table", "another 10 %")),
    ],
)
def test_whatever_has_a_name_is_shown_with_its_sources(shop, name, texts):
    shown = wfperf("plan", name, cwd=shop)
    assert shown.returncode == 0, shown.stderr
    for text in texts:
        assert text in shown.stdout
    assert json.loads(wfperf("plan", name, "--format", "json", cwd=shop).stdout)["kind"] == "plan-entry"


def test_where_a_source_stands_is_in_the_json(shop):
    data = json.loads(wfperf("plan", "join", "--format", "json", cwd=shop).stdout)
    file, _, line = data["pair"]["sources"]["before_where"].rpartition(":")
    assert (shop / "shop.py").read_text().splitlines()[int(line) - 1] == "def joined_by_plus():"
    assert file == str(shop / "shop.py")


def test_every_variant_and_pair_is_verified_and_its_hook_is_asked(shop):
    verified = wfperf("verify", "--random", "30", "--seed", "3", "-o", "verified.json", "--force", cwd=shop)
    assert verified.returncode == 0, verified.stderr
    assert verified.stdout.endswith("Reproduce: wfperf verify --random 30 --seed 3\n")
    data = json.loads((shop / "verified.json").read_text())
    variants = {each["name"]: (each["kind"], each["cases"], each["equivalence"]) for each in data["variants"]}
    assert variants == {
        "tabled": ("configuration", 6, "equal"),
        "all": ("configuration", 6, "equal"),
        "table": ("optimization", 6, "equal"),
        "groups": ("optimization", 6, "equal"),
        "join": ("pair", 3, "equal"),
        "dict": ("pair", 3, "equal"),
    }
    (found,) = data["beyond"]["variants"]
    assert found["equivalence"] == "changes results, as marked"
    assert found["marks"] == {"total=groups": "whole hundreds only"}
    assert data["beyond"]["notes"] == ["3 configurations; customers.json."]
    assert "total=groups: changes results, as marked" in said(verified)


def test_a_pair_that_differs_is_seen_where(shop, tmp_path):
    changed = shutil.copytree(shop, tmp_path / "shop")
    text = (changed / "shop.py").read_text()
    (changed / "shop.py").write_text(text.replace('";".join(PRICES) + ";"', '";".join(PRICES)'))
    verified = wfperf("verify", "--random", "1", "--seed", "3", "--format", "json", cwd=changed)
    assert verified.returncode == 4, verified.stderr
    (differing,) = [each for each in json.loads(verified.stdout)["variants"] if each["equivalence"] == "DIFFERS"]
    assert (differing["name"], differing["differences"]) == ("join", 3)
    assert differing["example"]["facts"] == [["benchmark", "join"]]


@pytest.mark.measures
def test_everything_is_compared_with_phases_ranks_pairs_and_ceilings(shop):
    compared = wfperf("compare", "--all", "--blocks", "1", "--max-time", "60", "--format", "json", cwd=shop)
    assert compared.returncode == 0, compared.stderr
    result = json.loads(compared.stdout)
    asked = [(each["kind"], each["variant"], each["benchmark"], each["baseline"]) for each in result["findings"]]
    assert asked == [
        ("single", "table", "many", "plain"),
        ("single", "groups", "many", "plain"),
        ("pair", "join", "join", "plain"),
        ("pair", "dict", "dict", "plain"),
        ("total", "tabled", "many", "plain"),
        ("total", "all", "many", "tabled"),
        ("total", "tabled", "few", "plain"),
    ]
    assert all(each["equal"] for each in result["findings"])
    assert [each["rivals"] for each in result["ranks"]] == [["table", "groups"]]
    assert result["notes"] == ["Measured on a shop that nobody buys from."]
    amdahl_bounds = {(each["benchmark"], each["variant"]): each["effect"] for each in result["amdahl_bounds"]}
    assert set(amdahl_bounds) == {("many", "table"), ("many", "groups"), ("many", "tabled"), ("few", "tabled")}
    table = amdahl_bounds["many", "table"]
    assert table is None or table >= 0.5, "the hook says so much alone; null where no bound was seen"
    counts = result["counters"]["many"]["table"]["counts"]
    assert counts["customers_found"] == 400
    assert counts["tables_made"] == 0, "it is kept from the first run"


@pytest.mark.measures
@pytest.mark.parametrize(("phase", "asked"), [("1", ["table", "tabled"]), ("2", ["groups", "all"])])
def test_a_phase_is_compared(shop, phase, asked):
    compared = wfperf("compare", "--phase", phase, "--blocks", "1", "--max-time", "1", "--format", "json", cwd=shop)
    assert compared.returncode == 0, compared.stderr
    assert [each["variant"] for each in json.loads(compared.stdout)["findings"]] == asked


@pytest.mark.measures
def test_a_sweep_names_a_parameter_that_the_plan_allows(shop):
    swept = wfperf(
        *("compare", "--only", "tabled", "--sweep", "orders=10..1000", "--blocks", "1", "--max-time", "1"),
        *("--format", "json"),
        cwd=shop,
    )
    assert swept.returncode == 0, swept.stderr
    assert json.loads(swept.stdout)["findings"][0]["benchmark"] == "many, orders=10"
    refused = wfperf("compare", "--only", "tabled", "--sweep", "customers=10..1000", cwd=shop)
    assert refused.returncode == 2
    assert "the plan does not allow --sweep customers=10..1000; it allows: orders=10..1000" in refused.stderr


@pytest.mark.measures
def test_it_is_profiled(shop):
    profiled = wfperf("profile", "--profilers", "cprofile", "--runs", "3", "--max-time", "1", "-o", "out", cwd=shop)
    assert profiled.returncode == 0, profiled.stderr
    assert "total_by_groups" in profiled.stdout
    assert "Measured on a shop that nobody buys from." in profiled.stdout


def test_prepare_is_told_the_database_and_a_refusal_of_it_is_in_its_own_words(shop):
    (shop / "two.json").write_text('["Ada", "Bob"]')
    named = wfperf("gate", "--update", "--db", "two.json", "--baseline", "two-baseline.json", cwd=shop)
    assert named.returncode == 0, named.stderr
    refused = wfperf("gate", "--update", "--db", "none.json", cwd=shop)
    assert refused.returncode == 2
    assert refused.stderr == f"wfperf: error: there are no customers in {shop / 'none.json'}\n"


@pytest.fixture
def repository(shop, tmp_path) -> Repo:
    repo = empty_repository(tmp_path / "repository")
    for name in ("shop.py", "bench.py", "wfperf.toml"):
        repo.write(name, (shop / name).read_text())
    repo.write(".gitignore", "__pycache__/\n.wfperf/\n")
    repo.commit("a shop")
    return repo


def test_the_gate_counts_it_and_against_a_revision_prepares_each_tree_by_its_own_code(repository):
    assert wfperf("gate", "--update", cwd=repository.path).returncode == 0
    assert wfperf("gate", cwd=repository.path).returncode == 0
    repository.replace("bench.py", "range(30)", "range(60)")
    gated = wfperf("gate", "--base", "HEAD", "--head", ".", "--only", "counters", cwd=repository.path)
    assert gated.returncode == 4, "twice as many customers are other results"
    repository.replace("bench.py", "range(60)", "range(30)")
    repository.replace("shop.py", "return names.index(name)", "return _table(names)[name]")
    gated = wfperf("gate", "--base", "HEAD", "--head", ".", "--only", "counters", cwd=repository.path)
    assert gated.returncode == 1, gated.stderr
    assert "shop.py:_table 0 -> 400" in said(gated)
    assert "tables_made" in said(gated) or "tables made" in said(gated)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('return {"customers": str(file)}', "return [1]", "the hook bench:prepare returned [1]; it must return a dict"),
        ('return {"customers": str(file)}', "return {}['x']", "bench:prepare: KeyError: 'x'"),
        (
            '"equivalence": "changes results',
            '"equivalent": "changes results',
            "the hook bench:verify returned invalid findings: variants[1].equivalence is missing",
        ),
        ("return 0.5", "return 'much'", "the hook bench:no_waiting returned 'much'; it must return the gain"),
    ],
)
def test_a_mistake_in_a_hook_is_one_line(repository, old, new, message):
    repository.replace("bench.py", old, new)
    command = ("verify",) if "no_waiting" not in message else ("compare", "--only", "table", "--blocks", "1")
    refused = wfperf(*command, cwd=repository.path)
    assert refused.returncode == 2
    assert message in refused.stderr.splitlines()[-1]
    assert "Traceback" not in refused.stderr
