"""What is said of a file that is no workflow."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import engine

from wfperf.fixtures.builders import Rows
from wfperf.workflow_files.files import WorkflowFileError, read_file
from wfperf.workflow_files.text import MOST_BYTES

GOOD = "schema_version: 1\nworkflow: W\nnodes:\n  - {name: a, guid: a, rank: 10, type: SET, data: {values: {}}}\n"


def refused(tmp_path, content, name="w.yaml"):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(WorkflowFileError) as caught:
        read_file(str(file))
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(str(file), "FILE")


def test_a_file_may_leave_out_what_is_usual(tmp_path):
    (tmp_path / "w.yaml").write_text(GOOD, encoding="utf-8-sig")
    workflow, line_of = read_file(str(tmp_path / "w.yaml"))
    assert workflow.header == ("W", "core", 10, "")
    assert workflow.nodes == (("a", 10, "SET", "a", 0, '{"values": {}}', "{}"),)
    assert line_of("nodes[1]") == 4


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot read FILE: No such file or directory"),
        (b"\xff\xfe", "FILE is not text in UTF-8: byte 0 is no part of it"),
        ("", "FILE is not a workflow file: must be an object, not null"),
        ("[]", "FILE is not a workflow file: must be an object, not a list"),
        ("a: [", "not YAML: expected the node content, but found '<stream end>' at line 1, column 5"),
        ("a: 1\na: 2", 'not YAML: found duplicate key "a" with value "2" (original value: "1") at line 2, column 1'),
        ("a: &x [1]\nb: *x", "an alias at line 2; write it out"),
        ("a: !!python/object:os.system 1", "a tag "),
        ("[" * 600 + "]" * 600, "nested too deeply"),
        (GOOD.replace("1", "2", 1), "line 1: schema_version: 2 is newer than this wfperf, which reads 1"),
        (GOOD.replace("workflow: W\n", ""), "workflow: is missing"),
        (GOOD + "nodess: 1\n", "line 5: nodess: is not a field of this; did you mean 'nodes'?"),
        (GOOD.replace("rank: 10", "rank: ten, rnk: 1"), "line 4: nodes[1].rnk: is not a field of this"),
        (GOOD.replace("rank: 10", "rank: 1.5"), "line 4: nodes[1].rank: must be a whole number, not "),
        (GOOD.replace("{values: {}}", "{values: 2025-12-14}"), "line 4: nodes[1].data: holds a "),
        (GOOD.replace("{values: {}}", "{1: 2}"), "line 4: nodes[1].data: has a key that is not text; quote it"),
        (GOOD.replace("{values: {}}", "{}, data_text: '{}'"), "line 4: nodes[1].data_text: stands beside 'data'"),
        (GOOD + GOOD.splitlines()[3], "line 5: nodes[2].guid: 'a' is the guid of nodes[1] already"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, content, told):
    assert told in refused(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not JSON: Expecting property name enclosed in double quotes at line 1, column 2"),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice in one object"),
        ('{"a": NaN}', "not JSON: NaN is no JSON number"),
        ("[" * 100_000, "nested too deeply"),
        ('{"schema_version": 1, "nodes": []}', "workflow: is missing"),
    ],
)
def test_a_mistake_in_json_is_told(tmp_path, content, told):
    assert told in refused(tmp_path, content, "w.json")


def test_every_mistake_is_told_at_once(tmp_path):
    said = refused(tmp_path, GOOD.replace("rank: 10, type: SET", "rank: x, tpe: SET").replace("workflow", "wokflow"))
    assert said == (
        "FILE is not a workflow file: (1) workflow: is missing; (2) line 4: nodes[1].type: is missing; "
        "(3) line 4: nodes[1].tpe: is not a field of this; (4) line 2: wokflow: is not a field of this; "
        "did you mean 'workflow'?"
    )


def test_a_file_that_is_too_large_is_not_read_to_its_end(tmp_path):
    file = tmp_path / "w.yaml"
    with file.open("wb") as opened:
        opened.truncate(MOST_BYTES * 1000)
    with pytest.raises(WorkflowFileError, match="too much for a workflow"):
        read_file(str(file))


def test_a_small_file_cannot_become_a_large_one(tmp_path):
    bomb = "a: &a [x]\n" + "".join(
        f"{chr(98 + at)}: &{chr(98 + at)} [*{chr(97 + at)}, *{chr(97 + at)}]\n" for at in range(20)
    )
    assert "an alias at line 2; write it out" in refused(tmp_path, bomb)


def test_the_documented_file_is_a_workflow_that_runs(tmp_path):
    page = Path(__file__).parents[3] / "docs" / "workflow-files.md"
    (tmp_path / "w.yaml").write_text(page.read_text(encoding="utf-8").split("```yaml\n")[1].partition("```")[0])
    stored, _ = read_file(str(tmp_path / "w.yaml"))
    with engine(Rows(stored.header, list(stored.nodes))) as started:
        result = started.run_workflow("GREETING", context={"result": {"who": "Ada"}})
    assert [each.status for each in result.nodes] == ["done", "done", "skipped"]
    assert result.context["result"]["greeting"] == "Hello Ada"
