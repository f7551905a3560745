import json
from dataclasses import replace

import pytest

from wfperf.errors import UsageError
from wfperf.gate.baseline import Baseline, read_baseline, write_baseline
from wfperf.gate.stored import Times
from wfperf.results.work import Work

WORK = Work(
    {"function_calls": 4, "library_calls": 2, "sql_statements": 1, "regex_compilations": 5},
    {"a.py:f": 3, "b.py:g": 1},
    library_calls={"a.py:f calls len": 2},
)
TABLE = {"typical": {"original": WORK}}
TIMES = Times({"cpu": "a", "cores": "2"}, {"typical": {"original": [1.5, 2.0]}}, {"typical": {"original": "fe"}})


def test_a_baseline_is_read_as_it_was_written_and_sorted(tmp_path):
    path = tmp_path / "baseline.json"
    write_baseline(path, Baseline({"3.12": TABLE, "3.11": TABLE}, TIMES))
    read = read_baseline(path)
    assert list(read.work) == ["3.11", "3.12"]
    kept = read.work["3.11"]["typical"]["original"]
    assert (kept.calls, kept.library_calls) == (WORK.calls, WORK.library_calls)
    assert kept.counts == {"function_calls": 4, "library_calls": 2, "sql_statements": 1}
    assert read.times == TIMES
    text = path.read_text()
    assert "regex" not in text, "which a library's upgrade moves"
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True) + "\n"


def test_what_is_left_out_of_newer_work_and_times_stays_unless_they_are_the_whole():
    other = replace(WORK, calls={})
    older = Baseline({"3.11": {"typical": {"original": WORK, "fast": WORK}}, "2.7": TABLE}, TIMES)
    times = Times(TIMES.machine, {"typical": {"fast": [1.0]}}, {"typical": {"fast": "ab"}})
    part = older.updated("3.11", {"typical": {"fast": other}, "large": {"fast": other}}, times, whole=False)
    assert part.work == {
        "3.11": {"typical": {"original": WORK, "fast": other}, "large": {"fast": other}},
        "2.7": TABLE,
    }
    assert part.times == Times(
        TIMES.machine,
        {"typical": {"original": [1.5, 2.0], "fast": [1.0]}},
        {"typical": {"original": "fe", "fast": "ab"}},
    )
    whole = older.updated("3.11", {"typical": {"fast": other}}, times, whole=True)
    assert (whole.work, whole.times) == ({"3.11": {"typical": {"fast": other}}, "2.7": TABLE}, times)
    assert older.updated("3.11", TABLE, None, whole=True).times == TIMES
    elsewhere = replace(times, machine={"cpu": "b"})
    assert older.updated("3.11", TABLE, elsewhere, whole=False).times == elsewhere
    fewer_words = replace(times, machine={"cpu": "a"})
    assert older.updated("3.11", TABLE, fewer_words, whole=False).times.of(("typical", "original")) == [1.5, 2.0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot read the baseline"),
        ("[]", "is not a baseline"),
        ('{"kind": "comparison"}', "is not a baseline"),
        ('{"kind": "work-baseline", "schema_version": 5}', "schema version 5"),
        ('{"kind": "work-baseline", "schema_version": true}', "schema version True"),
        ('{"kind": "work-baseline", "schema_version": 1}', "incomplete"),
        ('{"kind": "work-baseline", "schema_version": 3, "python": []}', "incomplete"),
        ('{"kind": "work-baseline", "schema_version": 1, "python": {"3.11": {"s": {"c": {}}}}}', "incomplete"),
        ('{"kind": "work-baseline", "schema_version": 3, "python": {}, "wall_time": {}}', "incomplete"),
        (
            (
                '{"kind": "work-baseline", "schema_version": 3, "python": {}, "wall_time": {"machine": {}, '
                '"blocks_ns": {"s": {"c": [0]}}}}'
            ),
            "incomplete",
        ),
        (
            (
                '{"kind": "work-baseline", "schema_version": 1, "python": {"3.11": {"s": {"c": '
                '{"function_calls": NaN, "node_objects": 0, "sql_statements": 0, "calls": {}}}}}}'
            ),
            "incomplete",
        ),
    ],
)
def test_a_broken_baseline_is_refused(tmp_path, text, message):
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(UsageError, match=message):
        read_baseline(path)


@pytest.mark.parametrize(
    ("version", "counts"),
    [
        (1, {"function_calls": 4, "node_objects": 0, "sql_statements": 1, "calls": {"a.py:f": 4}}),
        (2, {"counts": {"function_calls": 4, "node_objects": 0, "sql_statements": 1}, "calls": {"a.py:f": 4}}),
    ],
)
def test_a_baseline_of_an_older_version_is_read(tmp_path, version, counts):
    path = tmp_path / "baseline.json"
    path.write_text(
        json.dumps({"kind": "work-baseline", "schema_version": version, "python": {"3.11": {"s": {"c": counts}}}})
    )
    (read,) = read_baseline(path).work["3.11"]["s"].values()
    assert read == Work({"function_calls": 4, "node_objects": 0, "sql_statements": 1}, {"a.py:f": 4})


def test_times_of_version_3_are_read_without_results(tmp_path):
    path = tmp_path / "baseline.json"
    write_baseline(path, Baseline({"3.11": TABLE}, TIMES))
    data = json.loads(path.read_text()) | {"schema_version": 3}
    del data["wall_time"]["results"]
    path.write_text(json.dumps(data))
    assert read_baseline(path).times == replace(TIMES, results={})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("blocks_ns", {"s": {"c": [10**400]}}),
        ("blocks_ns", {"s": {"c": [True]}}),
        ("blocks_ns", {"s": {"c": [1e-305]}}),
        ("results", {"s": {"c": 5}}),
        ("results", {"s": 5}),
    ],
)
def test_times_that_no_run_takes_and_results_without_a_fingerprint_are_refused(tmp_path, field, value):
    path = tmp_path / "baseline.json"
    write_baseline(path, Baseline({"3.11": TABLE}, TIMES))
    data = json.loads(path.read_text())
    data["wall_time"][field] = value
    path.write_text(json.dumps(data))
    with pytest.raises(UsageError, match="incomplete"):
        read_baseline(path)
