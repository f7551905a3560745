"""Which functions take longer: on shares that are known, and looked at on real processes."""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from executors import Simulated, SimulatedExecutor

from wfperf.errors import NothingMeasuredError
from wfperf.measure import self_times
from wfperf.measure.blocks import ComparedBenchmark
from wfperf.measure.self_times import (
    FEWEST_BLOCKS,
    blocks_for,
    changes_of_shares,
    grown,
    often_at_work,
    self_time_changes,
)
from wfperf.measure.variant import Interpreter, Variant
from wfperf.stats.interval import Interval

SHOP = """
def steady():
    return sum([number & 7 for number in range(3000)])

def grown():
    return sum([number & 7 for number in range({grown})]) > 0

def shrunk():
    total = 0
    for number in range({shrunk}):
        total += number & 7
    return total > 0

def idle():
    return 1

def run():
    return idle(), steady(), grown(), shrunk()
"""


def sure(ratio):
    return Interval(ratio, ratio, ratio, 0.95)


def variant(folder, **steps):
    folder.mkdir()
    (folder / "shop.py").write_text(SHOP.format(**steps))
    return Variant("shop:run", packages=("shop",), interpreter=Interpreter(path=(str(folder),)))


def blocks(before, now):
    """Shares of both sides in the fewest blocks, each a little off."""
    draw = Random(1)

    def seen(shares):
        return {name: share + 0.004 * draw.uniform(-1, 1) for name, share in shares.items()}

    return [{"before": seen(before), "now": seen(now)} for _ in range(FEWEST_BLOCKS)]


def changed(before, now, ratio):
    return changes_of_shares(blocks(before, now), {*before, *now}, "before", "now", ratio=ratio)


def test_more_functions_than_12_blocks_hold_together_take_more_blocks():
    assert [blocks_for(functions) for functions in (1, 102, 103, 205)] == [12, 12, 13, 14]
    many = {f"f{number}": 1 / 200 for number in range(200)}
    assert not any(change.bounded for change in changed(many, many, sure(1.0)).values())


def test_what_takes_longer_is_told_from_what_does_not():
    before = {"steady": 0.4, "grown": 0.3, "shrunk": 0.3}
    found = changed(before, {"steady": 0.4, "grown": 0.45, "shrunk": 0.15}, sure(1.0))
    assert list(grown(found)) == ["grown"]
    assert found["grown"].low < 0.15 < found["grown"].high
    assert found["shrunk"].low < -0.15 < found["shrunk"].high < 0
    assert found["steady"].low < 0 < found["steady"].high
    assert [each.level for each in found.values()] == pytest.approx([0.9] * 3)


def test_a_share_is_one_of_a_run_that_takes_longer_itself():
    found = changed({"native": 0.5, "looped": 0.5}, {"native": 2 / 3, "looped": 1 / 3}, sure(1.5))
    assert list(grown(found)) == ["native"]
    assert found["native"].estimate == pytest.approx(0.5, abs=0.01)
    assert found["looped"].estimate == pytest.approx(0.0, abs=0.01)


def test_a_function_that_only_one_side_has_is_all_growth_or_all_loss():
    found = changed({"gone": 0.2, "rest": 0.8}, {"new": 0.2, "rest": 0.8}, sure(1.0))
    assert found["new"].estimate == pytest.approx(0.2, abs=0.01)
    assert found["gone"].estimate == pytest.approx(-0.2, abs=0.01)


def test_what_is_hardly_ever_at_work_is_left_out():
    assert often_at_work({"before": {"rest": 0.9, "rare": 0.004}, "now": {"rest": 0.9, "new": 0.006}}) == {
        "rest",
        "new",
    }


def test_what_is_not_known_of_the_ratio_is_in_the_intervals():
    shares = {"steady": 0.5, "rest": 0.5}
    steady = changed(shares, shares, Interval(0.5, 1.0, 1.5, 0.95))["steady"]
    assert steady.low < -0.24 < steady.estimate < 0.24 < steady.high


