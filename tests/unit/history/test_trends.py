"""What makes one line, and what breaks it."""

import json
from dataclasses import replace

import pytest
from histories import ENTRY, OTHER, counts, effects

from wfperf.history.trends import history_of, trends
from wfperf.results.files import to_json
from wfperf.results.kinds import to_data


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("workload", "--a shop:old --b shop:new"),
        ("benchmark", "large"),
        ("variant", "dispatch"),
        ("baseline", "phase-1"),
        ("metric", "memory"),
        ("machine", OTHER),
    ],
)
def test_unlike_things_are_never_one_line(field, value):
    found = trends([ENTRY, replace(ENTRY, run="two", **{field: value})])
    assert [len(each.entries) for each in found] == [1, 1]
    assert (found[0].variant == found[1].variant) == (field == "machine")


@pytest.mark.parametrize("field", ["at", "revision", "wfperf", "against", "verdict"])
def test_the_code_and_the_time_may_differ(field):
    (line,) = trends([ENTRY, replace(ENTRY, run="two", **{field: "2026-11-25T00:00:00Z"})])
    assert len(line.entries) == 2


def test_a_change_of_level_is_found_and_is_the_same_every_time():
    entries = effects([0.4] * 12 + [0.8] * 12)
    (line,) = trends(entries)
    (change,) = line.changes
    assert change.at == 12
    assert (change.before, change.after) == (pytest.approx(0.4, abs=0.02), pytest.approx(0.8, abs=0.02))
    assert trends(entries) == (line,)


def test_of_a_count_every_move_is_a_change():
    (line,) = trends(counts([1411, 1411, 1523, 1523, 1411]))
    assert [(each.at, each.before, each.after) for each in line.changes] == [(2, 1411, 1523), (4, 1523, 1411)]


def test_counts_that_scatter_are_tested_as_times_are():
    (line,) = trends(counts([1000, 1003, 999, 1001, 1002] * 4, metric="allocations"))
    assert line.changes == ()


def test_only_the_last_points_are_looked_at():
    (line,) = trends(counts(range(10)), last=3)
    assert [each.estimate for each in line.entries] == [7, 8, 9]
    assert [each.at for each in line.changes] == [1, 2]


def test_as_data_a_line_says_once_what_it_is_of():
    (line,) = trends(counts([1, 2]))
    data = json.loads(to_json(to_data(history_of([line]))))
    assert (data["schema_version"], data["kind"]) == (2, "history")
    (shown,) = data["trends"]
    assert shown["variant"] == "optimized"
    assert shown["machine"]["id"] == line.machine.id
    assert shown["changes"] == [
        {"at": 1, "before": 1.0, "after": 2.0, "p_value": 0.0, "first": shown["entries"][1]["id"]}
    ]
    assert "variant" not in shown["entries"][0]
