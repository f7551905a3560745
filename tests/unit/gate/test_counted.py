from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wfperf.errors import UsageError
from wfperf.gate.counted import count_checks, counters_of, unseen
from wfperf.gate.policy import Policy, parse_policy
from wfperf.plan import load_plan
from wfperf.results.budget import Budget, BudgetKind
from wfperf.results.counters import Counters
from wfperf.results.decision import CheckStatus

COUNTERS = ("function_calls", "library_calls", "sql_statements")


def counters(calls, sql=0, patterns=0, library=None):
    library = library or {}
    counts = {
        "function_calls": sum(calls.values()),
        "library_calls": sum(library.values()),
        "sql_statements": sql,
        "regex_compilations": patterns,
    }
    return Counters(counts, calls, library_calls=library)


TABLE = {"typical": {"original": counters({"a.py:f": 3, "b.py:g": 1}, sql=1), "optimized": counters({"a.py:f": 1})}}

NO_POLICY = Policy()

counted = st.builds(
    counters,
    st.dictionaries(st.sampled_from(["a.py:f", "b.py:g", "c.py:h"]), st.integers(1, 9)),
    st.integers(0, 3),
    st.integers(0, 3),
    st.dictionaries(st.sampled_from(["a.py:f calls len", "b.py:g calls dict.copy"]), st.integers(1, 3)),
)
tables = st.dictionaries(st.sampled_from(["s", "t"]), st.dictionaries(st.sampled_from(["x", "y"]), counted, min_size=1))


def checks(before, now, policy=NO_POLICY, recount=None):
    return count_checks(before, now, policy, recount or (lambda: now), lambda name: (f"at {name}", 7))


def statuses(found):
    return {check.status for check in found}


def policy(**table):
    return parse_policy(table, "policy", load_plan(), ("typical",))


@given(tables)
def test_the_same_work_passes(table):
    found = checks(table, table)
    assert statuses(found) <= {CheckStatus.PASS}
    assert not any(check.counted_change for check in found)


@given(tables, tables)
def test_more_work_or_work_unknown_never_passes(before, now):
    found = checks(before, now)
    cases = [{(benchmark, name) for benchmark in table for name in table[benchmark]} for table in (before, now)]
    hidden = unseen(before, now)
    both = (cases[0] & cases[1]) - {*hidden}
    rose = any(now[s][c].counts[counter] > before[s][c].counts[counter] for s, c in both for counter in COUNTERS)
    assert (CheckStatus.FAIL in statuses(found)) or not rose
    assert rose or all(
        (check.benchmark, check.configuration) in hidden for check in found if check.status is CheckStatus.FAIL
    )
    assert all(now[s][c].calls == {} == now[s][c].library_calls or not before[s][c].calls for s, c in hidden)
    assert (CheckStatus.INCONCLUSIVE in statuses(found)) == (cases[0] != cases[1])
    assert {(check.benchmark, check.configuration) for check in found} == cases[0] | cases[1]


def test_no_call_counted_on_either_side_is_no_evidence_though_other_counters_are_held():
    nothing = Counters({"function_calls": 0, "library_calls": 0, "sql_statements": 1})
    some = counters({"a.py:f": 11}, sql=1)
    for before, now, why in (
        (nothing, nothing, "could be counted"),
        (nothing, some, "was counted before"),
    ):
        tables = {"s": {"x": before}}, {"s": {"x": now}}
        assert unseen(*tables) == {("s", "x"): f"no call of its own functions {why}"}
        assert [check.metric for check in checks(*tables)] == ["sql_statements"]
    assert unseen({"s": {"x": some}}, {"s": {"x": some, "new": nothing}}) == {}


def test_calls_that_differ_from_run_to_run_were_seen_and_never_pass():
    steady = Counters({"library_calls": 0, "sql_statements": 1}, uneven=("function_calls",))
    some = counters({"a.py:f": 11}, sql=1)
    for before, now in ((steady, steady), (some, steady), (steady, some)):
        tables = {"s": {"x": before}}, {"s": {"x": now}}
        assert unseen(*tables) == {}
        undecided = [each for each in checks(*tables) if each.status is CheckStatus.INCONCLUSIVE]
        assert ("function_calls", "differs from run to run") in [(each.metric, each.reason) for each in undecided]


def test_what_was_not_counted_is_no_evidence_beside_what_was():
    some = counters({"a.py:f": 11})
    more = replace(some, uncounted=("work in other processes",))
    for tables in (({"s": {"x": some}}, {"s": {"x": more}}), ({"s": {"x": more}}, {"s": {"x": some}})):
        assert unseen(*tables) == {("s", "x"): "work in other processes"}
        assert "function_calls" in {check.metric for check in checks(*tables)}


