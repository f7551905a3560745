"""Whatever JSON a command writes says what it is and by which version, and those that have a schema fit it."""

import json
from importlib import import_module
from keyword import iskeyword
from pathlib import Path

import click
import jsonschema
import pytest
from repositories import shop_repository

from wfperf.cli import COMMANDS
from wfperf.results.comparison import Comparison
from wfperf.results.kinds import KINDS
from wfperf.results.reading import read_result
from wfperf.results.schema import schema_of

COMPARE = ("compare", "--only", "fast", "--max-time", "1", "--blocks", "1")
GATE = ("gate", "--baseline", "counts.json", "--update")

ASKED = {
    "bisect": ("bisect", "--good", "HEAD~1", "--only", "counters"),
    "check": ("check", "--all"),
    "compare": COMPARE,
    "doctor": ("doctor", "--max-time", "0"),
    "gate": GATE,
    "history": ("history",),
    "plan": ("plan",),
    "profile": ("profile", "--profilers", "cprofile", "--runs", "1", "--max-time", "1"),
    "run": ("run",),
    "show": ("show", "found.json"),
    "verify": ("verify",),
}
"""Of each command that writes JSON something that takes no long time."""

ENGINE = str(Path(__file__).parents[2] / "plans" / "engine" / "wfperf.toml")
"""A plan of the built-in engine with one benchmark."""

FOREIGN = {"export"}
"""Its JSON is a workflow, in a format of its own."""


def parameters(name):
    """Return the parameters of a command, and of those within it."""
    command = import_module(f"wfperf.cli.{name}_" if iskeyword(name) else f"wfperf.cli.{name}").command
    within = command.commands.values() if isinstance(command, click.Group) else ()
    return [each for found in (command, *within) for each in found.params]


def test_every_command_that_writes_json_is_tried():
    json_is_a_choice = {
        name for name in COMMANDS if any("json" in getattr(each.type, "choices", ()) for each in parameters(name))
    }
    assert json_is_a_choice - FOREIGN == set(ASKED)


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """A repository with a plan of its own, and a second commit that changes nothing that is counted."""
    shop = shop_repository(tmp_path / "shop")
    (shop.path / "README").write_text("A shop.\n")
    shop.commit("Say what it is")
    monkeypatch.chdir(shop.path)
    return shop.path


def checked(text, kind):
    """Return what a text holds: JSON of this kind, which fits the schema of the kind if there is one."""
    data = json.loads(text, parse_constant=pytest.fail)
    assert list(data)[:2] == ["schema_version", "kind"]
    assert type(data["schema_version"]) is int
    assert data["kind"] == kind
    if kind in KINDS:
        jsonschema.Draft202012Validator(schema_of(KINDS[kind])).validate(data)
    return data


@pytest.mark.parametrize(
    ("name", "kind"),
    [("bisect", "bisect"), ("check", "check"), ("doctor", "diagnosis"), ("gate", "gate"), ("plan", "plan"),
     ("run", "run"), ("verify", "verification")],
)  # fmt: skip
def test_what_it_prints_says_what_it_is(name, kind, run, folder):  # noqa: ARG001 - it is where commands run
    checked(run(*ASKED[name], "--format", "json").stdout, kind)


@pytest.mark.parametrize("name", ["plan", "verify"])
def test_so_does_what_it_says_of_the_built_in_engine(name, run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    asked = ("--plan", ENGINE, "--random", "0", "--seed", "1") if name == "verify" else ("--plan", "built-in")
    checked(run(name, *asked, "--format", "json").stdout, {"verify": "verification"}.get(name, name))


@pytest.mark.parametrize("named", ["optimized", "dispatch", "f-string"])
def test_so_does_a_part_of_the_plan(named, run, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    checked(run("plan", named, "--format", "json").stdout, "plan-entry")


@pytest.mark.measures
def test_so_does_what_was_measured_and_whatever_is_made_of_it(run, folder):
    printed = run(*COMPARE, "-o", "found.json", "--format", "json").stdout
    checked(printed, "comparison")
    assert (folder / "found.json").read_text() == printed
    comparison = read_result(folder / "found.json", Comparison)
    assert {len(benchmark.blocks) for benchmark in comparison.benchmarks} == {1}
    assert comparison.benchmarks[0].blocks[0].warm_up_runs.keys() == {"original", "control", "fast"}
    assert run("show", "found.json", "--format", "json").stdout == printed
    history = checked(run("history", "--format", "json").stdout, "history")
    assert {each["metric"] for each in history["trends"]} >= {"throughput", "function_calls"}
    for line in run("history", "export").stdout.splitlines():
        checked(line, "history-entry")


@pytest.mark.measures
def test_so_does_a_profile(run, folder):
    printed = run(*ASKED["profile"], "--format", "json").stdout
    data = checked(printed, "profile")
    assert data["measured"]["blocks"] >= 1
    (folder / "profile.json").write_text(printed)
    assert run("show", "profile.json", "--format", "json").stdout == printed
    assert "Speedup over original" in run("show", "profile.json").stdout


def test_a_baseline_says_so_too(run, folder):
    run(*GATE)
    data = json.loads((folder / "counts.json").read_text())
    assert (data["kind"], type(data["schema_version"])) == ("work-baseline", int)


@pytest.mark.parametrize("name", ["bisect", "check", "doctor", "run"])
def test_what_was_written_is_shown_again(name, run, folder):
    run(*ASKED[name], "-o", "found.json")
    text = (folder / "found.json").read_text()
    assert run("show", "found.json", "--format", "json").stdout == text
    assert run("show", "found.json").code == 0
    assert run("show", "found.json", "found.json").code == 2
    assert run("show", "found.json", "--format", "sarif").code == 2
