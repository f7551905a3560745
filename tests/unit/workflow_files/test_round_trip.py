"""A workflow file gives back the same rows, to the letter."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from builders import create_schema, node, rows
from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import examples

from wfperf.engine.database import Database
from wfperf.engine.rows import NodeRow, WorkflowRow
from wfperf.workflow_files.document import from_document, to_document
from wfperf.workflow_files.store import StoredWorkflow, in_order, read_workflow, write_workflow
from wfperf.workflow_files.text import dump, load

# What a column may hold: any text but halves of surrogate pairs, which no database takes.
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(
        ["no", "1e3", "0x1F", "007", "null", "~", " x ", "x \n y\n", "a: b", "- a", "# a", "|", ">", "2025-12-14"]
    ),
    st.sampled_from(
        ["SELECT 1\nFROM t\n", "a\n\nb", "tab\tbed", "\ufeff", "é\u2028", "\x85", "'\"", "%", "@a", "`", "{}", "[]"]
    ),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
COLUMNS = st.one_of(
    st.dictionaries(TEXTS, JSON, max_size=3).map(lambda data: json.dumps(data, ensure_ascii=False)),
    st.dictionaries(TEXTS, JSON, max_size=3).map(json.dumps),
    st.sampled_from(
        ["", "{}", "{ }", '{"a":1}', '{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1E5}', '{"a": -0.0}', "[]", "nonsense"]
    ),
    TEXTS,
)


@st.composite
def workflows(draw):
    guids = draw(st.lists(TEXTS, unique=True, max_size=4))
    nodes = [
        NodeRow(
            guid=guid,
            rank=draw(st.integers(-(2**31), 2**31 - 1)),
            type=draw(TEXTS | st.sampled_from(["set", "SET"])),
            name=draw(TEXTS),
            is_async=draw(st.sampled_from([0, 1, 2])),
            data=draw(COLUMNS),
            branches=draw(COLUMNS),
        )
        for guid in guids
    ]
    header = WorkflowRow(draw(TEXTS.filter(bool)), draw(TEXTS), draw(st.integers(0, 99)), draw(TEXTS))
    return StoredWorkflow(header, draw(TEXTS), in_order(header, nodes))


@pytest.mark.parametrize("form", ["yaml", "json"])
@settings(max_examples=examples(60))  # the reader of YAML takes its time
@given(workflow=workflows())
def test_a_file_gives_back_the_rows(form, workflow):
    text = dump(to_document(workflow), form)
    data, _ = load(text.encode().decode("utf-8-sig"), form)
    assert from_document(data) == workflow


@given(workflow=workflows())
def test_a_database_gives_back_the_rows(workflow):
    with closing(Database("sqlite://")) as db:
        create_schema(db)
        assert write_workflow(db, workflow, replace=False)
        assert read_workflow(db, workflow.header.workflow, workflow.header.package) == workflow
        assert not write_workflow(db, workflow, replace=False)


def test_both_databases_give_back_the_rows(database):
    ranked = rows(node("a", "SET", {"values": {"é": ["no", 1.5, None]}}, to=["b"]), node("b", data='{"values":{}}'))
    workflow = StoredWorkflow(ranked.header, "a\nb", in_order(ranked.header, ranked.nodes))
    write_workflow(database, workflow, replace=False)
    stored = read_workflow(database, "W", "core")
    for form in ("yaml", "json"):
        assert from_document(load(dump(to_document(stored), form), form)[0]) == workflow == stored


def test_a_readable_file_stays_readable():
    ranked = rows(
        node("a", "SQL", {"sql": "SELECT 1\nFROM t", "params": {"x": "no"}}, to=["b"], is_async=1),
        node("b", data='{"values":  {}}'),
    )
    assert dump(to_document(StoredWorkflow(ranked.header, "what it is", tuple(ranked.nodes))), "yaml") == (
        "schema_version: 1\n"
        "workflow: W\n"
        "package: core\n"
        "rank: 10\n"
        "description: what it is\n"
        "process_guid_sql: ''\n"
        "nodes:\n"
        "  - name: a\n"
        "    guid: a\n"
        "    rank: 10\n"
        "    type: SQL\n"
        "    async: true\n"
        "    data:\n"
        "      sql: |-\n"
        "        SELECT 1\n"
        "        FROM t\n"
        "      params:\n"
        "        x: no\n"
        "    branches:\n"
        "      to:\n"
        "        - node: b\n"
        "  - name: b\n"
        "    guid: b\n"
        "    rank: 20\n"
        "    type: SET\n"
        "    data_text: '{\"values\":  {}}'\n"
        "    branches:\n"
        "      to: []\n"
    )
