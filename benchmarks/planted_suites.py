"""How often a slowdown that is planted in one function of a suite is found, and how often another benchmark is called.

Usage: python benchmarks/planted_suites.py [--times 20] [--suite KIND] [--max-time 120] [--file FILE] [--report]

Each question makes a repository with a package and an unchanged suite of one kind: pytest-benchmark, pytest-codspeed,
asv or pyperf. Its second commit does 10 % more of the same steps in one function. `wfperf compare SUITE --base HEAD~1`
runs in real processes while another process loads the machine in random stretches. Counted are the benchmark of that
function, which is slower, and all others, which take the same time.

Every suite also has a benchmark with parameters, one with arguments that are made for each run, one whose result is an
object, and one that fails, which must be told and not timed.

Each answer is a line of data/planted_suites.jsonl; a run that was stopped goes on where that ends.
Needs: pip install '.[bench]' pytest, and git.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from answers import DATA, Answer, Question, ask, load, mixed, options, read, took
from gate import commit, git, run

FILE = DATA / "planted_suites.jsonl"
STEPS, MORE_STEPS = "PLANTED = 10_000", "PLANTED = 11_000"
MAX_TIME_S = 120.0
BENCHMARKS = 7
"""Of each suite; one of them has the slowdown, one fails."""

SHOP = """\
PLANTED = 10_000
STEPS = 10_000


def steps(number):
    total = 0
    for step in range(number):
        total += step & 3
    return total


def planted():
    return bool(steps(PLANTED))


def price():
    return steps(STEPS)


def total(amount):
    return steps(amount)


def ordered(items):
    items.sort()
    return steps(STEPS)


class Basket:
    def __init__(self):
        self.value = steps(STEPS)


def fails():
    raise ValueError("it always does")
"""

CONFTEST = """\
import pytest


@pytest.fixture(scope="session")
def amount():
    return 8_000
"""

PYTEST_BENCHMARK = """\
import pytest
import shop


def test_planted(benchmark):
    assert benchmark(shop.planted)


def test_price(benchmark):
    benchmark.group = "prices"
    assert benchmark(shop.price) > 0


@pytest.mark.parametrize("more", [0, 4_000])
def test_total(benchmark, amount, more):
    assert benchmark(shop.total, amount + more) > 0


def test_ordered(benchmark):
    benchmark.pedantic(shop.ordered, setup=lambda: (([3, 1, 2],), {}), rounds=50)


def test_object(benchmark):
    assert benchmark(shop.Basket).value > 0


def test_fails(benchmark):
    benchmark(shop.fails)
"""

PYTEST_CODSPEED = """\
import pytest
import shop


@pytest.mark.benchmark
def test_planted():
    assert shop.planted()


def test_price(benchmark):
    assert benchmark(shop.price) > 0


@pytest.mark.parametrize("more", [0, 4_000])
def test_total(benchmark, amount, more):
    assert benchmark(lambda: shop.total(amount + more)) > 0


def test_ordered(benchmark):
    benchmark.pedantic(shop.ordered, setup=lambda: (([3, 1, 2],), {}), rounds=50)


def test_object(benchmark):
    assert benchmark(shop.Basket).value > 0


@pytest.mark.codspeed_benchmark
def test_fails():
    shop.fails()
"""

ASV = """\
import shop


def time_planted():
    return shop.planted()


def time_price():
    return shop.price()


class TimeTotal:
    params = [8_000, 12_000]
    param_names = ["amount"]

    def setup(self, amount):
        self.amount = amount

    def time_total(self, amount):
        return shop.total(self.amount)


class TimeOrdered:
    number = 1

    def setup(self):
        self.items = [3, 1, 2]

    def time_ordered(self):
        return shop.ordered(self.items)


def time_object():
    return shop.Basket()


def time_fails():
    shop.fails()
"""

PYPERF = """\
import pyperf
import shop

runner = pyperf.Runner()
runner.bench_func("planted", shop.planted)
runner.bench_func("price", shop.price)
for amount in (8_000, 12_000):
    runner.bench_func(f"total {amount}", shop.total, amount)
runner.bench_func("object", shop.Basket)


def ordered(loops):
    lists = [[3, 1, 2] for _ in range(loops)]
    began = pyperf.perf_counter()
    for items in lists:
        shop.ordered(items)
    return pyperf.perf_counter() - began


