"""`wfperf run` and `wfperf plan`, as a user calls them."""

import json
import os
import pstats
import subprocess
import sys

import pytest
from builders import node, rows
from processes import ROOT, wfperf

from wfperf.engine.database import Database
from wfperf.fixtures.scenarios import SCENARIOS
from wfperf.fixtures.seed import insert_workflow
from wfperf.plan import load_plan

NAMES = [each.name for each in load_plan().configurations] + [each.id for each in load_plan().optimizations]


def shown(*arguments, cwd, **environment):
    process = wfperf(*arguments, cwd=cwd, **environment)
    assert process.returncode == 0, process.stderr
    return process.stdout


def result(*arguments, cwd):
    return json.loads(shown("run", *arguments, "--format", "json", cwd=cwd))


def without_times(data):
    nodes = [{name: value for name, value in node.items() if name != "duration_s"} for node in data["nodes"]]
    return {**data, "nodes": nodes, "duration_s": None, "configuration": None}


@pytest.fixture
def with_mine(seeded_url):
    """A seeded database with two workflows more, one of them in another package."""
    db = Database(seeded_url)
    log = node("log", "LOG", {"message": "hello $name$", "level": "debug"})
    insert_workflow(db, rows(node("set", "SET", {"values": {"name": "$guid$"}}, to=["log"]), log, code="MINE"))
    insert_workflow(db, rows(node("a"), code="ELSEWHERE", package="other"))
    db.close()
    return seeded_url


def test_the_first_run_needs_no_step_before_it(tmp_path):
    output = shown("run", cwd=tmp_path)
    lines = output.splitlines()
    assert lines[0].startswith("PERF_TEST, configuration original, process process-run")
    assert [line.split()[0] for line in lines if line.startswith(" node") and "type" not in line] == [
        f"node{number}" for number in range(1, 21)
    ]
    assert "18 nodes done, 2 skipped" in output
    assert (tmp_path / ".wfperf" / "wfperf.db").is_file()


def test_every_scenario_runs_by_its_name_and_by_its_workflow(seeded_url, tmp_path):
    for benchmark in SCENARIOS.values():
        by_name = result(benchmark.name, "--db", seeded_url, cwd=tmp_path)
        assert by_name["nodes"][-1]["status"] == "done"
    assert without_times(by_name) == without_times(result(benchmark.workflow, "--db", seeded_url, cwd=tmp_path))


@pytest.mark.parametrize("name", ["phase-1", "phase-3", "optimized", "context-lazy"])
def test_a_configuration_or_one_optimization_gives_the_same_nodes(seeded_url, tmp_path, name):
    assert name in NAMES
    original = result("--db", seeded_url, cwd=tmp_path)
    other = result("--db", seeded_url, "--config", name, cwd=tmp_path)
    assert (original["configuration"], other["configuration"]) == ("original", name)
    assert without_times(original) == without_times(other)


def test_a_context_replaces_the_scenarios_input(seeded_url, tmp_path):
    context = tmp_path / "context.json"
    context.write_text('\ufeff{"result": {"order_number": "9"}}', encoding="utf-8")
    given = result("--db", seeded_url, "--context", str(context), cwd=tmp_path)["context"]["result"]
    assert given["order_number"] == "9"
    assert given["price"] == 21.5


def test_the_guid_is_the_runs_own(seeded_url, tmp_path):
    assert result("--db", seeded_url, "--guid", "a-b", cwd=tmp_path)["process_guid"] == "process-a-b"


def test_any_workflow_of_the_database_runs_by_its_code_without_variables(with_mine, tmp_path):
    mine = result("MINE", "--db", with_mine, cwd=tmp_path)
    assert mine["context"] == {"result": {"name": "run"}}
    assert result("ELSEWHERE", "--package", "other", "--db", with_mine, cwd=tmp_path)["package"] == "other"


def test_debug_tells_what_runs_and_what_log_nodes_say_on_stderr(with_mine, tmp_path):
    for configuration in ("original", "optimized"):
        process = wfperf("run", "MINE", "--debug", "--db", with_mine, "--config", configuration, cwd=tmp_path)
        assert process.stderr.splitlines() == [
            "wfperf.engine: Node type SET",
            "wfperf.engine: Run a node set",
            "wfperf.engine: Node type LOG",
            "wfperf.engine: Run a node log",
            "wfperf.engine.log: hello run",
        ]
        assert "hello" not in process.stdout
    assert not wfperf("run", "MINE", "--db", with_mine, cwd=tmp_path).stderr


def test_the_run_is_written_to_a_file_beside_the_table(seeded_url, tmp_path):
    output = shown("run", "--db", seeded_url, "-o", "new/run.json", cwd=tmp_path)
    assert "18 nodes done" in output
    data = json.loads((tmp_path / "new" / "run.json").read_text())
    assert (data["kind"], data["schema_version"], len(data["nodes"])) == ("run", 2, 20)
    assert data["nodes"][0]["duration_s"] > 0
    assert [each.name for each in (tmp_path / "new").iterdir()] == ["run.json"]
    shown("run", "--db", seeded_url, "-o", "new/run.json", "--force", "--guid", "second", cwd=tmp_path)
    assert json.loads((tmp_path / "new" / "run.json").read_text())["guid"] == "second"


def test_it_runs_under_cprofile(seeded_url, tmp_path):
    subprocess.run(
        [sys.executable, "-m", "cProfile", "-o", "workflow.prof", "-m", "wfperf", "run", "--db", seeded_url],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    functions = {name for _, _, name in pstats.Stats(str(tmp_path / "workflow.prof")).stats}
    assert {"run_workflow", "prepare_run", "local_patch_param"} <= functions


def test_it_runs_under_kernprof(seeded_url, tmp_path):
    kernprof = ("-m", "kernprof", "-l", "-v", "-p", "wfperf.engine.workflow")
    process = subprocess.run(
        [sys.executable, *kernprof, "-m", "wfperf", "run", "--db", seeded_url],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert "18 nodes done" in process.stdout
    assert "Function: Workflow.run_workflow" in process.stdout
    assert list(tmp_path.glob("*.lprof"))


@pytest.mark.parametrize("arguments", [("run",), ("plan",), ("plan", "dispatch")])
def test_colour_is_for_terminals_and_no_line_is_wider_than_it(seeded_url, tmp_path, arguments):
    def output(**environment):
        return shown(*arguments, cwd=tmp_path, WFPERF_DB=seeded_url, **environment)

    assert "\x1b[" not in output()
    assert "\x1b[" in output(FORCE_COLOR="1", NO_COLOR="", TERM="xterm-256color")
    for width in (80, 120):
        assert max(map(len, output(COLUMNS=str(width)).splitlines())) <= width


def test_a_locale_without_the_characters_still_gets_every_row(seeded_url, tmp_path):
    output = shown("run", "--db", seeded_url, cwd=tmp_path, PYTHONIOENCODING="ascii", COLUMNS="80")
    assert output.isascii()
    assert "node20" in output


SHOWING = "Showing the built-in engine, PERF_TEST and its scenarios (built-in plan)\n"


@pytest.mark.parametrize(("form", "said"), [("table", ""), ("json", SHOWING)])
def test_a_reader_that_leaves_early_is_no_error(tmp_path, form, said):
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-m", "wfperf", "plan", "--format", form],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert (process.returncode, process.stderr) == (0, said)
