"""A function as it is benchmarked."""

import pytest

from wfperf.measure.worker.calls import call_of
from wfperf.measure.worker.workload import load_workload

SHOP = """
import functools
made = []

def total(*numbers, factor=1): return factor * sum(numbers)

def numbers():
    made.append([3, 1, 2])
    return made[-1]

def pair(): return (1, 2)
def both(): return (1, 2), {"factor": 10}

def sort(numbers):
    numbers.sort()
    return list(numbers)

async def waited(number): return number + 1
def counted(number): yield from range(number)
async def counted_later(number):
    for each in range(number):
        yield each

def decorated(function):
    @functools.wraps(function)
    def within(*args): return function(*args)
    return within
hidden, hidden_later = decorated(counted), decorated(waited)
def squares(number): return (each * each for each in range(number))

class Orders:
    def __init__(self): self.number = 3
    def load(self, more=0): return self.number + more
    @classmethod
    def made(cls): return cls().number
    @staticmethod
    def fixed(): return 7

class Needy:
    def __init__(self, number): self.number = number
    def load(self): return self.number

def needy(): return Needy(5)
def three(): return 3

price = 3
"""


@pytest.fixture(autouse=True)
def shop(tmp_path, monkeypatch):
    """The module that the targets are in, new for each test."""
    (tmp_path / "shop.py").write_text(SHOP)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(__import__("sys").modules, "shop", raising=False)
    return __import__("shop")


def loaded(target, *args, setup="", **kwargs):
    call = {"args": list(args), "kwargs": kwargs, "setup": setup}
    return load_workload(f"shop:{target}", None, None, [], call=call)


@pytest.mark.parametrize(
    ("target", "args", "kwargs", "result"),
    [
        ("total", (1, 2), {}, 3),
        ("total", (1, 2), {"factor": 10}, 30),
        ("waited", (1,), {}, 2),
        ("counted", (3,), {}, [0, 1, 2]),
        ("counted_later", (3,), {}, [0, 1, 2]),
        ("hidden", (3,), {}, [0, 1, 2]),
        ("hidden_later", (1,), {}, 2),
        ("squares", (3,), {}, [0, 1, 4]),
        ("Orders.load", (), {}, 3),
        ("Orders.load", (), {"more": 2}, 5),
        ("Orders.made", (), {}, 3),
        ("Orders.fixed", (), {}, 7),
    ],
)
def test_a_run_is_the_whole_call(target, args, kwargs, result):
    workload = loaded(target, *args, **kwargs)
    assert workload.first() == workload.run() == result
    (run,) = workload.prepared(1)
    assert run() == result


@pytest.mark.parametrize(
    ("target", "setup", "result"),
    [
        ("sort", "numbers", [1, 2, 3]),
        ("total", "pair", 3),
        ("total", "both", 30),
        ("Needy.load", "needy", 5),
    ],
)
def test_a_setup_makes_the_arguments(target, setup, result):
    assert loaded(target, setup=f"shop:{setup}").run() == result


def test_prepared_runs_finish_their_work_too():
    workload = loaded("counted", setup="shop:three")
    assert workload.first() == [0, 1, 2]
    assert [run() for run in workload.prepared(2)] == [[0, 1, 2]] * 2


def test_each_run_has_fresh_arguments_that_are_made_before_it(shop):
    workload = loaded("sort", setup="shop:numbers")
    first, second = workload.prepared(2)
    assert shop.made == [[3, 1, 2], [3, 1, 2]], "made, and nothing has run"
    assert first() == second() == [1, 2, 3]
    assert workload.run() == [1, 2, 3]
    assert len(shop.made) == 3


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("shop:Needy.load", "shop:Needy.load is a method, and .* give a setup that returns the instance"),
        ("shop:price", "shop:price is a int; name a function"),
    ],
)
def test_what_cannot_be_called_is_told(target, message):
    with pytest.raises(TypeError, match=message):
        call_of(target, [], {}, "")
