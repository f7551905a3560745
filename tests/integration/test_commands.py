"""Commands through the real command line: real programs, their results, their processor time and their memory."""

import json
import os
import shlex
import subprocess
import sys

import pytest
from processes import BRIEF, until, wfperf
from repositories import Repo, state

SHORT = ("--blocks", "1", "--max-time", "1", "--no-history")
PYTHON = shlex.quote(sys.executable)
ADDED = """
import sys
from pathlib import Path

def add(numbers): return sum(numbers)
"""
PROGRAM = """
import sys
from adding import add

print(add(range(int(sys.argv[1]))))
"""


def compared(*arguments, cwd, **environment):
    process = wfperf(
        "compare",
        *arguments,
        *SHORT,
        "--format",
        "json",
        cwd=cwd,
        constants={} if environment else BRIEF,
        **environment,
    )
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def uses(result, benchmark=0):
    (block,) = result["benchmarks"][benchmark]["blocks"]
    return block["commands"]


def test_two_commands_are_compared_and_their_results_are(tmp_path):
    result = compared("--command", "echo 1 2", "--command", "printf '1 %s\\n' 2", cwd=tmp_path)
    (finding,) = result["findings"]
    assert (finding["baseline"], finding["variant"]) == ("echo 1 2", "printf '1 %s\\n' 2")
    assert finding["equal"]
    assert result["counters"] == {}


def test_commands_that_print_something_else_are_not_equal_unless_that_is_ignored(tmp_path):
    asked = ("compare", "--command", "echo 1", "--command", "echo 2", *SHORT)
    process = wfperf(*asked, cwd=tmp_path, constants=BRIEF)
    assert process.returncode == 4, process.stderr
    assert "echo 2 returns other results than echo 1; so there is no speedup." in process.stdout
    assert "Results of echo 2 on run differ" in process.stdout
    ignored = wfperf(*asked, "--results", "ignore", cwd=tmp_path, constants=BRIEF)
    assert ignored.returncode == 0, ignored.stderr
    assert "results not compared" in ignored.stdout


def test_output_that_changes_from_run_to_run_is_not_compared(tmp_path):
    result = compared("--shell", "--command", "echo $$", "--command", "echo  $$", cwd=tmp_path)
    assert result["findings"][0]["uncompared"]


def test_the_processor_time_and_the_memory_of_all_processes_are_told(tmp_path):
    (tmp_path / "holds.py").write_text(
        "import sys, subprocess\n"
        "held = b'x' * (60 << 20)\n"
        "if len(sys.argv) > 1: subprocess.run([sys.executable, sys.argv[0]], check=True)\n"
    )
    result = compared("--command", f"{PYTHON} holds.py", "--command", f"{PYTHON} holds.py again", cwd=tmp_path)
    one, two = (use for variant, use in uses(result).items() if variant != "control")
    assert 60 << 20 < one["peak_bytes"] < 100 << 20
    assert 120 << 20 < two["peak_bytes"] < 180 << 20, "both processes hold theirs at the same time"
    assert one["user_ns"] + one["system_ns"] > 0


def test_the_memory_of_a_small_program_is_its_own_and_not_that_of_the_process_which_starts_it(tmp_path):
    result = compared("--command", "sleep 0.02", "--command", "sleep 0.021", cwd=tmp_path)
    assert 0 < uses(result)["sleep 0.02"]["peak_bytes"] < 6 << 20


def test_the_memory_of_a_program_that_is_too_short_to_be_seen_is_unknown(tmp_path):
    result = compared("--command", "true", "--command", "echo", "--results", "ignore", cwd=tmp_path)
    for each in uses(result).values():
        assert each["peak_bytes"] is None or each["peak_bytes"] < 6 << 20


def test_a_parameter_makes_benchmarks_of_several_commands_and_variants_of_one(tmp_path):
    several = compared("--command", "seq {n}", "--command", "seq 1 {n}", "--parameter", "n=3,4", cwd=tmp_path)
    assert [each["benchmark"] for each in several["findings"]] == ["n=3", "n=4"]
    one = compared("--command", "sleep {s}", "--parameter", "s=0.001,0.002", cwd=tmp_path)
    (finding,) = one["findings"]
    assert (finding["baseline"], finding["variant"]) == ("s=0.001", "s=0.002")


