"""The gate between two revisions, through the real command line."""

import json
import math
import re
import shutil
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from gates import simulated
from own_source import EXTRA_STATEMENT, REBUILT_TABLE, own_source
from processes import BRIEF, PATIENCE_S, ROOT, wfperf
from repositories import Repo, empty_repository, shop_repository, state

from wfperf.gate import against_base
from wfperf.gate.against_base import decide_between
from wfperf.gate.policy import Policy, parse_policy
from wfperf.gate.progress import SILENT
from wfperf.gate.request import Request
from wfperf.gate.timed import Timing
from wfperf.measure.blocks import Schedule
from wfperf.plan import read_plan
from wfperf.results.budget import ANY
from wfperf.results.decision import CheckStatus
from wfperf.variants.repository import find_repository

FAST = "amount * 119 // 100 for amount in range(orders)]"
SLOWER = "amount * 119 // 100 + 0 * amount**4000 for amount in range(orders)]"
"""A hundred times as slow: no machine is so busy that it would hide."""

TYPICAL = ("--benchmark", "typical")
EXTRA_COPY = (
    "wfperf/engine/seams/context.py",
    'return {**before, "result": before["result"].copy()}',
    'return {**before, "result": before["result"].copy().copy()}',
)


@pytest.fixture
def shop(tmp_path) -> Repo:
    return shop_repository(tmp_path / "shop")


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> Repo:
    """A repository with wfperf's own source; no test commits to its branch."""
    repo = empty_repository(tmp_path_factory.mktemp("engine") / "source")
    own_source(repo.path)
    repo.write(".gitignore", "__pycache__/\n.wfperf/\n")
    repo.commit("the engine")
    return repo


def gate(repo, *arguments, **options):
    return wfperf("gate", *arguments, cwd=repo.path, **options)


def of_status(data, status):
    return [check for check in data["checks"] if check["status"] == status]


def test_unchanged_code_passes_by_its_counters(engine):
    before = state(engine)
    named = ("--config", "original", "--config", "optimized")
    gated = gate(engine, "--base", "HEAD", "--only", "counters", *TYPICAL, *named)
    assert gated.returncode == 0, gated.stdout + gated.stderr
    assert gated.stdout.splitlines()[1].startswith("PASS")
    assert state(engine) == before


@pytest.mark.parametrize(
    ("planted", "counter", "configurations", "behind", "only"),
    [
        (EXTRA_STATEMENT, "sql_statements", {"original", "optimized"}, "engine/database.py:Database.value", ()),
        (REBUILT_TABLE, "node_objects", {"phase-1", "optimized"}, "engine/nodes/base.py:NodeType.__init__", ()),
        (
            EXTRA_COPY,
            "library_calls",
            {"original"},
            "engine/seams/context.py:original.<locals>.enter calls dict.copy",
            ("--only", "counters"),
        ),
    ],
    ids=["an SQL statement", "a dispatch table rebuilt for every node", "a copy of the context"],
)
def test_planted_work_fails_by_counters_and_is_explained(engine, planted, counter, configurations, behind, only):
    file, old, new = planted
    engine.replace(file, old, new)
    try:
        named = [word for name in sorted(configurations) for word in ("--config", name)]
        gated = gate(engine, "--base", "HEAD", "--head", ".", *TYPICAL, *named, *only, "--format", "json")
    finally:
        engine.git("checkout", "--quiet", ".")
    assert gated.returncode == 1, gated.stdout + gated.stderr
    assert "timing" not in gated.stderr, "the counters have failed already"
    data = json.loads(gated.stdout)
    failed = [check for check in of_status(data, "fail") if check["metric"] == counter]
    assert configurations == {check["configuration"] for check in failed}
    moved = {each["name"]: each for check in failed for each in check["call_count_changes"]}
    assert behind in moved
    source = Path(ROOT, moved[behind]["file"]).read_text().splitlines()
    assert "def " in source[moved[behind]["line"] - 1], "the reviewer is shown the definition"


