"""Benchmarks are the same in every tree, whatever lay there before; the code beside them stays the tree's own."""

from pathlib import Path

import pytest
from repositories import empty_repository

from wfperf.errors import UsageError
from wfperf.measure.benchmark_files import benchmark_files
from wfperf.plan import Plan, Suite
from wfperf.variants.repository import find_repository


@pytest.fixture
def shop(tmp_path):
    """A working tree with a changed suite, beside a clone of its commit, which is another tree."""
    repo = empty_repository(tmp_path / "shop")
    repo.write("shop/__init__.py", "NUMBER = 1\n")
    repo.write("benchmarks/test_old.py", "old\n")
    repo.write("benchmarks/conftest.py", "old\n")
    repo.write("benchmarks/test_it.py", "old\n")
    repo.write("conftest.py", "old\n")
    repo.write(".gitignore", "__pycache__\n")
    repo.commit()
    repo.git("clone", "--quiet", str(repo.path), str(tmp_path / "tree"))
    repo.write("shop/__init__.py", "NUMBER = 2\n")
    repo.write("benchmarks/test_it.py", "new\n")
    repo.write("benchmarks/__pycache__/test_it.pyc", "compiled\n")
    repo.write("conftest.py", "new\n")
    (repo.path / "benchmarks" / "test_old.py").unlink()
    (repo.path / "benchmarks" / "conftest.py").unlink()
    return repo


def put(shop, plan, functions=(), at="shop"):
    repository = find_repository(shop.path)
    files = benchmark_files(plan, functions, repository, shop.path.parent / at)
    into = shop.path.parent / {"shop": "tree", "tree": "shop"}[at]
    return files, files.put_into(into, repository), into


def test_a_suite_is_that_of_the_working_tree_and_nothing_of_another_one_stays(shop):
    files, changed, tree = put(shop, Plan(suite=Suite("pytest", str(shop.path / "benchmarks"))))
    assert set(changed) == {"benchmarks/test_it.py", "conftest.py", "benchmarks/test_old.py", "benchmarks/conftest.py"}
    assert [file.name for file in (tree / "benchmarks").iterdir()] == ["test_it.py"]
    assert (tree / "conftest.py").read_text() == "new\n"
    assert (tree / "shop" / "__init__.py").read_text() == "NUMBER = 1\n"
    assert files.holds(tree, tree / "benchmarks" / "test_it.py")
    assert not files.holds(tree, tree / "shop" / "__init__.py")


def test_or_that_of_the_base(shop):
    _, _, tree = put(shop, Plan(suite=Suite("pytest", str(shop.path / "benchmarks"))), at="tree")
    names = {file.name for file in (tree / "benchmarks").glob("*.py")}
    assert names == {"test_old.py", "conftest.py", "test_it.py"}
    assert (tree / "benchmarks" / "test_it.py").read_text() == "old\n"
    assert (tree / "shop" / "__init__.py").read_text() == "NUMBER = 2\n"


def test_functions_of_a_file_are_taken_with_the_modules_beside_them(shop):
    files, changed, tree = put(shop, Plan(), [shop.path / "benchmarks" / "test_it.py"])
    assert changed == ["benchmarks/test_it.py"]
    assert (tree / "benchmarks" / "test_old.py").exists(), "a file beside it that is gone may be code"
    assert files.outside == ()


def test_what_lies_outside_stays_there(shop, tmp_path):
    for plan, functions in ((Plan(), [tmp_path / "perf.py"]), (Plan(suite=Suite("asv", str(tmp_path / "speed"))), ())):
        files, changed, tree = put(shop, plan, functions)
        assert (files.names, changed) == ((), [])
        (place,) = files.outside
        assert files.holds(tree, place / "bench.py" if plan.suite else place)


def test_a_file_that_the_base_does_not_have_is_told(shop):
    shop.write("benchmarks/added.py", "")
    with pytest.raises(UsageError, match=r"the base has no file benchmarks/added\.py"):
        put(shop, Plan(), [shop.path / Path("benchmarks", "added.py")], at="tree")
