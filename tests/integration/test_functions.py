"""Functions of one's own compared without a plan: with arguments, fresh ones for each run, whatever they return."""

import json
import shlex

import pytest
from processes import wfperf

SHOP = """
def total(number): return sum(range(number))
def counted(number):
    found = 0
    for each in range(number):
        found += each
    return found

class Order:
    def __init__(self, number): self.number = number
def order(number): return Order(number)
def other_order(number): return Order(number)

def numbers(): return ([3, 1, 2],)
def sort(numbers):
    assert numbers == [3, 1, 2], "sorted by a run before"
    numbers.sort()
    return numbers
def sorted_copy(numbers): return sorted(numbers)
def one(): return 1
def two(): return 2
async def waited(number): return total(number)
def long():
    import time
    time.sleep(0.021)
def also_long(): long()
"""
QUICK = ("--blocks", "1", "--max-time", "1", "--no-history")


@pytest.fixture
def shop(tmp_path):
    """A folder with a module of functions."""
    (tmp_path / "shop.py").write_text(SHOP)
    return tmp_path


def findings(shop, *arguments, code=0):
    process = wfperf("compare", *arguments, *QUICK, "--format", "json", cwd=shop)
    assert process.returncode == code, process.stderr
    return json.loads(process.stdout)["findings"]


@pytest.mark.measures
def test_the_first_function_is_the_baseline_of_all_others(shop):
    found = findings(shop, "shop:total", "shop:counted", "shop:waited", "--args", "[100]")
    assert [(each["variant"], each["baseline"], each["equal"]) for each in found] == [
        ("counted", "total", True), ("waited", "total", True)
    ]  # fmt: skip
    assert all(each["uncompared"] == "" for each in found)


@pytest.mark.measures
def test_long_runs_have_a_control_in_every_second_block(shop):
    asked = ("compare", "shop:long", "shop:also_long", "--blocks", "2", "--no-history", "-o", "result.json")
    process = wfperf(*asked, cwd=shop)
    assert process.returncode == 0, process.stderr
    (benchmark,) = json.loads((shop / "result.json").read_text())["benchmarks"]
    assert [sorted(block["costs"]) for block in benchmark["blocks"]] == [
        ["also_long", "control", "long"], ["also_long", "long"]
    ]  # fmt: skip
    for form in ("table", "markdown", "pyperf"):
        shown = wfperf("show", "result.json", "--format", form, cwd=shop)
        assert shown.returncode == 0, shown.stderr


@pytest.mark.measures
def test_a_file_is_named_as_well_as_a_module_from_any_folder(shop, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    file = shop / "shop.py"
    (found,) = findings(elsewhere, f"{file}:total", f"{file}:counted", "--kwargs", '{"number": 100}')
    assert (found["variant"], found["baseline"]) == ("counted", "total")


@pytest.mark.measures
def test_a_file_is_that_file_whatever_else_has_its_name(shop):
    for folder, number in (("old", 1), ("new", 2)):
        (shop / folder).mkdir()
        (shop / folder / "json.py").write_text(f"def dumps(): return {number}\n")
    both = ("old/json.py:dumps", "new/json.py:dumps")
    (found,) = findings(shop, *both, code=4)
    assert (found["variant"], found["baseline"], found["equal"]) == (both[1], both[0], False)


@pytest.mark.measures
def test_each_run_has_fresh_arguments(shop):
    (found,) = findings(shop, "shop:sort", "shop:sorted_copy", "--setup", "shop:numbers")
    assert found["equal"]


@pytest.mark.measures
def test_results_that_cannot_be_compared_are_told_so_and_the_command_repeats_it(shop):
    process = wfperf("compare", "shop:order", "shop:other_order", "--args", "[3]", *QUICK, cwd=shop)
    assert process.returncode == 0, process.stderr
    assert "per run; results not compared." in process.stdout.splitlines()[1]
    note = "Results not compared: other_order on call: a shop.Order can't be compared across processes."
    assert note in process.stdout
    (line,) = [line for line in process.stdout.splitlines() if line.startswith("Reproduce: ")]
    command = line.removeprefix("Reproduce: ").partition(";")[0]
    again = wfperf(*shlex.split(command)[1:], "--no-history", cwd=shop)
    assert again.returncode == 0, again.stderr
    assert again.stdout.splitlines()[0] == process.stdout.splitlines()[0] == (
        "Measuring shop:order and shop:other_order (functions of shop.py)"
    )  # fmt: skip


@pytest.mark.measures
def test_results_that_change_from_run_to_run_are_not_compared_either(shop):
    (shop / "shop.py").write_text(
        "import random\ndef draw(): return random.random()\ndef drawn(): return random.random()\n"
    )
    (found,) = findings(shop, "shop:draw", "shop:drawn")
    assert (found["equal"], found["uncompared"]) == (True, "its result changes from run to run")
    assert found["effect"] is not None


@pytest.mark.measures
def test_results_are_ignored_only_where_that_is_asked_for(shop):
    (found,) = findings(shop, "shop:one", "shop:two", "--results", "ignore")
    assert (found["equal"], found["uncompared"]) == (True, "--results ignore")


@pytest.mark.measures
def test_the_answer_is_written_as_markdown_too(shop):
    process = wfperf("compare", "shop:total", "shop:counted", "--args", "[9]", *QUICK, "--format", "markdown", cwd=shop)
    assert process.returncode == 0, process.stderr
    first, *lines = process.stdout.splitlines()
    assert first.startswith("### counted ")
    assert "| what | baseline | time per run | speedup |  | answer |" in lines
    assert "Measuring shop:total and shop:counted (functions of shop.py)" in process.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("shop:total",), "there is nothing to compare 'total' with, because it is the only configuration; name "),
        (("shop:total", "shop:total"), "shop:total stands there twice"),
        (("shop:total", "shop"), "takes module:function, such as shop.orders:load, not 'shop'"),
        (("none.py:total", "shop:total"), "there is no file none.py"),
        (("shop:total", "shop:counted", "--args", "[1"), "--args takes a JSON list, such as '[1000]'; '[1' is none: "),
        (("shop:total", "shop:counted", "--args", "1"), "--args takes a JSON list, such as '[1000]', not '1'"),
        (("shop:total", "shop:counted", "--kwargs", "[1]"), "--kwargs takes a JSON object, such as "),
        (("shop:total", "shop:counted", "--setup", "numbers"), "--setup takes module:function"),
        (("--args", "[1]"), "--args, --kwargs, --setup, --with and --env need functions"),
        (("shop:total", "--a", "shop:total", "--b", "shop:counted"), "--a and --b name two functions"),
        (("shop:total", "shop:counted", "--plan", "built-in"), "exclude each other"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line(shop, arguments, message):
    process = wfperf("compare", *arguments, cwd=shop)
    assert (process.returncode, process.stdout) == (2, "")
    (line,) = process.stderr.splitlines()
    assert message in line
