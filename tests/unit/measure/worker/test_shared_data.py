"""What runs share is copied and compared without any code of the user's."""

from collections import Counter, OrderedDict, defaultdict, deque
from functools import lru_cache, partial
from types import FunctionType, SimpleNamespace

import pytest

from wfperf.measure.worker import shared_data
from wfperf.measure.worker.shared_data import changed, copied

PRICES = {"apple": [1, 2]}
NAMES = ["b", "a"]
COUNT = 0


class Touchy:
    """An object whose own code must not run."""

    def __init__(self):
        self.items = [1]

    def __eq__(self, other):
        raise AssertionError("compared")

    def __hash__(self):
        raise AssertionError("hashed")

    def __repr__(self):
        raise AssertionError("shown")

    def __iter__(self):
        raise AssertionError("iterated")

    def __getattr__(self, name):
        raise AssertionError(f"asked for {name}")

    def run(self):
        return self.items


class TouchyList(list):
    __eq__ = __iter__ = __len__ = __repr__ = Touchy.__repr__
    __hash__ = None


def run(*_arguments, **_named):
    return PRICES, NAMES, COUNT


def changes(called, act):
    before = copied(called)
    act()
    return changed(before, copied(called))


CHANGES = {
    "sorted": ([3, 1, 2], list.sort),
    "longer": ([3], lambda each: each.append(4)),
    "a new key": ({}, lambda each: each.update(a=1)),
    "another value": ({"a": 1}, lambda each: each.update(a=2)),
    "another object": ([object()], lambda each: each.__setitem__(0, object())),
    "inside": ({"a": [{"b": [1]}]}, lambda each: each["a"][0]["b"].append(2)),
    "in a tuple": (([1],), lambda each: each[0].append(2)),
    "a member": ({1}, lambda each: each.add(2)),
    "other bytes": (bytearray(b"ab"), lambda each: each.reverse()),
    "counted": (Counter(), lambda each: each.update("a")),
    "asked for": (defaultdict(list), lambda each: each["a"]),
    "in order": (OrderedDict(a=1), lambda each: each.update(b=2)),
    "used up": (deque([1, 2]), lambda each: each.popleft()),
    "far behind": (list(range(10_000)), lambda each: each.append(1)),
}
SAME = {
    "nothing done": ([3, 1, 2], len),
    "an equal text": (["apple"], lambda each: each.__setitem__(0, b"apple".decode())),
    "the same members again": ({"a", "b"}, lambda each: each.discard("a") or each.add("a")),
    "within another object": ([SimpleNamespace(size=1)], lambda each: setattr(each[0], "size", 2)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_argument_is_named(name):
    value, act = CHANGES[name]
    assert changes(partial(print, 1, value), lambda: act(value)) == ["args[1]"]


@pytest.mark.parametrize("name", SAME)
def test_what_stays_equal_is_not_changed(name):
    value, act = SAME[name]
    assert changes(partial(print, rows=value), lambda: act(value)) == []


def test_variables_of_module_closure_and_instance_are_named_too():
    rows, touchy = [2, 1], Touchy()

    def closed():
        return rows

    assert changes(closed, rows.sort) == ["variable rows"]
    assert changes(touchy.run, lambda: touchy.items.append(2)) == ["self.items"]
    assert changes(partial(print, rows=rows), rows.reverse) == ["kwargs['rows']"]
    assert changes(rows.sort, rows.sort) == ["self"]
    PRICES["apple"].append(3)
    assert changes(run, PRICES["apple"].pop) == ["global PRICES"]
    assert changes(lru_cache(run), NAMES.reverse) == ["global NAMES"]


def test_a_variable_that_is_bound_to_a_new_container_is_changed(monkeypatch):
    names = run.__globals__
    assert changes(run, lambda: monkeypatch.setitem(names, "LAZY", {})) == ["global LAZY"]
    assert changes(run, lambda: monkeypatch.setitem(names, "COUNT", 7)) == [], "a number is no data that runs share"


def test_code_of_the_user_is_never_run():
    touchy = [Touchy(), {"a": Touchy()}, (Touchy(),), TouchyList([1])]
    assert changes(partial(print, touchy), lambda: None) == []
    assert changes(partial(print, touchy), lambda: touchy.append(Touchy())) == ["args[0]"]
    assert copied(Touchy()) == {}


def test_a_copy_is_bounded():
    endless = []
    endless.append(endless)
    wide = [[[1] * 100] * 100] * 100_000
    assert changes(partial(print, endless, wide), lambda: None) == []
    many = {f"GLOBAL_{number}": [number] for number in range(1000)}
    called = FunctionType(run.__code__, many)
    assert len(copied(called)) == shared_data.MOST_VARIABLES
