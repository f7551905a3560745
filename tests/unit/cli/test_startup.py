"""`wfperf --help` stays light: what a command needs is imported when that command runs."""

import os
import subprocess
import sys
import tomllib

import click
import pytest
from processes import ROOT

from wfperf.cli import COMMANDS, cli
from wfperf.cli.help import SECTIONS
from wfperf.errors import missing_dependency

HEAVY = {"numpy", "sqlalchemy", "memray", "line_profiler", "rich", "simpleeval", "asyncio", "psycopg", "psutil"}


def started(*arguments, path):
    """Return the finished process of `wfperf ARGUMENTS` where Python finds nothing but its own library, and a path."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "wfperf", *arguments],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path))},
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_a_dependency_is_missing_it_is_named_and_nothing_was_measured():
    process = started("gate", path=[ROOT])
    assert process.returncode == 5
    assert process.stderr == (
        f"wfperf: error: {sys.executable} has no module click, which wfperf needs; install what is missing: "
        f"{sys.executable} -m pip install wfperf\n"
    )


def test_a_dependency_that_is_broken_is_no_verdict(tmp_path):
    (tmp_path / "click.py").write_text("1 / 0")
    process = started("gate", path=[ROOT, tmp_path])
    assert process.returncode == 70
    first, *rest = process.stderr.splitlines()
    assert first == "wfperf: internal error: ZeroDivisionError: division by zero (wfperf cannot be imported)"
    assert rest[0] == "Traceback (most recent call last):"


def test_the_command_starts_where_dependencies_may_be_missing():
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"wfperf": "wfperf.__main__:main"}


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (ModuleNotFoundError(name="rich.box"), "has no module rich.box, which wfperf needs; install what is missing: "),
        (ModuleNotFoundError(name="_sqlite3"), "was built without its module _sqlite3, which wfperf needs"),
        (ModuleNotFoundError(name="wfperf.nothing"), None),
        (ModuleNotFoundError("?"), None),
        (ImportError(name="rich"), None),
    ],
    ids=repr,
)
def test_which_errors_tell_of_a_missing_dependency(error, says):
    missing = missing_dependency(error)
    assert missing is None if says is None else says in str(missing)


def imported(*arguments):
    """Return the finished process of `wfperf ARGUMENTS`, and the top-level modules that it imported."""
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "wfperf", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [line for line in process.stderr.splitlines() if line.startswith("import time:")]
    return process, {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


def light(*arguments):
    """Return the finished process of `wfperf ARGUMENTS`, which succeeds and imports nothing heavy."""
    process, modules = imported(*arguments)
    assert process.returncode == 0
    assert {"click", "wfperf"} <= modules
    assert not HEAVY & modules
    return process


def test_the_version_imports_nothing_heavy():
    light("--version")


def test_a_gate_that_only_counts_loads_no_statistics(tmp_path):
    counted = ("gate", "--baseline", str(tmp_path / "counts.json"), "--benchmark", "typical", "--config", "original")
    assert imported(*counted, "--no-history", "--update")[0].returncode == 0
    process, modules = imported(*counted, "--no-history")
    assert process.stdout.splitlines()[1].startswith("PASS"), process.stderr
    assert not {"numpy", "memray", "line_profiler"} & modules


def test_help_lists_every_command_with_what_it_does_and_imports_nothing_heavy():
    process = light("--help")
    listed = {
        line.split()[0]: line.split()[1:] for line in process.stdout.partition("Commands:")[2].splitlines() if line
    }
    assert tuple(listed) == COMMANDS
    assert all(listed.values())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_says_what_it_is_for_and_nothing_heavy_is_imported(name):
    process = light(name, "--help")
    assert process.stdout.startswith(f"Usage: wfperf {name} ")
    page, _, examples = process.stdout.partition("  Examples:\n")
    assert len([line for line in examples.splitlines() if line.startswith(f"    wfperf {name}")]) > 1
    lines = page.splitlines()
    options = lines[next(place for place, line in enumerate(lines) if line[:1].isupper() and line.endswith(":")) :]
    assert any(line.startswith("  -h, --help") for line in options)
    for place, line in enumerate(options):
        if line.startswith("  -") and not line.startswith("   "):
            wrapped = options[place + 1] if place + 1 < len(options) else ""
            assert "  " in line.strip() or wrapped.startswith(" " * 10), line


def test_without_a_command_the_help_is_shown_as_a_mistake():
    process, _ = imported()
    assert process.returncode == 2
    assert process.stdout == ""
    assert "\n  compare  " in process.stderr
    assert "wfperf: error" not in process.stderr


@pytest.mark.parametrize("name", ["compare", "profile", "gate", "verify", "bisect"])
def test_a_long_help_page_has_its_options_in_sections(name):
    command = cli.get_command(click.Context(cli), name)
    placed = [option for options in SECTIONS.values() for option in options]
    assert {each.name for each in command.params if isinstance(each, click.Option)} <= {*placed}
    assert len(placed) == len({*placed})
    shown = command.get_help(click.Context(command))
    headings = [heading for heading in SECTIONS if f"\n{heading}:\n" in shown]
    assert len(headings) > 3
    assert "\nOptions:\n" not in shown
