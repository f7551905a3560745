import json
from dataclasses import replace

import pytest

from wfperf.errors import UsageError
from wfperf.gate.baseline import Baseline, read_baseline, write_baseline
from wfperf.gate.stored import Times
from wfperf.results.counters import Counters

WORK = Counters(
    {"function_calls": 4, "library_calls": 2, "sql_statements": 1, "regex_compilations": 5},
    {"a.py:f": 3, "b.py:g": 1},
    library_calls={"a.py:f calls len": 2},
)
TABLE = {"typical": {"original": WORK}}
TIMES = Times({"cpu": "a", "cores": "2"}, {"typical": {"original": [1.5, 2.0]}}, {"typical": {"original": "fe"}})


def test_a_baseline_is_read_as_it_was_written_and_sorted(tmp_path):
    path = tmp_path / "baseline.json"
    write_baseline(
        path, Baseline({"3.12": TABLE, "3.11": TABLE, "3.10": TABLE}, TIMES, {"3.12": (), "3.11": ("b", "a")})
    )
    read = read_baseline(path)
    assert list(read.counters) == ["3.10", "3.11", "3.12"]
    assert read.own == {"3.12": (), "3.11": ("a", "b")}
    kept = read.counters["3.11"]["typical"]["original"]
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
    part = older.updated(
        "3.11", {"typical": {"fast": other}, "large": {"fast": other}}, times, own=("shop",), whole=False
    )
    assert part.counters == {
        "3.11": {"typical": {"original": WORK, "fast": other}, "large": {"fast": other}},
        "2.7": TABLE,
    }
    assert part.times == Times(
        TIMES.machine,
        {"typical": {"original": [1.5, 2.0], "fast": [1.0]}},
        {"typical": {"original": "fe", "fast": "ab"}},
    )
    whole = older.updated("3.11", {"typical": {"fast": other}}, times, own=(), whole=True)
    assert (whole.counters, whole.times) == ({"3.11": {"typical": {"fast": other}}, "2.7": TABLE}, times)
    assert older.updated("3.11", TABLE, None, own=(), whole=True).times == TIMES
    elsewhere = replace(times, machine={"cpu": "b"})
    assert older.updated("3.11", TABLE, elsewhere, own=("shop",), whole=False).times == elsewhere
    fewer_words = replace(times, machine={"cpu": "a"})
    assert older.updated("3.11", TABLE, fewer_words, own=("shop",), whole=False).times.of(("typical", "original")) == [
        1.5,
        2.0,
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot read the baseline"),
        ("[]", "is not a baseline"),
        ('{"kind": "comparison"}', "is not a baseline"),
        ('{"kind": "work-baseline", "schema_version": 6}', "schema version 6"),
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
    (read,) = read_baseline(path).counters["3.11"]["s"].values()
    assert read == Counters({"function_calls": 4, "node_objects": 0, "sql_statements": 1}, {"a.py:f": 4})


@pytest.mark.parametrize("version", [3, 4])
def test_times_of_an_older_version_are_of_no_use_and_are_not_kept_on(tmp_path, version):
    path = tmp_path / "baseline.json"
    write_baseline(path, Baseline({"3.11": TABLE}, TIMES))
    data = json.loads(path.read_text()) | {"schema_version": version}
    del data["own"]
    path.write_text(json.dumps(data))
    read = read_baseline(path)
    assert (read.times, read.has_useless_times, read.own) == (None, True, {})
    assert read.counters["3.11"]["typical"]["original"].calls == WORK.calls
    newer = read.updated("3.11", TABLE, None, own=(), whole=True)
    assert (newer.times, newer.has_useless_times) == (None, False)


@pytest.mark.parametrize(
    ("before", "now", "why"),
    [
        (("a", "b"), ("b", "a"), ""),
        ((), (), ""),
        (None, ("a",), ""),
        (None, (), "the baseline does not tell whose calls it counted; now it is all source trees"),
        ((), ("b", "a"), "calls were counted of all source trees in the baseline, of a, b now"),
        (("a",), (), "calls were counted of a in the baseline, of all source trees now"),
        (("a",), ("a", "b"), "calls were counted of a in the baseline, of a, b now"),
    ],
)
def test_a_baseline_tells_whose_calls_were_counted(before, now, why):
    baseline = Baseline({"3.11": TABLE}, own={} if before is None else {"3.11": before})
    assert baseline.counted_otherwise("3.11", now) == why
    assert baseline.updated("3.11", TABLE, None, own=now, whole=True).counted_otherwise("3.11", now) == ""


@pytest.mark.parametrize("own", [[], {"3.11": []}, {"3.11": "shop"}, {"3.11": [1]}])
def test_what_was_counted_as_own_is_packages_or_source_trees(tmp_path, own):
    path = tmp_path / "baseline.json"
    write_baseline(path, Baseline({"3.11": TABLE}))
    path.write_text(json.dumps(json.loads(path.read_text()) | {"own": own}))
    with pytest.raises(UsageError, match="incomplete"):
        read_baseline(path)


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