@pytest.mark.measures
def test_a_slowdown_that_changes_no_count_fails_by_wall_time(shop):
    shop.replace("shop.py", FAST, SLOWER)
    shop.commit("slower")
    before = state(shop)
    asked = ("--base", "HEAD~1", "--config", "fast", "--format", "json", "--max-time", "400")
    gated = gate(shop, *asked, constants=BRIEF)
    assert gated.returncode == 1, gated.stdout + gated.stderr
    (failed,) = of_status(json.loads(gated.stdout), "fail")
    assert (failed["configuration"], failed["metric"]) == ("fast", "wall_time")
    assert failed["change"]["low"] > 0.02 < failed["confirmation"]["low"]
    (longer,) = failed["self_time_changes"]
    assert (longer["name"], longer["file"]) == ("shop.py:fast", "shop.py"), "the reviewer is shown where the time goes"
    assert longer["more"]["low"] > 0
    notes = json.loads(gated.stdout)["notes"]
    assert "The changes of all functions hold together with 90 % confidence." in notes
    assert state(shop) == before


@pytest.mark.measures
def test_results_that_differ_are_told_and_may_be_accepted(shop):
    shop.replace("shop.py", "sum([amount", "1 + sum([amount")
    shop.commit("another result")
    gated = gate(shop, "--base", "HEAD~1", "--format", "json", "--max-time", "3")
    assert gated.returncode == 4, gated.stderr
    (check,) = of_status(json.loads(gated.stdout), "results differ")
    assert (check["configuration"], check["metric"]) == ("fast", "results")
    assert check["reason"] == "outcome: 5841 in base, 5842 in head"
    accepted = gate(shop, "--base", "HEAD~1", "--accept-results", "--only", "counters")
    assert accepted.returncode == 0, accepted.stdout
    assert "Results differ, which --accept-results allows; not timed against the base: fast on call." in accepted.stdout
    untimed = gate(shop, "--base", "HEAD~1", "--accept-results", "--only", "time", "--config", "fast")
    assert untimed.returncode == 3, untimed.stdout
    assert "not timed, because results differ" in untimed.stdout
    shop.write("policy.toml", '[gate]\nmin_speedup.fast = "1 %"\n')
    asked = ("--base", "HEAD~1", "--accept-results", "--only", "time", "--config", "fast", "--policy", "policy.toml")
    ungained = gate(shop, *asked, "--max-time", "3")
    assert ungained.returncode == 3, ungained.stdout
    assert "results differ from those of original, so there is no speedup" in ungained.stdout


def test_what_a_configuration_must_gain_is_held_where_results_may_differ(shop, monkeypatch):
    shop.replace("shop.py", "sum(price(amount)", "1 + sum(price(amount)")
    shop.replace("shop.py", "sum([amount", "1 + sum([amount")
    shop.commit("another result")
    # Its runs and counts are real, its times are not: `fast` gains half of what it must.
    twice = simulated({"head: fast": -math.log(2)}, 1, differs=True)
    monkeypatch.setattr(against_base, "Timing", partial(Timing, measure=twice))
    plan = read_plan(shop.path / "pyproject.toml")
    policy = parse_policy({"min_speedup": {"fast": "4x"}}, "a test", plan, ("call",))
    request = Request(plan, policy, shop.path, accept_results=True, schedule=Schedule(200))
    decision = decide_between(find_repository(shop.path), "HEAD~1", "HEAD", request, SILENT)
    (failed,) = decision.of(CheckStatus.FAIL)
    assert (failed.configuration, failed.metric) == ("fast", "speedup")


