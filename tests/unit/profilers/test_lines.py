import importlib.util

import pytest

from wfperf.measure.worker.profiling import CAPTURES
from wfperf.measure.worker.workload import Workload
from wfperf.profilers import lines
from wfperf.profilers.skipped import ProfilerSkippedError


def test_closures_are_profiled_and_lines_matched_by_their_text(changes):
    changed = changes(lines)
    inner = "make.<locals>.inner"
    first, second = (changed[inner, "value = build()", occurrence] for occurrence in (0, 1))
    assert (first.before.hits, first.after.hits) == (1, 1)
    assert first.status == ""
    assert second.status == "gone"
    returned = changed[inner, "return value", 0]
    assert returned.status == ""
    assert returned.location.line == 17  # in the later version; it was line 13
    assert changed["run", "added()", 0].status == "new"


def test_costs_are_of_one_run(profiled):
    source = "def run():\n    total = 0\n    for number in range(3):\n        total += number\n    return total\n"
    reading = profiled(lines, source, 1, 4)
    hits = {location.text: cost.hits for location, cost in reading.items()}
    assert hits == {"total = 0": 1, "for number in range(3):": 4, "total += number": 3, "return total": 1}
    assert all(cost.time_s > 0 for cost in reading.values())


def test_only_the_package_is_watched(profiled):
    source = "import json\ndef run():\n    return json.dumps([1])\n"
    assert {location.path for location in profiled(lines, source, 2)} == {"code/program.py"}


def test_what_lies_in_the_source_trees_is_watched(tmp_path):
    (tmp_path / "beside.py").write_text("def load(): return 1\n")
    spec = importlib.util.spec_from_file_location("beside", tmp_path / "beside.py")
    beside = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(beside)
    with CAPTURES[lines.LIBRARY](Workload(beside.load, (), [str(tmp_path)]), tmp_path / "out.lprof") as turn:
        turn(2)
    assert {location.function for location in lines.read(tmp_path / "out.lprof", 2)} == {"load"}


@pytest.mark.parametrize("content", [b"cnowhere\nLineStats\n.", b"cline_profiler\nNoStats\n.", b"no pickle"])
def test_a_file_of_another_version_is_told(tmp_path, content):
    (tmp_path / "profile.lprof").write_bytes(content)
    with pytest.raises(ProfilerSkippedError):
        lines.read(tmp_path / "profile.lprof", 1)
