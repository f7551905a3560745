"""`wfperf verify`, as a user runs it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from contextlib import closing

import pytest
from processes import PATIENCE_S, ROOT, wfperf

from wfperf.engine.config import IMPLEMENTATIONS
from wfperf.engine.database import Database
from wfperf.fixtures.seed import seed
from wfperf.plan import load_plan

PLAN = load_plan()
ARGUMENTS = ("verify", "--random", "5", "--seed", "7")
SMALL = ROOT / "tests" / "plans" / "engine" / "wfperf.toml"
"""A plan of the engine with one benchmark, for what does not depend on how many there are."""
ONE_HASH_SEED = {"wfperf.measure.verifying.HASH_SEEDS": (0,)}
"""For all but one test: with each of the seeds everything is imported and run anew."""


@pytest.fixture(scope="module")
def verified(tmp_path_factory):
    """One verification: its process at 80 columns, the result it wrote, and where."""
    folder = tmp_path_factory.mktemp("verify")
    process = wfperf(*ARGUMENTS, "-o", "result.json", cwd=folder, constants=ONE_HASH_SEED, COLUMNS="80")
    assert process.returncode == 0, process.stderr
    return process, json.loads((folder / "result.json").read_text()), folder


def test_the_table_has_a_row_for_everything_that_was_held(verified):
    process, result, _ = verified
    lines = [line.strip() for line in process.stdout.splitlines()]
    assert [each["name"] for each in result["variants"]] == [
        *(each.name for each in PLAN.configurations if each.name != "original"),
        *(each.id for each in (*PLAN.optimizations, *PLAN.pairs)),
    ]
    for each in (*result["variants"], *result["beyond"]["variants"]):
        begins = [*each["name"].split(), str(each["cases"])]
        (row,) = [line for line in lines if line.split()[: len(begins)] == begins]
        assert row.endswith(each["equivalence"])
    seams = {
        each["name"].partition("=")[0] for each in result["beyond"]["variants"] if each["kind"] == "implementation"
    }
    assert seams == set(IMPLEMENTATIONS)


def test_the_table_fits_80_columns(verified):
    process, _, _ = verified
    assert max(map(len, process.stdout.splitlines())) <= 80
    assert process.stdout.splitlines()[1].startswith("Equal: only variants that are marked change results")


def test_what_changes_results_is_shown_with_reason_and_smallest_example(verified):
    process, _, _ = verified
    _, _, shown = process.stdout.partition("substitution=proposed: changes results, as marked")
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    for line in (
        "reason a value that contains a placeholder is not expanded, and where",
        "template '$b$a$'",
        "context {'a': '1', 'b': '2'}",
        "differs in filled text",
        "expected '$b1'",
        "got '2a$'",
        "beside it a workflow of the same name in package 'other'",
        "runs on one engine, with the guids 'run-1', 'run-2'",
        "differs in run 2, process guid",
    ):
        assert line in lines


def test_the_seed_is_said_with_the_command_that_repeats_it(verified):
    process, result, _ = verified
    assert process.stdout.endswith("Reproduce: wfperf verify --random 5 --seed 7\n")
    assert result["reproduce"] == "wfperf verify --random 5 --seed 7"
    assert process.stderr == "verifying with seed 7 ...\n"


def test_the_result_file_has_all_of_it(verified):
    _, result, _ = verified
    assert (result["schema_version"], result["kind"], result["equal"]) == (5, "verification", True)
    assert (result["seed"], result["random"]) == (7, 5)
    (marked,) = [each for each in result["beyond"]["variants"] if each["name"] == "substitution=proposed"]
    assert marked["marks"] == {"substitution=proposed": PLAN.optimization("substitution").changes_results}
    assert marked["equivalence"] == "changes results, as marked"
    assert marked["example"] == {
        "facts": [["template", "'$b$a$'"], ["context", "{'a': '1', 'b': '2'}"]],
        "differences": [{"where": "filled text", "expected": "'$b1'", "got": "'2a$'"}],
    }
    mixtures = [each for each in result["beyond"]["variants"] if each["kind"] == "mixture"]
    assert mixtures
    assert all(set(each["choices"]) <= set(IMPLEMENTATIONS) for each in mixtures)


def test_the_same_seed_gives_the_same_result_whatever_the_hash_seed(tmp_path):
    small = ("verify", "--random", "0", "--seed", "7", "--plan", SMALL, "--format", "json")
    first, again = (wfperf(*small, cwd=tmp_path, PYTHONHASHSEED=hash_seed) for hash_seed in ("1", "1234"))
    assert json.loads(first.stdout)["equal"], first.stderr
    assert again.stdout == first.stdout


def test_without_a_seed_it_draws_one_and_says_which(tmp_path):
    asked = ("verify", "--random", "0", "--plan", SMALL, "--format", "json")
    process = wfperf(*asked, cwd=tmp_path, constants=ONE_HASH_SEED)
    assert process.returncode == 0
    result = json.loads(process.stdout)
    assert process.stderr.splitlines()[1:] == [f"verifying with seed {result['seed']} ..."]
    assert "on 2 workflows in memory" in result["beyond"]["notes"][0], (
        "two runs, and a neighbour, are held to without any random ones"
    )


PLANTED = """
from wfperf.engine.config import IMPLEMENTATIONS
from wfperf.engine.runtime import Contexts
from wfperf.engine.seams import buffer
from typical_alone import verify


