from dataclasses import replace

from decisions import (
    DECISIONS,
    FELL,
    MISSING,
    OTHER_RESULTS,
    ROSE,
    SLOWER,
    WITHIN,
    count,
    decision,
    decisions,
    interval,
    time,
)
from hypothesis import given

from wfperf.report.budgets import is_counted
from wfperf.report.gated import gate_tables
from wfperf.report.sarif import sarif
from wfperf.report.table import Tone
from wfperf.results.decision import PEAK_MEMORY_INCREASE, RESULTS, CheckStatus
from wfperf.results.kinds import to_data


def rows(given_decision):
    """Return what the tables show of which checks, in rows of text."""
    return [[str(cell) for cell in row] for table in gate_tables(given_decision) for row in table.rows]


def notes(given_decision):
    return [str(note) for table in gate_tables(given_decision) for note in table.notes]


@given(decisions)
def test_every_check_that_is_no_pass_and_every_measured_one_has_one_row(given_decision):
    told = [
        check
        for check in given_decision.checks
        if check.status is not CheckStatus.PASS
        or (check.counted_change if is_counted(check) else check.metric != RESULTS)
    ]
    shown = [(row[0], row[1]) for row in rows(given_decision)]
    assert sorted(shown) == sorted((check.benchmark, check.configuration) for check in told)


@given(decisions)
def test_without_what_passed_there_is_a_row_for_each_check_that_did_not(given_decision):
    shown = [row for table in gate_tables(given_decision, passing=False) for row in table.rows]
    assert len(shown) == len(given_decision.checks) - len(given_decision.of(CheckStatus.PASS))


def test_the_title_gives_the_verdict_and_counts_what_it_rests_on():
    titles = {name: gate_tables(each)[0].title for name, each in DECISIONS.items()}
    assert titles == {
        "pass": "PASS: all 6 budgets are kept, 1 count fell",
        "counted-fail": "FAIL: 1 of 4 budgets is broken, 1 count fell",
        "fail": "FAIL: 3 of 11 budgets are broken, 2 undecided, 1 count fell",
        "inconclusive": "INCONCLUSIVE: 4 of 7 budgets are undecided",
        "differs": "RESULTS DIFFER: in 2 of 7 checks, 1 broken, 1 undecided",
        "nothing": "INCONCLUSIVE: nothing was checked",
    }


def test_the_worst_counts_come_first_and_a_fall_last_and_green():
    counted = gate_tables(decision(FELL, WITHIN, MISSING, ROSE))[1]
    assert [str(row[0]) + str(row[-1]) for row in counted.rows] == [
        "typicalFAIL",
        "hugeINCONCLUSIVE",
        "typicalPASS",
        "largePASS",
    ]
    assert [row[5].tone for row in counted.rows] == [Tone.BAD, Tone.UNSURE, Tone.PLAIN, Tone.GOOD]


def test_counts_that_moved_for_the_same_reason_are_told_together():
    alike = [
        count("typical", name, "sql_statements", 5, 6, call_count_changes=ROSE.call_count_changes[:1])
        for name in ("a", "b", "c", "d")
    ]
    assert notes(decision(*alike))[0] == (
        "sql statements of a on typical, sql statements of b on typical and 2 more: "
        "calls of engine/queries.py:rows_of 2 -> 4"
    )


def test_what_ends_the_notes_is_how_to_reproduce_it():
    for each in DECISIONS.values():
        assert notes(each)[-1] == f"Reproduce: {each.command}"


def test_where_nothing_was_measured_nothing_is_said_of_intervals():
    assert not [note for note in notes(decision(ROSE)) if "confidence" in note or "slower" in note]
    assert [note for note in notes(decision(SLOWER)) if "confidence" in note]


def test_the_data_is_the_decision_with_its_status():
    data = to_data(decision(OTHER_RESULTS))
    assert (data["kind"], data["status"], data["checks"][0]["metric"]) == ("gate", "results differ", "results")


def test_the_confidence_is_told_only_of_intervals_that_are_shown():
    timed = next(each for each in DECISIONS.values() if each.intervals and any(check.change for check in each.checks))
    assert any("confidence" in note for note in notes(timed))
    unbounded = replace(timed, checks=tuple(replace(check, change=None) for check in timed.checks))
    assert not any("confidence" in note for note in notes(unbounded))


HELD = time(
    "typical", "original", interval(0.25, 0.25, 0.25), CheckStatus.FAIL, metric=PEAK_MEMORY_INCREASE, tracer="memray",
    clock=None, reason="more memory than allowed, also when measured again",
)  # fmt: skip


def test_peak_memory_has_a_table_of_its_own_and_what_has_seen_it_is_told():
    title, table = gate_tables(decision(HELD))
    assert title.title == "FAIL: 1 of 1 budgets is broken"
    assert table.title == "Peak memory of one run, compared with the base"
    assert [str(cell) for cell in table.rows[0]][2:4] == ["+25 % [+25, +25]", "at most 2 % more"]
    told = notes(decision(HELD))
    assert "peak memory of original on typical: more memory than allowed, also when measured again" in told
    assert any("by memray: typical." in note for note in told)
    assert not any("without a profiler" in note for note in told), "nothing was timed"


def test_time_beside_it_is_told_to_be_measured_without_a_profiler():
    assert any("without a profiler" in note for note in notes(decision(HELD, SLOWER)))


def test_code_scanning_has_a_rule_for_it():
    assert '"peak-memory-rose"' in sarif(decision(HELD))
