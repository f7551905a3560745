"""`wfperf check`, `export`, `import` and `graph`, as a user calls them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing

import pytest
from builders import default, node, rows
from processes import wfperf
from refusals import refused

from wfperf.engine.database import Database
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.fixtures.seed import insert_workflow

BAD = rows(
    node("a", "SLEEP", {"mss": 1}, to=["b"]),
    node("b", "NOSUCH", to=["nowhere"]),
    code="BAD",
)
ODD = rows(
    node("s", to=[("a", 'x == "1"'), {"node": "g", "sql": "SELECT 1", "matches": "1"}, default("b")], split="first"),
    node("a", "CALC", {"expression": "1"}, to=["g", {"node": "h", "error": True}]),
    node("b", "TODO", {"note": "<later>"}, to=["g"]),
    node("h", "LOG", {"message": "m"}),
    node("g", "GATE", {"join": 2}, guid="G"),
    node('odd "name"; [x]', "NULL", "{ }"),
    code="ODD",
)  # fmt: skip


@pytest.fixture
def url(seeded_url):
    """A seeded database with two workflows more."""
    with closing(Database(seeded_url)) as db:
        insert_workflow(db, BAD)
        insert_workflow(db, ODD)
    return seeded_url


def shown(*arguments, cwd, code=0):
    process = wfperf(*arguments, cwd=cwd)
    assert (process.returncode, process.stderr) == (code, ""), process.stderr
    return process.stdout


def stored(url, code):
    with closing(Database(url)) as db:
        return [
            sorted(map(tuple, db.rows(select, {"code": code})))
            for select in (
                "SELECT * FROM def_workflows WHERE WorkflowName = :code",
                "SELECT * FROM def_workflow WHERE WorkflowName = :code",
            )
        ]


class TestCheck:
    def test_every_problem_with_node_and_field(self, url, tmp_path):
        output = shown("check", "BAD", "--db", url, cwd=tmp_path, code=2)
        assert output.splitlines()[0].rstrip() == "BAD in core: cannot run, 4 problems"
        told = [line.split()[:3] for line in output.splitlines() if line.startswith(" problem")]
        assert told == [
            ["problem", "a", "NodeData.ms"],
            ["problem", "a", "NodeData.mss"],
            ["problem", "b", "Type"],
            ["problem", "b", "Branches"],
        ]

    def test_warnings_are_no_problems(self, url, tmp_path):
        output = shown("check", "ODD", "--db", url, cwd=tmp_path)
        assert "ODD in core: can run, 6 nodes of 6 types, 2 warnings" in output
        assert "is still to do: <later>; it only passes on" in output
        assert "cannot be reached from the start node 's'; it is always skipped" in output

    def test_all_at_once_and_as_json(self, url, tmp_path):
        data = json.loads(
            shown("check", "--all", "--db", url, "--format", "json", "-o", "c.json", cwd=tmp_path, code=2)
        )
        assert data == json.loads((tmp_path / "c.json").read_text())
        assert data["valid"] is False
        problems = {each["workflow"]: len(each["problems"]) for each in data["workflows"]}
        assert problems.pop("BAD") == 4
        assert set(problems.values()) == {0}
        assert len(problems) == 8

    def test_a_file_before_it_is_imported(self, url, tmp_path):
        shown("export", "BAD", "-o", "bad.yaml", "--db", url, cwd=tmp_path)
        assert "cannot run, 4 problems" in shown("check", "--file", "bad.yaml", cwd=tmp_path, code=2)

    @pytest.mark.parametrize("arguments", [(), ("A", "--all"), ("A", "--file", "x"), ("--all", "--file", "x")])
    def test_one_thing_at_a_time(self, arguments, tmp_path):
        assert "give exactly one of WORKFLOW, --all and --file FILE" in refused("check", *arguments, cwd=tmp_path)


class TestExchange:
    @pytest.mark.parametrize("form", ["yaml", "json"])
    @pytest.mark.parametrize("code", ["BAD", "ODD"])
    def test_there_and_back(self, url, tmp_path, code, form):
        before = stored(url, code)
        shown("export", code, "--as", form, "-o", f"w.{form}", "--db", url, cwd=tmp_path)
        with closing(Database(url)) as db:
            db.execute("DELETE FROM def_workflows WHERE WorkflowName = :code", {"code": code})
            db.execute("DELETE FROM def_workflow WHERE WorkflowName = :code", {"code": code})
        output = shown("import", f"w.{form}", "--unchecked", "--db", url, cwd=tmp_path)
        assert "nodes, imported" in output
        assert stored(url, code) == before
        assert "unchanged" in shown("import", f"w.{form}", "--unchecked", "--db", url, cwd=tmp_path)

    @pytest.mark.parametrize("form", ["yaml", "json"])
    def test_every_scenario_is_the_same_afterwards(self, url, tmp_path, form):
        for benchmark in SCENARIOS.values():
            shown("export", benchmark.workflow, "--as", form, "-o", "w", "--force", "--db", url, cwd=tmp_path)
            assert "unchanged" in shown("import", "w", "--db", url, cwd=tmp_path)

    def test_by_pipe(self, url, tmp_path):
        text = shown("export", "ODD", "--db", url, cwd=tmp_path).replace("workflow: ODD", "workflow: COPY")
        (tmp_path / "in").write_text(text)
        script = f"{sys.executable} -m wfperf import - --db {url} < in"
        done = subprocess.run(["/bin/sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert [row[2:] for row in stored(url, "COPY")[1]] == [row[2:] for row in stored(url, "ODD")[1]]

    def test_another_of_the_name_is_replaced_only_with_leave(self, url, tmp_path):
        text = shown("export", "ODD", "--db", url, cwd=tmp_path)
        (tmp_path / "w.yaml").write_text(text.replace("<later>", "soon"))
        before = stored(url, "ODD")
        said = refused("import", "w.yaml", "--db", url, cwd=tmp_path)
        assert "'ODD' is already in package 'core'" in said
        assert "--force replaces it" in said
        assert stored(url, "ODD") == before
        assert "imported" in shown("import", "w.yaml", "--force", "--db", url, cwd=tmp_path)
        assert "soon" in str(stored(url, "ODD"))

    def test_what_cannot_run_is_not_taken_unasked(self, url, tmp_path):
        text = shown("export", "BAD", "--db", url, cwd=tmp_path).replace("workflow: BAD", "workflow: NEW")
        (tmp_path / "w.yaml").write_text(text)
        said = refused("import", "w.yaml", "--db", url, cwd=tmp_path)
        assert "(4) node 'b' Branches" in said
        assert said.endswith("nothing was written (--unchecked imports it all the same)")
        assert stored(url, "NEW") == [[], []]

    @pytest.mark.parametrize(
        ("content", "says"),
        [(None, "cannot read w.yaml: No such file"), (b"\xff", "is not text in UTF-8"), (b"a: [", "not YAML: ")],
    )
    def test_a_file_that_is_none(self, url, tmp_path, content, says):
        if content is not None:
            (tmp_path / "w.yaml").write_bytes(content)
        assert says in refused("import", "w.yaml", "--db", url, cwd=tmp_path)

    def test_files_are_not_overwritten(self, url, tmp_path):
        (tmp_path / "w.yaml").write_text("mine")
        assert "w.yaml exists" in refused("export", "ODD", "-o", "w.yaml", "--db", url, cwd=tmp_path)

    @pytest.mark.parametrize("command", ["check", "export", "graph"])
    def test_no_such_workflow(self, url, tmp_path, command):
        assert "did you mean 'PERF_TEST'?" in refused(command, "PERF_TEXT", "--db", url, cwd=tmp_path)
        said = refused(command, "ODD", "--package", "x", "--db", url, cwd=tmp_path)
        assert "is not in package 'x'; give --package core" in said


class TestGraph:
    def test_lanes(self, url, tmp_path):
        assert shown("graph", "ODD", "--db", url, cwd=tmp_path).splitlines() == [
            "ODD: 6 nodes, 6 ways",
            '●  s  SET  first: a if x == "1", g if SELECT 1 ~ 1, b by default',
            "├─┬─╮",
            "● │ │  a  CALC  h on error",
            "├─┤ │",
            "│ │ ●  b  TODO",
            "│ ├─╯",
            "● │  h  LOG",
            "  ●  g  GATE 2 of 3",
            '●  odd "name"; [x]  NULL',
        ]

    def test_a_narrow_terminal_cuts_lines(self, url, tmp_path):
        process = wfperf("graph", "PERF_TEST", "--db", url, cwd=tmp_path, COLUMNS="40")
        assert max(map(len, process.stdout.splitlines())) <= 40
        assert sum("●" in line for line in process.stdout.splitlines()) == 20

    def test_dot(self, url, tmp_path):
        shown("graph", "ODD", "--as", "dot", "-o", "g.dot", "--db", url, cwd=tmp_path)
        lines = (tmp_path / "g.dot").read_text().splitlines()
        assert lines[0] == 'digraph "ODD" {'
        assert lines[-1] == "}"
        assert '    n5 [label="odd \\"name\\"; [x]\\nNULL", shape=circle];' in lines
        assert '    n1 -> n3 [label="error", style=dashed];' in lines
        edges = [tuple(line.split()[0:3:2]) for line in lines if "->" in line]
        assert sorted((source, target.strip(";")) for source, target in edges) == [
            ("n0", "n1"), ("n0", "n2"), ("n0", "n4"), ("n1", "n3"), ("n1", "n4"), ("n2", "n4"),
        ]  # fmt: skip

    def test_mermaid(self, url, tmp_path):
        text = shown("graph", "ODD", "--as", "mermaid", "--db", url, cwd=tmp_path)
        assert text.startswith("flowchart TD\n")
        assert '    n5(("odd #34;name#34;#59; #91;x#93;<br/>NULL"))\n' in text
        assert '    n1 -.->|"error"| n3\n' in text
        assert '    n0 -->|"x #61;#61; #34;1#34;"| n1\n' in text

    def test_what_cannot_run_is_not_drawn(self, url, tmp_path):
        assert "(1) node 'a' NodeData.ms: is missing" in refused("graph", "BAD", "--db", url, cwd=tmp_path)
