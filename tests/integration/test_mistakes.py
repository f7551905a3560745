"""A mistake in a name or in the code that is named: one line, the cause first, then what to do."""

import pytest
from processes import wfperf
from repositories import Repo, empty_repository

FILES = {
    "shop.py": "def load(): return 1\ndef other(): return 1\n",
    "store/__init__.py": "",
    "store/orders.py": "def load(): return 1\n",
    "store/inner.py": "from . import orders\ndef load(): return 1\n",
    "needs.py": "import json\nimport nowhere_at_all\ndef load(): return 1\n",
    "broken.py": "def load(:\n",
    "divides.py": "def share(): return 1 / 0\nshare()\n",
    "alone.py": "from . import shop\n",
    "benchmarks/perf.py": "import shop\ndef bench(): return shop.load()\n",
}
QUICK = ("--blocks", "1", "--max-time", "1", "--no-history")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Repo:
    """A repository with a commit on `main`; its module `added` is in no commit."""
    repo = empty_repository(tmp_path_factory.mktemp("project") / "project")
    for name, text in FILES.items():
        repo.write(name, text)
    repo.commit()
    repo.write("added.py", "def load(): return 1\n")
    return repo


def said(cwd, *arguments, code):
    process = wfperf(*arguments, cwd=cwd)
    assert process.returncode == code, process.stderr
    for frame in ("Traceback", "importlib", '.py", line'):
        assert frame not in process.stderr
    return process.stderr.splitlines()[-1].removeprefix("wfperf: error: ")


@pytest.mark.parametrize(
    ("target", "line"),
    [
        ("shop:lod", "cannot measure 'lod': shop has no 'lod'; did you mean 'load'?"),
        ("shp:load", "cannot import 'shp': No module named 'shp'; did you mean 'shop'?"),
        (
            "store.order:load",
            "cannot import 'store.order': No module named 'store.order'; did you mean 'store.orders'?",
        ),
        ("quite_another:load", "cannot import 'quite_another': No module named 'quite_another'; name the folder that "),
        ("needs:load", "cannot import 'needs': No module named 'nowhere_at_all' (needs.py:2); "),
        ("needs.py:load", "cannot import 'needs.py': No module named 'nowhere_at_all' (needs.py:2); "),
        ("broken:load", "cannot import 'broken': SyntaxError: invalid syntax (broken.py, line 1)"),
        ("divides:load", "cannot import 'divides': ZeroDivisionError: division by zero (divides.py:1)"),
    ],
)
def test_a_target_that_cannot_be_loaded_says_why_first(project, target, line):
    assert said(project.path, "compare", target, "shop:load", code=5).startswith(line)


@pytest.mark.parametrize(
    ("file", "hint"),
    [
        ("store/inner.py", "the file belongs to a package, so name its module: store.inner:FUNCTION"),
        ("alone.py", "a file alone belongs to no package: import the module by its name, without a dot"),
    ],
)
def test_a_relative_import_in_a_file_says_what_to_do(project, file, hint):
    line = said(project.path, "compare", f"{file}:load", "shop:load", code=5)
    why = "ImportError: attempted relative import with no known parent package"
    assert line == f"cannot import {file!r}: {why} ({file}:1); {hint}"


def test_the_module_that_is_named_works(project):
    process = wfperf("compare", "store.inner:load", "shop:load", *QUICK, cwd=project.path)
    assert process.returncode == 0, process.stderr


def test_an_import_that_fails_in_a_revision_names_it(project):
    head = project.head[:9]
    line = said(project.path, "compare", "added:load", "--base", "main", code=5)
    assert line == f"cannot import 'added' in main ({head}): No module named 'added'; " + line.partition("; ")[2]


@pytest.mark.parametrize(
    ("given", "ends"),
    [
        ("main..HEAD", "--base main --head HEAD"),
        ("main...topic", "--base main --head topic"),
        ("..topic", "--base HEAD --head topic"),
    ],
)
def test_a_range_says_how_to_give_its_ends(project, given, ends):
    line = said(project.path, "compare", "shop:load", "--base", given, code=2)
    assert line == f"{given!r} is a range of commits, and one is needed; give its ends apart, such as {ends}"


def test_a_function_with_a_dot_instead_of_a_colon_is_suggested(project):
    line = said(project.path, "compare", "store.orders.load", "shop:load", code=2)
    assert line.endswith("not 'store.orders.load'; did you mean 'store.orders:load'?")


@pytest.mark.measures
@pytest.mark.parametrize("target", ["benchmarks/perf.py:bench", "shop:load"])
def test_the_repository_is_that_of_the_target_where_the_current_folder_has_none(project, tmp_path, target):
    is_file = ".py" in target
    path = f"{project.path}/../project/{target}" if is_file else target
    named = (path,) if is_file else (path, "--path", str(project.path))
    process = wfperf("compare", *named, "--base", "main", *QUICK, cwd=tmp_path)
    assert process.returncode == 0, process.stderr
    assert f"main is main ({project.head[:9]})" in process.stdout.replace("\n", " ")


def test_without_any_repository_the_current_folder_is_named(tmp_path):
    (tmp_path / "shop.py").write_text(FILES["shop.py"])
    line = said(tmp_path, "compare", "shop:load", "--base", "main", code=2)
    assert line == f"{tmp_path} is not in a git repository; a comparison of revisions needs one"
