"""The gate stopped at any moment: no process, no tree, no file is left, and the repository is what it was."""

import os
import signal
import sys
import time
from random import Random

import pytest
from processes import PATIENCE_S, children, until, wfperf
from repositories import NO_SETTINGS, Repo, shop_repository, state
from thorough import is_thorough

from wfperf.gate.baseline import read_baseline

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")

MOMENTS = 6 if is_thorough() else 2
BACKGROUND = "import subprocess; subprocess.Popen(['sleep', '1000'])"
BETWEEN = ("gate", "--base", "HEAD~1", "--max-time", "1", "--tree-setup", f'{sys.executable} -c "{BACKGROUND}"')
HANG = f'{sys.executable} -c "{BACKGROUND}; import time; time.sleep(1000)"'
HANGING = ("gate", "--base", "HEAD~1", "--tree-setup", HANG)
UPDATE = ("gate", "--update", "--baseline", "baseline.json")
ENDINGS = {0, 1, 3}
"""What a gate may answer that ended before it was stopped."""


@pytest.fixture
def shop(tmp_path) -> Repo:
    """A shop of two commits."""
    repo = shop_repository(tmp_path / "shop")
    repo.write("notes", "")
    repo.commit()
    return repo


@pytest.fixture
def begin(shop, temporary, start):
    """A function that starts a command in the shop."""
    return lambda *arguments: start(*arguments, cwd=shop.path, TMPDIR=str(temporary), **NO_SETTINGS)


@pytest.fixture
def nothing_left(shop, temporary, orphans):
    """A function that makes sure of it."""
    before = state(shop)

    def nothing_left():
        assert orphans() == {}
        assert list(temporary.iterdir()) == []
        assert not (shop.path / ".git" / "wfperf").exists()
        assert state(shop) == before
        return True

    return nothing_left


_DURATIONS_S: dict[tuple[str, ...], float] = {}


def duration_s(begin, *arguments):
    """Return how long a command takes here; it is tried once for all tests."""
    if arguments not in _DURATIONS_S:
        start_s = time.monotonic()
        _, said = (process := begin(*arguments)).communicate(timeout=PATIENCE_S)
        assert process.returncode in ENDINGS, said
        _DURATIONS_S[arguments] = time.monotonic() - start_s
    return _DURATIONS_S[arguments]


def moments_s(number, longest_s, seed):
    """Give so many random moments, one in each of as many parts of a duration, in random order."""
    draw = Random(seed)
    moments = [longest_s * (at + draw.random()) / number for at in range(number)]
    draw.shuffle(moments)
    return moments


def check_stopped(process, *numbers):
    """Make sure that a process that was sent signals has stopped in good order, unless it had ended."""
    _, said = process.communicate(timeout=PATIENCE_S)
    # Before wfperf has been imported there is nobody yet to explain an interrupt. And `python -m` itself dies of one
    # that came while a library executed text, as dataclasses do, although it was explained; a shell says 130 to that.
    assert process.returncode in {130, -signal.SIGINT, *(-number for number in numbers)} | ENDINGS, said
    if process.returncode == 130:
        assert "Traceback" not in said
        assert said.splitlines()[-1] == "wfperf: error: interrupted"
    return process.returncode


# Between two revisions


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_it_measures_leaves_nothing(begin, nothing_left, number):
    process = begin(*BETWEEN)
    while not (line := process.stderr.readline()).startswith("timing"):
        assert line, "it ended before it measured"
    os.killpg(process.pid, number)  # what a terminal does at Ctrl-C
    assert check_stopped(process, number) == 130
    assert nothing_left()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_random_moments_leaves_nothing(begin, nothing_left, number):
    for moment_s in moments_s(MOMENTS, 1.05 * duration_s(begin, *BETWEEN), seed=number):
        process = begin(*BETWEEN)
        time.sleep(moment_s)  # the moment itself is what is drawn
        os.killpg(process.pid, number)
        check_stopped(process, number)
        assert nothing_left()


