import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.errors import UsageError
from wfperf.gate.baseline import read_baseline, write_baseline
from wfperf.gate.decision import decide
from wfperf.results.work import Work

COUNTERS = ("function_calls", "sql_statements")


def work(calls, sql=0, patterns=0):
    counts = {"function_calls": sum(calls.values()), "sql_statements": sql, "regex_compilations": patterns}
    return Work(counts, calls)


TABLE = {"typical": {"original": work({"a.py:f": 3, "b.py:g": 1}, sql=1), "optimized": work({"a.py:f": 1})}}

works = st.builds(
    work, st.dictionaries(st.sampled_from(["a.py:f", "b.py:g", "c.py:h"]), st.integers(1, 9)), st.integers(0, 3)
)
tables = st.dictionaries(st.sampled_from(["s", "t"]), st.dictionaries(st.sampled_from(["x", "y"]), works, min_size=1))


@given(tables)
def test_the_same_work_passes(table):
    decision = decide(table, table, "3.11")
    assert decision.passed
    assert decision.moves == ()


@given(tables, tables)
def test_more_work_or_work_unknown_never_passes(before, now):
    known = {(s, c) for s in before for c in before[s]} == {(s, c) for s in now for c in now[s]}
    rose = known and any(
        now[s][c].counts[counter] > before[s][c].counts[counter] for s in now for c in now[s] for counter in COUNTERS
    )
    assert decide(before, now, "3.11").passed == (known and not rose)


def test_what_moved_is_named_with_the_functions_behind_it():
    now = {"typical": {**TABLE["typical"], "original": work({"a.py:f": 3, "b.py:g": 5, "c.py:h": 1}, sql=2)}}
    decision = decide(TABLE, now, "3.11")
    calls, sql = decision.risen
    assert (calls.counter, calls.change) == ("function_calls", 5)
    assert calls.functions == (("b.py:g", 1, 5), ("c.py:h", 0, 1))
    assert (sql.counter, sql.baseline, sql.now) == ("sql_statements", 1, 2)


def test_less_work_passes_and_is_shown():
    now = {"typical": {**TABLE["typical"], "original": work({"a.py:f": 3}, sql=1)}}
    decision = decide(TABLE, now, "3.11")
    assert decision.passed
    assert [move.change for move in decision.moves] == [-1]


def test_a_baseline_is_read_as_it_was_written_and_sorted(tmp_path):
    path = tmp_path / "baseline.json"
    write_baseline(path, {"3.12": TABLE, "3.11": TABLE})
    read = read_baseline(path)
    assert list(read) == ["3.11", "3.12"]
    assert read["3.11"]["typical"]["original"].calls == {"a.py:f": 3, "b.py:g": 1}
    assert decide(read["3.12"], TABLE, "3.12").passed
    assert "regex" not in path.read_text(), "which a library's upgrade moves"
    text = path.read_text()
    assert text == json.dumps(json.loads(text), indent=1, sort_keys=True) + "\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "cannot read the baseline"),
        ("[]", "is not a baseline"),
        ('{"kind": "comparison"}', "is not a baseline"),
        ('{"kind": "work-baseline", "schema_version": 3}', "schema version 3"),
        ('{"kind": "work-baseline", "schema_version": 1}', "incomplete"),
        ('{"kind": "work-baseline", "schema_version": 1, "python": {"3.11": {"s": {"c": {}}}}}', "incomplete"),
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


def test_a_baseline_of_version_1_is_read(tmp_path):
    path = tmp_path / "baseline.json"
    counts = {"function_calls": 4, "node_objects": 0, "sql_statements": 1, "calls": {"a.py:f": 4}}
    path.write_text(
        json.dumps({"kind": "work-baseline", "schema_version": 1, "python": {"3.11": {"s": {"c": counts}}}})
    )
    (read,) = read_baseline(path)["3.11"]["s"].values()
    assert read == Work({"function_calls": 4, "node_objects": 0, "sql_statements": 1}, {"a.py:f": 4})


def test_a_counter_that_is_missing_on_either_side_never_passes():
    less = {"typical": {**TABLE["typical"], "original": Work({"function_calls": 4}, {"a.py:f": 4})}}
    assert decide(TABLE, less, "3.11").unknown == ("typical, original: sql_statements is not counted now",)
    assert decide(less, TABLE, "3.11").unknown == ("typical, original: sql_statements is not in the baseline",)


def test_a_counter_that_differs_from_run_to_run_never_passes():
    uneven = Work({"function_calls": 4}, TABLE["typical"]["original"].calls, uneven=("sql_statements",))
    decision = decide(TABLE, {"typical": {**TABLE["typical"], "original": uneven}}, "3.11")
    assert not decision.passed
    assert decision.unknown == ("typical, original: sql_statements differs from run to run",)