@pytest.mark.parametrize(("longer", "status"), [(0.0, CheckStatus.PASS), (0.1, CheckStatus.FAIL)])
def test_calls_that_rise_are_told_and_time_decides_unless_a_budget_limits_them(shop, monkeypatch, longer, status):
    """A change may drop a hundred calls of a helper for one of a built-in function."""
    shop.replace("shop.py", "sum([amount", "len('') + sum([amount")
    shop.commit("a call more")
    timed = simulated({"head: fast": longer}, 1)  # its runs and counts are real, its times are not
    monkeypatch.setattr(against_base, "Timing", partial(Timing, measure=timed))
    monkeypatch.setattr("wfperf.gate.explained.explained", lambda decision, *_: decision)
    plan = read_plan(shop.path / "pyproject.toml")
    repository = find_repository(shop.path)
    request = Request(plan, Policy(configurations=("original",)), shop.path, schedule=Schedule(200))
    decision = decide_between(repository, "HEAD~1", "HEAD", request, SILENT)
    assert decision.status is status
    (risen,) = [check for check in decision.checks if check.counted_change > 0]
    assert (risen.metric, risen.budget, risen.status) == ("library_calls", ANY, CheckStatus.PASS)
    assert risen.call_count_changes[0].name.endswith("calls len")
    assert "A run makes more calls, so time decides: fast on call (1 more library calls)." in decision.notes
    assert {check.configuration for check in decision.checks if check.metric == "wall_time"} >= {"fast"}
    limited = replace(request, policy=parse_policy({"max_library_calls": "+0"}, "a test", plan, ("call",)))
    failed = decide_between(repository, "HEAD~1", "HEAD", limited, SILENT)
    assert [check.metric for check in failed.of(CheckStatus.FAIL)] == ["library_calls"]
    assert not any(check.metric == "wall_time" for check in failed.checks)


def test_what_the_base_does_not_have_is_inconclusive(shop):
    shop.replace("shop.py", '"fast": lambda: fast(100)}', '"fast": lambda: fast(100), "new": lambda: fast(100)}')
    with (shop.path / "pyproject.toml").open("a") as plan:
        plan.write('\n[[tool.wfperf.configuration]]\nname = "new"\n')
    shop.commit("a new configuration")
    asked = ("--base", "HEAD~1", "--only", "counters")
    gated = gate(shop, *asked, "--format", "json")
    assert gated.returncode == 3, gated.stdout + gated.stderr
    (check,) = of_status(json.loads(gated.stdout), "inconclusive")
    assert check["configuration"] == "new"
    assert "no configuration 'new', only 'original', 'fast'" in check["reason"]
    assert gate(shop, *asked, "--inconclusive", "pass").returncode == 0
    assert gate(shop, *asked, "--inconclusive", "fail").returncode == 1


@pytest.mark.measures
def test_too_little_time_is_inconclusive(shop):
    gated = gate(shop, "--base", "HEAD", "--only", "time", "--max-time", "1")
    assert gated.returncode == 3, gated.stdout
    assert gated.stdout.splitlines()[1].startswith("INCONCLUSIVE")
    assert "too few" in gated.stdout


def test_a_head_that_cannot_be_run_is_no_decision(shop):
    shop.write("shop.py", "raise RuntimeError('broken')\n")
    shop.commit("broken")
    gated = gate(shop, "--base", "HEAD~1")
    assert gated.returncode == 5
    assert "broken" in gated.stderr
    assert len([line for line in gated.stderr.splitlines() if "error" in line]) == 1


def test_code_from_elsewhere_than_its_tree_is_refused(shop, tmp_path):
    plan = shop.path / "pyproject.toml"
    (tmp_path / "installed").mkdir()
    shutil.copy(shop.path / "shop.py", tmp_path / "installed")
    plan.write_text(plan.read_text().replace('path = ["."]', f'path = ["{tmp_path / "installed"}"]'))
    gated = gate(shop, "--base", "HEAD", "--head", ".")
    assert gated.returncode == 2
    assert "not from the tree of HEAD" in gated.stderr or "not from the tree of the working tree" in gated.stderr


def test_trees_are_prepared_by_commands_and_told_when_that_fails(shop):
    asked = ("--base", "HEAD", "--only", "counters")
    touched = gate(shop, *asked, "--tree-setup", f"{sys.executable} -c \"open('made here', 'w')\"")
    assert touched.returncode == 0, touched.stderr
    assert not (shop.path / "made here").exists()
    failed = gate(shop, *asked, "--tree-setup", f"{sys.executable} -c \"raise SystemExit('no such luck')\"")
    assert failed.returncode == 5
    assert "cannot prepare HEAD" in failed.stderr
    assert "no such luck" in failed.stderr


