"""Workflow commands are held to how GitHub's runner reads them: a line, its properties, its message."""

import pytest
from decisions import COUNTED_FAIL, DECISIONS, INCONCLUSIVE, KEPT, PASS, ROSE, UNEVEN, count, decision, decisions, time
from hypothesis import given
from hypothesis import strategies as st

from wfperf.errors import UsageError
from wfperf.report.budgets import check_text
from wfperf.report.gated import gate_tables
from wfperf.report.github import SUMMARY_BYTES, SUMMARY_VARIABLE, summary_markdown, workflow_commands, write_summary
from wfperf.report.markdown import markdown
from wfperf.report.terminal import printable
from wfperf.results.decision import CheckStatus


def unescaped(text, *more):
    for written, character in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(written, character)
    return text


def command(line):
    """Return a workflow command's name, properties and message, as the runner splits a line."""
    assert line.startswith("::")
    head, _, message = line[2:].partition("::")
    name, _, given_properties = head.partition(" ")
    properties = dict(each.split("=", 1) for each in given_properties.split(","))
    more = (("%3A", ":"), ("%2C", ","))
    return name, {key: unescaped(value, *more) for key, value in properties.items()}, unescaped(message)


@given(decisions)
def test_whatever_names_hold_each_line_is_one_command_that_says_them(given_decision):
    text = workflow_commands(given_decision)
    lines = text.splitlines()
    assert text.split("\n") == [*lines, ""]
    troubles = [check for check in given_decision.checks if check.status is not CheckStatus.PASS]
    assert len(lines) == 1 + len(troubles)
    said = [command(line) for line in lines]
    assert {name for name, *_ in said} <= {"notice", "warning", "error"}
    assert {key for _, properties, _ in said for key in properties} <= {"file", "line", "title"}
    told = [message for _, _, message in said[1:]]
    assert all(any(each.startswith(printable(check_text(check))) for each in told) for check in troubles)
    files = {
        printable(each.file) for check in troubles for each in (*check.call_count_changes, *check.self_time_changes)
    }
    assert {properties["file"] for _, properties, _ in said if "file" in properties} <= files


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        ("pass", ["notice"]),
        ("counted-fail", ["error"] * 2),
        ("fail", ["error"] * 4 + ["warning"] * 2),
        ("inconclusive", ["warning"] * 5),
        ("differs", ["error"] * 4 + ["warning"]),
        ("nothing", ["warning"]),
    ],
)
def test_the_verdict_comes_first_then_the_worst(name, commands):
    said = [command(line) for line in workflow_commands(DECISIONS[name]).splitlines()]
    assert [each[0] for each in said] == commands
    assert said[0][2].startswith(gate_tables(DECISIONS[name])[0].title + "\nReproduce: wfperf gate")


def test_an_annotation_stands_at_the_function_with_numbers_and_reasons():
    line = workflow_commands(COUNTED_FAIL).splitlines()[1]
    assert line == (
        "::error file=wfperf/engine/queries.py,line=17,title=wfperf gate%3A FAIL::sql statements of original on "
        "typical: 5 -> 6 (+1); budget +0%0Acalls of engine/queries.py:rows_of 2 -> 4; engine/run.py:Run.before "
        "40 -> 41; shop/räume.py:load 1 -> 0; and 1 more"
    )


def test_of_more_than_are_shown_the_rest_is_counted():
    many = [count("typical", str(number), "sql_statements", 5, 6) for number in range(30)]
    said = [command(line) for line in workflow_commands(decision(*many, *[UNEVEN] * 11)).splitlines()]
    assert [name for name, *_ in said] == ["error"] * 10 + ["warning"] * 10
    assert "22 more checks are in the summary of the job." in said[0][2]


@pytest.fixture
def summary(tmp_path, monkeypatch):
    """The file that GitHub Actions shows."""
    file = tmp_path / "summary.md"
    monkeypatch.setenv(SUMMARY_VARIABLE, str(file))
    return file


def test_the_summary_is_appended_to_what_is_there(summary):
    summary.write_text("before\n", encoding="utf-8")
    write_summary(PASS)
    write_summary(INCONCLUSIVE)
    wanted = ["before\n", *(markdown(gate_tables(each)) for each in (PASS, INCONCLUSIVE))]
    assert summary.read_text(encoding="utf-8") == "".join(wanted)


def test_elsewhere_nothing_is_written(monkeypatch, tmp_path):
    monkeypatch.delenv(SUMMARY_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    write_summary(PASS)
    assert list(tmp_path.iterdir()) == []


def test_a_summary_that_cannot_be_written_is_refused_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv(SUMMARY_VARIABLE, str(tmp_path))
    with pytest.raises(UsageError, match="cannot write the summary"):
        write_summary(PASS)


def test_a_summary_that_is_too_long_goes_without_what_passed(summary):
    passed = [time("typical", f"{'x' * 1000} {number}", KEPT[2].change) for number in range(1000)]
    summary.write_text("x" * (SUMMARY_BYTES // 2), encoding="utf-8")
    write_summary(decision(*passed, ROSE))
    assert SUMMARY_BYTES // 2 < summary.stat().st_size < SUMMARY_BYTES
    written = summary.read_text(encoding="utf-8")
    assert "| sql statements | 5 | 6 | **+1** | +0 | **FAIL** |" in written
    assert "Checks that passed are left out here." in written
    assert "x 999" not in written


@given(decisions, st.integers(0, 2000))
def test_a_summary_is_never_longer_than_it_may_be_and_always_has_the_verdict_if_that_fits(given_decision, size):
    text = summary_markdown(given_decision, size)
    assert len(text.encode()) <= size
    title = markdown(gate_tables(given_decision)[:1])
    assert text.startswith(f"### {given_decision.status.upper()}: ") or (not text and len(title.encode()) > size)


def test_of_many_failures_the_first_are_shown_and_how_many_at_most():
    many = [count("typical", f"{'x' * 1000} {number}", "sql_statements", 5, 6) for number in range(100)]
    text = summary_markdown(decision(*many), 60_000)
    assert 20 < text.count("**FAIL**") < 60
    assert "Each table shows at most 50 rows and notes." in text
    assert "wfperf gate --base main --seed 1" in text
