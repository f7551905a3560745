import os

import pytest
from repositories import Repo, clone, shop_repository, state, with_submodule

from wfperf.errors import UsageError
from wfperf.variants.repository import find_repository
from wfperf.variants.snapshot import snapshot
from wfperf.variants.worktrees import Worktrees


@pytest.fixture
def module(tmp_path):
    """A repository that is to be a submodule, with another one in it."""
    repo = shop_repository(tmp_path / "module")
    with_submodule(repo, shop_repository(tmp_path / "deepest"), "deep/er")
    repo.write("shop.py", "first")
    repo.commit()
    return repo


@pytest.fixture
def outer(tmp_path, module):
    """A repository whose first commit has the first commit of a submodule, and so on."""
    repo = shop_repository(tmp_path / "outer")
    with_submodule(repo, module, "inner module")
    repo.git("tag", "first", repo.commit())
    module.write("shop.py", "second")
    module.commit()
    Repo(repo.path / "inner module").git("pull", "--quiet", "--ff-only")
    repo.commit()
    repo.git("submodule", "--quiet", "update", "--init", "--recursive")
    return repo


def checked_out(repo, ref, look):
    """Return what is seen in a tree of a revision, or of the working tree, having left everything as it was."""
    found = find_repository(repo.path)
    before = state(repo)
    with Worktrees(found) as trees:
        commit = snapshot(found, trees.scratch) if ref == "." else found.commit(ref)
        seen = look(trees.add("tree", commit, as_it_stands=ref == "."))
    assert state(repo) == before
    return seen


def shops(tree):
    found = tree.rglob("shop.py")
    return {str(file.parent.relative_to(tree)): file.read_text() for file in found if file.parent != tree}


def names(tree):
    return sorted(
        str(file.relative_to(tree)) for file in tree.rglob("*") if file.is_file() and ".git" not in file.parts
    )


DEEPEST = "inner module/deep/er"


def test_every_revision_has_its_own_commit_of_a_submodule_and_of_those_in_it(outer):
    first, second = (checked_out(outer, ref, shops) for ref in ("first", "main"))
    assert first.keys() == second.keys() == {"inner module", DEEPEST}
    assert first["inner module"] == "first"
    assert second["inner module"] == "second"
    assert "def price" in first[DEEPEST] == second[DEEPEST]


def test_one_that_is_not_there_stays_empty(outer, tmp_path):
    plain = clone(outer, tmp_path / "plain")
    assert checked_out(plain, "main", shops) == {}
    assert checked_out(plain, ".", shops) == {}
    plain.git("submodule", "--quiet", "update", "--init")  # but not those in it
    assert checked_out(plain, "main", shops) == {"inner module": "second"}


def test_one_that_lacks_a_commit_says_which_and_how_to_get_it(outer, module, tmp_path):
    plain = clone(outer, tmp_path / "plain")
    plain.git("submodule", "--quiet", "update", "--init")
    commit = module.commit("not fetched yet")
    plain.git("update-index", "--cacheinfo", f"160000,{commit},inner module")
    plain.git("commit", "--quiet", "--message", "to another")
    with pytest.raises(UsageError) as caught:
        checked_out(plain, "main", shops)
    source = plain.path / "inner module"
    assert str(caught.value) == (
        f"the submodule {source} lacks commit {commit[:9]}; fetch it with: git -C {source} fetch"
    )


def test_the_working_tree_has_submodules_as_they_stand(outer):
    inner = Repo(outer.path / "inner module")
    inner.write("new.py", "new")
    inner.write("shop.py", "uncommitted")
    (inner.path / "pyproject.toml").unlink()
    deepest = Repo(inner.path / "deep" / "er")
    deepest.write("shop.py", "uncommitted, too")
    before = state(inner), state(deepest)
    assert checked_out(outer, ".", shops) == {"inner module": "uncommitted", DEEPEST: "uncommitted, too"}
    seen = checked_out(outer, ".", names)
    assert "inner module/new.py" in seen
    assert "inner module/pyproject.toml" not in seen
    assert checked_out(outer, "main", shops)["inner module"] == "second"
    assert (state(inner), state(deepest)) == before


def test_the_working_tree_has_the_commit_of_a_submodule_that_is_checked_out(outer):
    Repo(outer.path / "inner module").git("checkout", "--quiet", "HEAD~1")
    assert checked_out(outer, ".", shops)["inner module"] == "first"
    assert checked_out(outer, "main", shops)["inner module"] == "second"


def test_modes_and_links_are_kept(outer):
    inner = Repo(outer.path / "inner module")
    inner.write("run.sh", "").chmod(0o755)
    (inner.path / "link").symlink_to("shop.py")
    inner.commit()
    outer.commit()

    def look(tree):
        return os.access(tree / "inner module" / "run.sh", os.X_OK), (tree / "inner module" / "link").readlink()

    executable, link = checked_out(outer, "main", look)
    assert executable
    assert str(link) == "shop.py"


def test_a_submodule_that_was_replaced_by_a_folder(outer):
    outer.git("rm", "--quiet", "inner module")
    outer.write("inner module/shop.py", "a folder now")
    outer.commit()
    assert checked_out(outer, "main", shops) == {"inner module": "a folder now"}
    assert checked_out(outer, "first", shops) == {}  # it is nowhere checked out


def test_inside_a_submodule_the_gate_is_that_ones(outer):
    inner = Repo(outer.path / "inner module")
    first, second = (checked_out(inner, ref, lambda tree: (tree / "shop.py").read_text()) for ref in ("HEAD~1", "HEAD"))
    assert (first, second) == ("first", "second")


def test_a_repository_that_was_cloned_into_the_working_tree_comes_with_it(outer, module):
    clone(module, outer.path / "vendored")
    seen = checked_out(outer, ".", shops)
    assert seen["vendored"] == "second"
    assert "vendored" not in checked_out(outer, "main", shops)


def test_none_of_its_hooks_is_run(outer, tmp_path):
    inner = Repo(outer.path / "inner module")
    hooks = outer.path / ".git" / "modules" / "inner module" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-checkout", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/hook-was-here\n")
        (hooks / name).chmod(0o755)
    inner.write("new.py", "new")
    checked_out(outer, ".", shops)
    assert not (tmp_path / "hook-was-here").exists()
