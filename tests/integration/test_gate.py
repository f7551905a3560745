import json
import platform
import re
import shutil

import pytest
from own_source import EXTRA_STATEMENT, REBUILT_TABLE, own_source
from processes import BRIEF, wfperf
from repositories import Repo, shop_repository

from wfperf.gate.against_baseline import Now, updated
from wfperf.gate.baseline import read_baseline, write_baseline
from wfperf.gate.policy import Policy
from wfperf.gate.request import Request
from wfperf.measure.benchmarks import counted_benchmarks, variants_of
from wfperf.measure.blocks import Schedule
from wfperf.plan import read_plan
from wfperf.results.decision import CheckStatus

TYPICAL = ("--benchmark", "typical")
PART = (*TYPICAL, "--benchmark", "repeated")
"""What is kept and gated here; all of it is gated by `.ci/run`."""
ORIGINAL = ("--config", "original")


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    """A copy of wfperf's own source, with a baseline of what it does beside it; not to be changed."""
    folder = tmp_path_factory.mktemp("counted")
    own_source(folder / "source")
    made = wfperf("gate", "--update", "--plan", "built-in", *PART, cwd=folder, source=folder / "source")
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def copied(counted, tmp_path):
    """The same, to be changed."""
    shutil.copytree(counted, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".wfperf"))
    return tmp_path / "source"


def test_unchanged_code_passes(copied):
    gated = wfperf("gate", *PART, cwd=copied.parent, source=copied)
    assert gated.returncode == 0, gated.stdout + gated.stderr
    assert gated.stdout.splitlines()[1].startswith("PASS")


@pytest.mark.parametrize(
    ("planted", "counter", "function", "configurations"),
    [
        (EXTRA_STATEMENT, "sql_statements", "engine/database.py:Database.value", {"original", "optimized"}),
        (REBUILT_TABLE, "node_objects", "engine/nodes/base.py:NodeType.__init__", {"phase-1", "optimized"}),
    ],
    ids=["an extra SQL statement", "a dispatch table rebuilt for every node"],
)
def test_planted_work_fails_and_is_named(copied, planted, counter, function, configurations):
    Repo(copied).replace(*planted)
    named = [word for name in sorted(configurations) for word in ("--config", name)]
    gated = wfperf("gate", *TYPICAL, *named, "--format", "json", cwd=copied.parent, source=copied)
    assert gated.returncode == 1, gated.stderr
    data = json.loads(gated.stdout)
    risen = [check for check in data["checks"] if check["metric"] == counter and check["status"] == "fail"]
    assert configurations == {check["configuration"] for check in risen}
    assert any(function == each["name"] for check in risen for each in check["call_count_changes"])


def test_update_keeps_other_versions_and_takes_the_change(copied):
    baseline = copied.parent / "wfperf-baseline.json"
    data = json.loads(baseline.read_text())
    data["python"]["2.7"] = {}
    baseline.write_text(json.dumps(data))
    Repo(copied).replace(*EXTRA_STATEMENT)
    assert wfperf("gate", "--update", *TYPICAL, *ORIGINAL, cwd=copied.parent, source=copied).returncode == 0
    assert "2.7" in json.loads(baseline.read_text())["python"]
    assert wfperf("gate", *TYPICAL, *ORIGINAL, cwd=copied.parent, source=copied).returncode == 0
    other = wfperf("gate", "--benchmark", "repeated", *ORIGINAL, cwd=copied.parent, source=copied)
    assert other.returncode == 1, "what was left out has the counts of before"


def test_without_counts_for_this_python_nothing_passes(tmp_path):
    baseline = tmp_path / "wfperf-baseline.json"
    baseline.write_text('{"kind": "work-baseline", "schema_version": 1, "python": {"2.7": {}}}')
    gated = wfperf("gate", cwd=tmp_path)
    assert gated.returncode == 5
    version = ".".join(platform.python_version_tuple()[:2])
    assert gated.stderr.startswith(f"wfperf: error: wfperf-baseline.json has no counts for Python {version}")


def test_an_incomplete_baseline_does_not_pass(copied):
    baseline = copied.parent / "wfperf-baseline.json"
    data = json.loads(baseline.read_text())
    for section in data["python"].values():
        del section["repeated"]
    baseline.write_text(json.dumps(data))
    gated = wfperf("gate", *PART, cwd=copied.parent, source=copied)
    assert gated.returncode == 3
    assert gated.stdout.splitlines()[1].startswith("INCONCLUSIVE")
    assert "not in the baseline" in gated.stdout


def machine_has_times(shop, baseline):
    """Add ten blocks of every configuration to a baseline, however long they take here, as `--update` does."""
    plan = read_plan(shop.path / "pyproject.toml")
    request = Request(plan, Policy(), shop.path, schedule=Schedule(600, blocks=10))
    now = Now(counted_benchmarks(plan, variants_of(plan)), request)
    decision, new = updated(baseline, read_baseline(baseline), now, wall_time=True)
    assert decision.status is CheckStatus.PASS
    assert {name: len(blocks) for name, blocks in new.times.blocks_ns["call"].items()} == {"original": 10, "fast": 10}
    write_baseline(baseline, new)


