"""Suites in a real worker: what is collected, how each benchmark is run, and what it answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from suites import CONFTEST, PYTEST, running, write_suites

from wfperf.errors import NothingMeasuredError, WorkerLostError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A project with a suite of each kind; not to be changed."""
    made = tmp_path_factory.mktemp("project")
    write_suites(made)
    return made


@pytest.fixture(scope="module", params=["benchmarks", "speed", "perf.py"])
def any_suite(folder, request):
    """A suite of each kind, running, with the name of a benchmark that works and of one that fails."""
    names = {
        "benchmarks": ("test_shop.py::test_price", "test_shop.py::test_fails_before"),
        "speed": ("bench.time_price", "bench.time_fails"),
        "perf.py": ("price", "fails"),
    }
    with running(folder, request.param) as opened:
        yield opened, *names[request.param]


@pytest.fixture(scope="module")
def in_pytest(folder):
    with running(folder, "benchmarks") as suite:
        yield suite


@pytest.fixture(scope="module")
def in_asv(folder):
    with running(folder, "asv.conf.json") as suite:
        yield suite


@pytest.fixture(scope="module")
def in_pyperf(folder):
    with running(folder, "perf.py") as suite:
        yield suite


class TestEveryKind:
    """What all kinds of suites have in common."""

    def test_a_benchmark_is_sampled_until_another_one_is_opened(self, any_suite):
        suite, name, _ = any_suite
        loaded = suite.loaded(name)
        assert int(loaded.outcome) > 0
        assert suite.workers.call("x", "sample", name=name, runs=3)["used"]["wall_ns"] > 0
        assert suite.workers.call("x", "fastest", name=name, target_ns=1000)["run_ns"] > 0
        again = suite.loaded(name)
        assert again.outcome == loaded.outcome
        assert suite.workers.call("x", "close", name=name) == {}

    def test_one_that_fails_says_so_and_does_not_end_the_suite(self, any_suite):
        suite, name, fails = any_suite
        for _ in range(2):
            with pytest.raises(NothingMeasuredError, match=r"ValueError: (no|before)"):
                suite.loaded(fails)
            assert suite.outcome(name).isdigit()

    def test_one_that_is_not_there_says_so(self, any_suite):
        suite, name, _ = any_suite
        with pytest.raises(NothingMeasuredError, match="there is no such benchmark"):
            suite.loaded("nowhere")
        assert suite.outcome(name).isdigit()

    def test_an_ordinary_benchmark_has_no_traps(self, any_suite):
        suite, name, _ = any_suite
        assert list(suite.loaded(name).traps) == []

    def test_what_it_imports_is_known(self, any_suite, folder):
        suite, name, _ = any_suite
        suite.loaded(name)
        imported = suite.workers.call("x", "imported", tree=str(folder))["files"]
        assert str(folder / "src/shop/__init__.py") in imported
        assert suite.workers.call("x", "packages")["packages"]["shop"] == str(folder / "src/shop/__init__.py")


def test_work_is_counted(folder):
    with running(folder, "benchmarks") as suite:
        suite.workers.call("x", "watch")
        name = "test_shop.py::test_price"
        suite.loaded(name)
        counted = suite.workers.call("x", "count", name=name, runs=3)
        assert counted["calls"]["src/shop/__init__.py:price"] == 1


