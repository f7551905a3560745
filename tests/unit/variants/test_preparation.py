import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from processes import PATIENCE_S, have_ended, processes_of_session, until

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.variants.preparation import parse_command, prepare

ROOT = Path(__file__).parents[3]
PYTHON = sys.executable
BACKGROUND = "import subprocess, sys; print(subprocess.Popen(['sleep', '1000']).pid, file=open('pid', 'w'))"

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")


def failure(folder, *command):
    with pytest.raises(NothingMeasuredError) as caught:
        prepare([command], folder, "main (1a2b3c4d5)")
    return str(caught.value)


def background(folder):
    return int((folder / "pid").read_text())


# Commands


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("make build", ("make", "build")),
        ("python3 -m 'a module'", ("python3", "-m", "a module")),
        ('echo "it\'s" a\\ b', ("echo", "it's", "a b")),
        ("echo $HOME; ls | cat > x && true *", ("echo", "$HOME;", "ls", "|", "cat", ">", "x", "&&", "true", "*")),
        ("echo ''", ("echo", "")),
        ("echo bücher # no comment", ("echo", "bücher", "#", "no", "comment")),
    ],
)
def test_a_command_is_read_as_words_and_by_no_shell(text, words):
    assert parse_command(text) == words


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a setup command is empty; write a command, or leave it out"),
        ("  \n", "a setup command is empty; write a command, or leave it out"),
        ("''", "a setup command is empty; write a command, or leave it out"),
        ("echo 'open", 'cannot read the command "echo \'open": No closing quotation'),
        ("echo a\0b", "cannot read the command 'echo a\\x00b': it contains a NUL character"),
    ],
)
def test_what_is_no_command_is_refused(text, message):
    with pytest.raises(UsageError) as caught:
        parse_command(text)
    assert str(caught.value) == message


# What they do


def test_commands_run_one_after_another_in_the_folder(tmp_path):
    append = "import sys; open('done', 'a').write(sys.argv[1])"
    prepare([(PYTHON, "-c", append, word) for word in ("a", "b", "c")], tmp_path, "it")
    assert (tmp_path / "done").read_text() == "abc"
    prepare([], tmp_path, "it")


def test_arguments_arrive_as_they_are(tmp_path):
    words = ["$HOME", ";", "`id`", "*", "a b", "", "'", '"', "\\", "~", "--", "-c", "bücher", "two\nlines"]
    prepare([(PYTHON, "-c", "import sys; open('told', 'w').write(repr(sys.argv[1:]))", *words)], tmp_path, "it")
    assert (tmp_path / "told").read_text() == repr(words)


def test_the_environment_is_the_users_without_what_git_tells_its_hooks(tmp_path, monkeypatch):
    monkeypatch.setenv("TOKEN", "theirs")
    monkeypatch.setenv("GIT_DIR", "/elsewhere")
    prepare([(PYTHON, "-c", "import os; open('told', 'w').write(repr(dict(os.environ)))")], tmp_path, "it")
    told = (tmp_path / "told").read_text()
    assert "'TOKEN': 'theirs'" in told
    assert "GIT_DIR" not in told


def test_whoever_reads_finds_nothing(tmp_path):
    prepare([(PYTHON, "-c", "import sys; open('told', 'w').write(repr(sys.stdin.read()))")], tmp_path, "it")
    assert (tmp_path / "told").read_text() == "''"


def test_what_is_said_is_not_shown(tmp_path, capfd):
    prepare([(PYTHON, "-c", "import sys; print(1); print(2, file=sys.stderr)")], tmp_path, "it")
    assert capfd.readouterr() == ("", "")


# What goes wrong


def test_a_failure_ends_all_and_tells_the_last_words(tmp_path):
    program = (
        "import sys; print(*'abcdef', sep='\\n', flush=True); print('  the end \\n', file=sys.stderr); sys.exit(7)"
    )
    command = (PYTHON, "-c", program)
    with pytest.raises(NothingMeasuredError) as caught:
        prepare([command, (PYTHON, "-c", "open('later', 'w')")], tmp_path, "main (1a2b3c4d5)")
    line = str(caught.value)
    assert line.startswith(f"cannot prepare main (1a2b3c4d5): {PYTHON} -c 'import sys; print(*")
    assert line.endswith(" ended with 7: e | f | the end")
    assert not (tmp_path / "later").exists()


