"""The GitHub action: it fits GitHub's schema, and its scripts do what they say, whatever their inputs hold."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from repositories import empty_repository, scrubbed_environment, shop_repository
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
ACTION = YAML(typ="safe").load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, GATE = ACTION["runs"]["steps"]
WORKFLOWS = [*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob("docs/ci/*.yml")]
BASH = shutil.which("bash")
HOSTILE = '\'; touch owned; "$(touch owned)" `touch owned` ${{ x }}'

FAKE_PYTHON = """
import json, os, subprocess, sys
from pathlib import Path

arguments = sys.argv[1:]
if "-c" in arguments:
    sys.exit(subprocess.call([sys.executable, *arguments]))
Path("called.json").write_text(json.dumps([arguments, os.environ.get("GITHUB_STEP_SUMMARY", "")]))
files = [each.removeprefix("--output=") for each in arguments if each.startswith("--output=")]
if files and "STATUS" in os.environ:
    Path(files[0]).write_text(json.dumps({"status": os.environ["STATUS"]}))
print("shown")
sys.exit(int(os.environ.get("CODE", "0")))
"""

pytestmark = pytest.mark.skipif(not BASH or not shutil.which("git"), reason="needs bash and git")


def commit(repo, message, *parents):
    """Return a new commit; a merge where several parents are named."""
    options = [word for parent in parents for word in ("-p", parent)]
    return repo.git("commit-tree", "HEAD^{tree}", "-m", message, *options)


@pytest.fixture
def repository(tmp_path):
    """A repository with a target branch, a branch of a pull request, and their merge, which is checked out."""
    repo = empty_repository(tmp_path / "checkout")
    root = repo.commit("root")
    commits = {"root": root, "target": commit(repo, "target", root), "branch": commit(repo, "branch", root)}
    commits["merge"] = commit(repo, "merge", commits["target"], commits["branch"])
    repo.git("checkout", "--quiet", "--detach", commits["merge"])
    return repo, commits


@pytest.fixture
def step(tmp_path):
    """Runs a step's script in a repository as the runner does, with a Python that only notes what it is asked."""
    fake = tmp_path / "python"
    fake.write_text(f"#!{sys.executable}\n{FAKE_PYTHON}", encoding="utf-8")
    fake.chmod(0o755)
    environment = tmp_path / "wfperf-environment" / "bin" / "python"
    environment.parent.mkdir(parents=True)
    environment.symlink_to(fake)
    output = tmp_path / "output"

    def run(step, repo, **variables):
        script = tmp_path / "script.sh"
        script.write_text(step["run"], encoding="utf-8")
        output.write_text("", encoding="utf-8")
        defaults = {
            **dict.fromkeys(step["env"], ""),
            "INPUT_PYTHON": str(fake),
            "INPUT_INSTALL": "true",
            "INPUT_FORMAT": "github",
            "INPUT_SUMMARY": "true",
            "GITHUB_STEP_SUMMARY": "summary.md",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_ACTION_PATH": "/the/action",
            "RUNNER_TEMP": str(tmp_path),
        }
        done = subprocess.run(
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=repo.path,
            env={**scrubbed_environment(), **defaults, **variables},
            capture_output=True,
            text=True,
            check=False,
        )
        outputs = dict(line.split("=", 1) for line in output.read_text(encoding="utf-8").splitlines())
        return done, outputs

    return run


