"""Commands that wfperf prints are pasted into a shell: they measure the same again."""

import os
import shlex
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner
from processes import BRIEF, ROOT, wfperf

from wfperf.cli import options

FILES = {
    "shop.py": "import os\ndef load(size=9): return list(range(size))\ndef loaded(size=9): return [*range(size)]\n",
    "with space/sizes.py": "def make(): return (5,)\n",
    "with space/factory.py": "import shop\ndef make(): return {'original': shop.load, 'it\\'s $new': shop.loaded}\n",
    "with space/it's.toml": (
        'workload = "factory:make"\npath = [".", ".."]\n[[benchmark]]\nname = "call"\n'
        '[[configuration]]\nname = "original"\n[[configuration]]\nname = "it\'s $new"\n'
    ),
    "benchmarks/test_load.py": "import shop\ndef test_load(benchmark): benchmark(shop.load)\n",
}
PLAN = '--plan "with space/it\'s.toml"'
QUICK = "--blocks 1 --max-time 1"


@pytest.fixture
def shop(tmp_path):
    """A folder with functions, a suite, and a plan whose path and names need quotes."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def printed(done, beginning):
    """The command behind a note, and the first line of the output."""
    assert done.returncode == 0, done.stderr
    (line,) = [line.partition(beginning)[2] for line in done.stdout.splitlines() if beginning in line]
    return line, done.stdout.splitlines()[0]


def pasted(command, cwd):
    words = shlex.split(command)
    assert words[0] == "wfperf"
    return wfperf(*words[1:], cwd=cwd, constants=BRIEF)


@pytest.mark.measures
@pytest.mark.parametrize(
    "command",
    [
        f"compare shop:load shop:loaded --args '[3]' --env 'A=it is' --env 'A=\"$B\"' {QUICK}",
        f"compare --a shop:load --b shop.py:loaded --setup sizes:make --path . --path 'with space' {QUICK}",
        f"compare benchmarks -k 'load and not store' --suite pytest --env A=1 --env A=2 {QUICK} --cpu 0",
        f'compare {PLAN} --only "it\'s $new" --benchmark call --results ignore {QUICK} --seed 7',
        f"verify {PLAN}",
        f"gate {PLAN} --update --baseline 'with space/b.json' --config original",
    ],
)
def test_the_command_below_a_result_repeats_it(shop, command):
    if "--cpu" in command and not hasattr(os, "sched_setaffinity"):
        pytest.skip("this system cannot pin processes")
    done = wfperf(*shlex.split(command), cwd=shop, constants=BRIEF)
    reproduction, first = printed(done, "Reproduce: ")
    assert printed(pasted(reproduction, shop), "Reproduce: ") == (reproduction, first)


def test_an_option_from_the_environment_is_in_the_command(shop):
    done = wfperf("gate", "--update", cwd=shop, WFPERF_GATE_PLAN_FILE="with space/it's.toml")
    reproduction, first = printed(done, "Reproduce: ")
    assert printed(pasted(reproduction, shop), "Reproduce: ") == (reproduction, first)


def test_a_plan_s_page_names_the_command_for_that_plan(shop):
    done = wfperf("plan", *shlex.split(PLAN), cwd=shop)
    command, _ = printed(done, "To measure them: ")
    assert shlex.split(command) == ["wfperf", "compare", *shlex.split(PLAN)]


def test_the_program_is_named_as_it_was_called_where_its_name_alone_is_not_found(shop):
    script = shop / "bin" / "wfperf"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\nfrom wfperf.__main__ import main\nmain()\n")
    script.chmod(0o755)

    def last(called, path):
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path}
        command = [called, "init", "--force"]
        done = subprocess.run(command, cwd=shop, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()[-1].strip()

    assert last("bin/wfperf", "/usr/bin:/bin") == "bin/wfperf gate --update"
    assert last(str(script), f"{script.parent}:/usr/bin:/bin") == "wfperf gate --update"


def test_a_password_is_hidden_in_the_command():
    @click.command("compare")
    @options.db
    def command(db):
        click.echo(options.reproduction() + db[:0])

    said = CliRunner().invoke(command, ["--db", "postgresql://me:secret@host/shop"]).output
    assert said == "wfperf compare --db 'postgresql://me:***@host/shop'\n"
