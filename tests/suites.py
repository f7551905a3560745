"""Small suites of each kind, about a package `shop`, and workers that run them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from wfperf.errors import NothingMeasuredError
from wfperf.measure.executor import DEFAULT_EXECUTOR, Workers
from wfperf.measure.variant import Interpreter, Variant
from wfperf.plan import Suite
from wfperf.suites import suite_of

SHOP = """\
def price(amount):
    return sum(item * 119 // 100 for item in range(amount))


def total(amount):
    return sum(range(amount))


class Basket:
    def __init__(self, size):
        self.size = size
"""
FAST, SLOW = "sum(range(amount))", "sum(item for _ in range(100) for item in range(amount)) // 100"
"""A hundred times as slow: no machine is so busy that it would hide."""

PYTEST = """\
import pytest
import shop
from pytest_benchmark.fixture import BenchmarkFixture
from pytest_codspeed import BenchmarkFixture as CodspeedFixture

LOG = []


@pytest.fixture(scope="module")
def size():
    LOG.append("module")
    yield 50
    LOG.append("module ends")


@pytest.fixture
def order(tmp_path):
    LOG.append("order")
    yield tmp_path
    LOG.append("order ends")


def test_price(benchmark, size):
    assert benchmark(shop.price, size) > 0


@pytest.mark.parametrize("amount", [10, 20])
def test_total(benchmark, amount, order):
    benchmark.group = "totals"
    benchmark.extra_info["amount"] = amount
    assert benchmark(shop.total, amount=amount) == sum(range(amount))
    assert benchmark.stats["mean"] > 0 < benchmark.stats.stats.min


def test_log(benchmark, size):
    assert benchmark(lambda: list(LOG))[-2:] == ["order", "order ends"]


def test_object(benchmark):
    assert isinstance(benchmark, BenchmarkFixture)
    assert isinstance(benchmark, CodspeedFixture)
    assert benchmark(shop.Basket, 3).size == 3


def test_decorator(benchmark):
    @benchmark
    def result():
        return shop.total(5)

    assert result == 10


def test_pedantic(benchmark):
    made = []

    def setup():
        made.append([3, 1, 2])
        return (made[-1],), {"reverse": True}

    def take(items, reverse):
        assert items == [3, 1, 2], "every run has arguments of its own"
        items.sort(reverse=reverse)
        return items

    def teardown(items, reverse):
        made.remove(items)

    assert benchmark.pedantic(take, setup=setup, teardown=teardown, rounds=5) == [3, 2, 1]


@pytest.mark.benchmark(group="whole")
def test_as_a_whole(size):
    assert shop.total(size)


def test_assertion_fails(benchmark):
    assert benchmark(shop.total, 3) == 4


def test_fails_before(benchmark):
    raise ValueError("before")


def test_fails_later(benchmark):
    calls = []

    def once():
        calls.append(1)
        if len(calls) > 1:
            raise RuntimeError("only once")

    benchmark(once)


@pytest.mark.skip(reason="not here")
def test_skipped(benchmark):
    benchmark(shop.total, 3)


def test_twice(benchmark):
    benchmark(shop.total, 3)
    benchmark(shop.total, 3)


def test_calls_it_never(benchmark):
    pass


def test_that_is_no_benchmark():
    raise AssertionError
"""

CONFTEST = """\
def pytest_configure(config):
    for name in ("benchmark", "xdist", "pytest_cov"):
        assert not config.pluginmanager.has_plugin(name)

def pytest_benchmark_group_stats(config, benchmarks, group_by):
    raise AssertionError

def pytest_benchmark_update_json(config, benchmarks, output_json):
    raise AssertionError

def pytest_benchmark_scale_unit(config, unit, benchmarks, best, worst, sort):
    raise AssertionError
"""

SETTINGS = """\
[pytest]
addopts = --strict-markers --strict-config --benchmark-columns=min,mean --benchmark-warmup --codspeed -n auto --cov=shop
    --cov-report term --dist loadfile --benchmark-autosave -p pytest_cov -p no:xdist
required_plugins = pytest-benchmark>=99
"""

ASV = """\
from shop import price, total
from .common import SIZE


def time_price():
    return price(SIZE)


class TimeTotals:
    params = ([10, 20], ["a", "b"])
    param_names = ["amount", "word"]

    def setup_cache(self):
        return {"made": []}

    def setup(self, cache, amount, word):
        assert cache == {"made": []}
        cache["made"].append(amount)
        if (amount, word) == (20, "b"):
            raise NotImplementedError
        self.amount = amount

    def time_total(self, cache, amount, word):
        return total(self.amount)

    def mem_list(self, cache, amount, word):
        return [None] * amount * 1000


class Once:
    number = 1

    def setup(self):
        self.items = [3, 1, 2]

    def teardown(self):
        assert self.items == [1, 2, 3]

    def time_sort(self):
        assert self.items == [3, 1, 2], "every run has an instance of its own"
        self.items.sort()

    def peakmem_list(self):
        [None] * 100_000
        self.items.sort()

    def track_length(self):
        self.items.sort()
        return len(self.items)

    def helper(self):
        raise AssertionError


state = []


def setup_state():
    state[:] = [3, 1, 2]


def time_of_a_module():
    assert state == [3, 1, 2]
    state.sort()


time_of_a_module.number = 1
time_of_a_module.setup = setup_state


def timeraw_import():
    return "total(10)", "from shop import total"


def time_fails():
    raise ValueError("no")
"""

ASV_SETTINGS = """\
{
    // Comments are allowed, and so is "//" in a text:
    "repo": "https://localhost//shop", /* where */
    "benchmark_dir": "speed",
}
"""

PYPERF = """\
import sys

import pyperf
from shop import price, total

runner = pyperf.Runner(values=3)
runner.argparser.add_argument("--size", type=int, default=20)
args = runner.parse_args()
runner.metadata["description"] = "prices"


def looped(loops, size):
    began = pyperf.perf_counter()
    for _ in range(loops):
        total(size)
    return pyperf.perf_counter() - began


async def awaited():
    return total(5)


runner.bench_func("price", price, args.size)
runner.bench_time_func("looped", looped, 10)
runner.timeit("statement", "total(10)", setup="from shop import total")
runner.timeit("total(7)", globals=globals())
runner.bench_async_func("awaited", awaited)
runner.bench_command("command", [sys.executable, "-c", "pass"])


def fails():
    raise ValueError("no")


if runner.bench_func("fails", fails) is None:
    print("as in one of pyperf's own workers")
"""


def write_suites(folder: Path) -> None:
    """Write a package and a suite of each kind about it."""
    texts = {
        "src/shop/__init__.py": SHOP,
        "pytest.ini": SETTINGS,
        "benchmarks/conftest.py": CONFTEST,
        "benchmarks/test_shop.py": PYTEST,
        "benchmarks/helpers.py": "raise AssertionError('nobody imports it')\n",
        "asv.conf.json": ASV_SETTINGS,
        "speed/__init__.py": "",
        "speed/common.py": "SIZE = 30\n",
        "speed/bench.py": ASV,
        "perf.py": PYPERF,
    }
    for name, text in texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def suite(folder: Path, name: str, keyword: str = "") -> Suite:
    """Return the suite of a file or folder."""
    return suite_of(folder / name, "", keyword, "")


class Running:
    """A suite in a worker."""

    def __init__(self, workers: Workers, variant: Variant) -> None:
        self.workers = workers
        self._variant = variant

    def collected(self) -> dict[str, object]:
        """Return what it has."""
        assert self._variant.suite
        return self.workers.call("x", "collect", suite=asdict(self._variant.suite))

    def loaded(self, name: str, runs: int = 2):
        """Open a benchmark, and return the answer."""
        return self.workers.load(name, {"x": self.of(name)}, warm_up_runs=runs)["x"]

    def of(self, name: str) -> Variant:
        """Return the variant of a benchmark."""
        return Variant(
            name, trees=self._variant.trees, interpreter=self._variant.interpreter, suite=self._variant.suite
        )

    def outcome(self, name: str) -> str:
        """Return what a benchmark returns, as text, or why it fails, before it is closed or then."""
        try:
            loaded = self.loaded(name)
            self.workers.call("x", "close", name=name)
        except NothingMeasuredError as error:
            return str(error).partition(": ")[2]
        return loaded.outcome or loaded.uncompared


@contextmanager
def running(folder: Path, name: str, keyword: str = "", timeout_s: float = 120) -> Iterator[Running]:
    """Run a suite in a worker, which imports the package from beside it."""
    interpreter = Interpreter(path=(str(folder / "src"),), folder=str(folder))
    variant = Variant("", trees=(str(folder),), interpreter=interpreter, suite=suite(folder, name, keyword))
    with DEFAULT_EXECUTOR.with_timeout(timeout_s).start({"x": [variant]}, hash_seed=0) as workers:
        yield Running(workers, variant)