def called(repo):
    return json.loads((repo.path / "called.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("schema", "files"),
    [("vendor.github-actions", [ROOT / "action.yml"]), ("vendor.github-workflows", WORKFLOWS)],
    ids=["action", "workflows"],
)
def test_they_fit_githubs_schemas(schema, files):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_inputs_reach_scripts_as_variables_only_and_each_is_used():
    scripts = INSTALL["run"] + GATE["run"]
    assert "${{" not in scripts
    variables = {**INSTALL["env"], **GATE["env"]}
    assert all(f"${name}" in scripts or f"${{{name}" in scripts for name in variables)
    used = {value.removeprefix("${{ inputs.").removesuffix(" }}") for value in variables.values() if "inputs." in value}
    assert used | {"install"} == set(ACTION["inputs"])


def test_hostile_inputs_are_arguments_and_nothing_else(step, repository):
    repo, _ = repository
    named = {name: HOSTILE for name in GATE["env"] if name.startswith("INPUT_")}
    lines = {"INPUT_SETUP": f"{HOSTILE}\n\nmake it\n", "INPUT_ARGS": f"{HOSTILE}\n--accept-results"}
    kept = {
        "INPUT_PYTHON": str(repo.path.parent / "python"),
        "INPUT_WFPERF_PYTHON": "",
        "INPUT_INSTALL": "true",
        "INPUT_RESULT": "result.json",
        "INPUT_REPORT": "",
        **lines,
    }
    done, _ = step(GATE, repo, **{**named, **kept})
    assert done.returncode == 0, done.stderr
    (arguments, summary) = called(repo)
    assert arguments == [
        "-P",
        "-m",
        "wfperf",
        "gate",
        f"--format={HOSTILE}",
        "--output=result.json",
        "--force",
        f"--base={HOSTILE}",
        f"--head={HOSTILE}",
        f"--baseline={HOSTILE}",
        f"--plan={HOSTILE}",
        f"--python={repo.path.parent / 'python'}",
        f"--only={HOSTILE}",
        f"--max-time={HOSTILE}",
        f"--inconclusive={HOSTILE}",
        f"--tree-setup={HOSTILE}",
        "--tree-setup=make it",
        HOSTILE,
        "--accept-results",
    ]
    assert summary == ""
    assert not (repo.path / "owned").exists()


@pytest.mark.parametrize(
    ("event", "base"),
    [
        ({"TARGET": "root", "BRANCH": "branch"}, "target"),  # the target moved on before it was merged
        ({"TARGET": "root"}, "root"),
        ({"BEFORE": "branch"}, "branch"),
        ({"BEFORE": "0" * 40}, "target"),
        ({}, "target"),
        ({"INPUT_BASE": "main"}, "main"),
        ({"INPUT_BASELINE": "counts.json"}, None),
    ],
)
def test_what_is_held_against_follows_from_the_event(step, repository, event, base):
    repo, commits = repository
    done, _ = step(GATE, repo, **{name: commits.get(value, value) for name, value in event.items()})
    assert done.returncode == 0, done.stderr
    bases = [each for each in called(repo)[0] if each.startswith("--base=")]
    assert bases == ([f"--base={commits.get(base, base)}"] if base else [])


def test_where_the_base_is_not_there_an_annotation_says_what_to_do(step, repository):
    repo, commits = repository
    repo.git("checkout", "--quiet", "--detach", commits["root"])
    done, outputs = step(GATE, repo, TARGET="1" * 40)
    assert (done.returncode, outputs) == (2, {"status": "error"})
    assert done.stdout.startswith("::error title=wfperf gate::")
    assert "fetch-depth: 0" in done.stdout
    assert not (repo.path / "called.json").exists()


@pytest.mark.parametrize(
    ("status", "code"), [("pass", "0"), ("fail", "1"), ("inconclusive", "3"), ("results differ", "4")]
)
def test_the_job_ends_as_the_gate_does_and_outputs_say_how(step, repository, status, code):
    repo, _ = repository
    done, outputs = step(GATE, repo, STATUS=status, CODE=code)
    result = str(repo.path.parent / "wfperf-gate.json")
    assert done.returncode == int(code)
    assert outputs == {"status": status, "exit-code": code, "result": result}
    assert done.stdout == "shown\n"


def test_a_gate_that_could_not_decide_is_an_error_even_where_an_old_result_lies(step, repository):
    repo, _ = repository
    (repo.path / "old.json").write_text('{"status": "pass"}', encoding="utf-8")
    done, outputs = step(GATE, repo, INPUT_RESULT="old.json", CODE="5")
    assert (done.returncode, outputs["status"]) == (5, "error")


def test_a_report_is_a_file_and_a_summary_can_be_left_out(step, repository):
    repo, _ = repository
    done, _ = step(GATE, repo, INPUT_REPORT="report.xml", INPUT_FORMAT="junit")
    assert done.stdout == ""
    assert (repo.path / "report.xml").read_text(encoding="utf-8") == "shown\n"
    assert called(repo)[1] == "summary.md"
    step(GATE, repo, INPUT_SUMMARY="false")
    assert called(repo)[1] == ""


def test_wfperf_is_installed_from_the_action_with_arguments_one_a_line(step, repository):
    repo, _ = repository
    done, _ = step(INSTALL, repo, INPUT_INSTALL_ARGS=f"--constraint=c d.txt\n{HOSTILE}")
    assert done.returncode == 0, done.stderr
    assert called(repo)[0] == [
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "/the/action",
        "--constraint=c d.txt",
        HOSTILE,
    ]
    assert not (repo.path / "owned").exists()


def test_a_change_that_calls_more_fails_the_job_with_an_annotation_and_a_summary(step, tmp_path):
    repo = shop_repository(tmp_path / "shop")
    repo.replace("shop.py", "sum(price(amount)", "sum(price(price(amount))")
    repo.replace("shop.py", "sum([amount * 119 // 100", "sum([amount * 119 // 100 * 119 // 100")
    repo.commit()
    summary = tmp_path / "summary.md"
    given = {
        "INPUT_PYTHON": sys.executable,
        "INPUT_INSTALL": "false",
        "INPUT_ONLY": "counters",
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    done, outputs = step(GATE, repo, **given, INPUT_ARGS="--accept-results")
    assert (done.returncode, outputs["status"]) == (1, "fail"), done.stdout + done.stderr
    assert "::error file=shop.py,line=1,title=wfperf gate%3A FAIL::function calls of original on call" in done.stdout
    assert "**FAIL**" in summary.read_text(encoding="utf-8")
    assert json.loads(Path(outputs["result"]).read_text(encoding="utf-8"))["status"] == "fail"
