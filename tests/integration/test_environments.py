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
import importlib.metadata, json, os, sys
import tinylib

PROFILERS = "memray", "line_profiler", "cProfile"
told = set()


def tell():
    by = next((each for each in PROFILERS if each in sys.modules), "timing")
    if by not in told:
        told.add(by)
        with open("seen", "a") as seen:
            installed = importlib.metadata.version("tinylib")
            line = {"by": by, "prefix": sys.prefix, "versions": [tinylib.VERSION, installed], "path": sys.path}
            seen.write(json.dumps({**line, "variables": sorted(os.environ)}) + "\\n")


def one():
    tell()
    tinylib.run()
    if tinylib.VERSION.startswith("1."):
        return "by version 1"
    return "by version 2"


def configurations():
    return {"a": one, "b": lambda: one()}


def alike():
    one()
    return "done"
"""
PLAN = """
path = ["."]
baseline = "old"

[[benchmark]]
name = "call"

[[configuration]]
name = "old"
target = "work:alike"
python = {old!r}

[[configuration]]
name = "new"
target = "work:alike"
python = {new!r}
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
QUICK = ("--runs", "3", "--max-time", "1", "--format", "json")
ASKED = ("profile", "--workload", "work:configurations", *QUICK)
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


def profiled(data, profiler, *variants):
    """Return which of the library's functions a profiler saw on all sides, and which lines that tell its version."""
    changes = data["profilers"][profiler]["changes"]
    locations = [change["location"] for change in changes if all(change[variant] for variant in variants)]
    functions = {each["function"].partition(".")[0] for each in locations if each["path"] == "tinylib.py"}
    return functions - {"<module>"}, {each["text"] for each in locations if "by version" in each["text"]}


def versions(seen):
    return {version for each in seen for version in each["versions"]}


@pytest.mark.measures
def test_each_of_two_environments_is_profiled_as_it_is_timed(folder, wfperf):
    old, new = Environment(folder / "old", "1.0", HERE), Environment(folder / "new", "3.0", HERE)
    (folder / "wfperf.toml").write_text(PLAN.format(old=old.python, new=new.python))
    try:
        data, seen = wfperf("profile", *QUICK, "-o", "of-both")
    finally:
        (folder / "wfperf.toml").unlink()
    for name, its_version in (("old", "1.0"), ("new", "3.0")):
        its_own = [each for each in seen if each["prefix"] == str(folder / name)]
        assert {each["by"] for each in its_own} == {"timing", "cProfile", "line_profiler", "memray"}
        assert versions(its_own) == {its_version}
        assert len({str([each["path"], each["variables"]]) for each in its_own}) == 1, "whoever watches"
    assert data["measured"]["equal"] is True
    for variant, major in (("before", 1), ("after", 3)):
        assert profiled(data, "cprofile", variant)[0] == {f"of_version_{major}"}
        assert profiled(data, "kernprof", variant)[1] == {f'return "by version {min(major, 2)}"'}
        assert profiled(data, "memray", variant)[0] == {f"of_version_{major}"}


@pytest.mark.measures
def test_the_libraries_of_the_other_environment_are_profiled_as_they_are_timed(folder, wfperf):
    other = Environment(folder / "other", "1.0", HERE)
    data, seen = wfperf(*ASKED, "--python", other.python, "-o", "of-other")
    assert versions(seen) == {"1.0"}, "in every process, timed or profiled"
    assert not any(path.startswith(str(folder / "home")) for each in seen for path in each["path"])
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
    assert unreadable.endswith(f"; install the same version there: {bare.python} -m pip install {ours}")
    assert profiled(data, "cprofile")[0] == {"of_version_1"}
    assert sorted(path.name for path in (folder / "of-bare").iterdir()) == [
        f"{name}.{suffix}" for name in "ab" for suffix in ("bin", "prof")
    ]


@pytest.mark.measures
def test_on_wfperf_s_own_interpreter_its_own_libraries_are_profiled(wfperf):
    data, seen = wfperf(*ASKED, "--profilers", "cprofile", "-o", "of-home")
    assert versions(seen) == {"2.0"}
    assert profiled(data, "cprofile")[0] == {"of_version_2"}
