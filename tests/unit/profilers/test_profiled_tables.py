import io
from dataclasses import replace

import pytest
from rich.console import Console

from wfperf.report.profiled import profile_tables, speedup_table
from wfperf.report.terminal import show
from wfperf.results.environment import current_environment
from wfperf.results.kinds import to_data
from wfperf.results.profiled import (
    Captured,
    CostChange,
    FunctionCost,
    LineCost,
    MeasuredSpeedup,
    Profiled,
    SiteCost,
    SourceLocation,
)
from wfperf.stats.interval import Interval

FIND = SourceLocation("engine/seams/dispatch.py", "original.<locals>.find", 20, is_users=True)
EXECUTE = SourceLocation("sqlalchemy/engine/base.py", "Connection.execute", 1450, is_users=False)
LINE = SourceLocation("engine/run.py", "Run.before", 9, is_users=True, text="merged = {}")


def profiled(after="phase-1", changes_results=(), **captured):
    return Profiled("typical", "original", after, 50, captured, changes_results, current_environment())


def cprofile(*changes):
    return Captured({}, tuple(CostChange(*change) for change in changes))


def text(*tables, width=100):
    out = io.StringIO()
    show(tables, Console(file=out, width=width))
    return out.getvalue()


def row(shown, start):
    return next(" ".join(line.split()) for line in shown.splitlines() if line.strip().startswith(start))


@pytest.mark.parametrize("width", [80, 140])
def test_sides_stand_beside_each_other_with_their_difference(width):
    captured = cprofile(
        (FIND, FunctionCost(18, 0.004, 0.002), None),
        (EXECUTE, FunctionCost(2, 0.001, 0.0005), FunctionCost(1.5, 0.0012345, 0.0004)),
    )
    hottest, changed, *_ = profile_tables(profiled(cprofile=captured))
    shown = text(hottest, width=width)
    assert "original | phase-1" in hottest.title
    assert "18 | - 4.000 - -4.000 gone" in row(shown, "original.find")
    assert "2 | 1.50 1.000 1.234 +0.234" in row(shown, "Connection.execute")
    assert all(len(line) <= width for line in shown.splitlines())
    assert "-2.000 gone" in text(changed, width=width)
    assert "Connection" not in text(changed, width=width)


def test_a_name_too_long_for_a_heading_breaks_at_its_hyphen():
    captured = cprofile((FIND, FunctionCost(1, 1, 1), FunctionCost(1, 1, 1)))
    shown = text(profile_tables(profiled("context-reference", cprofile=captured))[0], width=80)
    assert "context-\n" not in shown
    assert [line.split() for line in shown.splitlines()[2:5]] == [
        ["context-"],
        ["original", "reference", "difference"],
        ["function", "calls", "ms", "ms", "ms"],
    ]


def test_where_nothing_changed_the_table_says_so():
    captured = cprofile((FIND, FunctionCost(1, 1, 1), FunctionCost(1, 2, 2)))
    _, changed, *_ = profile_tables(profiled(cprofile=captured))
    assert not changed.rows
    assert changed.notes[0] == "None."


def test_every_profiler_s_table_says_that_it_does_not_measure():
    captured = {
        "cprofile": cprofile((FIND, FunctionCost(1, 1, 1), None)),
        "kernprof": Captured({}, (CostChange(LINE, LineCost(1, 0.001), None),)),
        "memray": Captured({}, (CostChange(LINE, SiteCost(3, 2000, 500), SiteCost(1, 1000, 700)),)),
    }
    *tables, files = profile_tables(profiled(**captured))
    assert files.title == "Files"
    for table in tables:
        assert any("an explanation, not a measurement." in note for note in table.notes)
        assert any("50 runs" in note for note in table.notes)


def test_lines_show_their_source_and_memory_its_totals():
    memory = Captured({}, (CostChange(LINE, SiteCost(3, 2000, 500), SiteCost(1, 1000, 700)),))
    shown = text(*profile_tables(profiled(memray=memory)))
    assert row(shown, "allocations per run").endswith("3 1 -2")
    assert row(shown, "kB allocated per run").endswith("2.0 1.0 -1.0")
    assert row(shown, "kB in use at the peak of 50 runs").endswith("0.5 0.7 +0.2")
    assert row(shown, "engine/run.py:9 Run.before") == "engine/run.py:9 Run.before 3 | 1 2.0 1.0 -1.0"
    assert row(shown, "merged = {}") == "merged = {}"


def test_a_skipped_profiler_is_a_row_with_its_reason():
    shown = text(*profile_tables(profiled(memray=Captured({}, (), "cannot import memray (no wheel)"))))
    assert "skipped: cannot import memray (no wheel)" in row(shown, "memray")


def test_the_speedup_stands_with_its_interval_and_its_mark():
    pair = MeasuredSpeedup(Interval(0.4, 0.5, 0.61, 0.95), 12, equal=True)
    shown = text(speedup_table(profiled("phase-2", ("loading", "buffer")), pair))
    assert shown.startswith("Speedup over original, measured without a profiler")
    assert "speedup [95 %]" in shown
    assert row(shown, "phase-2") == "phase-2 typical +50 % [+40, +61] 1.50x 33 % changes results"
    assert "Changes results: loading, buffer. See how: wfperf verify" in shown
    assert "12 blocks" in shown
    assert "wfperf compare --only phase-2" in shown


def test_without_equal_results_there_is_no_speedup():
    shown = text(speedup_table(profiled(), MeasuredSpeedup(None, 3, equal=False, reason="results differ")))
    assert row(shown, "phase-1") == "phase-1 typical results differ: no speedup"
    assert "%" not in row(shown, "phase-1")
    assert "wfperf verify" in shown


def test_too_few_blocks_are_said_so():
    shown = text(
        speedup_table(profiled(), MeasuredSpeedup(None, 1, equal=True, reason="too few blocks in the time budget"))
    )
    assert "too few blocks in the time budget: no speedup" in shown
    assert "wfperf verify" not in shown


def test_data_for_json_holds_every_change_and_what_was_measured():
    captured = cprofile((FIND, FunctionCost(18, 0.004, 0.002), None))
    skipped = Captured({}, (), "not installed")
    pair = MeasuredSpeedup(Interval(0.4, 0.5, 0.61, 0.95), 12, equal=True, seed=3)
    data = to_data(replace(profiled("phase-2", ("loading",), cprofile=captured, memray=skipped), measured=pair))
    assert list(data)[:2] == ["schema_version", "kind"]
    assert data["measured"]["speedup"] == {"low": 0.4, "estimate": 0.5, "high": 0.61, "level": 0.95}
    assert data["measured"]["seed"] == 3
    assert data["changes_results"] == ["loading"]
    assert data["profilers"]["memray"] == {"files": {}, "changes": [], "skipped": "not installed"}
    (change,) = data["profilers"]["cprofile"]["changes"]
    assert change["location"]["path"] == "engine/seams/dispatch.py"
    assert change["before"] == {"calls": 18, "cumulative_s": 0.004, "own_s": 0.002}
    assert change["after"] is None
