"""A project's plan is found from each of its folders, and nothing outside of its repository is."""

import os
from pathlib import Path

import pytest

from wfperf.errors import UsageError
from wfperf.plan.find import Found, budgets_beside, find_budgets, find_plan, folders_upward
from wfperf.plan.load import parse_plan

PLAN = 'workload = "shop:configurations"\n'
IN_PYPROJECT = f"[tool.wfperf]\n{PLAN}"
BUDGETS = '[gate]\nmax_regression = "5 %"\n'
BUDGETS_IN_PYPROJECT = '[tool.wfperf.gate]\nmax_regression = "5 %"\n'
OTHERS = '[project]\nname = "shop"\n'


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    """A repository, and the folder in it that we are in."""
    (tmp_path / "above" / "repository" / ".git").mkdir(parents=True)
    folder = tmp_path / "above" / "repository" / "package" / "module"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


def written(**texts):
    """Write files by what they are called here, in folders from the inner one outward."""
    for name, text in texts.items():
        kind, _, number = name.partition("_")
        Path(*[".."] * int(number or 0), {"toml": "wfperf.toml", "pyproject": "pyproject.toml"}[kind]).write_text(text)


def test_folders_end_at_the_root_of_the_repository_or_of_the_system(folder):
    assert list(folders_upward(Path())) == [Path(), Path(".."), Path("../..")]
    (folder.parents[1] / ".git").rmdir()
    (folder.parents[1] / ".git").write_text("gitdir: elsewhere")
    assert len(list(folders_upward(Path()))) == 3, "as in a second working tree"
    (folder.parents[1] / ".git").unlink()
    ours = [each.resolve() for each in folders_upward(Path())]
    assert ours[:5] == [folder, *folder.parents[:4]]
    assert ours == [folder, *folder.parents][: len(ours)]


def test_folders_end_at_the_home_folder(monkeypatch, folder):
    (folder.parents[1] / ".git").rmdir()
    monkeypatch.setenv("HOME", str(folder.parents[2]))
    assert list(folders_upward(Path())) == [Path(), Path(".."), Path("../.."), Path("../../..")]
    written(toml_3=PLAN)
    assert find_plan(Path()) == Found(Path("../../../wfperf.toml"))
    written(toml_4=PLAN)
    Path("../../../wfperf.toml").unlink()
    assert find_plan(Path()) is None


def test_a_folder_that_all_may_write_counts_only_where_we_are_in_it(monkeypatch, folder):
    written(toml_1=PLAN, pyproject_2="broken")
    folder.parent.chmod(0o1777)  # as /tmp is
    skipped = []
    assert find_plan(Path(), skipped.append) is None
    assert skipped == [Path("../wfperf.toml")]
    assert list(folders_upward(Path())) == [Path()]
    monkeypatch.chdir(folder.parent)
    assert find_plan(Path()) == Found(Path("wfperf.toml"))
    Path("wfperf.toml").unlink()
    assert find_plan(Path()) is None, "what is above is not asked"


as_root = pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")


@as_root
@pytest.mark.parametrize("text", [PLAN, "workload = "], ids=["whole", "broken"])
def test_what_another_user_could_have_written_does_not_count_and_is_told(folder, text):
    written(toml=text, pyproject=OTHERS, pyproject_1=IN_PYPROJECT, toml_2=PLAN)
    os.chown("wfperf.toml", 12345, -1)
    os.chown("pyproject.toml", 12345, -1)
    os.chown("../pyproject.toml", 12345, -1)
    skipped = []
    assert find_plan(Path(), skipped.append) == Found(Path("../../wfperf.toml"))
    assert skipped == [Path("wfperf.toml"), Path("../pyproject.toml")]
    Path("../pyproject.toml").write_text(BUDGETS_IN_PYPROJECT)
    assert find_budgets(Path()) is None
    os.chown(folder.parent, 12345, -1)
    skipped.clear()
    assert find_plan(Path(), skipped.append) is None, "nor does anything above a folder of theirs"
    assert skipped == [Path("wfperf.toml")]


@as_root
def test_a_link_of_another_user_does_not_count_nor_does_one_to_a_file_of_theirs():
    written(toml_1=PLAN)
    Path("wfperf.toml").symlink_to("../wfperf.toml")
    assert find_plan(Path()) == Found(Path("wfperf.toml"))
    os.lchown("wfperf.toml", 12345, -1)
    assert find_plan(Path()) == Found(Path("../wfperf.toml"))
    os.lchown("wfperf.toml", 0, -1)
    os.chown("../wfperf.toml", 12345, -1)
    assert find_plan(Path()) is None


@as_root
def test_behind_sudo_the_files_of_the_user_count(monkeypatch):
    written(toml=PLAN)
    os.chown("wfperf.toml", 12345, -1)
    monkeypatch.setenv("SUDO_UID", "12345")
    assert find_plan(Path()) == Found(Path("wfperf.toml"))