@pytest.mark.measures
def test_real_processes_are_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr(self_times, "LOOKED_S", 0.02)  # each function of the three is at work for a fifth of it
    before = variant(tmp_path / "before", grown=2000, shrunk=2000)
    now = variant(tmp_path / "now", grown=3000, shrunk=1000)
    found = self_time_changes(
        ComparedBenchmark("shop", {"before": before, "now": now}), "before", "now", ratio=sure(1.0), seed=1
    )
    assert {"shop.py:steady", "shop.py:grown", "shop.py:shrunk"} <= set(found)
    assert set(found) <= {f"shop.py:{name}" for name in ("steady", "grown", "shrunk", "idle", "run")}
    for change in found.values():
        assert -1 <= change.low <= change.estimate <= change.high <= 1


def test_code_of_no_package_of_one_s_own_has_no_functions(tmp_path):
    both = Variant("shop:run", interpreter=variant(tmp_path / "shop", grown=10, shrunk=10).interpreter)
    assert (
        self_time_changes(
            ComparedBenchmark("shop", {"before": both, "now": both}), "before", "now", ratio=sure(1.0), seed=1
        )
        == {}
    )


def looked(before, now, *, ratio=1.0, max_time_s=600.0):
    """Look at simulated workers whose runs have such self times; return the executor, too."""
    executor = SimulatedExecutor({"before": Simulated(at_work=before), "now": Simulated(at_work=now)})
    benchmark = ComparedBenchmark("shop", {name: Variant("shop:run", packages=("shop",)) for name in ("before", "now")})
    changes = self_time_changes(
        benchmark, "before", "now", ratio=sure(ratio), seed=1, max_time_s=max_time_s, executor=executor
    )
    return executor, changes


def test_self_times_change_by_their_shares_of_runs_that_are_longer():
    _, changes = looked({"f": 0.2, "rest": 0.8, "rare": 0.001}, {"f": 0.36, "rest": 0.64}, ratio=1.25)
    assert set(changes) == {"f", "rest"}
    assert changes["f"].estimate == pytest.approx(1.25 * 0.36 - 0.2)
    assert changes["rest"].estimate == pytest.approx(0, abs=1e-9)


def test_every_block_has_fresh_workers_and_both_sides_are_looked_at_equally_often():
    executor, _ = looked({"f": 1.0}, {"f": 1.0})
    assert len(executor.started) == 1 + FEWEST_BLOCKS, "the first one only says which functions there are"
    assert len({workers.hash_seed for workers in executor.started}) == 1 + FEWEST_BLOCKS
    turns = Counter((request.block, request.variant) for request in executor.asked("at_work"))
    assert len({*turns.values()}) == 1
    first = {executor.asked("at_work", block=number)[0].variant for number in range(1 + FEWEST_BLOCKS)}
    assert first == {"before", "now"}, "none is always looked at first"


def test_what_would_take_too_long_is_given_up_after_the_first_look():
    with pytest.raises(NothingMeasuredError, match=r"^that would take about 8 s, but only 7 s are left$"):
        looked({"f": 1.0}, {"f": 1.0}, max_time_s=7.0)
    executor, _ = looked({"f": 1.0}, {"f": 1.0}, max_time_s=9.0)
    assert executor.now_s() - executor.began_s <= 9.0


def test_where_nothing_is_at_work_there_is_nothing_to_look_for():
    executor, changes = looked({}, {})
    assert changes == {}
    assert len(executor.started) == 1


def test_without_packages_the_functions_of_source_trees_are_looked_at(tmp_path):
    of = {name: variant(tmp_path / name, grown=20, shrunk=20) for name in ("before", "now")}
    without = {name: replace(each, packages=(), trees=each.interpreter.path) for name, each in of.items()}
    with pytest.raises(NothingMeasuredError, match="that would take about"):
        self_time_changes(ComparedBenchmark("shop", without), "before", "now", ratio=sure(1.0), seed=1, max_time_s=0.0)


def test_only_what_surely_grew_is_named_the_largest_first_and_no_small_matter_beside_it():
    changes = {
        "shrunk": Interval(-0.3, -0.2, -0.1, 0.95),
        "unsure": Interval(-0.1, 0.3, 0.4, 0.95),
        "small": Interval(0.01, 0.04, 0.05, 0.95),
        "fair": Interval(0.03, 0.05, 0.06, 0.95),
        "large": Interval(0.1, 0.2, 0.3, 0.95),
    }
    assert list(grown(changes)) == ["large", "fair"]
    assert grown({"shrunk": changes["shrunk"]}) == {}
