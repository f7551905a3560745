"""What the worker does inside its process: outcomes as data, warm-up, counts."""

import datetime as dt
import itertools
import json
import math
import re
from collections import Counter, namedtuple
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.measure import worker

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=3), inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.integers(), inner, max_size=3)
    ),
    max_leaves=12,
)


def text(value):
    return json.dumps(worker.plain(value), sort_keys=True)


def exact(value):
    """A value as Python would write it, keys in order."""
    if isinstance(value, dict):
        return "{" + ", ".join(sorted(f"{exact(key)}: {exact(item)}" for key, item in value.items())) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(exact, value))}]"
    return f"({', '.join(map(exact, value))},)" if isinstance(value, tuple) else repr(value)


@given(VALUES, VALUES)
def test_equal_values_have_equal_texts_and_others_others(one, other):
    assert (text(one) == text(other)) == (exact(one) == exact(other))


@given(st.dictionaries(st.text(max_size=4), st.integers(), max_size=6), st.randoms())
def test_the_order_of_keys_and_of_sets_is_of_no_account(value, random):
    keys = random.sample(list(value), len(value))
    assert text({key: value[key] for key in keys}) == text(value)
    assert text(set(keys)) == text(set(value))


Point = namedtuple("Point", "x y")  # noqa: PYI024 - any kind of outcome


@dataclass
class Order:
    number: int
    lines: list


class Colour(Enum):
    RED = 1
    BLUE = 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        ([1], (1,)),
        ((1, 2), Point(1, 2)),
        (Point(1, 2), Point(2, 1)),
        ("1", 1),
        (b"1", "1"),
        (Order(1, []), Order(2, [])),
        (Order(1, []), {"number": 1, "lines": []}),
        (Colour.RED, Colour.BLUE),
        (Decimal("1.0"), Decimal("1.00")),
        (dt.date(2026, 1, 1), dt.date(2026, 1, 2)),
        (ValueError("a"), ValueError("b")),
        (np.array([1, 2]), np.array([1, 3])),
        (np.array([1, 2]), np.array([[1, 2]])),
        (Counter("ab"), dict(Counter("ab"))),
        ({1: 2}, {"1": 2}),
        (("items",), {"": "tuple", "holds": ["items"]}),
        (0.0, -0.0),
    ],
)
def test_what_differs_stays_different(one, other):
    assert text(one) != text(other)


@pytest.mark.parametrize("value", [math.nan, Order(1, [Point(1, Colour.RED)]), {(1, 2): {3}}, range(3), 1j])
def test_a_value_is_equal_to_itself(value):
    assert text(value) == text(value)


@pytest.mark.parametrize("value", [object(), SimpleNamespace(a=1), iter([]), len, [lambda: 1]])
def test_what_cannot_be_compared_across_processes_is_refused(value):
    with pytest.raises(TypeError, match="can't be compared across processes; return plain data or dataclasses"):
        worker.plain(value)


def test_data_that_contains_itself_is_refused():
    endless = []
    endless.append(endless)
    with pytest.raises(TypeError, match="nests more than 200 deep"):
        worker.plain(endless)


class Clock:
    """Stands in for the clock: every run takes what the next duration says, in ns."""

    def __init__(self, monkeypatch, durations):
        self.now_ns = 0
        self.durations = itertools.chain(durations, itertools.repeat(durations[-1]))
        monkeypatch.setattr(worker.time, "perf_counter_ns", lambda: self.now_ns)

    def run(self):
        self.now_ns += next(self.durations)


def test_warm_is_what_no_longer_gets_faster(monkeypatch):
    falling = [8_000_000 - 50_000 * at for at in range(100)]
    clock = Clock(monkeypatch, [*falling, 3_000_000])
    runs, _, settled = worker._warm_up(clock.run)
    assert settled
    assert runs > 100


def test_what_is_steady_is_warm_at_once_and_its_fastest_run_is_known(monkeypatch):
    runs, run_ns, settled = worker._warm_up(Clock(monkeypatch, [5_000_000]).run)
    assert settled
    assert run_ns == 5_000_000
    assert runs == 1 + worker.STALE_WINDOWS


def test_a_spike_is_no_progress(monkeypatch):
    spikes = [50_000_000 if at % 3 == 0 else 5_000_000 for at in range(60)]
    runs, _, settled = worker._warm_up(Clock(monkeypatch, spikes).run)
    assert settled
    assert runs < 10


def test_what_never_comes_to_rest_is_cut_off_and_said(monkeypatch):
    falling = [int(100_000_000 * 0.98**at) for at in range(1000)]
    _, _, settled = worker._warm_up(Clock(monkeypatch, falling).run)
    assert not settled


class Preempted(worker.Child):
    """A run takes 100 ns, and the first try 4 ms more, which another process had."""

    tries = 0

    def sample(self, _name, runs):
        self.tries += 1
        return {"used": {"wall_ns": 100 * runs + (4_000_000 if self.tries == 1 else 0)}}


def test_a_try_that_was_preempted_is_not_taken_for_a_long_run():
    child = Preempted()
    assert child.fastest("w", 1_000_000) == {"run_ns": 100.0}
    assert child.tries > worker.TRIES


def test_of_what_is_too_slow_to_tell_nothing_is_said(monkeypatch):
    runs, _, settled = worker._warm_up(Clock(monkeypatch, [700_000_000]).run)
    assert runs == worker.STALE_WINDOWS
    assert settled
    falling = [int(600_000_000 * 0.9**at) for at in range(20)]
    assert not worker._warm_up(Clock(monkeypatch, falling).run)[2], "a fourth window is enough to tell"


def test_calls_of_ones_own_functions_and_compilations_of_patterns_are_counted_per_run():
    def run():
        re.search(f"never the same {next(numbers)}", "x")
        return json.dumps([1, 2], indent=1)

    numbers = itertools.count()
    child = worker.Child()
    child.workloads["w"] = worker.Workload(run, ["json"])
    counted = child.count("w", 3)
    assert counted["calls"]["json/__init__.py:dumps"] == 1
    assert counted["counters"] == {"regex_compilations": 1}
    assert all("json/" in name for name in counted["calls"])