def test_long_commands_have_numbers_and_are_told_in_notes(tmp_path):
    long = "echo one two three four five six seven eight"
    result = compared("--command", long, "--command", f"{long} nine", "--results", "ignore", cwd=tmp_path)
    (finding,) = result["findings"]
    assert (finding["baseline"], finding["variant"]) == ("command 1", "command 2")
    assert f"command 2: {long} nine" in result["notes"]


def test_a_value_is_one_word_and_braces_that_name_no_parameter_stay(tmp_path):
    (tmp_path / "words.py").write_text("import sys; assert sys.argv[1:] == ['a b; c', '{print}'], sys.argv\n")
    compared(
        *("--command", f"{PYTHON} words.py {{text}} {{print}}"),
        *("--command", f"{PYTHON} -B words.py {{text}} {{print}}", "--parameter", "text=a b; c"),
        cwd=tmp_path,
    )
    compared(
        *("--shell", "--command", f"{PYTHON} words.py {{text}} '{{print}}' | cat"),
        *("--command", f"{PYTHON} -B words.py {{text}} '{{print}}' | cat", "--parameter", "text=a b; c"),
        cwd=tmp_path,
    )


def test_what_prepares_runs_before_each_run(tmp_path):
    result = compared("--command", "rm fresh", "--command", "rm ./fresh", "--prepare", "touch fresh", cwd=tmp_path)
    assert len(result["findings"]) == 1, "no run found nothing to remove"


def test_a_failure_is_an_error_unless_it_is_ignored(tmp_path):
    asked = ("compare", "--command", "true", "--command", "sh -c 'echo no such order >&2; exit 3'", *SHORT)
    process = wfperf(*asked, cwd=tmp_path, constants=BRIEF)
    assert process.returncode == 5
    said = process.stderr.splitlines()[-1]
    assert said.endswith("ended with exit code 3; its last output: no such order")
    assert "Error:" not in said
    ignored = wfperf(*asked, "--ignore-failure", "--results", "ignore", cwd=tmp_path, constants=BRIEF)
    assert ignored.returncode == 0, ignored.stderr
    other = wfperf(*asked, "--ignore-failure", cwd=tmp_path, constants=BRIEF)
    assert other.returncode == 4, "another exit code is another result"
    killed = wfperf("compare", "--command", "true", "--command", "sh -c 'kill -9 $$'", *SHORT, cwd=tmp_path)
    assert killed.stderr.splitlines()[-1].endswith("was ended by SIGKILL")


def test_a_command_runs_with_the_variables_of_the_user_and_of_options(tmp_path):
    (tmp_path / "v.py").write_text("import os; print(os.environ['SHOP_URL'], os.environ.get('MODE'))\n")
    asked = ("--command", f"{PYTHON} v.py", "--env", "MODE=a", "--env", "MODE=b", "--results", "ignore")
    result = compared(*asked, cwd=tmp_path, SHOP_URL="x")
    (finding,) = result["findings"]
    assert (finding["baseline"], finding["variant"]) == ("MODE=a", "MODE=b")


def test_one_command_is_compared_between_revisions_each_with_its_own_code(tmp_path):
    repo = Repo(tmp_path / "shop")
    repo.path.mkdir()
    repo.git("init", "--quiet", "--initial-branch", "main")
    repo.write("src/adding.py", ADDED)
    repo.write("bench/program.py", PROGRAM)
    repo.commit("one")
    repo.replace("src/adding.py", "return sum(numbers)", "return sum(numbers) + 1")
    before = state(repo)
    asked = ("compare", "--command", f"{PYTHON} bench/program.py 10", "--base", "main", *SHORT)
    process = wfperf(*asked, cwd=repo.path, constants=BRIEF)
    assert process.returncode == 4, process.stdout
    assert r"stdout: '45\n' in main, '46\n' in working tree" in process.stdout
    assert state(repo) == before
    new = wfperf("compare", "--command", f"{PYTHON} bench/program.py", "--base", "main", *SHORT, cwd=repo.path)
    assert new.returncode == 5
    assert "IndexError" in new.stderr


