"""The history on the command line: what `compare` leaves, what is added, carried and shown."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from decisions import ENVIRONMENT, MAIN, ROSE, SLOWER
from histories import counts, effects
from processes import BRIEF, ROOT, wfperf
from refusals import files, refused, words
from workloads import SHOP

from wfperf.history.lines import to_lines
from wfperf.history.store import Store
from wfperf.results.decision import Decision
from wfperf.results.files import to_json
from wfperf.results.kinds import to_data

PAIR = ("compare", "--a", "shop:slow", "--b", "shop:fast", "--blocks", "1")


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    """A folder in which `compare` ran twice, and once without keeping anything."""
    folder = tmp_path_factory.mktemp("history")
    (folder / "shop.py").write_text(SHOP)
    for seed, *more in (("1",), ("2",), ("3", "--no-history")):
        done = wfperf(*PAIR, "--seed", seed, "-o", f"{seed}.json", *more, cwd=folder, constants=BRIEF)
        assert done.returncode == 0, done.stderr
        assert "warning" not in done.stderr
    return folder


@pytest.fixture
def kept(tmp_path):
    """A folder with a history of forty runs."""
    entries = [
        *effects([0.4] * 20 + [0.8] * 20),
        *counts([1411] * 20 + [1523] * 20),
        *effects([0.1] * 40, variant="other"),
    ]
    Store(tmp_path / ".wfperf" / "history.db").add(entries)
    return tmp_path


def shown(folder, *arguments, **environment):
    done = wfperf("history", *arguments, cwd=folder, **environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def data(folder, *arguments):
    return json.loads(shown(folder, "--format", "json", *arguments))["trends"]


@pytest.mark.measures
def test_what_compare_measured_is_kept_and_shown(compared):
    (line,) = data(compared, "--metric", "throughput")
    assert (line["workload"], line["benchmark"], line["variant"], line["baseline"]) == (
        "--a shop:slow --b shop:fast", "call", "fast", "slow",
    )  # fmt: skip
    assert len(line["entries"]) == 2
    results = [json.loads((compared / name).read_text()) for name in ("1.json", "2.json", "3.json")]
    measured = {result["findings"][0]["effect"]["estimate"] for result in results}
    assert {each["estimate"] for each in line["entries"]} <= measured
    chart = shown(compared, "--metric", "throughput")
    assert "Throughput gained, --a shop:slow --b shop:fast: fast on call against slow" in chart
    assert "too few blocks" in chart
    assert "Left out: " in shown(compared)


@pytest.mark.measures
def test_its_counts_are_kept_too(compared):
    lines = data(compared, "--metric", "function_calls")
    assert {each["variant"]: [point["estimate"] for point in each["entries"]] for each in lines} == {
        "slow": [2.0, 2.0], "fast": [2.0, 2.0],
    }  # fmt: skip


def test_compare_leaves_nothing_else_behind(compared):
    left = {path.relative_to(compared).as_posix() for path in compared.rglob("*") if path.is_file()}
    assert {each for each in left if "__pycache__" not in each} == {
        *("1.json", "2.json", "3.json", "shop.py"),
        *(".wfperf/.gitignore", ".wfperf/history.db"),
    }


@pytest.mark.measures
def test_what_was_really_measured_is_shown_and_pooled(compared):
    shown = wfperf("show", "1.json", "--format", "json", cwd=compared)
    assert shown.stdout == (compared / "1.json").read_text()
    pooled = wfperf("show", "1.json", "2.json", "--format", "json", cwd=compared)
    assert pooled.returncode == 0, pooled.stderr
    assert json.loads(pooled.stdout)["findings"][0]["blocks"] == 2


def test_keeping_is_no_part_of_how_a_result_is_made_again(compared):
    assert "history" not in json.loads((compared / "3.json").read_text())["command"]


@pytest.mark.measures
def test_what_cannot_be_kept_does_not_fail_the_command(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / ".wfperf").touch()
    done = wfperf(*PAIR, cwd=tmp_path)
    assert done.returncode == 0
    assert "wfperf: warning: the numbers were not kept for wfperf history: cannot create the folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_saved_result_is_added_once(compared, tmp_path):
    results = [str(compared / f"{number}.json") for number in (1, 2, 3)]
    first = wfperf("history", "add", *results, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    number = int(first.stdout.split()[0])
    assert first.stdout == f"{number} numbers added to .wfperf/history.db\n"
    again = wfperf("history", "add", results[2], "--at", "2026-01-02", cwd=tmp_path)
    assert again.stdout == f"0 numbers added to .wfperf/history.db; it already had {number // 3}\n"
    (line,) = data(tmp_path, "--metric", "throughput")
    assert [each["at"] for each in line["entries"]] == sorted(each["at"] for each in line["entries"])


def test_what_compare_kept_itself_is_not_added_again(compared, tmp_path):
    (tmp_path / "history.db").write_bytes((compared / ".wfperf" / "history.db").read_bytes())
    added = wfperf("history", "add", str(compared / "1.json"), "--db-file", "history.db", cwd=tmp_path)
    assert added.stdout.startswith("0 numbers added")


def test_a_decision_of_the_gate_is_added(tmp_path):
    decision = Decision(MAIN, None, "3.11", (ROSE, SLOWER), ENVIRONMENT)
    (tmp_path / "gate.json").write_text(to_json(to_data(decision)))
    added = wfperf("history", "add", "gate.json", "--at", "2026-01-02T03:04:05", cwd=tmp_path)
    assert added.stdout == "2 numbers added to .wfperf/history.db\n"
    lines = data(tmp_path)
    assert {each["metric"] for each in lines} == {"sql_statements", "wall_time"}
    assert {point["at"] for each in lines for point in each["entries"]} == {"2026-01-02T03:04:05Z"}


def test_a_history_is_carried_to_another_place(kept, tmp_path_factory):
    there = tmp_path_factory.mktemp("there")
    text = shown(kept, "export")
    (there / "history.jsonl").write_text(text)
    assert wfperf("history", "import", "history.jsonl", cwd=there).stdout == (
        "120 numbers added to .wfperf/history.db\n"
    )
    assert wfperf("history", "import", "history.jsonl", cwd=there).stdout == (
        "0 numbers added to .wfperf/history.db; it already had 120\n"
    )
    assert shown(there, "export") == text
    assert shown(there) == shown(kept)
    assert shown(there, "export", "-o", "again.jsonl") == ""
    assert (there / "again.jsonl").read_text() == text


def test_an_import_is_all_or_nothing(tmp_path):
    lines = to_lines(effects([0.4] * 3))
    (tmp_path / "broken.jsonl").write_text(f"{lines}nonsense\n")
    assert "broken.jsonl, line 4 is not JSON" in refused("history", "import", "broken.jsonl", cwd=tmp_path)


def test_lines_are_chosen_and_shortened(kept):
    assert {each["variant"] for each in data(kept)} == {"optimized", "other"}
    assert {each["metric"] for each in data(kept, "--only", "optimized")} == {"throughput", "function_calls"}
    (line,) = data(kept, "--only", "other", "--benchmark", "typical", "--last", "5")
    assert len(line["entries"]) == 5
    assert len(data(kept, "--machine", line["machine"]["id"][:4])) == 3


def test_changes_are_told(kept):
    assert "since 0014c1d8e21" in shown(kept)
    chart = shown(kept, "--only", "optimized", "--metric", "throughput", COLUMNS="80")
    assert "┊" in chart
    assert "+40 % -> +80 %" in chart
    assert "1,411 -> 1,523" in shown(kept, "show", "--metric", "function_calls")


@pytest.mark.parametrize("columns", ["80", "120"])
@pytest.mark.parametrize("arguments", [(), ("--only", "optimized", "--metric", "throughput")], ids=words)
def test_in_a_pipe_and_without_colour_no_line_is_too_long(kept, arguments, columns):
    text = shown(kept, *arguments, COLUMNS=columns)
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= int(columns)


def test_where_the_encoding_has_no_blocks_there_are_none(kept):
    for arguments in ((), ("--only", "optimized", "--metric", "throughput")):
        text = shown(kept, *arguments, PYTHONIOENCODING="ascii")
        assert text.isascii()
        assert "\\u" not in text


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_on_a_terminal_there_is_colour_unless_it_is_not_wanted(kept, no_color, coloured):
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm-256color",
        "COLUMNS": "100",
        "NO_COLOR": no_color,
    }
    started = subprocess.Popen(
        [sys.executable, "-m", "wfperf", "history"], cwd=kept, env=environment, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    text = read_all(ours)
    assert started.wait() == 0
    assert ("\x1b[32m" in text) == coloured
    assert "since" in text


def read_all(handle):
    parts = []
    try:
        while part := os.read(handle, 4096):
            parts.append(part)
    except OSError:
        pass  # Linux says so where the other end was closed
    os.close(handle)
    return b"".join(parts).decode()


def test_a_reader_that_leaves_is_no_error(kept):
    started = subprocess.Popen(
        [sys.executable, "-m", "wfperf", "history", "export"],
        cwd=kept, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    started.stdout.close()
    assert started.wait() == 0
    assert started.stderr.read() == b""
    started.stderr.close()


def test_an_empty_history_says_how_it_is_filled_and_makes_nothing(tmp_path):
    assert "wfperf history add FILE" in shown(tmp_path)
    assert data(tmp_path) == []
    assert shown(tmp_path, "export") == ""
    assert files(tmp_path) == {}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("bogus",), "No such command 'bogus'"),
        (("--last", "0"), "0 is not in the range x>=1"),
        (("--format", "xml"), "'xml' is not one of 'table', 'json'"),
        (("--benchmark", "typcal"), "no benchmark 'typcal'; did you mean 'typical'?"),
        (("--only", "optimised"), "no variant 'optimised'; did you mean 'optimized'?"),
        (("--metric", "time"), "no metric 'time'; choose one of: throughput, function_calls"),
        (("--machine", "zz"), "no machine 'zz'; choose one of: "),
        (("--only", "other", "--metric", "function_calls"), "matches all of: variant other, metric function_calls"),
        (("--benchmark", "typical", "add", "x"), "unexpected extra arguments (add x)"),
        (("add",), "Missing argument 'FILE...'"),
        (("add", "missing.json"), "cannot read the result missing.json"),
        (("add", "notes.txt"), "cannot read the result notes.txt"),
        (("add", "other.json"), "other.json is not a result of wfperf compare or wfperf gate"),
        (("add", "old.json"), "old.json has schema version 1"),
        (("add", "other.json", "--at", "soon"), "'soon' does not match the formats"),
        (("import", "missing.jsonl"), "cannot read missing.jsonl"),
        (("import", "other.json"), "other.json, line 1 is not a result of wfperf history export"),
        (("export", "-o", "notes.txt"), "notes.txt exists; choose another name or give --force"),
        (("--db-file", "notes.txt"), "file is not a database; choose another file with --db-file"),
        (("import", "good.jsonl", "--db-file", "notes.txt"), "file is not a database"),
        (("import", "good.jsonl", "--db-file", "notes.txt/history.db"), "cannot create the folder notes.txt"),
        (("--db-file", "."), "is a directory"),
    ],
    ids=words,
)
def test_wrong_use_is_one_line_and_changes_nothing(kept, arguments, says):
    (kept / "notes.txt").write_text("This is a text of some length, and no database.\n" * 99)
    (kept / "other.json").write_text('{"kind": "work-baseline", "schema_version": 1}')
    (kept / "old.json").write_text('{"kind": "gate", "schema_version": 1}')
    (kept / "good.jsonl").write_text(to_lines(effects([0.4])))
    assert says in refused("history", *arguments, cwd=kept)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs a folder in which nobody can write")
def test_a_folder_that_cannot_be_written_is_one_line(kept):
    (kept / "good.jsonl").write_text(to_lines(effects([0.4])))
    line = refused("history", "import", "good.jsonl", "--db-file", "/proc/new/history.db", cwd=kept)
    assert "cannot create the folder /proc/new" in line
