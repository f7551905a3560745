import json
import os
import pstats
import re
import signal
import subprocess
import sys
from urllib.parse import quote

import pytest
from builders import node, rows
from own_source import own_source
from processes import PATIENCE_S, ROOT, processes_of_session, wfperf
from snakeviz.stats import json_stats, table_rows

from wfperf.engine.database import Database
from wfperf.fixtures.seed import insert_workflow

QUICK = ("--runs", "3", "--max-time", "1")
SUFFIXES = ("prof", "lprof", "bin")


@pytest.fixture(scope="module")
def phase_1(tmp_path_factory):
    """The folder of one whole `wfperf profile --phase 1`, and the finished process."""
    folder = tmp_path_factory.mktemp("phase-1")
    return folder, wfperf("profile", "--phase", "1", *QUICK, cwd=folder)


def opened(*command):
    return subprocess.run(
        [sys.executable, "-m", *map(str, command)], capture_output=True, text=True, timeout=PATIENCE_S, check=True
    ).stdout


@pytest.mark.measures
def test_it_leaves_two_files_of_each_profiler_and_nothing_else(phase_1):
    folder, finished = phase_1
    assert finished.returncode == 0, finished.stderr
    expected = {f"{name}.{suffix}" for name in ("original", "phase-1") for suffix in SUFFIXES}
    assert {file.name for file in (folder / ".wfperf" / "profile").iterdir()} == expected
    for name in expected:
        assert f".wfperf/profile/{name}" in finished.stdout


@pytest.mark.measures
@pytest.mark.parametrize(("name", "finds"), [("original", "find"), ("phase-1", "index")])
def test_the_files_open_in_their_own_tools(phase_1, name, finds):
    file = phase_1[0] / ".wfperf" / "profile" / name
    stats = pstats.Stats(f"{file}.prof")
    assert any(f"({finds})" in row[-1] for row in table_rows(stats))
    assert json.dumps(json_stats(stats))
    lines = opened("line_profiler", f"{file}.lprof")
    assert "Function: step at line" in lines
    assert f".<locals>.{finds} at line" in lines
    assert "Peak memory usage" in opened("memray", "stats", f"{file}.bin")


@pytest.mark.measures
def test_tables_compare_the_sides_and_the_last_one_alone_holds_a_speedup(phase_1):
    tables = phase_1[1].stdout
    assert "original | phase-1" in tables
    hottest = tables.partition("Hottest functions")[2].partition("Per run")[0]
    functions = [line for line in hottest.rpartition("─")[2].splitlines() if line.strip()]
    assert len(functions) == 20
    assert "Workflow.run_workflow engine/workflow.py" in hottest
    gone = next(line for line in tables.splitlines() if line.startswith(" NodeType.__init__"))
    assert gone.split()[-1] == "gone"
    assert tables.count("Speedup over original") == 1
    before, _, after = tables.partition("Speedup over original")
    assert "speedup" not in before.lower()
    assert "phase-1" in after
    few = "too few blocks in the time budget: no speedup" in after
    assert few != ("speedup [95 %]" in after), "never a number without its interval"
    assert few != bool(re.search(r"\d %", after.partition("Speedup is")[0].replace("[95 %]", "")))
    assert str(ROOT) not in tables
    assert phase_1[1].stderr.splitlines()[:3] == [
        f"profiling under {each} ..." for each in ("cprofile", "kernprof", "memray")
    ]