def test_a_fifo_of_that_name_is_not_waited_for():
    written(toml_1=PLAN)
    for name in ("wfperf.toml", "pyproject.toml"):
        os.mkfifo(name)
    assert find_plan(Path()) == Found(Path("../wfperf.toml"))
    assert find_budgets(Path()) is None


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ({}, None),
        ({"toml": PLAN}, "wfperf.toml"),
        ({"toml_1": PLAN}, "../wfperf.toml"),
        ({"pyproject_2": IN_PYPROJECT}, "../../pyproject.toml"),
        ({"pyproject": IN_PYPROJECT, "toml_1": PLAN}, "pyproject.toml"),
        ({"pyproject": OTHERS, "toml_1": PLAN}, "../wfperf.toml"),
        ({"pyproject": BUDGETS_IN_PYPROJECT, "toml_1": PLAN}, "../wfperf.toml"),
        ({"toml": BUDGETS, "pyproject": IN_PYPROJECT}, "pyproject.toml"),
        ({"toml": ""}, "wfperf.toml"),
        ({"pyproject": '[tool.wfperf]\nworklaod = "shop:configurations"'}, "pyproject.toml"),
        ({"toml_3": PLAN}, None),
    ],
    ids=[
        *("none", "here", "above", "at the root", "the nearest", "past others", "past budgets", "beside budgets"),
        *("empty", "misspelt", "outside"),
    ],
)
def test_the_nearest_plan(texts, found):
    written(**texts)
    assert find_plan(Path()) == (None if found is None else Found(Path(found)))


def test_of_two_in_a_folder_wfperf_toml_counts():
    written(toml_1=PLAN, pyproject_1=IN_PYPROJECT)
    assert find_plan(Path()) == Found(Path("../wfperf.toml"), Path("../pyproject.toml"))


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        ({"toml_1": "workload = "}, "../wfperf.toml is not TOML: "),
        ({"pyproject_1": "[tool.wfperf"}, "../pyproject.toml is not TOML: "),
        ({"pyproject": "tool = 5"}, "pyproject.toml: tool is 5; it must be a table: [tool.wfperf]"),
        ({"pyproject": '[tool]\nwfperf = "x"'}, "pyproject.toml: wfperf is 'x'; it must be a table: [tool.wfperf]"),
    ],
    ids=["wfperf.toml", "pyproject.toml", "tool", "tool.wfperf"],
)
def test_a_broken_file_is_not_passed_over(texts, says):
    written(**texts)
    with pytest.raises(UsageError) as refused:
        find_plan(Path())
    assert str(refused.value).startswith(says)


def test_what_is_no_text_is_not_passed_over():
    Path("wfperf.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match=r"cannot read wfperf\.toml: 'utf-8' codec"):
        find_plan(Path())


def test_a_folder_of_that_name_is_no_plan():
    Path("wfperf.toml").mkdir()
    assert find_plan(Path()) is None


def test_budgets_without_a_plan_are_found_above_and_those_of_a_plan_are_not():
    written(toml=f"{PLAN}{BUDGETS}", pyproject_1=BUDGETS_IN_PYPROJECT)
    assert find_budgets(Path()) == Path("../pyproject.toml")
    written(pyproject_1=OTHERS)
    assert find_budgets(Path()) is None


def test_budgets_of_a_plan_are_its_own_or_those_beside_it():
    plan, beside = Path("wfperf.toml"), Path("pyproject.toml")
    written(toml=PLAN)
    assert budgets_beside(plan) == plan
    written(pyproject=BUDGETS_IN_PYPROJECT)
    assert budgets_beside(plan) == beside
    written(toml=f"{PLAN}{BUDGETS}")
    assert budgets_beside(plan) == plan
    written(toml=PLAN, pyproject=f"{IN_PYPROJECT}{BUDGETS_IN_PYPROJECT}")
    assert budgets_beside(plan) == plan


@pytest.mark.parametrize("name", ["compare", "profile"])
def test_a_table_that_nothing_reads_is_refused_wherever_it_stands(name):
    for texts, where in (
        ({"toml": f"{PLAN}[{name}]\n"}, rf"^wfperf.toml: there is no table \[{name}\]; .*`wfperf {name}`"),
        ({"toml": PLAN, "pyproject": f"[tool.wfperf.{name}]\n"}, rf"^pyproject.toml: .*\[tool.wfperf.{name}\]"),
    ):
        written(**texts)
        with pytest.raises(UsageError, match=where):
            find_plan(Path())
    with pytest.raises(UsageError, match=rf"no table \[{name}\]"):
        parse_plan(f"{PLAN}[{name}]\ncolour = 1\n[[configuration]]\nname = 'original'\n[[benchmark]]\nname = 's'\n")


def test_where_the_folder_that_we_are_in_was_removed_there_is_nothing(folder):
    folder.rmdir()
    assert find_plan(Path()) is None
    assert find_budgets(Path()) is None