class TestPytest:
    """Tests with pytest-benchmark's or pytest-codspeed's fixture."""

    def test_they_are_collected_with_parameters_and_options_of_the_plugins_are_without_effect(self, folder):
        with running(folder, "benchmarks") as suite:
            found = suite.collected()
        names = [name.removeprefix("test_shop.py::") for name in found["benchmarks"]]
        assert names[:4] == ["test_price", "test_total[10]", "test_total[20]", "test_log"]
        assert "test_as_a_whole" in names
        assert "test_that_is_no_benchmark" not in names
        assert found["failures"] == {}
        assert found["ignored"] == [
            *("--benchmark-autosave", "--benchmark-columns", "--benchmark-warmup"),
            *("--codspeed", "--cov", "--cov-report", "--dist", "-n"),
        ]

    def test_a_selection_is_pytest_s(self, folder):
        with running(folder, "benchmarks", "total and not 20") as suite:
            assert list(suite.collected()["benchmarks"]) == ["test_shop.py::test_total[10]"]

    @pytest.mark.parametrize(
        ("name", "outcome"),
        [
            ("test_total[10]", "45"),
            ("test_object", "a shop.Basket can't be compared across processes"),
            ("test_decorator", "10"),
            ("test_pedantic", "[3, 2, 1]"),
            ("test_as_a_whole", "null"),
            ("test_assertion_fails", r"AssertionError: assert 3 == 4 (test_shop.py:77)"),
            ("test_fails_before", "ValueError: before (test_shop.py:81)"),
            ("test_fails_later", "RuntimeError: only once (test_shop.py:90)"),
            ("test_skipped", "skipped: not here"),
            ("test_twice", "RuntimeError: a test measures one benchmark, once (suites.py:"),
            ("test_calls_it_never", "there is no such benchmark, or it has measured nothing"),
        ],
    )
    def test_each_is_run_with_its_fixtures_and_its_own_assertions_decide(self, in_pytest, name, outcome):
        assert in_pytest.outcome(f"test_shop.py::{name}").startswith(outcome)

    def test_fixtures_end_with_what_they_belong_to(self, folder):
        with running(folder, "benchmarks") as suite:
            for name in ("test_price", "test_total[10]"):
                suite.outcome(f"test_shop.py::{name}")
            logged = json.loads(suite.loaded("test_shop.py::test_log").outcome)
        assert logged == ["module", "order", "order ends"], "the module's fixture lives on"

    def test_a_folder_for_what_a_test_writes_goes_with_the_worker(self, tmp_path):
        (tmp_path / "test_folder.py").write_text(
            "def test_folder(benchmark, tmp_path): benchmark(lambda: str(tmp_path))\n"
        )
        with running(tmp_path, "test_folder.py") as suite:
            made = json.loads(suite.loaded("test_folder.py::test_folder").outcome)
            assert Path(made).is_dir()
        assert not Path(made).exists()

    def test_what_cannot_be_collected_is_told_and_the_rest_runs(self, tmp_path):
        (tmp_path / "test_good.py").write_text("def test_it(benchmark): benchmark(int)\n")
        (tmp_path / "test_broken.py").write_text("import nowhere\ndef test_it(benchmark): benchmark(int)\n")
        with running(tmp_path, ".") as suite:
            found = suite.collected()
            assert list(found["benchmarks"]) == ["test_good.py::test_it"]
            ((where, why),) = found["failures"].items()
            assert where.endswith("test_broken.py")
            assert why == "ModuleNotFoundError: No module named 'nowhere'"
            assert suite.outcome("test_good.py::test_it") == "0"
            assert "No module named 'nowhere'" in suite.outcome("test_broken.py::test_it")

    def test_a_pytest_that_does_not_start_says_why(self, tmp_path):
        (tmp_path / "test_it.py").write_text("def test_it(benchmark): benchmark(int)\n")
        (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --of-nobody\n")
        with running(tmp_path, "test_it.py") as suite:
            with pytest.raises(NothingMeasuredError, match=r"pytest has not started.*--of-nobody"):
                suite.collected()
            with pytest.raises(NothingMeasuredError, match="pytest has not started"):
                suite.loaded("test_it.py::test_it")

    def test_neither_plugin_is_needed(self, folder, tmp_path):
        (tmp_path / "conftest.py").write_text(CONFTEST + "import sys\nsys.modules['pytest_benchmark'] = None\n")
        (tmp_path / "test_shop.py").write_text(PYTEST)
        (tmp_path / "src").symlink_to(folder / "src")
        with running(tmp_path, "test_shop.py") as suite:
            assert suite.outcome("test_shop.py::test_total[20]") == "190"


class TestAsv:
    """Functions and methods of airspeed velocity."""

    def test_they_are_collected_with_parameters_and_metrics(self, in_asv):
        assert in_asv.collected()["benchmarks"] == {
            "bench.Once.peakmem_list": "memory",
            "bench.Once.time_sort": "throughput",
            "bench.Once.track_length": "tracked",
            **{
                f"bench.TimeTotals.{name}({amount}, '{word}')": metric
                for name, metric in (("mem_list", "memory"), ("time_total", "throughput"))
                for amount in (10, 20)
                for word in "ab"
            },
            "bench.time_fails": "throughput",
            "bench.time_of_a_module": "throughput",
            "bench.time_price": "throughput",
            "bench.timeraw_import": "throughput",
        }

    @pytest.mark.parametrize(
        ("name", "outcome"),
        [
            ("TimeTotals.time_total(20, 'a')", "190"),
            ("TimeTotals.time_total(20, 'b')", "skipped by its setup"),
            ("Once.time_sort", "null"),
            ("Once.track_length", "3"),
            ("time_of_a_module", "null"),
            ("timeraw_import", "it returns its own time"),
            ("time_fails", "ValueError: no"),
        ],
    )
    def test_each_is_run_as_asv_does(self, in_asv, name, outcome):
        assert in_asv.outcome(f"bench.{name}") == outcome

    @pytest.mark.parametrize(("name", "most_runs"), [("Once.time_sort", 100), ("time_of_a_module", 1)])
    def test_where_one_run_is_asked_for_each_has_its_own_setup(self, in_asv, name, most_runs):
        loaded = in_asv.loaded(f"bench.{name}", runs=5)
        assert loaded.most_runs == most_runs
        assert in_asv.workers.call("x", "sample", name=f"bench.{name}", runs=most_runs)["used"]["wall_ns"] > 0
        assert in_asv.workers.call("x", "close", name=f"bench.{name}") == {}

    @pytest.mark.parametrize("name", ["Once.time_sort", "time_of_a_module"])
    def test_runs_that_each_have_their_own_setup_are_counted_all_the_same(self, folder, name):
        with running(folder, "speed") as suite:
            suite.workers.call("x", "watch")
            suite.loaded(f"bench.{name}")
            counted = suite.workers.call("x", "count", name=f"bench.{name}", runs=3)
        assert counted["calls"] == {f"speed/bench.py:{name}": 1}

    def test_memory_is_that_of_the_result_or_the_peak(self, in_asv):
        for name, least in (("TimeTotals.mem_list(10, 'a')", 80_000), ("Once.peakmem_list", 800_000)):
            in_asv.loaded(f"bench.{name}")
            held = in_asv.workers.call("x", "outcome_bytes", name=f"bench.{name}", runs=3)["bytes"]
            assert least <= held < 1.1 * least

    def test_a_statement_times_itself(self, in_asv):
        in_asv.loaded("bench.timeraw_import")
        used = in_asv.workers.call("x", "sample", name="bench.timeraw_import", runs=100)["used"]
        assert used["wall_ns"] > 0


class TestPyperf:
    """Scripts of pyperf."""

    def test_they_are_collected(self, in_pyperf):
        names = ["price", "looped", "statement", "total(7)", "awaited", "command", "fails"]
        assert in_pyperf.collected()["benchmarks"] == dict.fromkeys(names, "throughput")

    @pytest.mark.parametrize(
        ("name", "outcome"),
        [
            ("price", "217"),
            ("looped", "it returns its own time"),
            ("statement", "it returns its own time"),
            ("total(7)", "it returns its own time"),
            ("awaited", "10"),
            ("command", "0"),
        ],
    )
    def test_each_is_run(self, in_pyperf, name, outcome):
        assert in_pyperf.outcome(name) == outcome

    def test_the_runner_stands_for_pyperf_s_own_where_that_is_not_installed(self, folder, tmp_path):
        (tmp_path / "perf.py").write_text("import pyperf\nr = pyperf.Runner()\nr.bench_func('int', int)\n")
        (tmp_path / "src").symlink_to(folder / "src")
        with running(tmp_path, "perf.py") as suite:
            assert suite.outcome("int") == "0"


TRAPS = """\
NUMBERS = list(range(100, 0, -1))
def test_sorts(benchmark):
    numbers = [3, 1, 2]
    benchmark(numbers.sort)
def test_sorts_within(benchmark): benchmark(lambda: NUMBERS.sort())
def test_has_arguments(benchmark):
    log = []
    benchmark(log.append, 1)
def test_prints(benchmark): benchmark(print, "sold")
def test_sorts_its_own(benchmark):
    benchmark.pedantic(list.sort, setup=lambda: (([3, 1, 2],), {}), rounds=5)
"""


def test_traps_of_its_benchmarks_are_seen(tmp_path):
    (tmp_path / "test_traps.py").write_text(TRAPS)
    with running(tmp_path, ".") as suite:
        seen = {
            name: [(trap["kind"], trap["what"]) for trap in suite.loaded(f"test_traps.py::{name}").traps]
            for name in ("test_sorts", "test_sorts_within", "test_has_arguments", "test_prints", "test_sorts_its_own")
        }
    assert seen == {
        "test_sorts": [("changes", "self")],
        "test_sorts_within": [("changes", "global NUMBERS")],
        "test_has_arguments": [("changes", "self")],
        "test_prints": [("printed_bytes", "")],
        "test_sorts_its_own": [],
    }


def test_after_an_answer_that_is_too_late_no_other_is_taken_for_it(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import time\ndef test_slow(benchmark): benchmark(time.sleep, 2)\ndef test_fast(benchmark): benchmark(int)\n"
    )
    with running(tmp_path, "test_it.py", timeout_s=1) as suite:
        for name, reason in (("slow", "no answer within 1 s"), ("fast", "it has not answered before")):
            with pytest.raises(WorkerLostError, match=reason):
                suite.loaded(f"test_it.py::test_{name}")
