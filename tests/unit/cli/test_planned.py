"""What is measured is what the user meant: the plan that lies here or above; and the first line says which."""

import json
from pathlib import Path

import pytest
from repositories import shop_repository

from wfperf.gate.baseline import read_baseline

FACTORY = "--workload", "shop:configurations"
SHOWN = "2 configurations of shop:configurations"
BUILT_IN = "the built-in engine, PERF_TEST and its scenarios (built-in plan)"
QUICK = ("--profilers", "cprofile", "--runs", "2", "--max-time", "1")
OF_BUILT_IN = '{"kind": "work-baseline", "schema_version": 4, "python": {"2.7": {"typical": {"phase-1": %s}}}}'
COUNTS = '{"counts": {"function_calls": 1}, "calls": {}}'


@pytest.fixture
def shop(monkeypatch, tmp_path):
    """A project with a plan in its pyproject.toml; we are in a folder of it."""
    repo = shop_repository(tmp_path / "shop")
    inner = repo.path / "package"
    inner.mkdir()
    monkeypatch.chdir(inner)
    return repo


@pytest.fixture
def empty(monkeypatch, tmp_path):
    """A repository with nothing in it; we are there."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def first(text):
    return text.splitlines()[0]


@pytest.mark.parametrize(
    ("arguments", "doing"),
    [
        (("compare", "--blocks", "1"), "Measuring"),
        (("profile", *QUICK), "Profiling"),
        (("verify",), "Verifying"),
        (("plan",), "Showing"),
        (("gate", "--update"), "Gating"),
        (("gate", "--base", "HEAD", "--only", "counters"), "Gating"),
    ],
    ids=["compare", "profile", "verify", "plan", "gate", "gate --base"],
)
def test_the_plan_above_is_found_and_told_first(shop, run, arguments, doing):
    shop.write("package/kept", "")
    shop.commit()
    ended = run(*arguments)
    assert ended.code == 0, ended.stderr
    assert first(ended.stdout) == f"{doing} {SHOWN} (plan: ../pyproject.toml)"


@pytest.mark.parametrize("command", ["compare", "verify", "plan", "gate"])
def test_where_a_program_reads_it_is_told_on_stderr(shop, run, command):
    del shop
    ended = run(command, "--format", "json", *{"compare": ("--blocks", "1"), "gate": ("--update",)}.get(command, ()))
    assert ended.code == 0, ended.stderr
    json.loads(ended.stdout)
    assert first(ended.stderr).endswith(f" {SHOWN} (plan: ../pyproject.toml)")


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (FACTORY, f"{SHOWN} (--workload shop:configurations)"),
        (("--a", "shop:configurations", "--b", "shop:one"), "shop:configurations and shop:one (functions of shop.py)"),
        (("--plan", "../pyproject.toml"), f"{SHOWN} (plan: ../pyproject.toml)"),
    ],
    ids=["a factory", "two functions", "a file"],
)
def test_what_is_named_is_told(shop, run, monkeypatch, arguments, what):
    shop.write("shop.py", "def one(): return 1\ndef configurations(): return {'original': one, 'fast': one}\n")
    monkeypatch.chdir(shop.path / ("package" if arguments[0] == "--plan" else ""))
    ended = run("compare", *arguments, "--blocks", "1")
    assert first(ended.stdout) == f"Measuring {what}", ended.stderr


def test_what_init_wrote_is_what_every_command_uses_from_a_folder_below(empty, run, monkeypatch):
    assert run("init").code == 0
    (empty / "inner").mkdir()
    monkeypatch.chdir(empty / "inner")
    commands = {
        "compare": ("Measuring", "--blocks", "1", "--max-time", "1"),
        "verify": ("Verifying",),
        "profile": ("Profiling", *QUICK),
        "gate": ("Gating", "--update"),
    }
    for command, (doing, *options) in commands.items():
        ended = run(command, *options)
        assert ended.code == 0, ended.stderr
        said = first(ended.stdout)
        assert said.startswith(f"{doing} ")
        assert said.endswith(" of wfperf_workload:configurations (plan: ../wfperf.toml)")
    assert (empty / "wfperf-baseline.json").exists()
    assert not Path("wfperf-baseline.json").exists()


def test_a_gate_in_a_subfolder_of_a_repository_without_a_plan_writes_nothing(empty, run, monkeypatch):
    (empty / "inner").mkdir()
    monkeypatch.chdir(empty / "inner")
    ended = run("gate", "--update")
    assert (ended.code, ended.stdout) == (2, "")
    assert "nothing to gate: " in ended.stderr
    assert {*empty.rglob("*")} == {empty / ".git", empty / "inner"}


def test_a_bisection_says_first_what_it_is_about(shop, run):
    shop.write("package/kept", "")
    shop.commit()
    assert (
        first(run("bisect", "--good", "HEAD~1", "--only", "counters").stdout)
        == f"Bisecting {SHOWN} (plan: ../pyproject.toml)"
    )


def test_two_plans_in_a_folder_are_told(shop, run, monkeypatch):
    shop.write("wfperf.toml", (shop.path / "pyproject.toml").read_text().replace("tool.wfperf.", "")
               .replace("[tool.wfperf]\n", ""))  # fmt: skip
    monkeypatch.chdir(shop.path)
    said = first(run("plan").stdout)
    assert said == f"Showing {SHOWN} (plan: wfperf.toml; the one in pyproject.toml is not used)"


@pytest.mark.parametrize("command", ["compare", "verify", "profile", "gate", "plan"])
@pytest.mark.parametrize(
    ("name", "text", "says"),
    [("pyproject.toml", "tool = 5", "tool is 5; it must be a table"), ("wfperf.toml", "", "has no configuration")],
)
def test_a_broken_plan_is_a_mistake_and_nothing_else_is_measured(empty, run, command, name, text, says):
    (empty / name).write_text(text)
    ended = run(command)
    assert (ended.code, ended.stdout) == (2, "")
    assert name in ended.stderr
    assert says in ended.stderr


@pytest.mark.parametrize(
    "arguments", [("--plan", ""), ("--workload", ""), ("--a", "", "--b", ""), ("--plan", ".")], ids=" ".join
)
def test_an_empty_name_is_a_mistake_and_nothing_else_is_measured(empty, run, arguments):
    del empty
    ended = run("compare", *arguments)
    assert (ended.code, ended.stdout) == (2, "")


def test_without_a_plan_it_is_the_built_in_engine_and_told_so(empty, run):
    del empty
    assert first(run("plan").stdout) == f"Showing {BUILT_IN}"
    compared = run("compare", "--only", "slots", "--blocks", "1", "--max-time", "1")
    assert first(compared.stdout) == f"Measuring {BUILT_IN}"


def test_the_built_in_plan_can_be_named_beside_a_plan_and_a_file_of_that_name_too(shop, run):
    assert first(run("plan", "--plan", "built-in").stdout) == f"Showing {BUILT_IN}"
    text = (shop.path / "pyproject.toml").read_text().replace("tool.wfperf.", "").replace("[tool.wfperf]\n", "")
    Path("built-in").write_text(text)
    assert first(run("plan", "--plan", "built-in").stdout) == f"Showing {BUILT_IN}"
    assert first(run("plan", "--plan", "./built-in").stdout) == f"Showing {SHOWN} (plan: ./built-in)"
    refused = run("compare", "--plan", "./built-in", "--blocks", "1", "--format", "json")
    assert "No module named 'shop'" in refused.stderr, "whose path is relative to the file"


# The gate's baseline


def test_a_gate_keeps_its_baseline_beside_the_plan(shop, run, monkeypatch):
    assert run("gate", "--update").code == 0
    assert list(Path().iterdir()) == [Path(".wfperf")], "what history keeps"
    baseline = read_baseline(shop.path / "wfperf-baseline.json")
    assert all(list(table) == ["call"] for table in baseline.counters.values())
    assert run("gate").code == 0
    assert run("gate", "--plan", "../pyproject.toml").code == 0
    monkeypatch.chdir(shop.path)
    gated = run("gate")
    assert gated.code == 0
    assert "Reproduce: wfperf gate\n" in gated.stdout


def test_a_file_that_is_opened_by_a_relative_name_is_found_from_below(shop, run):
    shop.write("orders.txt", "100")
    shop.replace("shop.py", "work(100)", "work(int(open('orders.txt').read()))")
    for command in (("gate", "--update"), ("verify",)):
        ended = run(*command)
        assert ended.code == 0, ended.stderr


@pytest.mark.parametrize("arguments", [(), ("--update",), ("--baseline", "counts.json"), ("--wall-time", "--update")])
def test_a_gate_of_nothing_says_what_to_do(empty, run, arguments):
    ended = run("gate", *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    for part in ("nothing to gate: ", "wfperf init", "--plan FILE", "--plan built-in"):
        assert part in ended.stderr
    assert list(empty.iterdir()) == [empty / ".git"]


def test_a_baseline_of_the_built_in_engine_says_that_it_is_meant(empty, run, monkeypatch):
    (empty / "wfperf-baseline.json").write_text(OF_BUILT_IN % COUNTS)
    (empty / "inner").mkdir()
    for folder in (empty, empty / "inner"):
        monkeypatch.chdir(folder)
        ended = run("gate")
        assert ended.code == 5, ended.stderr
        assert "wfperf-baseline.json has no counts for Python 3" in ended.stderr


@pytest.mark.parametrize("arguments", [(), ("--update",), ("--plan", "built-in", "--update")], ids=" ".join)
def test_a_baseline_of_something_else_is_not_taken_for_it(empty, run, arguments):
    other = (OF_BUILT_IN % COUNTS).replace("phase-1", "fast")
    (empty / "wfperf-baseline.json").write_text(other)
    ended = run("gate", *arguments)
    assert (ended.code, ended.stdout) == (2, "")
    assert "is not a baseline of the built-in engine" in ended.stderr
    assert (empty / "wfperf-baseline.json").read_text() == other


def test_the_built_in_engine_is_gated_by_name_and_reproduced(empty, run):
    part = ("--benchmark", "typical", "--config", "original")
    updated = run("gate", "--plan", "built-in", "--update", *part)
    assert updated.code == 0, updated.stderr
    assert "--plan built-in" in updated.stdout.splitlines()[-1]
    (empty / "inner").mkdir()
    assert run("gate", *part).code == 0
    assert run("gate", "--plan", "built-in", *part).code == 0


def test_budgets_without_a_plan_are_of_the_built_in_engine_and_found_above(empty, run, monkeypatch):
    (empty / "pyproject.toml").write_text("[tool.wfperf.gate]\nmax_call = 1\n")
    (empty / "inner").mkdir()
    monkeypatch.chdir(empty / "inner")
    ended = run("gate", "--plan", "built-in", "--update")
    assert ended.code == 2
    assert "../pyproject.toml, gate: max_call" in ended.stderr


def test_init_shows_commands_that_work_as_they_stand(empty, run):
    assert "\n  wfperf compare\n" in run("init").stdout
    assert "\n  wfperf compare --plan inner/wfperf.toml\n" in run("init", "inner").stdout
    assert first(run("plan").stdout).endswith("(plan: wfperf.toml)")
    assert (empty / "inner" / "wfperf.toml").is_file()


def test_a_plan_that_another_user_could_have_written_is_told_and_not_used(shop, run):
    shop.path.chmod(0o1777)
    (shop.path / ".git").rename(shop.path / "git")
    ended = run("compare", "--only", "nothing")
    assert first(ended.stderr) == (
        "wfperf: note: ../pyproject.toml is not used, because another user could have written it, and a plan "
        "names code to run; if you trust it, give --plan ../pyproject.toml"
    )
    assert SHOWN not in ended.stdout
