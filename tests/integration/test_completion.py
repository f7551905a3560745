"""Completion as bash, zsh and fish do it."""

import os
import pty
import select
import shutil
import subprocess
import sys
import time

import pytest
from processes import PATIENCE_S, ROOT
from repositories import empty_repository

SCRIPT = """
compopt() { :; } # it works only while bash itself completes
source <(_WFPERF_COMPLETE=bash_source wfperf)
COMP_LINE=$1; COMP_POINT=${#1}
_wfperf_completion wfperf
printf '%s\\n' "${COMPREPLY[@]}"
"""

PLAN = """
workload = "shop:make"
[[benchmark]]
name = "many orders"
[[configuration]]
name = "original"
[[configuration]]
name = "indexed"
"""


SHOP = """
import nowhere
raise SystemExit("it is read, not run")
def total_of(orders): ...
async def _hidden(): ...
class Order:
    def price(self): ...
"""


@pytest.fixture
def shell(tmp_path):
    """A function that gives the path of a shell and the environment in which it finds wfperf."""
    program = tmp_path / "bin" / "wfperf"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m wfperf "$@"\n')
    program.chmod(0o755)
    environment = {**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def shell(name):
        found = shutil.which(name)
        if found is None:
            pytest.skip(f"there is no {name} here")
        return found, environment

    return shell


@pytest.fixture
def completed(shell, tmp_path):
    """A function that gives what bash offers behind `wfperf` and some words."""
    bash, environment = shell("bash")

    def completed(*words):
        done = subprocess.run(
            [bash, "-c", SCRIPT, "bash", " ".join(("wfperf", *words))],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return [line for line in done.stdout.splitlines() if line]

    return completed


@pytest.fixture
def shop(tmp_path):
    """A folder with a module, a package, a file of benchmarks and a plan."""
    files = {"src/shop.py": SHOP, "store/__init__.py": "", "store/orders.py": SHOP, "benchmarks/perf.py": SHOP}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("com",), ["compare"]),
        (("run", "heavy"), ["heavy-substitution"]),
        (("compare", "--only", "dispa"), ["dispatch"]),
        (("profile", "--benchmark", "parallel"), ["parallelizable"]),
        (("gate", "--config", "optim"), ["optimized"]),
    ],
)
def test_names_of_the_built_in_plan_are_completed(completed, words, offered):
    assert completed(*words) == offered


def test_names_are_those_of_the_plan_that_is_found_and_a_broken_one_has_none(completed, tmp_path):
    plan = tmp_path / "wfperf.toml"
    plan.write_text(PLAN)
    assert completed("compare", "--only", "in") == ["indexed"]
    assert completed("compare", "--benchmark", "") == [r"many\ orders"]
    plan.write_text("benchmark = 5")
    assert completed("compare", "--only", "in") == []


# What bash offers is the part behind the last colon, because a colon ends a word for it.
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("compare", "sh"), ["shop:"]),
        (("compare", "st"), ["store:", "store."]),
        (("compare", "store.o"), ["store.orders:"]),
        (("compare", "store.orders:"), ["total_of", "Order.price"]),
        (("compare", "shop:total_of", "shop:t"), ["total_of"]),
        (("compare", "shop:_"), ["_hidden"]),
        (("compare", "benchmarks/perf.py:Or"), ["Order.price"]),
        (("profile", "--path", "store", "ord"), ["orders:"]),
        (("gate", "--workload", "shop:to"), ["total_of"]),
        (("compare", "shop:none"), []),
        (("compare", "nowhere:t"), []),
        (("compare", "--plan", "bu"), ["built-in"]),
    ],
)
@pytest.mark.usefixtures("shop")
def test_functions_modules_and_plans_are_completed_and_nothing_is_run(completed, words, offered):
    assert completed(*words) == offered


@pytest.mark.parametrize(
    "words",
    [("compare", "--base"), ("compare", "--head"), ("gate", "--base"), ("bisect", "--good"), ("bisect", "--bad")],
)
def test_revisions_are_completed(completed, tmp_path, words):
    repo = empty_repository(tmp_path)
    repo.write("shop.py", SHOP)
    repo.commit()
    repo.git("branch", "feature/orders")
    repo.git("tag", "v1.0")
    assert completed(*words, "fea") == ["feature/orders"]
    assert completed(*words, "v") == ["v1.0"]


def test_outside_of_a_repository_no_revision_is_offered(completed):
    assert completed("compare", "--base", "m") == []


class Terminal:
    """A shell on a terminal of its own, as a user sits before it."""

    def __init__(self, command, cwd, environment):
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            command, cwd=cwd, env={**environment, "TERM": "dumb"}, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self._seen = ""

    def type(self, keys, awaited):
        """Type keys, and wait until something stands there."""
        os.write(self._ours, keys.encode())
        deadline_s = time.monotonic() + PATIENCE_S
        while awaited not in self._seen:
            assert time.monotonic() < deadline_s, self._seen
            if select.select([self._ours], [], [], 1)[0]:
                self._seen += os.read(self._ours, 4096).decode(errors="replace").replace("\r", "")
        self._seen = ""

    def close(self):
        self._process.kill()
        self._process.wait()
        os.close(self._ours)


STARTED = "is-st''arted"
"""What is typed is not yet what is printed."""


@pytest.mark.parametrize(
    ("name", "options", "script"),
    [
        ("bash", ("--norc", "--noprofile", "-i"), 'eval "$(_WFPERF_COMPLETE=bash_source wfperf)"'),
        ("zsh", ("-f", "-i"), 'autoload -U compinit; compinit -u -D; eval "$(_WFPERF_COMPLETE=zsh_source wfperf)"'),
    ],
)
def test_a_key_completes_in_the_shell_itself(shell, shop, name, options, script):
    path, environment = shell(name)
    terminal = Terminal([path, *options], shop, environment)
    try:
        terminal.type(f"bindkey -e 2>/dev/null; {script}; echo {STARTED}\n", "is-started")
        terminal.type("wfperf compare shop:tot\t", "shop:total_of")
        terminal.type("shop:Ord\t", "Order.price")
        terminal.type("--res\t", "--results")
        # The line begins with a command that shows it.
        terminal.type("\x01echo \x05\n", "\nwfperf compare shop:total_of shop:Order.price --results")
    finally:
        terminal.close()


def test_fish_completes(shell, shop):
    fish, environment = shell("fish")
    script = "_WFPERF_COMPLETE=fish_source wfperf | source; complete -C 'wfperf compare shop:tot'"
    done = subprocess.run(
        [fish, "--no-config", "-c", script], cwd=shop, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["shop:total_of"], done.stderr
