"""The workflows to copy: wfperf stands beside the project; one comment follows from the decision, forks included."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from processes import ROOT
from repositories import scrubbed_environment, shop_repository
from ruamel.yaml import YAML

BASH = shutil.which("bash")
MEASURE, COMMENT = (
    YAML(typ="safe").load((ROOT / "docs" / "ci" / name).read_text(encoding="utf-8"))
    for name in ("wfperf.yml", "wfperf-comment.yml")
)
(GATE,) = [step["run"] for step in MEASURE["jobs"]["gate"]["steps"] if step.get("name") == "Gate"]
(POST,) = [step for step in COMMENT["jobs"]["comment"]["steps"] if step.get("name") == "Comment"]
HOSTILE = "me:$(touch owned)`touch owned`'; touch owned"

GH = """
import json, os, sys
from pathlib import Path

arguments = sys.argv[1:]
with Path("asked.jsonl").open("a") as asked:
    asked.write(json.dumps(arguments) + "\\n")
if any(each.endswith("/pulls") for each in arguments):
    print(os.environ["PULL"])
elif "--paginate" in arguments:
    print(os.environ["COMMENTS"])
"""

pytestmark = pytest.mark.skipif(not BASH or not shutil.which("git"), reason="needs bash and git")


@pytest.fixture
def runner(tmp_path):
    """A folder with what the steps before have installed there, and a `gh` that notes what it is asked."""
    programs = {
        "wfperf/bin/wfperf": f'#!/bin/sh\nexec "{sys.executable}" -m wfperf "$@"\n',
        "wfperf/bin/python": "#!/bin/sh\n",
        "project/bin/python": f'#!/bin/sh\nexec "{sys.executable}" "$@"\n',
        "bin/python3": "#!/bin/sh\n",
        "bin/gh": f"#!{sys.executable}\n{GH}",
    }
    for name, text in programs.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    return tmp_path


def bash(script, runner, cwd, **variables):
    path = f"{runner / 'bin'}:{os.environ['PATH']}"
    environment = {**scrubbed_environment(), "PYTHONPATH": str(ROOT), "RUNNER_TEMP": str(runner), "PATH": path}
    command = [BASH, "--noprofile", "--norc", "-e", "-c", script]
    return subprocess.run(command, cwd=cwd, env=environment | variables, capture_output=True, text=True, check=False)


@pytest.fixture
def decided(runner, tmp_path):
    """A decision where the workflow keeps it: a pull request makes two calls more."""
    repo = shop_repository(tmp_path / "shop")
    repo.replace("shop.py", "sum(price(amount)", "sum(price(price(amount))")
    repo.replace("shop.py", "sum([amount * 119 // 100", "sum([amount * 119 // 100 * 119 // 100")
    repo.commit()
    script = GATE.replace("--max-time 300", "--only counters --accept-results")
    done = bash(script, runner, repo.path, GITHUB_STEP_SUMMARY=str(tmp_path / "summary.md"))
    (tmp_path / "decision").mkdir()
    (tmp_path / "wfperf.json").rename(tmp_path / "decision" / "wfperf.json")
    return done


def test_the_gate_runs_the_project_s_interpreter_and_fails_where_a_budget_is_broken(decided, runner):
    assert decided.returncode == 1, decided.stderr
    assert "::error file=shop.py,line=1,title=wfperf gate%3A FAIL" in decided.stdout
    decision = json.loads((runner / "decision" / "wfperf.json").read_text())
    assert f"--python {runner / 'project/bin/python'}" in decision["command"]


@pytest.mark.usefixtures("decided")
def test_one_comment_is_posted_then_updated_and_none_without_its_pull_request(runner):
    def asked(pull, comments):
        (runner / "asked.jsonl").write_text("")
        given = {"REPOSITORY": "o/r", "HEAD": HOSTILE, "COMMIT": "1" * 40, "RUN_URL": "https://the/run"}
        done = bash(POST["run"], runner, runner, **given, PULL=pull, COMMENTS=comments)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in (runner / "asked.jsonl").read_text().splitlines()]

    looked_up, _, posted = asked("7", "")
    assert f"head={HOSTILE}" in looked_up
    body = f"body=@{runner / 'comment.md'}"
    assert posted == ["api", "--method", "POST", "repos/o/r/issues/7/comments", "-F", body, "--silent"]
    written = (runner / "comment.md").read_text()
    assert written.startswith("<!-- wfperf gate -->\n### FAIL: ")
    assert written.endswith("\n[The run](https://the/run)\n")
    *_, updated = asked("7", "42\n43")
    assert updated[1:4] == ["--method", "PATCH", "repos/o/r/issues/comments/42"]
    assert len(asked("", "")) == 1
    assert not (runner / "owned").exists()


def test_what_runs_the_pull_request_s_code_may_only_read_and_what_may_write_runs_none_of_it():
    assert MEASURE["permissions"] == {"contents": "read"}
    assert "permissions" not in MEASURE["jobs"]["gate"]
    steps = COMMENT["jobs"]["comment"]["steps"]
    assert not [step for step in steps if "checkout" in step.get("uses", "")]
    assert "${{" not in POST["run"]


@pytest.mark.parametrize("file", sorted((ROOT / "docs" / "ci").iterdir()), ids=lambda file: Path(file).name)
def test_no_placeholder_is_to_be_replaced(file):
    text = file.read_text(encoding="utf-8")
    assert "OWNER" not in text
    assert "pip install wfperf" not in text.replace('"$RUNNER_TEMP/wfperf/bin/python" -m pip install', "")