@pytest.mark.measures
def test_files_that_exist_are_kept_unless_forced(tmp_path):
    kept = tmp_path / "out" / "original.prof"
    kept.parent.mkdir()
    kept.write_text("mine")
    arguments = ("profile", "--config", "dispatch", "--profilers", "cprofile", "-o", "out", *QUICK)
    refused = wfperf(*arguments, cwd=tmp_path)
    assert refused.returncode == 2
    assert "original.prof exists" in refused.stderr
    assert "--force" in refused.stderr
    assert kept.read_text() == "mine"
    assert not (tmp_path / ".wfperf").exists()  # refused before any work
    forced = wfperf(*arguments, "--force", "--format", "json", cwd=tmp_path)
    assert forced.returncode == 0, forced.stderr
    assert pstats.Stats(str(kept)).total_calls > 0
    assert sorted(file.name for file in kept.parent.iterdir()) == ["dispatch.prof", "original.prof"]
    data = json.loads(forced.stdout)
    assert (data["schema_version"], data["kind"], data["after"], data["runs"]) == (4, "profile", "dispatch", 3)
    assert data["measured"]["equal"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--profilers", "cprofile,memry"], "no profiler 'memry'; did you mean 'memray'?"),
        (["--profilers", ","], "--profilers names no profiler"),
        (["a:f", "a:g", "a:h"], "profile takes the baseline and one other function"),
        (["--phase", "1", "--config", "dispatch"], "exclude each other"),
        (["--phase", "4"], "no configuration belongs to phase 4"),
        (["--config", "original"], "'original' is the baseline and profiled anyway"),
        (["--config", "dispach"], "did you mean 'dispatch'?"),
        (["--benchmark", "typcal"], "did you mean 'typical'?"),
        (["--runs", "0"], "--runs"),
        (["--timeout", "0"], "--timeout"),
        (["--cpu", "65000"], "wfperf cannot use processor 65000"),
        (["-o", "file/folder"], "cannot create the folder file/folder"),
        (["-o", "/proc/wfperf"], "cannot create the folder /proc/wfperf"),
        (["--db", "sqlite:///missing.db"], "no database at sqlite:///missing.db"),
    ],
)
def test_what_cannot_be_used_is_one_line_before_any_work(tmp_path, arguments, says):
    (tmp_path / "file").touch()
    refused = wfperf("profile", *arguments, cwd=tmp_path)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1
    assert says in refused.stderr
    assert [path.name for path in tmp_path.rglob("*") if path.suffix] == []


@pytest.fixture
def without_memray(tmp_path):
    """An environment in which memray cannot be imported."""
    hiding = tmp_path / "hiding"
    hiding.mkdir()
    (hiding / "memray.py").write_text("raise ImportError('hidden')")
    return {"PYTHONPATH": os.pathsep.join([str(hiding), str(ROOT)])}


@pytest.mark.measures
def test_a_missing_profiler_is_skipped_and_the_others_run(tmp_path, without_memray):
    finished = wfperf("profile", "--profilers", "memray,cprofile", *QUICK, cwd=tmp_path, **without_memray)
    assert finished.returncode == 0, finished.stderr
    assert "skipped: cannot import memray (hidden)" in finished.stdout
    assert "Hottest functions" in finished.stdout
    names = {file.name for file in (tmp_path / ".wfperf" / "profile").iterdir()}
    assert names == {"original.prof", "optimized.prof"}


def test_with_no_profiler_at_all_nothing_is_measured(tmp_path, without_memray):
    finished = wfperf("profile", "--profilers", "memray", *QUICK, cwd=tmp_path, **without_memray)
    assert finished.returncode == 5
    assert [line.split()[0] for line in finished.stdout.splitlines()] == ["Profiling"]
    assert "no profiler can run: memray skipped: cannot import memray (hidden)" in finished.stderr
    assert list((tmp_path / ".wfperf" / "profile").iterdir()) == []


@pytest.mark.parametrize(
    ("profiler", "kill"),
    [("cprofile", os.kill), ("kernprof", os.killpg), ("memray", os.kill)],
    ids=["to wfperf alone", "to all, as a terminal does", "while a large file grows"],
)
def test_an_interrupt_leaves_no_file_and_no_process(tmp_path, start, profiler, kill):
    started = start("profile", "--profilers", profiler, "--runs", "1000000", cwd=tmp_path)
    assert started.stderr.readline() == f"profiling under {profiler} ...\n"
    workers = [each for each in processes_of_session(started.pid) if "measure/worker" in each]
    assert len(workers) == 4  # for each configuration, the one that imports and the one that it has forked
    assert len(list((tmp_path / ".wfperf" / "profile").iterdir())) == 2  # under way, under other names
    kill(started.pid, signal.SIGINT)
    out, said = started.communicate(timeout=PATIENCE_S)
    assert started.returncode == 130
    assert said == "wfperf: error: interrupted\n"
    assert [line.split()[0] for line in out.splitlines()] == ["Profiling"], "what is profiled, and no table"
    assert list((tmp_path / ".wfperf" / "profile").iterdir()) == []
    assert processes_of_session(started.pid) == []