def test_the_interpreter_of_an_environment_made_in_the_tree_is_used(shop):
    shop.write("shop.py", OWN_INTERPRETER + (shop.path / "shop.py").read_text())
    shop.write("make.py", ENVIRONMENT)
    plan = shop.path / "pyproject.toml"
    plan.write_text(re.sub(r'(name = "(original|fast)")', r'\1\npython = ".venv/bin/python"', plan.read_text()))
    shop.commit("with an environment")
    asked = ("--base", "HEAD", "--only", "counters")
    made = gate(shop, *asked, "--tree-setup", f"{sys.executable} make.py")
    assert made.returncode == 0, made.stderr
    missing = gate(shop, *asked)
    assert missing.returncode == 5
    assert ".venv/bin/python" in missing.stderr


OWN_INTERPRETER = """
import sys
from pathlib import Path
assert Path(sys.executable) == Path(__file__).parent / ".venv" / "bin" / "python"
"""
ENVIRONMENT = """
import pathlib, sys
folder = pathlib.Path(".venv/bin")
folder.mkdir(parents=True)
(folder / "python").symlink_to(sys.executable)
"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--base", "HEAD", "--update"), "leave out --baseline, --update and --wall-time"),
        (("--head", "HEAD"), "give it as --base REF"),
        (("--base", "mian"), "did you mean 'main'?"),
        (("--base", "HEAD", "--benchmark", "cal"), "no benchmark 'cal'; did you mean 'call'?"),
        (("--base", "HEAD", "--config", "fats"), "no configuration 'fats'; did you mean 'fast'?"),
        (("--base", "HEAD", "--tree-setup", "'"), "cannot read the command"),
        (("--tree-setup", "true"), "need --base REF"),
        (("--base", "HEAD", "--policy", "nowhere.toml"), "cannot read the policy of nowhere.toml"),
        (("--base", "HEAD", "--format", "yaml"), "'yaml' is not one of"),
    ],
)
def test_wrong_options_are_refused_in_one_line(shop, arguments, message):
    gated = gate(shop, *arguments)
    assert gated.returncode == 2, gated.stdout + gated.stderr
    assert message in gated.stderr
    assert "Traceback" not in gated.stderr


def test_a_tree_without_the_engine_asks_for_a_plan(tmp_path):
    repo = empty_repository(tmp_path / "empty")
    repo.write("readme", "")
    repo.commit()
    gated = gate(repo, "--base", "HEAD")
    assert gated.returncode == 2
    assert "does not contain wfperf's built-in engine" in gated.stderr


def test_the_policy_of_the_project_decides(shop):
    shop.replace("shop.py", "def work(orders):", "def work(orders):\n    len('')")
    shop.commit("a call more")
    asked = ("--base", "HEAD~1", "--only", "counters")
    assert gate(shop, *asked).returncode == 1
    shop.write("budgets.toml", '[gate]\nmax_library_calls.original = "+1"\n')
    assert gate(shop, *asked, "--policy", "budgets.toml").returncode == 0
    shop.write("budgets.toml", '[gate]\nmax_library_call.original = "+1"\n')
    refused = gate(shop, *asked, "--policy", "budgets.toml")
    assert refused.returncode == 2
    assert "did you mean 'max_library_calls'?" in refused.stderr


def test_every_format_tells_the_same_failure(shop, tmp_path):
    shop.replace("shop.py", "def work(orders):", "def work(orders):\n    len('')")
    shop.commit("a call more")
    asked = ("--base", "HEAD~1", "--only", "counters")
    summary = tmp_path / "summary.md"
    said = {
        form: gate(shop, *asked, "--format", form, GITHUB_STEP_SUMMARY=str(summary))
        for form in ("table", "json", "markdown", "junit", "sarif", "github")
    }
    assert {each.returncode for each in said.values()} == {1}
    assert ET.fromstring(said["junit"].stdout).find(".//failure") is not None  # noqa: S314 - our own
    (result,) = json.loads(said["sarif"].stdout)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "shop.py"
    assert "::error file=shop.py,line=5" in said["github"].stdout
    for form in ("table", "markdown"):
        assert "FAIL" in said[form].stdout
        assert "work calls len" in said[form].stdout
        assert "wfperf gate --base 'HEAD~1' --only counters" in said[form].stdout
    assert "FAIL" in summary.read_text(), "only `github` writes it"


def test_a_decision_is_saved(shop):
    gated = gate(shop, "--base", "HEAD", "--only", "counters", "-o", "gate.json")
    assert gated.returncode == 0, gated.stderr
    data = json.loads((shop.path / "gate.json").read_text())
    assert (data["kind"], data["status"]) == ("gate", "pass")
    head = {"name": "HEAD", "commit": shop.head, "dirty": False, "subject": ""}
    assert (data["against"], data["head"]) == (head, head)
    for form, begins in (("table", "PASS"), ("markdown", "### PASS"), ("junit", "<?xml"), ("json", "{")):
        shown = wfperf("show", "gate.json", "--format", form, cwd=shop.path)
        assert shown.returncode == 0, shown.stderr
        assert shown.stdout.startswith(begins), form
    refused = wfperf("show", "gate.json", "--format", "pyperf", cwd=shop.path)
    assert refused.returncode == 2
    kept = wfperf("history", "--format", "json", cwd=shop.path)
    assert '"function_calls"' in kept.stdout
    again = gate(shop, "--base", "HEAD", "--only", "counters", "-o", "gate.json")
    assert again.returncode == 2
    assert "give --force" in again.stderr


@pytest.mark.parametrize("asked", [("gate", "--base", "HEAD~1"), ("bisect", "--good", "HEAD~1")])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_exits_with_130_and_leaves_nothing(shop, asked, number):
    shop.commit("another")
    before = state(shop)
    command = [sys.executable, "-m", "wfperf", *asked, "--tree-setup", "sleep 60"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/local/bin:/usr/bin:/bin"}
    with subprocess.Popen(command, cwd=shop.path, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline().startswith("preparing")
        process.send_signal(number)
        assert process.wait(timeout=PATIENCE_S) == 130
    assert state(shop) == before
    assert not (shop.path / ".git" / "wfperf").exists()


@pytest.mark.parametrize("changed", [True, False])
def test_the_working_tree_is_told_by_the_commit_below_it_and_whether_it_differs(shop, changed):
    if changed:
        shop.write("notes.txt", "new")
    gated = gate(shop, "--base", "HEAD", "--head", ".", "--only", "counters", "--format", "json")
    head = {"name": ".", "commit": shop.head, "dirty": changed, "subject": ""}
    assert json.loads(gated.stdout)["head"] == head


def test_bisect_finds_the_planted_commit_among_32(shop):
    planted = 21
    for number in range(1, 33):
        shop.write("notes.txt", f"{number}\n")
        if number == planted:
            shop.replace("shop.py", "def work(orders):", "def work(orders):\n    price(1)")
        if number in {11, 24}:
            shop.write("shop.py", (shop.path / "shop.py").read_text() + "raise RuntimeError\n")
        if number in {12, 25}:
            shop.replace("shop.py", "raise RuntimeError\n", "")
        shop.commit(f"number {number}")
    before = state(shop)
    found = wfperf("bisect", "--good", "HEAD~32", "--format", "json", cwd=shop.path)
    assert found.returncode == 0, found.stdout + found.stderr
    data = json.loads(found.stdout)
    assert [each["subject"] for each in data["found"]] == [f"number {planted}"]
    assert data["found"][0]["commit"] == shop.git("rev-parse", f"HEAD~{32 - planted}").strip()
    assert len(data["tried"]) <= 7
    assert {check["metric"] for check in data["decision"]["checks"] if check["status"] == "fail"} == {"function_calls"}
    assert state(shop) == before


def test_bisect_without_a_loss_says_so(shop):
    shop.write("notes.txt", "")
    shop.commit()
    found = wfperf("bisect", "--good", "HEAD~1", "--only", "counters", cwd=shop.path)
    assert found.returncode == 2, found.stderr
    assert found.stdout.splitlines()[1].startswith("Nothing to find")
    wrong = wfperf("bisect", "--good", "HEAD", "--bad", "HEAD~1", cwd=shop.path)
    assert wrong.returncode == 2
    assert "is not an ancestor of" in wrong.stderr
