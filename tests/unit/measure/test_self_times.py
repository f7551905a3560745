"""Which functions take longer, seen from outside on real processes."""

import pytest

from wfperf.errors import NothingMeasuredError
from wfperf.measure.blocks import Trial
from wfperf.measure.self_times import grown, self_time_changes
from wfperf.measure.subject import Place, Subject
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


def subject(folder, source=SHOP, **steps):
    folder.mkdir()
    (folder / "shop.py").write_text(source.format(**steps) if steps else source)
    return Subject("shop:run", packages=("shop",), place=Place(path=(str(folder),)))


def test_what_takes_longer_is_told_from_what_does_not(tmp_path):
    before = subject(tmp_path / "before", grown=2000, shrunk=2000)
    now = subject(tmp_path / "now", grown=3000, shrunk=1000)
    found = self_time_changes(Trial("shop", {"before": before, "now": now}), "before", "now", ratio=sure(1.0), seed=1)
    assert list(grown(found)) == ["shop.py:grown"]
    assert 0.1 < found["shop.py:grown"].estimate < 0.35
    assert found["shop.py:shrunk"].high < 0
    assert found["shop.py:steady"].low < 0.02


def test_code_of_no_package_of_one_s_own_has_no_functions(tmp_path):
    both = Subject("shop:run", place=subject(tmp_path / "shop", grown=10, shrunk=10).place)
    assert (
        self_time_changes(Trial("shop", {"before": both, "now": both}), "before", "now", ratio=sure(1.0), seed=1) == {}
    )


NATIVE = """
NUMBERS = range({numbers})

def native():
    return sum(NUMBERS) > 0

def looped():
    total = 0
    for number in range(20000):
        total += number & 7
    return total > 0

def run():
    return native(), looped()
"""


def test_time_in_a_function_written_in_c_is_its_callers(tmp_path):
    before = subject(tmp_path / "before", NATIVE, numbers=60_000)
    now = subject(tmp_path / "now", NATIVE, numbers=120_000)
    found = self_time_changes(Trial("shop", {"before": before, "now": now}), "before", "now", ratio=sure(1.5), seed=1)
    assert next(iter(grown(found))) == "shop.py:native"
    assert found["shop.py:native"].estimate > 3 * abs(found["shop.py:looped"].estimate)


MANY = 80
CALLS = """
def run():
    return sum([globals()[f"{name}_{{number}}"]() for number in range({functions})])

"""
STEP = """
def {name}_{number}():
    return sum([each & 7 for each in range(400)])
"""


def many(folder, name):
    steps = "".join(STEP.format(name=name, number=number) for number in range(MANY))
    return subject(folder, CALLS.format(name=name, functions=MANY) + steps)


def test_where_there_are_more_functions_than_12_blocks_can_hold_together_more_are_taken(tmp_path):
    renamed = {"before": many(tmp_path / "before", "old"), "now": many(tmp_path / "now", "new")}
    found = self_time_changes(Trial("shop", renamed), "before", "now", ratio=sure(1.0), seed=1)
    assert len(found) > 102
    assert all(change.bounded for change in found.values())
    assert grown(found).keys() <= {f"shop.py:new_{number}" for number in range(MANY)}


def test_what_is_not_known_of_the_ratio_is_in_the_intervals(tmp_path):
    both = Trial("shop", {name: subject(tmp_path / name, grown=2000, shrunk=2000) for name in ("before", "now")})
    ratio = Interval(0.5, 1.0, 1.5, 0.95)
    steady = self_time_changes(both, "before", "now", ratio=ratio, seed=1)["shop.py:steady"]
    assert steady.low < -0.1 < steady.estimate < 0.1 < steady.high


def test_what_would_take_too_long_is_given_up_after_the_first_look(tmp_path):
    both = Trial("shop", {name: subject(tmp_path / name, grown=2000, shrunk=2000) for name in ("before", "now")})
    with pytest.raises(NothingMeasuredError, match=r"^it would take about \d+ s, and may take 1 s$"):
        self_time_changes(both, "before", "now", ratio=sure(1.0), seed=1, max_time_s=1.0)


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
