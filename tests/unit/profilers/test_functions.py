import pstats

import pytest

from wfperf.profilers import functions
from wfperf.profilers.difference import most_changed


@pytest.fixture
def changed(changes):
    return {name: change for (name, _, _), change in changes(functions).items()}


def test_moved_functions_are_matched_by_qualified_name(changed):
    build = changed["build"]
    assert (build.before.calls, build.after.calls) == (2, 1)
    assert build.status == ""
    inner = changed["make.<locals>.inner"]
    assert (inner.before.calls, inner.after.calls) == (1, 1)


def test_new_and_gone_functions_are_said_so(changed):
    assert changed["added"].status == "new"
    assert changed["added"].amounts(lambda cost: cost.calls) == (0, 1)
    assert changed["dropped"].status == "gone"


def test_changed_work_is_told_from_functions_that_only_took_another_time(changed):
    named = [change.location.function for change in most_changed(changed.values(), _calls, lambda cost: cost.own_s, 10)]
    assert set(named) == {"build", "added", "dropped"} | {name for name in changed if "<listcomp>" in name}


def _calls(cost):
    return cost.calls


def test_costs_are_of_one_run(profiled, tmp_path):
    reading = profiled(functions, "def run():\n    return len([])\n", 3, 4)
    (run,) = [location for location in reading if location.function == "run"]
    (length,) = [location for location in reading if "len" in location.function]
    assert reading[run].calls == reading[length].calls == 1
    assert length.where == "(built-in)"
    assert length.name == "builtins.len"
    stats = pstats.Stats(str(next(tmp_path.rglob("*.prof")))).stats
    (raw,) = [value for key, value in stats.items() if key[2] == "run"]
    assert raw[1] == 7
    assert reading[run].cumulative_s == pytest.approx(raw[3] / 7)
    assert reading[run].own_s == pytest.approx(raw[2] / 7)


def test_functions_of_one_qualified_name_are_one_location(profiled):
    source = "def run():\n    first = lambda: 1\n    second = lambda: 2\n    return first() + second()\n"
    reading = profiled(functions, source, 5)
    (both,) = [cost for location, cost in reading.items() if location.function == "run.<locals>.<lambda>"]
    assert both.calls == 2