def test_a_workload_that_fails_is_named_and_leaves_no_file(tmp_path, seeded_url):
    db = Database(seeded_url)
    db.execute("UPDATE def_workflow SET NodeData = '{}' WHERE WorkflowName = 'PERF_TEST' AND Type = 'CALC'")
    db.close()
    finished = wfperf("profile", "--db", seeded_url, *QUICK, cwd=tmp_path)
    assert finished.returncode == 5
    assert len(finished.stderr.splitlines()) == 1
    assert "cannot profile original under cprofile: WorkflowDefinitionError: workflow 'PERF_TEST'" in finished.stderr
    assert list((tmp_path / ".wfperf" / "profile").iterdir()) == []


@pytest.mark.measures
def test_results_that_differ_as_marked_have_no_speedup(tmp_path, seeded_url):
    db = Database(seeded_url)
    db.execute("DELETE FROM def_workflows WHERE WorkflowName = 'PERF_TEST'")
    db.execute("DELETE FROM def_workflow WHERE WorkflowName = 'PERF_TEST'")
    late = node("late", data={"values": {"unknown": "found"}}, to=["filled"])
    early = node("early", data={"values": {"value": "$unknown$"}}, to=["late"])
    filled = node("filled", "TEMPLATE", {"template": "~~value~~"})
    insert_workflow(db, rows(early, late, filled, code="PERF_TEST"))
    db.close()
    arguments = ("profile", "--config", "substitution", "--profilers", "cprofile", "--db", seeded_url, *QUICK)
    finished = wfperf(*arguments, cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    shown = finished.stdout.partition("Speedup over original")[2]
    assert "results differ: no speedup" in shown
    assert "changes results" in shown
    assert "wfperf verify" in shown
    assert "Hottest functions" in finished.stdout


@pytest.mark.measures
def test_results_that_differ_without_a_mark_are_an_error(tmp_path):
    source = tmp_path / "source"
    own_source(source).replace(
        "wfperf/engine/seams/substitution.py",
        'filled = "".join(pieces)',
        'filled = "".join(pieces).replace("Dear", "Hi")',
    )
    arguments = ("profile", "--config", "substitution-tuned", "--profilers", "cprofile", *QUICK)
    finished = wfperf(*arguments, cwd=tmp_path, source=source)
    assert finished.returncode == 4, finished.stderr
    assert "results differ: no speedup" in finished.stdout
    assert "wfperf verify" in finished.stdout


def test_a_password_is_in_no_command_line_and_in_no_message(tmp_path):
    url = f"postgresql://user:{quote('s3cret')}@localhost:1/none"
    finished = wfperf("profile", "--db", url, *QUICK, cwd=tmp_path)
    assert finished.returncode == 2
    assert "s3cret" not in finished.stderr


def test_the_bare_profilers_work_on_wfperf_run(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for command in (
        ["cProfile", "-o", "workflow.prof", "-m", "wfperf", "run"],
        ["kernprof", "-l", "-v", "-o", "workflow.lprof", "-p", "wfperf.engine.step", "-m", "wfperf", "run"],
    ):
        finished = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
    assert "Function: step at line" in finished.stdout
    stats = pstats.Stats(str(tmp_path / "workflow.prof"))
    assert any(name == "run_workflow" for _, _, name in stats.stats)
    assert (
        "run_workflow"
        in subprocess.run(
            [sys.executable, "-m", "pstats", "workflow.prof"],
            input="sort cumtime\nstats run_workflow\n",
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=True,
        ).stdout
    )