def test_what_moved_is_named_with_the_functions_behind_it_and_where_they_are():
    now = {"typical": {**TABLE["typical"], "original": counters({"a.py:f": 2, "b.py:g": 5, "c.py:h": 1}, sql=2)}}
    calls, sql = [check for check in checks(TABLE, now) if check.status is CheckStatus.FAIL]
    assert (calls.metric, calls.baseline, calls.head) == ("function_calls", 4, 8)
    assert [(each.name, each.change) for each in calls.call_count_changes] == [
        ("b.py:g", 4),
        ("a.py:f", -1),
        ("c.py:h", 1),
    ]
    assert (calls.call_count_changes[0].file, calls.call_count_changes[0].line) == ("at b.py:g", 7)
    assert (sql.metric, sql.baseline, sql.head) == ("sql_statements", 1, 2)
    assert [each.name for each in sql.call_count_changes] == ["b.py:g", "c.py:h"], (
        "what is called less is not behind it"
    )


def test_a_copy_more_is_named_by_the_call_that_makes_it():
    now = {
        "typical": {
            **TABLE["typical"],
            "original": counters({"a.py:f": 3, "b.py:g": 1}, 1, 0, {"a.py:f calls dict.copy": 3}),
        }
    }
    (failed,) = [check for check in checks(TABLE, now) if check.status is CheckStatus.FAIL]
    assert failed.metric == "library_calls"
    assert [(each.name, each.baseline, each.head) for each in failed.call_count_changes] == [
        ("a.py:f calls dict.copy", 0, 3)
    ]


def test_less_work_passes_and_is_shown():
    now = {"typical": {**TABLE["typical"], "original": counters({"a.py:f": 3}, sql=1)}}
    found = checks(TABLE, now)
    assert statuses(found) == {CheckStatus.PASS}
    assert [check.counted_change for check in found if check.counted_change] == [-1]


def test_a_failure_is_counted_again_before_it_is_believed():
    now = {"typical": {**TABLE["typical"], "original": counters({"a.py:f": 9}, sql=1)}}
    found = checks(TABLE, now, recount=lambda: TABLE)
    assert statuses(found) == {CheckStatus.PASS, CheckStatus.INCONCLUSIVE}
    (unsure,) = [check for check in found if check.status is CheckStatus.INCONCLUSIVE]
    assert unsure.reason == "9 a run, but 4 when counted again in fresh processes"


def test_nothing_is_counted_again_where_nothing_fails():
    def never():
        raise AssertionError

    assert statuses(checks(TABLE, TABLE, recount=never)) == {CheckStatus.PASS}


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (
            TABLE["typical"]["original"],
            Counters({"function_calls": 4}, {"a.py:f": 4}),
            "sql_statements: not counted now",
        ),
        (
            Counters({"function_calls": 4}, {"a.py:f": 4}),
            TABLE["typical"]["original"],
            "sql_statements: not in the baseline",
        ),
        (
            TABLE["typical"]["original"],
            Counters({"function_calls": 4}, TABLE["typical"]["original"].calls, uneven=("sql_statements",)),
            "sql_statements: differs from run to run",
        ),
    ],
)
def test_a_counter_that_is_missing_or_uneven_on_either_side_never_passes(before, now, reason):
    found = checks({"typical": {"original": before}}, {"typical": {"original": now}})
    assert reason in [f"{each.metric}: {each.reason}" for each in found if each.status is CheckStatus.INCONCLUSIVE]


def test_budgets_of_the_policy_allow_what_they_say():
    now = {"typical": {"original": counters({"a.py:f": 6}, sql=3), "optimized": counters({"a.py:f": 1})}}
    allowed = policy(max_calls="+50 %", max_sql=3)
    assert statuses(checks(TABLE, now, allowed)) == {CheckStatus.PASS}
    assert statuses(checks(TABLE, now, policy(max_calls="+50 %", max_sql=2))) == {CheckStatus.PASS, CheckStatus.FAIL}
    assert statuses(checks(TABLE, now, policy(max_calls="+1", max_sql=3))) == {CheckStatus.PASS, CheckStatus.FAIL}


def test_an_absolute_budget_fails_work_that_was_there_before():
    failed = [check for check in checks(TABLE, TABLE, policy(max_sql=0)) if check.status is CheckStatus.FAIL]
    assert [(check.configuration, check.budget) for check in failed] == [("original", Budget(BudgetKind.MOST, 0))]


def test_a_policy_for_a_counter_that_nothing_counts_is_refused():
    with pytest.raises(
        UsageError, match=r"max_counter.sql_statement: no counter 'sql_statement'; did you mean 'sql_st"
    ):
        policy(max_counter={"sql_statement": 1}).check_counters(counters_of(TABLE), ["*"])
    policy(max_counter={"sql_statements": 1}).check_counters(counters_of(TABLE), ["*"])
