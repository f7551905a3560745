"""A function in environments that wfperf makes: two releases of a package, two values of a variable."""

import json
import shlex
import zipfile

import pytest
from processes import wfperf

NAME = "shopping"
PERF = """
import os, shopping
def bench(): return shopping.load(200)
def told(): return os.environ.get("SHOP_MODE")
"""
LOAD = {
    "1.0": "def load(number): return sum(range(number))\n",
    "2.0": "def load(number): return sum(sorted(range(number)))\n",
}
QUICK = ("--blocks", "1", "--max-time", "1", "--no-history")


def wheel(folder, version):
    """Write a wheel of a package of one file."""
    info = f"{NAME}-{version}.dist-info"
    files = {
        f"{NAME}.py": LOAD[version],
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / f"{NAME}-{version}-py3-none-any.whl", "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A folder with a benchmark, and variables that make pip find both releases, and keep environments, in another."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "perf.py").write_text(PERF)
    wheels = tmp_path_factory.mktemp("wheels")
    for version in LOAD:
        wheel(wheels, version)
    cache = str(tmp_path_factory.mktemp("cache"))
    found = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "UV_NO_INDEX": "1", "UV_FIND_LINKS": str(wheels)}
    return folder, {**found, "XDG_CACHE_HOME": cache}


def compare(shop, *arguments):
    folder, variables = shop
    return wfperf("compare", *arguments, *QUICK, cwd=folder, **variables)


@pytest.mark.measures
def test_two_releases_are_compared_from_nothing_and_their_environments_are_made_once(shop):
    both = ("--with", f"{NAME}==1.0", "--with", f"{NAME}==2.0", "perf.py:bench")
    process = compare(shop, *both)
    assert process.returncode == 0, process.stderr
    assert process.stderr.count("making an environment with") == 2
    first, answer, *_ = process.stdout.splitlines()
    assert first == f"Measuring perf.py:bench in {NAME}==1.0 and {NAME}==2.0 (functions of perf.py)"
    assert f"{NAME}==2.0" in answer
    (line,) = [line for line in process.stdout.splitlines() if line.startswith("Reproduce: ")]
    again = compare(shop, *shlex.split(line.removeprefix("Reproduce: ").partition(";")[0])[2:])
    assert again.returncode == 0, again.stderr
    assert "making" not in again.stderr


@pytest.mark.measures
def test_values_of_a_variable_are_compared_and_a_single_one_is_everybody_s(shop):
    several = compare(shop, "perf.py:told", "--with", f"{NAME}==1.0", "--env", "SHOP_MODE=a", "--env", "SHOP_MODE=b",
                      "--format", "json")  # fmt: skip
    (finding,) = json.loads(several.stdout)["findings"]
    assert (finding["variant"], finding["baseline"], finding["equal"]) == ("SHOP_MODE=b", "SHOP_MODE=a", False)
    assert "'a'" in finding["difference"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("--with", f"{NAME}==9.0", "perf.py:bench"), 5, f"cannot prepare an environment with {NAME}==9.0"),
        (("--with", "", "perf.py:bench"), 2, "--with names no package"),
        (("--with", "-r all.txt", "perf.py:bench"), 2, "'-r' is an option, not a package"),
        (("--with", "./shop", "perf.py:bench"), 2, "'./shop' is a path, whose code may change"),
        (("--env", "MODE", "perf.py:bench"), 2, "--env takes NAME=VALUE, not 'MODE'"),
        (("--env", "PYTHONHASHSEED=1", "perf.py:bench"), 2, "wfperf sets this variable itself"),
        (("--env", "A=1", "--env", "A=1", "perf.py:bench"), 2, "A=1 stands there twice"),
        (("--python", "none", "--with", f"{NAME}==1.0", "perf.py:bench"), 5, "cannot run the interpreter none"),
        (("--with", f"{NAME}==1.0"), 2, "--with and --env need functions"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(shop, arguments, code, message):
    process = compare(shop, *arguments)
    assert process.returncode == code, process.stderr
    assert message in process.stderr.splitlines()[-1]
