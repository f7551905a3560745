import os

import pytest
from repositories import Repo, clone, empty_repository, shop_repository, state, with_submodule

from wfperf.errors import UsageError
from wfperf.variants.repository import find_repository
from wfperf.variants.snapshot import snapshot


@pytest.fixture
def taken(tmp_path):
    """A function that takes a snapshot, and makes sure that everything else is as it was."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def taken(repo):
        before, told = everything(repo.path), state(repo)
        commit = snapshot(find_repository(repo.path), scratch)
        after = everything(repo.path)
        assert {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)} == set()
        assert state(repo) == told
        return commit

    return taken


def everything(folder):
    """Return the mode, the time of change and the content of every file but for git's objects."""
    files = [path for path in folder.rglob("*") if path.is_symlink() or path.is_file()]
    return {path: seen(path) for path in files if (folder / ".git" / "objects") not in path.parents}


def seen(path):
    is_used = path.name.startswith("sharedindex.")  # git marks that one as used whenever it reads it
    return path.lstat().st_mode, not is_used and path.lstat().st_mtime_ns, not path.is_symlink() and path.read_bytes()


def names(repo, commit):
    return repo.git("ls-tree", "-r", "--name-only", "-z", commit).rstrip("\0").split("\0")


def content(repo, commit, name):
    return repo.git("show", f"{commit}:{name}")


def test_where_nothing_has_changed_it_is_the_commit_itself(shop, taken):
    assert taken(shop) == shop.head
    os.utime(shop.path / "shop.py")
    assert taken(shop) == shop.head


def test_the_same_tree_is_the_same_commit(shop, taken):
    shop.write("new.py", "1")
    first = taken(shop)
    assert taken(shop) == first != shop.head
    assert shop.git("log", "--format=%an <%ae> %s", "-1", first) == "wfperf <wfperf@localhost> working tree"
    assert shop.git("rev-parse", f"{first}^") == shop.head


def test_changed_staged_new_and_deleted_files_are_in_it_as_they_stand(shop, taken):
    for name in ("changed", "staged", "staged and changed", "deleted", "taken out", "kept"):
        shop.write(name, "old")
    shop.commit()
    shop.write("changed", "new")
    shop.write("staged", "new")
    shop.write("added", "new")
    shop.write("staged and changed", "half")
    shop.git("add", "staged", "added", "staged and changed")
    shop.write("staged and changed", "new")
    shop.write("deep/er/untracked", "new")
    (shop.path / "deleted").unlink()
    shop.git("rm", "--quiet", "--cached", "taken out")
    commit = taken(shop)
    own = {name: content(shop, commit, name) for name in names(shop, commit)}
    for name in (".gitignore", "pyproject.toml", "shop.py"):
        del own[name]
    assert own == {
        "added": "new",
        "changed": "new",
        "deep/er/untracked": "new",
        "kept": "old",
        "staged": "new",
        "staged and changed": "new",
        "taken out": "old",  # it is there
    }


def test_ignored_files_are_left_out(shop, taken):
    shop.write(".gitignore", "*.log\n")
    shop.write("run.log", "1")
    shop.write("kept.log", "1")
    shop.git("add", "--force", "kept.log")
    assert names(shop, taken(shop)) == [".gitignore", "kept.log", "pyproject.toml", "shop.py"]


def test_modes_links_and_odd_names_are_kept(shop, taken):
    shop.write("run.sh", "").chmod(0o755)
    (shop.path / "link").symlink_to("shop.py")
    (shop.path / "shop.py").unlink()
    shop.write("shop.py/now a folder", "")
    shop.write('bücher "und"\nmehr', "")
    (shop.path / os.fsdecode(b"no \xff utf-8")).touch()
    commit = taken(shop)
    listed = shop.git("ls-tree", "--format=%(objectmode) %(path)", commit).splitlines()
    modes = {name: mode for mode, name in (line.split(" ", 1) for line in listed)}
    assert modes["run.sh"] == "100755"
    assert modes["link"] == "120000"
    assert modes["shop.py"] == "040000"
    assert len(modes) == 7


@pytest.mark.usefixtures("taken")
def test_from_a_subfolder_it_is_the_whole_tree(shop, tmp_path):
    shop.write("deep/new.py", "1")
    shop.write("new.py", "1")
    commit = snapshot(find_repository(shop.path / "deep"), tmp_path / "scratch")
    assert {"deep/new.py", "new.py"} <= {*names(shop, commit)}


@pytest.mark.parametrize("operation", ["merge", "rebase", "cherry-pick"])
def test_while_there_are_conflicts(shop, taken, operation):
    shop.git("checkout", "--quiet", "-b", "other")
    shop.write("shop.py", "theirs")
    shop.commit()
    shop.git("checkout", "--quiet", "main")
    shop.write("shop.py", "ours")
    shop.commit()
    with pytest.raises(AssertionError, match="CONFLICT"):
        shop.git(operation, "other")
    assert "<<<<<<< " in content(shop, taken(shop), "shop.py")
    assert "UU shop.py" in shop.git("status", "--porcelain")


def test_with_files_that_are_meant_to_be_added(shop, taken):
    shop.write("soon.py", "1")
    shop.git("add", "--intent-to-add", "soon.py")
    assert content(shop, taken(shop), "soon.py") == "1"


