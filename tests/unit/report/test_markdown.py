"""Markdown is held to what a parser makes of it: whatever a name holds comes out as text, and nothing else."""

import pytest
from decisions import DECISIONS, decisions, texts
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from wfperf.report.gated import gate_tables
from wfperf.report.markdown import markdown
from wfperf.report.table import Cell, Column, Reproduction, Table, Tone
from wfperf.report.terminal import printable

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ZERO_WIDTH = "\u200b"

cells = texts | st.builds(Cell, texts, st.sampled_from(Tone))


@st.composite
def tables(draw):
    """Return a table of any texts."""
    columns = draw(st.lists(st.builds(Column, texts, right=st.booleans()), min_size=1, max_size=3))
    rows = draw(st.lists(st.tuples(*(cells for _ in columns)), max_size=3))
    return Table(draw(texts), columns, rows, draw(st.lists(texts, max_size=3)))


def shown(text):
    """Return a text as a reader shall see it."""
    return printable(text.strip())


def read(token):
    """Return the text of an inline token, having made sure that it is nothing but text."""
    assert {each.type for each in token.children} <= {
        "text",
        "text_special",
        "html_inline",
        "strong_open",
        "strong_close",
    }
    assert {each.content for each in token.children if each.type == "html_inline"} <= {"<br>"}
    return "".join("\n" if each.type == "html_inline" else each.content for each in token.children)


def parsed(text):
    """Return headings, rows of cells, list items and code blocks."""
    tokens = PARSER.parse(text)
    found = {"heading": [], "cell": [], "item": []}
    kinds = {"heading_open": "heading", "th_open": "cell", "td_open": "cell", "list_item_open": "item"}
    kind = ""
    for token in tokens:
        kind = kinds.get(token.type, kind)
        if token.type == "inline" and kind:
            found[kind].append(read(token).replace(ZERO_WIDTH, ""))
        kind = "" if token.type == "inline" else kind
    return found, [token.content for token in tokens if token.type == "fence"]


@given(st.lists(tables(), min_size=1, max_size=2))
def test_whatever_cells_titles_and_notes_hold_is_read_back_as_text(given_tables):
    found, code = parsed(markdown(given_tables))
    wanted = [
        str(cell)
        for table in given_tables
        if table.rows
        for row in ([column.heading for column in table.columns], *table.rows)
        for cell in row
    ]
    assert found["cell"] == [shown(each.text if isinstance(each, Cell) else each) for each in wanted]
    assert [each for each in found["heading"] if each] == [
        shown(each.title) for each in given_tables if shown(each.title)
    ]
    assert [each for each in found["item"] if each] == [
        shown(note) for table in given_tables for note in table.notes if shown(note)
    ]
    assert code == []


@given(texts.filter(str.strip))
@example("echo '\n```\n'")
def test_a_command_is_code_to_copy_whatever_it_holds(command):
    _, code = parsed(markdown([Table("title", (), (), [Reproduction(command)])]))
    assert code == [printable(command) + "\n"]


@given(decisions)
def test_a_decision_is_as_many_tables_whatever_its_names(given_decision):
    given_tables = gate_tables(given_decision)
    types = [token.type for token in PARSER.parse(markdown(given_tables))]
    assert types.count("table_open") == sum(bool(table.rows) for table in given_tables)
    assert types.count("tr_open") == sum(len(table.rows) + 1 for table in given_tables if table.rows)


@pytest.mark.parametrize(("text", "written"), [("@team", "@&#8203;team"), ("#1", "#&#8203;1"), ("a @ b", "a @ b")])
def test_a_name_notifies_nobody_and_refers_to_no_issue(text, written):
    assert f"| {written} |" in markdown([Table("title", (Column("what"),), [(text,)])])


def test_a_failing_gate_says_without_colour_what_failed_by_how_much_why_and_how_to_see_it_again():
    assert markdown(gate_tables(DECISIONS["counted-fail"])).splitlines() == [
        "### FAIL: 1 of 4 budgets is broken, 1 count fell",
        "",
        "#### Counts of one run",
        "",
        "| benchmark | configuration | counter | baseline | now | change | budget | verdict |",
        "| --- | --- | --- | --: | --: | --: | --- | --- |",
        "| typical | **original** | sql statements | 5 | 6 | **+1** | +0 | **FAIL** |",
        "| large | **phase-2** | function calls | 4,321 | 4,316 | -5 | +0 | PASS |",
        "",
        (
            r"- sql statements of original on typical: calls of engine/queries.py:rows\_of 2 -> 4; "
            "engine/run.py:Run.before 40 -> 41; shop/räume.py:load 1 -> 0; and 1 more"
        ),
        "- function calls of phase-2 on large: calls of shop/räume.py:load 1 -> 0",
        "- If the change is intended, store it: the same command with --update",
        "- Judged: the current code, compared with wfperf-baseline.json, on Python 3.11.",
        "",
        "Reproduce:",
        "",
        "```sh",
        "wfperf gate",
        "```",
    ]
