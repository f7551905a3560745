"""The worker runs on interpreters that have no wfperf, and older ones than wfperf's."""

import ast
import json
import sys

import pytest

from wfperf.measure.executor import DEFAULT_EXECUTOR
from wfperf.measure.variant import Interpreter, Variant
from wfperf.measure.workers import WORKER

FILES = sorted(WORKER.glob("*.py"))
OTHERS = {"line_profiler", "memray", "pytest", "_pytest", "pyperf"}
"""Profilers, and tools that run suites: the variant's own."""
OLDEST_PYTHON = (3, 9)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_imports_itself_the_standard_library_and_other_tools_where_they_are_used(file):
    tree = ast.parse(file.read_text(encoding="utf-8"), feature_version=OLDEST_PYTHON)
    at_once = set(tree.body)
    for each in ast.walk(tree):
        if isinstance(each, ast.ImportFrom) and each.level:
            assert each.level == 1, "nothing from above its folder"
        elif isinstance(each, ast.Import | ast.ImportFrom):
            modules = [each.module] if isinstance(each, ast.ImportFrom) else [name.name for name in each.names]
            for module in modules:
                package = str(module).partition(".")[0]
                assert package in sys.stdlib_module_names or (package in OTHERS and each not in at_once)


PEEKING = """
import sys

def run():
    return [sorted(sys.modules), sys.path]
"""


def test_nothing_of_wfperf_reaches_the_subject_and_what_is_timed_holds_nothing_that_counts_or_profiles(tmp_path):
    (tmp_path / "peeking.py").write_text(PEEKING)
    variant = Variant("peeking:run", interpreter=Interpreter(path=(str(tmp_path),)))
    with DEFAULT_EXECUTOR.start({"x": [variant]}, hash_seed=0) as workers:
        answer = workers.load("x", {"x": variant}, warm_up_runs=1)["x"]
    modules, path = json.loads(answer.outcome)
    assert path[0] == str(tmp_path)
    assert str(WORKER) not in path
    assert not any(module.partition(".")[0] == "wfperf" for module in modules)
    worker = {module for module in modules if module.startswith("_wfperf_worker.")}
    assert worker.isdisjoint(f"_wfperf_worker.{each}" for each in ("counting", "memory", "profiling", "sampling"))
    assert {"cProfile", "line_profiler", "memray", "tracemalloc"}.isdisjoint(modules)
