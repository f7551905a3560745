"""Allocations and instructions: passes of their own, and what of them repeats."""

import json
import os

import pytest
from processes import wfperf
from thorough import is_thorough

from wfperf.errors import NothingMeasuredError
from wfperf.measure.blocks import ComparedBenchmark
from wfperf.measure.counters import count_benchmarks, with_allocations
from wfperf.measure.instructions import count_instructions, missing
from wfperf.measure.variant import Interpreter, Variant

SHOP = """
def work(steps):
    total = 0
    for number in range(steps):
        total += number & 7
    return total
def some(): return bool(work(1000))
def more(): return bool(work(2000))
def lists(): return len([[None] * 1000 for _ in range(10)])
"""

needs_valgrind = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def variants(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.py").write_text(SHOP)
    return {
        name: Variant(f"shop:{name}", interpreter=Interpreter(path=(str(folder),)))
        for name in ("some", "more", "lists")
    }


@pytest.fixture(scope="module")
def counted(variants):
    """What `some` and `more` take, and what `some` takes again: an interpreter takes seconds to start in valgrind."""
    asked = [("some", "more"), *[("some",)] * (2 if is_thorough() else 1)]
    return [count_instructions({name: variants[name] for name in names}) for names in asked]


@needs_valgrind
def test_instructions_are_the_same_each_time_but_for_the_digits_of_process_ids(counted):
    numbers = [each["some"] for each in counted]
    assert max(numbers) - min(numbers) <= 100


@needs_valgrind
def test_twice_as_many_steps_are_about_twice_as_many_instructions(counted):
    assert 1.8 < counted[0]["more"] / counted[0]["some"] < 2.2


def test_without_valgrind_it_says_what_to_do(variants, monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(NothingMeasuredError, match="instructions are not available: install valgrind"):
        count_instructions(variants)


def test_allocations_are_those_of_the_run(variants):
    benchmark = ComparedBenchmark("s", variants)
    counters = with_allocations(count_benchmarks([benchmark]), [benchmark])["s"]
    numbers, lists = counters["some"].counts, counters["lists"].counts
    assert lists["allocations"] == pytest.approx(20, abs=15), "ten lists and what they hold"
    assert lists["allocated_bytes"] == pytest.approx(80_000, rel=0.1)
    assert numbers["allocations"] > 1000, "an int for nearly every step"


@pytest.mark.measures
def test_compare_shows_them_beside_the_speedup(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    counted = ["--count", "allocations"] + ([] if missing() else ["--count", "instructions"])
    compared = wfperf(
        *("compare", "--a", "shop:some", "--b", "shop:more", "--blocks", "1", "--format", "json", *counted),
        cwd=tmp_path,
    )
    assert compared.returncode == 0, compared.stderr
    counts = json.loads(compared.stdout)["counters"]["call"]["some"]["counts"]
    assert {"allocations", "allocated_bytes", "function_calls"} <= counts.keys()
    assert ("instructions" in counts) is not bool(missing())
