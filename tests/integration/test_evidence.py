"""What the gate passes, it has looked at: by counters, or else by time."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from repositories import SHOP, shop_repository

from wfperf.errors import UsageError
from wfperf.gate.against_base import decide_between
from wfperf.gate.against_baseline import Now, decide_against, updated
from wfperf.gate.baseline import Baseline, python_version, read_baseline, write_baseline
from wfperf.gate.policy import Policy
from wfperf.gate.progress import SILENT
from wfperf.gate.request import COUNTERS, Request
from wfperf.gate.stored import Times
from wfperf.measure.benchmarks import counted_benchmarks, variants_of
from wfperf.measure.blocks import Schedule
from wfperf.plan.load import read_plan
from wfperf.results.counters import Counters
from wfperf.results.decision import WALL_TIME, CheckStatus
from wfperf.variants.repository import find_repository

MORE_WORK = ("sum(price(amount)", "sum(max(price(amount) for _ in range(11))")
BENCH = """
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "src"))
from goods import moved

def configurations(): return moved.configurations()
"""
POOL = """
from concurrent.futures import ThreadPoolExecutor

def price(amount): return amount * 119 // 100
def work(orders):
    with ThreadPoolExecutor(2) as pool:
        return sum(list(pool.map(price, range(orders)))[:100])
def configurations(): return {"original": lambda: work(100), "fast": lambda: work(100)}
"""
PROGRAM = """
import subprocess

def work(): return subprocess.run(["true"]).returncode
def configurations(): return {"original": work, "fast": lambda: 0}
"""
WAVERING = """
is_even = False

def second(): return 1
def work():
    global is_even
    is_even = not is_even
    if is_even: second()
    return 1
def configurations(): return {"original": work, "fast": work}
"""
BUILT_IN = "import sys\ndef configurations(): return {'original': sys.getrecursionlimit, 'fast': sys.getswitchinterval}"
ELSEWHERE = Times({"cpu": "another"}, {"call": {"original": [1.0] * 99}}, {"call": {"original": "fe"}})
OTHER_PROCESSES = "work in other processes"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A repository whose plan names no packages; one is in its folder."""
    repo = shop_repository(tmp_path / "shop")
    repo.replace("pyproject.toml", 'packages = ["shop"]\n', "")
    monkeypatch.chdir(repo.path)
    return repo


def write(shop, code, message="a change"):
    shop.write("shop.py", code)
    shop.commit(message)


def asked(**changes):
    return replace(Request(read_plan(Path("pyproject.toml")), Policy(), Path()), **changes)


def now(**changes):
    request = asked(**changes)
    return Now(counted_benchmarks(request.plan, variants_of(request.plan)), request)


def against(baseline, **changes):
    return decide_against(Path("baseline.json"), baseline, now(**changes), wall_time=False)


def kept(times=None, **changes):
    """The baseline of what runs now, as it is read from its file."""
    _, baseline = updated(Path("baseline.json"), Baseline({}), now(**changes), wall_time=False)
    write_baseline(Path("baseline.json"), replace(baseline, times=times))
    return read_baseline(Path("baseline.json"))


def between(**changes):
    return decide_between(find_repository(Path()), "HEAD~1", "HEAD", asked(**changes), SILENT)


def of_metric(decision, metric):
    return {check.configuration: check for check in decision.checks if check.metric == metric}


def test_without_packages_the_calls_of_the_targets_own_are_counted(shop):
    write(shop, SHOP.replace(*MORE_WORK))
    decision = between(only=COUNTERS)
    assert decision.status is CheckStatus.FAIL
    calls = of_metric(decision, "function_calls")["original"]
    assert [(each.name, each.baseline, each.head) for each in calls.call_count_changes if "price" in each.name] == [
        ("shop.py:price", 100, 1100)
    ]


@pytest.fixture
def beside(shop):
    """The same, with a benchmark beside the code, which it finds by itself."""
    shop.write("benchmarks/bench.py", BENCH)
    shop.write("src/goods/moved.py", SHOP)
    (shop.path / "shop.py").unlink()
    shop.replace("pyproject.toml", "shop:conf", "bench:conf")
    shop.replace("pyproject.toml", '["."]', '["benchmarks"]')
    shop.commit("a benchmark beside the code")
    return shop