@pytest.mark.parametrize("options", [("--cone",), ("--no-cone",), ("--cone", "--sparse-index")])
def test_with_a_sparse_checkout_what_is_left_out_is_not_deleted(shop, taken, options):
    shop.write("wanted/a.py", "1")
    shop.write("unwanted/b.py", "1")
    shop.commit()
    shop.git("sparse-checkout", "set", *options, "wanted")
    assert not (shop.path / "unwanted").exists()
    assert taken(shop) == shop.head
    shop.write("wanted/a.py", "2")
    commit = taken(shop)
    assert content(shop, commit, "wanted/a.py") == "2"
    assert content(shop, commit, "unwanted/b.py") == "1"


def test_with_a_split_index_no_second_one_is_left(shop, taken):
    shop.git("config", "core.splitIndex", "true")
    shop.git("update-index", "--split-index")
    shop.write("new.py", "1")
    assert "new.py" in names(shop, taken(shop))


def test_with_a_detached_head(shop, taken):
    shop.git("checkout", "--quiet", "--detach")
    shop.write("new.py", "1")
    assert "new.py" in names(shop, taken(shop))


def test_in_a_linked_worktree_it_is_that_one(shop, taken, tmp_path):
    shop.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    shop.write("here.py", "1")
    linked = Repo(tmp_path / "linked")
    linked.write("there.py", "1")
    commit = taken(linked)
    assert "there.py" in names(shop, commit)
    assert "here.py" not in names(shop, commit)


def test_without_an_index_all_that_is_there_is_taken(shop, taken):
    (shop.path / ".git" / "index").unlink()
    assert taken(shop) == shop.head


def test_while_someone_else_has_locked_the_index(shop, taken):
    shop.write("new.py", "1")
    shop.write(".git/index.lock", "")
    assert "new.py" in names(shop, taken(shop))


def test_a_file_that_was_changed_in_the_moment_of_the_index_is_seen(shop, taken):
    """Of the same size and time: git looks into a file that is no older than the index."""
    shop.git("config", "core.trustctime", "false")
    moment_ns = 10**18
    file = shop.write("soon.py", "1")
    os.utime(file, ns=(moment_ns, moment_ns))
    shop.commit()
    os.utime(shop.path / ".git" / "index", ns=(moment_ns, moment_ns))
    shop.write("soon.py", "2")
    os.utime(file, ns=(moment_ns, moment_ns))
    assert content(shop, taken(shop), "soon.py") == "2"


def test_line_ends_that_git_would_change_are_no_error(shop, taken):
    shop.git("config", "core.autocrlf", "true")
    shop.git("config", "core.safecrlf", "true")
    shop.write("new.py", "one\nother\r\n")
    assert "new.py" in names(shop, taken(shop))


def test_where_paths_are_taken_literally(shop, taken, monkeypatch):
    """As hooks are told by programs that are careful about paths."""
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    shop.write("new.py", "1")
    assert "new.py" in names(shop, taken(shop))


def test_a_submodule_is_recorded_as_it_is_checked_out(shop, taken, tmp_path):
    with_submodule(shop, shop_repository(tmp_path / "module"), "inner")
    shop.commit()
    inner = Repo(shop.path / "inner")
    assert taken(shop) == shop.head
    inner.write("new.py", "1")
    assert taken(shop) == shop.head
    inner.commit()
    assert inner.head in shop.git("ls-tree", taken(shop), "inner")


def test_a_submodule_that_is_not_there_stays_recorded(shop, taken, tmp_path):
    with_submodule(shop, shop_repository(tmp_path / "module"), "inner")
    shop.commit()
    plain = clone(shop, tmp_path / "clone")
    assert taken(plain) == plain.head
    plain.write("new.py", "1")
    assert {"inner", "new.py"} <= {*names(plain, taken(plain))}


def test_no_name_of_the_users_is_needed_and_nothing_is_signed(shop, taken):
    shop.git("config", "user.useConfigOnly", "true")
    shop.git("config", "commit.gpgSign", "true")
    shop.git("config", "user.signingKey", "nobody")
    shop.write("new.py", "1")
    assert taken(shop) != shop.head


@pytest.mark.usefixtures("taken")
def test_none_of_the_users_hooks_and_watchers_is_run(shop):
    for name in ("pre-commit", "post-index-change", "post-commit", "reference-transaction", "query"):
        shop.write(f".git/hooks/{name}", f"#!/bin/sh\ntouch {shop.path}/hook-was-here\n").chmod(0o755)
    shop.git("config", "core.fsmonitor", ".git/hooks/query")
    shop.write("new.py", "1")
    snapshot(find_repository(shop.path), shop.path.parent / "scratch")
    assert not (shop.path / "hook-was-here").exists()


def test_without_a_commit_there_is_nothing_to_stand_on(tmp_path):
    with pytest.raises(UsageError, match="has no commit yet"):
        snapshot(find_repository(empty_repository(tmp_path / "new").path), tmp_path)


def test_what_git_cannot_add_is_told(shop, tmp_path):
    empty_repository(shop.path / "inner")
    with pytest.raises(UsageError, match=r"git add --all has failed: .*'inner/' does not have a commit checked out"):
        snapshot(find_repository(shop.path), tmp_path)


def test_no_branch_tag_or_log_knows_of_it(shop, taken):
    shop.write("new.py", "1")
    commit = taken(shop)
    assert commit not in shop.git("log", "--all", "--reflog", "--format=%H")