def test_a_failure_without_words(tmp_path):
    assert failure(tmp_path, PYTHON, "-c", "exit(1)") == (
        f"cannot prepare main (1a2b3c4d5): {PYTHON} -c 'exit(1)' ended with 1"
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_signal_is_told_as_shells_tell_it(tmp_path, number):
    kill = f"import os, signal; signal.signal({number}, 0) if {number} != 9 else 0; os.kill(os.getpid(), {number})"
    assert f"ended with {128 + number}" in failure(tmp_path, PYTHON, "-c", kill)


def test_a_program_that_is_not_there(tmp_path):
    assert failure(tmp_path, "no-such-program", "x y") == (
        "cannot prepare main (1a2b3c4d5): no-such-program 'x y' ended with 127: "
        "cannot run no-such-program: No such file or directory"
    )


def test_a_file_that_may_not_be_run(tmp_path):
    (tmp_path / "setup.sh").write_text("true")
    assert "cannot run ./setup.sh: Permission denied" in failure(tmp_path, "./setup.sh")


def test_words_in_no_known_encoding_are_told_as_well_as_may_be(tmp_path):
    program = "import sys; sys.stdout.buffer.write(b'caf\\xe9\\n' * 100_000); sys.exit(1)"
    assert failure(tmp_path, PYTHON, "-c", program).endswith("caf\N{REPLACEMENT CHARACTER}")


# What they start


def test_what_a_command_has_started_is_gone_when_it_ends(tmp_path):
    prepare([(PYTHON, "-c", BACKGROUND)], tmp_path, "it")
    assert have_ended(background(tmp_path))


def test_what_a_failing_command_has_started_is_gone(tmp_path):
    failure(tmp_path, PYTHON, "-c", BACKGROUND + "; exit(1)")
    assert have_ended(background(tmp_path))


def test_an_interrupt_ends_the_command_and_what_it_has_started(tmp_path):
    program = f"{BACKGROUND}; import os, signal, time; os.kill({os.getpid()}, signal.SIGINT); time.sleep(1000)"
    with pytest.raises(KeyboardInterrupt):
        prepare([(PYTHON, "-c", program)], tmp_path, "it")
    assert have_ended(background(tmp_path))


COORDINATOR = """
import sys
from pathlib import Path
from wfperf.variants.preparation import prepare
prepare([sys.argv[2:]], Path(sys.argv[1]), "it")
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_however_the_coordinator_ends_the_command_and_what_it_has_started_end(tmp_path, number):
    program = f"{BACKGROUND}; import os, time; os.rename('pid', 'pids'); time.sleep(1000)"
    coordinator = subprocess.Popen(
        [PYTHON, "-c", COORDINATOR, str(tmp_path), PYTHON, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": ""},
    )
    deadline_s = time.monotonic() + PATIENCE_S
    while not (tmp_path / "pids").exists() and time.monotonic() < deadline_s:
        assert coordinator.poll() is None
        time.sleep(0.005)
    pid = int((tmp_path / "pids").read_text())
    session = os.getsid(pid)
    assert len(processes_of_session(session)) == 3  # the supervisor, the command, and what it has started
    coordinator.send_signal(number)
    assert coordinator.wait() == -number
    assert have_ended(pid)
    assert until(lambda: processes_of_session(session) == [])


def test_a_coordinator_that_is_killed_when_the_command_has_just_ended_leaves_nothing(tmp_path):
    draw = Random(2)
    for number in range(15):
        pids = tmp_path / f"{number}"
        program = f"{BACKGROUND}; import os; os.rename('pid', '{pids}')"
        coordinator = subprocess.Popen(
            [PYTHON, "-c", COORDINATOR, str(tmp_path), PYTHON, "-c", program],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        while not pids.exists():
            assert coordinator.poll() is None or pids.exists()  # it may have been there, and ended, since we looked
        time.sleep(draw.uniform(0, 0.02))  # while the command, its supervisor and the coordinator end
        coordinator.kill()
        coordinator.wait()
        assert have_ended(int(pids.read_text()))