def plant(beside):
    beside.replace("src/goods/moved.py", *MORE_WORK)
    beside.commit("more work")


def test_more_work_in_code_beside_the_benchmark_fails_against_a_revision_and_shows_where(beside):
    plant(beside)
    decision = between(only=COUNTERS)
    assert decision.status is CheckStatus.FAIL
    moved = of_metric(decision, "function_calls")["original"].call_count_changes
    (price,) = [each for each in moved if each.name.endswith(":price")]
    assert (price.name, price.baseline, price.head) == ("src/goods/moved.py:price", 100, 1100)
    assert (price.file, price.line) == ("src/goods/moved.py", 1)


def test_code_that_both_trees_would_import_from_the_working_tree_is_refused(beside):
    beside.replace("benchmarks/bench.py", 'str(Path(__file__).parents[1] / "src")', repr(str(beside.path / "src")))
    beside.commit("as one that is installed from the working tree, to be edited there")
    plant(beside)
    with pytest.raises(UsageError, match=r"^bench:configurations imports .*/src/goods/moved.py from your working tree"):
        between(only=COUNTERS)
    assert against(kept()).status is CheckStatus.PASS


def test_code_that_no_revision_holds_may_be_imported_from_the_working_tree_and_is_not_ones_own(beside):
    beside.replace("benchmarks/bench.py", 'str(Path(__file__).parents[1] / "src")', repr(str(beside.path / "clones")))
    beside.write(".gitignore", "clones/\n")
    beside.commit("with a clone of a library, which is not a part of this repository")
    beside.commit("the same")
    beside.write("clones/goods/moved.py", SHOP)
    undecided = between(only=COUNTERS).of(CheckStatus.INCONCLUSIVE)
    assert {each.reason for each in undecided} == {
        "no call of its own functions could be counted; only times can show it: leave out --only counters"
    }


def test_more_work_in_code_beside_the_benchmark_fails_against_a_file(beside):
    baseline = kept()
    assert against(baseline).status is CheckStatus.PASS
    plant(beside)
    assert against(baseline).status is CheckStatus.FAIL


def as_version_4(times=None):
    """Make the baseline that lies here what it would have been when only the calls of the target's packages counted."""
    data = json.loads(Path("baseline.json").read_text()) | {"schema_version": 4}
    del data["own"]
    if times:
        data["wall_time"] = asdict(times)
    Path("baseline.json").write_text(json.dumps(data))
    return read_baseline(Path("baseline.json"))


@pytest.mark.usefixtures("beside")
def test_a_baseline_that_does_not_tell_what_it_counted_is_inconclusive_until_it_is_made_anew():
    kept()
    older = as_version_4()
    decision = against(older)
    assert decision.status is CheckStatus.INCONCLUSIVE
    why = "the baseline does not tell whose calls it counted; now it is all source trees"
    assert [(each.configuration, each.metric, each.reason) for each in decision.checks] == [
        (name, "counters", f"{why}; make it again: the same command with --update") for name in ("original", "fast")
    ]
    with pytest.raises(UsageError, match="update it without --benchmark and --config"):
        updated(Path("baseline.json"), older, now(configurations=["fast"]), wall_time=False)
    told, newer = updated(Path("baseline.json"), older, now(), wall_time=False)
    assert (told.status, told.notes) == (CheckStatus.PASS, (f"Not compared with the counts of before: {why}.",))
    assert against(newer).status is CheckStatus.PASS


def test_a_baseline_of_named_packages_is_held_whatever_its_version_and_not_when_they_are_others(shop):
    shop.replace("pyproject.toml", 'path = ["."]', 'path = ["."]\npackages = ["shop"]')
    baseline = kept()
    assert against(as_version_4()).status is CheckStatus.PASS
    shop.replace("pyproject.toml", 'packages = ["shop"]', 'packages = ["shop", "json"]')
    decision = against(baseline)
    assert decision.status is CheckStatus.INCONCLUSIVE
    assert decision.checks[-1].reason.startswith("calls were counted of shop in the baseline, of json, shop now; make")


