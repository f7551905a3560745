import sys

import pytest

pytest.importorskip("memray", reason="memray is not made for this platform")

from wfperf.profilers import allocations

HOLDING = """
def run():
    for _ in range(3):
        large = bytes(100_000)
    del large
    small = [object() for _ in range(1000)]
    return len(small)
"""


def test_sites_count_what_is_allocated_and_what_is_held(profiled):
    reading = profiled(allocations, HOLDING, 2, 2)
    large = _at(reading, "large = bytes(100_000)")
    assert large.allocations >= 3
    assert large.allocated_bytes == pytest.approx(300_000, rel=0.01)
    assert sum(cost.peak_bytes for cost in reading.values()) < 300_000


def test_small_objects_are_seen(profiled):
    small = _at(profiled(allocations, HOLDING, 2), "small = [object() for _ in range(1000)]")
    assert small.allocations >= 1000
    assert small.allocated_bytes >= 1000 * sys.getsizeof(object())


def test_changes_are_matched_by_line(changes):
    changed = changes(allocations)
    dropped = [change for (name, text, _), change in changed.items() if name == "run" and text == "dropped()"]
    assert all(change.status == "gone" for change in dropped)
    text = "return [str(number) for number in range(500)]"
    built = [change for (name, line, _), change in changed.items() if name.startswith("build") and line == text]
    before, after = (sum(variants) for variants in zip(*(each.amounts(_allocations) for each in built), strict=True))
    assert before == pytest.approx(2 * after, rel=0.05)


def _allocations(cost):
    return cost.allocations


def _at(reading, text):
    """Return the costs of a line with those of the comprehension in it, which is a frame of its own in some Pythons."""
    costs = [cost for location, cost in reading.items() if location.text == text]
    assert costs
    return allocations.SiteCost(
        sum(cost.allocations for cost in costs),
        sum(cost.allocated_bytes for cost in costs),
        sum(cost.peak_bytes for cost in costs),
    )