def test_a_command_runs_in_an_environment_that_wfperf_is_given(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    (tmp_path / "which.py").write_text("import sys; print(sys.prefix == sys.base_prefix)\n")
    result = compared(
        *("--command", "python which.py", "--command", "python -B which.py"),
        *("--python", str(tmp_path / "env" / "bin" / "python"), "--path", str(tmp_path)),
        cwd=tmp_path,
    )
    assert len(result["findings"]) == 1


def test_a_command_has_no_files_of_wfperf_but_its_own(tmp_path):
    listed = 'test "$(ls /proc/self/fd | wc -l)" = 4'  # the last one is the folder that ls reads
    compared("--shell", "--command", listed, "--command", f"true; {listed}", cwd=tmp_path)


def test_nothing_that_a_command_left_running_outlives_wfperf(tmp_path):
    marker = f"9{os.getpid()}"
    # What was killed is there until the system has reaped it.
    asked = ("--shell", "--command", f"sleep {marker} & echo 1", "--command", f"sleep {marker} & echo  1")
    compared(*asked, cwd=tmp_path)
    living = ["/usr/bin/env", "pgrep", "-f", f"^sleep {marker}$"]
    assert until(lambda: subprocess.run(living, check=False).returncode == 1)


PLAN = """
baseline = "all"
[[configuration]]
name = "all"
command = { run = "seq {n}" }
[[configuration]]
name = "last"
command = { run = "seq {n}", prepare = "true", shell = true }
[[benchmark]]
name = "few"
parameters = { n = 5 }
"""


def test_a_plan_has_commands(tmp_path):
    (tmp_path / "wfperf.toml").write_text(PLAN)
    result = compared(cwd=tmp_path)
    (finding,) = result["findings"]
    assert (finding["benchmark"], finding["variant"], finding["equal"]) == ("few", "last", True)


def test_commands_are_gated_by_time_and_a_baseline_file_of_their_counters_says_so(tmp_path):
    repo = Repo(tmp_path / "shop")
    repo.path.mkdir()
    repo.git("init", "--quiet", "--initial-branch", "main")
    repo.write("wfperf.toml", PLAN)
    repo.write("work.sh", "sleep 0.001\n")
    repo.commit("one")
    repo.write("work.sh", "sleep 0.03\n")
    repo.commit("two")
    asked = ("gate", "--command", "sh work.sh", "--base", "HEAD~1", "--max-time", "1", "--no-history")
    timed = wfperf(*asked, cwd=repo.path, constants=BRIEF)
    assert timed.returncode == 3, "too few blocks for a verdict"
    assert "Run time, compared with the base" in timed.stdout
    assert "time decides" in timed.stdout
    wfperf("gate", "--update", "--no-history", cwd=repo.path)
    kept = wfperf("gate", "--no-history", cwd=repo.path)
    assert kept.returncode == 3, kept.stdout
    assert "compare with a revision (--base)" in kept.stdout


def test_nobody_profiles_a_command(tmp_path):
    (tmp_path / "wfperf.toml").write_text(PLAN)
    for arguments in (["profile"], ["compare", "--count", "allocations"]):
        process = wfperf(*arguments, cwd=tmp_path)
        assert process.returncode == 2
        assert "into Python functions" in process.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--command", "true"], "there is one command, and nothing to compare it with"),
        (["--command", "true", "--command", "true"], "true stands there twice"),
        (["--command", "true", "--command", ""], "--command: it is empty; name a program"),
        (["--command", "true", "--command", "echo 'x"], "has no closing quotation"),
        (["--command", "true", "--parameter", "n=1,2"], "no command has the parameter {n}"),
        (["--command", "a {n}", "--parameter", "n=1,1"], "n=1 stands there twice"),
        (["--command", "true", "--parameter", "n"], "--parameter takes NAME=A,B"),
        (["--shell"], "give --command"),
        (["--command", "true", "--command", "false", "shop:load"], "--command excludes functions, suites and plans"),
        (["--command", "true {n}", "--command", "false", "--parameter", "m=1"], "no command has the parameter {m}"),
        (["--command", "true", "--command", "false", "--count", "allocations"], "--count looks into Python functions"),
        (["--command", "a", "--command", "b", "--prepare", "x", "--prepare", "y", "--prepare", "z"], "3 --prepare"),
    ],
)
def test_a_mistake_is_one_line(tmp_path, arguments, said):
    process = wfperf("compare", *arguments, cwd=tmp_path)
    assert process.returncode == 2, process.stdout
    (line,) = process.stderr.splitlines()
    assert said in line