@pytest.mark.usefixtures("shop")
def test_times_that_were_not_measured_as_now_are_inconclusive_and_are_not_kept():
    kept()
    older = as_version_4(ELSEWHERE)
    decision = decide_against(Path("baseline.json"), older, now(), wall_time=True)
    timed = of_metric(decision, WALL_TIME)
    assert {each.reason for each in timed.values()} == {
        "the baseline's times were measured in another way; make it again: the same command with --update"
    }
    assert {each.status for each in timed.values()} == {CheckStatus.INCONCLUSIVE}
    told, newer = updated(Path("baseline.json"), older, now(), wall_time=False)
    assert told.notes[-1].startswith("The times in the baseline were measured in another way and are removed")
    assert newer.times is None


def test_calls_that_differ_from_run_to_run_are_inconclusive_and_not_left_to_time(shop):
    write(shop, WAVERING)
    shop.commit("the same")
    decision = between(schedule=Schedule(1), policy=Policy(configurations=("fast",)))
    assert decision.status is CheckStatus.INCONCLUSIVE
    assert {each.reason for each in of_metric(decision, "function_calls").values()} == {"differs from run to run"}
    assert not any("could be counted" in note for note in decision.notes)


def test_more_work_in_a_pool_of_threads_fails(shop):
    write(shop, POOL)
    baseline = kept()
    write(shop, POOL.replace('"fast": lambda: work(100)', '"fast": lambda: work(300)'))
    decision = against(baseline)
    assert decision.status is CheckStatus.FAIL
    assert of_metric(decision, "function_calls")["original"].status is CheckStatus.PASS
    assert [each.change for each in of_metric(decision, "function_calls")["fast"].call_count_changes] == [200]


def test_against_a_file_without_times_work_in_other_processes_is_inconclusive_and_says_what_to_do(shop):
    write(shop, PROGRAM)
    decision = against(kept())
    assert decision.status is CheckStatus.INCONCLUSIVE
    (check,) = decision.of(CheckStatus.INCONCLUSIVE)
    assert (check.configuration, check.metric) == ("original", "counters")
    assert check.reason == (
        f"{OTHER_PROCESSES}; store times too (--update --wall-time), or compare with a revision (--base)"
    )
    assert {each.configuration for each in decision.of(CheckStatus.PASS)} == {"original", "fast"}, (
        "what was counted is held"
    )


def test_against_a_file_with_times_time_decides_what_counters_do_not_show(shop):
    write(shop, PROGRAM)
    decision = against(kept(ELSEWHERE))
    assert decision.notes[0] == f"Counters do not show original on call: {OTHER_PROCESSES}; time decides."
    (check,) = decision.of(CheckStatus.INCONCLUSIVE)
    assert (check.configuration, check.metric) == ("original", WALL_TIME)
    assert check.reason.startswith("not compared with the baseline's: ")


def test_against_a_revision_time_decides_though_the_policy_times_something_else(shop):
    write(shop, PROGRAM)
    shop.commit("the same")
    counted = between(only=COUNTERS)
    assert counted.status is CheckStatus.INCONCLUSIVE
    (check,) = counted.of(CheckStatus.INCONCLUSIVE)
    assert check.reason == f"{OTHER_PROCESSES}; only times can show it: leave out --only counters"
    decision = between(policy=Policy(configurations=("fast",)), schedule=Schedule(1))
    assert f"Counters do not show original on call: {OTHER_PROCESSES}; time decides." in decision.notes
    assert set(of_metric(decision, WALL_TIME)) == {"original", "fast"}


def test_what_is_written_in_c_is_seen_by_no_counter_and_never_passes_by_them(shop):
    write(shop, BUILT_IN)
    baseline = kept()
    decision = against(baseline)
    assert decision.status is CheckStatus.INCONCLUSIVE
    assert not of_metric(decision, "function_calls")
    assert "no call of its own functions could be counted; store times too" in decision.checks[-1].reason
    told, _ = updated(Path("baseline.json"), baseline, now(), wall_time=False)
    assert told.notes[0].endswith("could be counted; store times too: --wall-time.")


@pytest.mark.usefixtures("shop")
def test_a_baseline_that_counted_nothing_is_no_evidence_and_no_failure():
    nothing = Counters({"function_calls": 0, "library_calls": 0})
    counters = {python_version(): {"call": {"original": nothing, "fast": nothing}}}
    decision = against(Baseline(counters, own={python_version(): ()}))
    assert {check.status for check in decision.checks} == {CheckStatus.INCONCLUSIVE}
    assert "was counted before; store times too" in decision.checks[0].reason
