"""What makes right times mislead is told: by `compare` and by the gate, and never of an ordinary function."""

import json
import sys

import pytest
from processes import BRIEF, wfperf
from repositories import empty_repository

SHOP = """
import functools, subprocess, threading, time
from concurrent.futures import ThreadPoolExecutor

NUMBERS = [number * 7919 % 10007 for number in range(2000)]
STOCK = iter(range(1_000_000))
PRICES = {}
POOL = ThreadPoolExecutor(2)

def sort(): NUMBERS.sort()
def fill(): PRICES.update(dict.fromkeys(range(100), 1) if not PRICES else {})
def use_up(): return sum(STOCK)
@functools.lru_cache
def cached(): return sum(range(1_000_000))
def start_late(): threading.Thread(target=time.sleep, args=(0.2,), daemon=True).start()
def start_process(): subprocess.Popen(["sleep", "0.5"])
def show(): print("sold")

def add(): return sum(range(2000))
def import_later():
    import xml.dom.minidom
    return xml.dom.minidom.Document().nodeType
def in_a_pool(): return list(POOL.map(abs, range(8)))
def joined():
    thread = threading.Thread(target=int)
    thread.start()
    thread.join()
def wait(): subprocess.run(["true"])
async def later(): return sum(range(2000))

def numbers(): return list(NUMBERS)
def one(): return 1
def sort_them(numbers): numbers.sort()
def copy(numbers): return sorted(numbers)
def give(number): return number
def give_back(number): return number + 0
"""
QUICK = ("--blocks", "1", "--max-time", "60", "--no-history", "--results", "ignore")
PROCESSES = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A folder with a module of functions."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "shop.py").write_text(SHOP)
    return folder


def compared(shop, *arguments):
    process = wfperf("compare", *arguments, *QUICK, "--format", "json", cwd=shop, constants=BRIEF)
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def traps(result):
    """Return the kinds of traps and what they are about, by variant."""
    found = {}
    for trap in (trap for finding in result["findings"] for trap in finding["traps"]):
        found.setdefault(trap["variant"], {})[trap["kind"], trap["what"]] = trap["number"]
    return found


@pytest.fixture(scope="module")
def trapped(shop):
    """What a comparison of functions tells that all have a trap."""
    names = ("sort", "fill", "use_up", "cached", "start_late", "start_process", "show")
    return compared(shop, *(f"shop:{name}" for name in names))


@pytest.mark.measures
@pytest.mark.parametrize(
    ("variant", "kind", "what"),
    [
        ("sort", "changes", "global NUMBERS"),
        ("fill", "changes", "global PRICES"),
        ("use_up", "first_run", ""),
        ("cached", "first_run", ""),
        ("start_late", "threads", ""),
        pytest.param("start_process", "processes", "", marks=PROCESSES),
        ("show", "printed_bytes", ""),
    ],
)
def test_a_trap_is_told(trapped, variant, kind, what):
    found = traps(trapped)[variant]
    assert (kind, what) in found
    if kind == "printed_bytes":
        assert found[kind, what] == len("sold\n")


@pytest.mark.measures
def test_a_first_run_that_makes_more_calls_is_counted(trapped):
    counters = trapped["counters"]["call"]
    assert {name for name, each in counters.items() if each["first_calls"]} == {"cached"}
    assert counters["cached"]["first_calls"] == 1


@pytest.mark.measures
def test_no_trap_is_told_of_ordinary_functions(shop):
    names = ("add", "import_later", "in_a_pool", "joined", "wait", "later")
    result = compared(shop, *(f"shop:{name}" for name in names))
    assert traps(result) == {}
    assert not any(each["first_calls"] for each in result["counters"]["call"].values())


@pytest.mark.measures
def test_arguments_that_a_run_changes_are_named_and_fresh_ones_are_no_trap(shop):
    asked = ("compare", "shop:copy", "shop:sort_them", *QUICK)
    process = wfperf(*asked, "--args", "[[3, 1, 2]]", cwd=shop, constants=BRIEF)
    assert process.returncode == 0, process.stderr
    (note,) = [line for line in process.stdout.splitlines() if line.startswith("A run changes")]
    assert note.startswith(
        "A run changes what later runs find, so they may do something else: args[0] of sort_them on c"
    )
    assert traps(compared(shop, "shop:copy", "shop:sort_them", "--setup", "shop:numbers")) == {}


@pytest.mark.measures
def test_samples_too_short_for_the_clock_are_told(shop):
    found = traps(compared(shop, "shop:give", "shop:give_back", "--setup", "shop:one"))
    assert found.keys() == {"give", "give_back"}
    assert all(0 < each["clock_steps", ""] < 1000 for each in found.values())


def test_a_gate_that_only_counts_tells_it_too(tmp_path):
    repo = empty_repository(tmp_path / "repo")
    repo.write("shop.py", SHOP)
    repo.commit("a shop")
    asked = ("gate", "shop:sort_them", "--args", "[[3, 1, 2]]", "--base", "HEAD", "--only", "counters")
    process = wfperf(*asked, "--format", "json", cwd=repo.path)
    assert process.returncode in {0, 3}, process.stderr
    found = {trap["variant"]: trap["what"] for each in json.loads(process.stdout)["checks"] for trap in each["traps"]}
    assert found == {"base: sort_them": "args[0]", "head: sort_them": "args[0]"}
    assert "args[0] of base: sort_them on call" in wfperf(*asked, cwd=repo.path).stdout