runner.bench_time_func("ordered", ordered)
runner.bench_func("fails", shop.fails)
"""

SUITES = {
    "pytest-benchmark": (
        "benchmarks",
        {"benchmarks/conftest.py": CONFTEST, "benchmarks/test_shop.py": PYTEST_BENCHMARK},
    ),
    "pytest-codspeed": ("benchmarks", {"benchmarks/conftest.py": CONFTEST, "benchmarks/test_shop.py": PYTEST_CODSPEED}),
    "asv": ("asv.conf.json", {"asv.conf.json": "{}\n", "benchmarks/__init__.py": "", "benchmarks/shop_times.py": ASV}),
    "pyperf": ("perf.py", {"perf.py": PYPERF}),
}
"""What `compare` is given, and the files, by the kind of suite."""


def main() -> None:
    """Ask what has not been asked yet, then report."""
    parser = options(__doc__, FILE)
    parser.add_argument("--times", type=int, default=20, help="comparisons of each suite")
    parser.add_argument("--suite", choices=SUITES, action="append", help="only this one; repeatable")
    parser.add_argument("--max-time", type=float, default=MAX_TIME_S, help="seconds of each comparison")
    chosen = parser.parse_args()
    if not chosen.report:
        cases = mixed(dict.fromkeys(chosen.suite or SUITES, chosen.times))
        questions = [{"suite": suite, "number": number, "max_time_s": chosen.max_time} for suite, number in cases]
        with load(seed=1):
            ask(questions, chosen.file, compare)
    print(report(read(chosen.file)))


def compare(question: Question) -> Answer:
    """Return the effect on each benchmark of a suite, and which were told to fail."""
    target, files = SUITES[str(question["suite"])]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        repository(folder, files)
        done = run(
            *(sys.executable, "-m", "wfperf", "compare", target, "--base", "HEAD~1", "--no-history"),
            *(
                "--max-time",
                str(question["max_time_s"]),
                "--seed",
                str(int(question["number"]) + 1),
                "--format",
                "json",
            ),
            cwd=folder,
        )
    if done.returncode:
        raise SystemExit(f"the comparison has failed: {done.stderr}")
    result = json.loads(done.stdout)
    effects = {each["benchmark"]: each["effect"] for each in result["findings"]}
    failing = [note for note in result["notes"] if note.startswith("Fails in both: ")]
    if (len(effects), len(failing)) != (BENCHMARKS - 1, 1):
        raise SystemExit(f"{BENCHMARKS - 1} benchmarks and a failing one were expected, not {[*effects]} and {failing}")
    return {"effects": effects, "blocks": {each["benchmark"]: each["blocks"] for each in result["findings"]}}


def repository(folder: Path, files: dict[str, str]) -> None:
    """Make a repository of two commits in an empty folder; the second one is slower in one function."""
    for name, text in {**files, "shop.py": SHOP, ".gitignore": "__pycache__/\n.wfperf/\n"}.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet")
    commit(folder)
    (folder / "shop.py").write_text(SHOP.replace(STEPS, MORE_STEPS), encoding="utf-8")
    commit(folder)


def report(answers: Sequence[Answer]) -> str:
    """Return how often the planted slowdown was found in each suite, and how often another benchmark was called."""
    lines = [f"{'suite':17} {'runs':>4} {'found':>6} {'others':>7} {'called':>7} {'seconds':>16}"]
    for suite in SUITES:
        asked = [each for each in answers if each["suite"] == suite]
        if not asked:
            continue
        planted = [called(effect) for each in asked for name, effect in each["effects"].items() if "planted" in name]
        others = [called(effect) for each in asked for name, effect in each["effects"].items() if "planted" not in name]
        found, wrong = planted.count("slower"), len(others) - others.count("")
        lines.append(f"{suite:17} {len(asked):>4} {found:>6} {len(others):>7} {wrong:>7} {took(asked):>16}")
    return "\n".join(lines)


def called(effect: Answer) -> str:
    """Return how wfperf's table answers: `slower` or `faster` if the interval excludes 0; else nothing."""
    low, high = effect["low"], effect["high"]
    if high is not None and high < 0:
        return "slower"
    return "faster" if low > 0 else ""


if __name__ == "__main__":
    main()