def multiplied(stored, **factors):
    """Return a baseline whose times of some configurations are so many times as long."""
    data = json.loads(stored)
    for name, factor in factors.items():
        times = data["wall_time"]["blocks_ns"]["call"]
        times[name] = [factor * each for each in times[name]]
    return json.dumps(data, indent=1)


@pytest.mark.measures
def test_times_are_held_against_stored_ones_of_the_same_machine_and_the_same_results(tmp_path, monkeypatch):
    for name, value in BRIEF.items():
        monkeypatch.setattr(name, value)
    shop = shop_repository(tmp_path / "shop")
    policy = '[tool.wfperf.gate]\nmax_regression = "200 %"\nmin_speedup.fast = "1 %"\n\n[tool.wfperf]\n'
    shop.replace("pyproject.toml", "[tool.wfperf]\n", policy)

    def gate(*arguments):
        asked = ("gate", "--wall-time", "--max-time", "300", "--format", "json", *arguments)
        gated = wfperf(*asked, cwd=shop.path, constants=BRIEF)
        if gated.returncode == 5:
            assert "nothing is written" in gated.stderr
            return 5, None, None
        data = json.loads(gated.stdout)
        assert "--update" in arguments or any("min_speedup are not checked" in note for note in data["notes"])
        return gated.returncode, data["checks"], (data["intervals"], data["seed"])

    baseline = shop.path / "wfperf-baseline.json"
    assert wfperf("gate", "--update", cwd=shop.path).returncode == 0
    machine_has_times(shop, baseline)
    code, made, timed = gate("--update", "--max-time", "1")
    assert (code, made) == (5, None), "a second is too little for ten blocks: nothing is written"
    stored = baseline.read_text()

    # What the machine is like must not decide: what is stored is a thousand times of what takes so long now.
    baseline.write_text(multiplied(stored, original=1000, fast=1000))
    code, unchanged, timed = gate()
    assert code == 0, unchanged
    assert timed == (2, 1)
    assert [each["metric"] for each in unchanged].count("wall_time") == 2

    baseline.write_text(multiplied(stored, original=1000, fast=0.001))
    code, slower, _ = gate()
    assert code == 1
    (failed,) = [each for each in slower if each["status"] == "fail"]
    assert (failed["configuration"], failed["metric"]) == ("fast", "wall_time")
    assert failed["change"]["low"] > 2 < failed["confirmation"]["low"]

    baseline.write_text(multiplied(stored, original=1000, fast=1000))
    shop.replace("shop.py", "sum([amount * 119 // 100", "sum([amount * 119 // 100 + amount**0")
    code, other, _ = gate()
    assert code == 4
    (differing,) = [each for each in other if each["status"] == "results differ"]
    assert differing["configuration"] == "fast"

    baseline.write_text(re.sub('"cpu": ".*"', '"cpu": "another"', baseline.read_text()))
    code, elsewhere, timed = gate()
    assert (code, timed) == (3, (0, None))
    assert "not compared with the baseline's: cpu is" in elsewhere[-1]["reason"]
    part = wfperf("gate", "--wall-time", "--update", "--config", "fast", cwd=shop.path)
    assert part.returncode == 2
    assert "holds times of another machine (cpu is" in part.stderr


def test_a_budget_of_speedup_is_said_not_to_be_checked_only_where_it_is_gated(tmp_path):
    shop = shop_repository(tmp_path / "shop")
    shop.replace("pyproject.toml", "[tool.wfperf]\n", '[tool.wfperf.gate]\nmin_speedup = "1 %"\n\n[tool.wfperf]\n')
    assert wfperf("gate", "--update", cwd=shop.path).returncode == 0
    base, fast = (wfperf("gate", "--config", name, cwd=shop.path).stdout for name in ("original", "fast"))
    assert "min_speedup" in fast
    assert "min_speedup" not in base


READING = """

class Read:
    def __init__(self):
        self.files_read = 0
        self.counters = {"files_read": lambda: self.files_read}

    def run(self):
        self.files_read += 1


def scenario(kind="call"):
    return {"original": Read(), "fast": Read()} if kind == "read" else configurations()
"""


def test_a_counter_that_only_one_scenario_has_is_no_unknown_one_where_another_is_gated(tmp_path):
    shop = shop_repository(tmp_path / "shop")
    plan = (shop.path / "pyproject.toml").read_text().replace("shop:configurations", "shop:scenario")
    read = '[[tool.wfperf.benchmark]]\nname = "read"\nparameters = { kind = "read" }\n'
    shop.write("pyproject.toml", f"{plan}\n{read}\n[tool.wfperf.gate.benchmark.read.max_counter]\nfiles_read = 1\n")
    shop.write("shop.py", (shop.path / "shop.py").read_text() + READING)
    assert wfperf("gate", "--update", cwd=shop.path).returncode == 0
    for named in ((), ("--benchmark", "call"), ("--benchmark", "read")):
        gated = wfperf("gate", *named, cwd=shop.path)
        assert gated.returncode == 0, gated.stdout + gated.stderr
    shop.replace("pyproject.toml", "files_read", "file_read")
    wrong = wfperf("gate", cwd=shop.path)
    assert wrong.returncode == 2
    assert "no counter 'file_read'; did you mean 'files_read'?" in wrong.stderr