def test_many_signals_leave_nothing_either(begin, nothing_left):
    """As of someone who presses Ctrl-C again and again, or of a runner that loses its patience."""
    draw = Random(9)
    for moment_s in moments_s(MOMENTS // 2, duration_s(begin, *BETWEEN), seed=9):
        process = begin(*BETWEEN)
        time.sleep(moment_s)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
            if process.poll() is None:
                process.send_signal(number)
            time.sleep(draw.uniform(0, 0.03))
        check_stopped(process, signal.SIGINT, signal.SIGTERM)
        assert nothing_left()


def test_after_a_kill_at_random_moments_all_ends_and_the_next_run_removes_what_is_left(begin, nothing_left, orphans):
    for moment_s in moments_s(MOMENTS, duration_s(begin, *BETWEEN), seed=3):
        process = begin(*BETWEEN)
        time.sleep(moment_s)
        process.kill()
        process.communicate(timeout=PATIENCE_S)
        until(lambda: orphans() == {})
    assert begin("gate", "--base", "HEAD", "--only", "counters").wait(PATIENCE_S) == 0
    assert nothing_left()


def test_a_killed_gate_does_not_keep_another_from_its_work(begin, nothing_left, orphans):
    """Which begins at once, while processes of the first are still ending."""
    process = begin(*HANGING)
    until(lambda: "sleep 1000 " in everything_below(process.pid).values())
    process.kill()
    gated = begin("gate", "--base", "HEAD~1", "--only", "counters")
    _, said = gated.communicate(timeout=PATIENCE_S)
    assert gated.returncode == 0, said
    process.communicate(timeout=PATIENCE_S)
    until(lambda: orphans() == {})
    assert nothing_left()


def everything_below(pid):
    found = children(pid)
    return found | {inner: name for each in found for inner, name in everything_below(each).items()}


def test_a_setup_command_that_hangs_is_ended_with_what_it_has_started(begin, nothing_left):
    process = begin(*HANGING)
    until(lambda: "sleep 1000 " in everything_below(process.pid).values())
    process.send_signal(signal.SIGTERM)
    assert check_stopped(process) == 130
    assert nothing_left()


# Bisect


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_bisection_that_is_stopped_in_its_middle(shop, begin, temporary, orphans, number):
    good = shop.head
    for at in range(6):
        shop.write("notes", str(at))
        if at == 3:
            shop.replace("shop.py", "sum(price(amount)", "sum(price(amount) + 0 * price(amount)")
        shop.commit()
    shop.git("bisect", "start", "HEAD", good)  # the user's own
    before = state(shop), shop.git("bisect", "log")
    process = begin("bisect", "--good", good, "--bad", "main", "--only", "counters")
    judged = 0
    while judged < 3:
        line = process.stderr.readline()
        assert line, "it ended before its middle"
        judged += line.startswith("judging")
    process.send_signal(number)
    assert check_stopped(process) == 130
    assert orphans() == {}
    assert list(temporary.iterdir()) == []
    assert not (shop.path / ".git" / "wfperf").exists()
    assert (state(shop), shop.git("bisect", "log")) == before


# A baseline


def do_more(shop):
    shop.replace("shop.py", "sum(price(amount)", "sum(price(amount) + 0 * price(amount)")


@pytest.fixture(scope="module")
def old_and_new(tmp_path_factory):
    """What the baseline of a shop is, and what it is when the shop does more."""
    shop = shop_repository(tmp_path_factory.mktemp("updated") / "shop")
    file = shop.path / "baseline.json"
    assert wfperf(*UPDATE, cwd=shop.path).returncode == 0
    old = file.read_text()
    do_more(shop)
    assert wfperf(*UPDATE, cwd=shop.path).returncode == 0
    assert file.read_text() != old
    read_baseline(file)
    return old, file.read_text()


@pytest.fixture
def baselines(shop, old_and_new):
    """The old baseline, and the new one that takes its place; and where."""
    do_more(shop)
    file = shop.path / "baseline.json"
    file.write_text(old_and_new[0])
    return file, *old_and_new


def drafts(file):
    return [path.name for path in file.parent.iterdir() if path.name.startswith(f".{file.name}")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_update_that_is_stopped_leaves_the_old_baseline_or_the_new_one(begin, baselines, orphans, number):
    file, old, new = baselines
    for moment_s in moments_s(MOMENTS // 2, 1.1 * duration_s(begin, *UPDATE), seed=number):
        file.write_text(old)
        process = begin(*UPDATE)
        time.sleep(moment_s)
        process.send_signal(number)
        check_stopped(process, number)
        assert file.read_text() in {old, new}
        if number != signal.SIGKILL:
            assert drafts(file) == []
            assert orphans() == {}
    until(lambda: orphans() == {})


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_update_that_is_stopped_while_it_writes(begin, baselines, orphans, number):
    file, old, new = baselines
    for later_s in (0.0, 0.0001, 0.0002, 0.0005) if is_thorough() else (0.0001,):
        file.write_text(old)
        process = begin(*UPDATE)
        assert process.stderr.readline().endswith(" ...\n")  # it has tried whether it can write
        while not drafts(file) and process.poll() is None:
            pass
        time.sleep(later_s)
        process.send_signal(number)
        check_stopped(process, number)
        until(lambda: orphans() == {})
        assert file.read_text() in {old, new}
        if number != signal.SIGKILL:
            assert drafts(file) == []
        for name in drafts(file):
            (file.parent / name).unlink()