def leaking(_engine):
    def leave(seen, writes):
        seen["result"].update(writes)
        return seen

    return Contexts(lambda before: before, leave)


"""


def planted(tmp_path, line):
    """Verify the engine with a hook of which a line changes an implementation; at 300 columns."""
    (tmp_path / "planted.py").write_text(f"{PLANTED}{line}\n")
    plan = (
        SMALL.read_text()
        .replace('path = ["../../..", "."]', f'path = ["{ROOT}", "{SMALL.parent}", "."]')
        .replace("typical_alone:", "planted:")
    )
    (tmp_path / "wfperf.toml").write_text(plan)
    return wfperf("verify", "--random", "0", "--seed", "2", cwd=tmp_path, constants=ONE_HASH_SEED, COLUMNS="300")


def test_a_planted_defect_is_named_with_its_example_and_exits_4(tmp_path):
    process = planted(tmp_path, 'IMPLEMENTATIONS["context"]["lazy"] = leaking')
    assert process.returncode == 4, process.stderr
    lines = [" ".join(line.split()) for line in process.stdout.splitlines()]
    assert lines[1].startswith("DIFFERS: ")
    assert any(line.startswith("context=lazy ") and line.endswith(" DIFFERS") for line in lines)
    at = lines.index("context=lazy: DIFFERS")
    assert {
        'node1 SET {"values": {"a": "1"}}',
        "context {}",
        "differs in input afterwards, result, a",
        "expected nothing",
        "got '1'",
    } <= set(lines[at:])
    assert lines[-1] == "Reproduce: wfperf verify --random 0 --seed 2"


def test_a_mark_too_many_is_noted_and_exits_0(tmp_path):
    process = planted(tmp_path, 'IMPLEMENTATIONS["buffer"]["proposed"] = buffer.tuned')
    assert process.returncode == 0, process.stderr
    assert "equal, though marked" in process.stdout
    assert "buffer=proposed is marked as changing results, but no difference was found." in process.stdout


def test_the_scenarios_are_taken_from_a_postgresql_server(postgres_url, tmp_path):
    with closing(Database(postgres_url)) as db:
        seed(db)
    asked = ("verify", "--random", "0", "--plan", SMALL, "--db", postgres_url)
    process = wfperf(*asked, cwd=tmp_path, constants=ONE_HASH_SEED, COLUMNS="300")
    assert process.returncode == 0, process.stderr
    assert "runs of the scenarios in postgresql" in process.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--random", "-1"), "Invalid value for '--random': -1 is not in the range x>=0. (see: wfperf verify --help)"),
        (("--seed", "x"), "Invalid value for '--seed': 'x' is not a valid integer range. (see: wfperf verify --help)"),
        (
            ("--db", "sqlite:///none.db"),
            "no database at sqlite:///none.db; create it with: wfperf seed --db sqlite:///none.db",
        ),
        (("-o", "there.json"), "there.json exists; choose another name or give --force"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(tmp_path, arguments, message):
    (tmp_path / "there.json").write_text("kept")
    process = wfperf("verify", *arguments, cwd=tmp_path)
    assert (process.returncode, process.stdout) == (2, "")
    assert process.stderr == f"wfperf: error: {message}\n"
    assert (tmp_path / "there.json").read_text() == "kept"


def test_an_interruption_leaves_no_file_and_no_traceback(tmp_path):
    arguments = [sys.executable, "-m", "wfperf", "verify", "--random", "100000", "-o", "result.json"]
    with subprocess.Popen(arguments, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr.readline().startswith("verifying with seed")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=PATIENCE_S) == 130
        assert process.stderr.read() == "wfperf: error: interrupted\n"
    assert not (tmp_path / "result.json").exists()
