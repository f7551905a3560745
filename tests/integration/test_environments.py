"""wfperf installed in one environment, and its subject in another one that has another version of a library."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

import pytest
from processes import PATIENCE_S, ROOT

LIBRARY = """
VERSION = {version!r}


def of_version_{major}():
    return [str(number) for number in range(100)]


run = of_version_{major}
"""
WORK = """
import json, sys
import tinylib

with open("seen", "a") as seen:
    seen.write(json.dumps([tinylib.VERSION, sys.path]) + "\\n")


def one():
    tinylib.run()
    if tinylib.VERSION.startswith("1."):
        return "by version 1"
    return "by version 2"


def configurations():
    return {"a": one, "b": lambda: one()}
"""
OTHER_MEMRAY = """
class FileDestination:
    def __init__(self, file, **_):
        file.write_bytes(b"as no memray that we know")


class Tracker:
    def __init__(self, **_): pass
    def __enter__(self): pass
    def __exit__(self, *_): pass
"""
ASKED = ("profile", "--workload", "work:configurations", "--runs", "3", "--max-time", "1", "--format", "json")
HERE = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
"""What wfperf needs, its profilers among it. An editable wfperf that is installed here is not found there."""


class Environment:
    """A virtual environment without pip that has a version of the library, and other folders of packages."""

    def __init__(self, folder, version, others=()):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        self.python = str(folder / "bin" / "python")
        self.packages = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
        source = LIBRARY.format(version=version, major=version.partition(".")[0])
        (self.packages / "tinylib.py").write_text(source)
        information = self.packages / f"tinylib-{version}.dist-info"
        information.mkdir()
        (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tinylib\nVersion: {version}\n")
        (self.packages / "others.pth").write_text("\n".join(others))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("environments")
    (folder / "work.py").write_text(WORK)
    return folder


@pytest.fixture(scope="module")
def home(folder):
    """The environment where wfperf is installed, as a wheel would be, beside version 2 of the library."""
    made = Environment(folder / "home", "2.0", HERE)
    without = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "wfperf", made.packages / "wfperf", ignore=without)
    shutil.copytree(ROOT / "sql", made.packages / "wfperf" / "sql", ignore=without)
    return made


@pytest.fixture
def wfperf(home, folder):
    """A function that runs the installed wfperf; it gives its JSON, and what each process of a subject saw."""

    def run(*arguments):
        (folder / "seen").unlink(missing_ok=True)
        finished = subprocess.run(
            [home.python, "-m", "wfperf", *arguments],
            cwd=folder,
            env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        assert finished.returncode == 0, finished.stderr
        return json.loads(finished.stdout), [json.loads(line) for line in (folder / "seen").read_text().splitlines()]

    return run


def profiled(data, profiler):
    """Return which functions of the library a profiler saw, and which of the lines that tell its version."""
    locations = [change["location"] for change in data["profilers"][profiler]["changes"]]
    functions = {each["function"].partition(".")[0] for each in locations if each["path"] == "tinylib.py"}
    return functions - {"<module>"}, {each["text"] for each in locations if "by version" in each["text"]}


@pytest.mark.measures
def test_the_libraries_of_the_other_environment_are_profiled_as_they_are_timed(folder, wfperf):
    other = Environment(folder / "other", "1.0", HERE)
    data, seen = wfperf(*ASKED, "--python", other.python, "-o", "of-other")
    assert {its_version for its_version, _ in seen} == {"1.0"}, "in every process, timed or profiled"
    assert not any(path.startswith(str(folder / "home")) for _, its_path in seen for path in its_path)
    assert profiled(data, "cprofile")[0] == {"of_version_1"}
    assert profiled(data, "kernprof")[1] == {'return "by version 1"'}
    assert profiled(data, "memray")[0] == {"of_version_1"}
    assert data["measured"]["equal"] is True


@pytest.mark.measures
def test_a_profiler_that_the_other_environment_lacks_or_has_too_new_is_named_and_the_others_run(folder, wfperf):
    bare = Environment(folder / "bare", "1.0")
    (bare.packages / "memray.py").write_text(OTHER_MEMRAY)
    data, _ = wfperf(*ASKED, "--python", bare.python, "-o", "of-bare")
    assert data["profilers"]["kernprof"]["skipped"] == (
        f"{bare.python} cannot import line_profiler (No module named 'line_profiler'); "
        f"to profile with it there: {bare.python} -m pip install line_profiler"
    )
    ours, unreadable = f"memray=={version('memray')}", data["profilers"]["memray"]["skipped"]
    assert unreadable.startswith(f"wfperf's {ours} cannot read of-bare/a.bin, which that of {bare.python} wrote (")
    assert unreadable.endswith(f"; to have it read: {bare.python} -m pip install {ours}")
    assert profiled(data, "cprofile")[0] == {"of_version_1"}
    assert sorted(path.name for path in (folder / "of-bare").iterdir()) == [
        f"{name}.{suffix}" for name in "ab" for suffix in ("bin", "prof")
    ]


@pytest.mark.measures
def test_on_wfperf_s_own_interpreter_its_own_libraries_are_profiled(wfperf):
    data, seen = wfperf(*ASKED, "--with", "cprofile", "-o", "of-home")
    assert {its_version for its_version, _ in seen} == {"2.0"}
    assert profiled(data, "cprofile")[0] == {"of_version_2"}
