import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from processes import have_ended, until
from repositories import Repo, clone, state

from wfperf.errors import UsageError
from wfperf.variants.repository import find_repository
from wfperf.variants.worktrees import Worktrees

ROOT = Path(__file__).parents[3]
NOBODY = 65534


@pytest.fixture
def shop(shop):
    """A repository with two commits, a branch, a tag, and one more worktree of the user's."""
    shop.write("shop.py", "first")
    shop.git("tag", "first", shop.commit())
    shop.write("shop.py", "second")
    shop.commit()
    shop.git("worktree", "add", "--quiet", "-b", "side", str(shop.path.parent / "theirs"))
    return shop


@pytest.fixture
def unchanged(shop, temporary):
    """A function that makes sure that the repository is what it was, and nothing is left."""
    before = state(shop)

    def unchanged():
        assert state(shop) == before
        assert not (shop.path / ".git" / "wfperf").exists()
        assert list(temporary.iterdir()) == []
        return True

    return unchanged


def worktrees(repo):
    return Worktrees(find_repository(repo.path))


def added(repo, trees, **refs):
    return [trees.add(name, find_repository(repo.path).commit(ref)) for name, ref in refs.items()]


# While all goes well


def test_two_revisions_lie_side_by_side_and_are_gone_at_the_end(shop, temporary, unchanged):
    shop.write("shop.py", "uncommitted")
    with worktrees(shop) as trees:
        base, head = added(shop, trees, base="first", head="main")
        assert base.parent == head.parent == trees.folder
        assert trees.folder.parent == temporary
        assert trees.folder.stat().st_mode & 0o777 == 0o700
        assert [(tree / "shop.py").read_text() for tree in (base, head)] == ["first", "second"]
        assert Repo(base).git("status", "--porcelain") == ""
        assert Repo(head).git("rev-parse", "--symbolic-full-name", "HEAD") == "HEAD"
        assert (shop.path / "shop.py").read_text() == "uncommitted"
    shop.write("shop.py", "second")
    assert unchanged()


def test_a_tree_can_be_removed_and_made_anew(shop, unchanged):
    with worktrees(shop) as trees:
        (tree,) = added(shop, trees, head="first")
        trees.remove("head")
        assert not tree.exists()
        (again,) = added(shop, trees, head="main")
        assert again == tree
        assert (again / "shop.py").read_text() == "second"
        trees.remove("never made")
    assert unchanged()


def test_they_are_gone_after_an_error(shop, unchanged):
    with pytest.raises(LookupError), worktrees(shop) as trees:  # noqa: PT012 - the error comes last
        added(shop, trees, base="first", head="main")
        raise LookupError
    assert unchanged()


def test_they_are_gone_after_an_error_of_git(shop, unchanged):
    with pytest.raises(UsageError, match=r"^git worktree add has failed: "), worktrees(shop) as trees:
        trees.add("base", "0" * 40)
    assert unchanged()


def test_whatever_is_done_in_a_tree_it_goes(shop, unchanged):
    with worktrees(shop) as trees:
        (tree,) = added(shop, trees, base="first")
        (tree / "shop.py").write_text("changed")
        (tree / "new").write_text("1")
        (tree / "link").symlink_to(shop.path)
        shutil.rmtree(tree / ".git", ignore_errors=True)
        (tree / ".git").unlink(missing_ok=True)
        Repo(tree).git("init", "--quiet")
    assert (shop.path / "shop.py").exists()
    assert unchanged()


def test_a_tree_that_is_locked_or_gone_is_removed(shop, unchanged):
    with worktrees(shop) as trees:
        base, head = added(shop, trees, base="first", head="main")
        shop.git("worktree", "lock", str(base))
        shutil.rmtree(head)
    assert unchanged()


REMOVER = """
import os, sys
from pathlib import Path
from wfperf.variants.worktrees import _remove_folder
if os.getuid() == 0:
    os.setuid(int(sys.argv[2]))
_remove_folder(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("mode", [0o555, 0o000, 0o200])
def test_folders_that_may_not_be_written_or_read_are_removed(mode):
    """By someone who is not root: who may do anything."""
    outside = Path(tempfile.mkdtemp())
    try:
        outside.chmod(0o777)
        fixed = outside / "tree" / "packages" / "fixed"
        fixed.mkdir(parents=True)
        (fixed / "module.py").touch()
        (outside / "kept").mkdir(mode=0o500)
        (outside / "tree" / "link").symlink_to(outside / "kept")
        user = NOBODY if os.getuid() == 0 else os.getuid()
        for each in (fixed / "module.py", fixed, fixed.parent, fixed.parent.parent, outside / "kept"):
            os.chown(each, user, -1)
        fixed.chmod(mode)
        fixed.parent.chmod(mode)
        subprocess.run(
            [sys.executable, "-c", REMOVER, str(outside / "tree"), str(user)],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=True,
        )
        assert not (outside / "tree").exists()
        assert (outside / "kept").stat().st_mode & 0o777 == 0o500
    finally:
        shutil.rmtree(outside)


# The user's own


@pytest.mark.parametrize("place", ["hooks", "hooks of their own"])
def test_no_hook_of_the_users_is_run(shop, unchanged, place, tmp_path):
    folder = shop.path / ".git" / "hooks"
    if place != "hooks":
        folder = tmp_path / place
        folder.mkdir()
        shop.git("config", "core.hooksPath", str(folder))
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "post-rewrite"):
        (folder / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/hook-was-here\n")
        (folder / name).chmod(0o755)
    with worktrees(shop) as trees:
        added(shop, trees, base="first", head="main")
    assert not (tmp_path / "hook-was-here").exists()
    if place == "hooks":
        for hook in folder.iterdir():
            hook.unlink()
        assert unchanged()


def test_the_users_worktrees_are_never_pruned_not_even_one_that_is_missing(shop, unchanged):
    theirs = shop.path.parent / "theirs"
    theirs.rename(shop.path.parent / "on another disk")
    killed(shop)
    with worktrees(shop) as trees:
        added(shop, trees, base="first")
    (shop.path.parent / "on another disk").rename(theirs)
    assert Repo(theirs).git("status", "--porcelain", "--branch") == "## side"
    assert unchanged()


def test_in_a_worktree_of_the_users(shop, unchanged):
    theirs = Repo(shop.path.parent / "theirs")
    with worktrees(theirs) as trees:
        (base,) = added(theirs, trees, base="first")
        assert (base / "shop.py").read_text() == "first"
        assert [path.name for path in (shop.path / ".git" / "wfperf").iterdir()] == [trees.folder.name]
    assert unchanged()


@pytest.mark.parametrize(
    "setting", ["submodule.recurse=true", "core.autocrlf=true", "core.fsmonitor=true", "extensions.worktreeConfig=true"]
)
def test_settings_of_the_users_do_no_harm(shop, temporary, setting):
    shop.git("config", *setting.split("="))
    with worktrees(shop) as trees:
        base, head = added(shop, trees, base="first", head="main")
        assert [(tree / "shop.py").read_text() for tree in (base, head)] == ["first", "second"]
    assert list(temporary.iterdir()) == []


def test_a_sparse_checkout_stays_one(shop, temporary):
    shop.write("unwanted/a.py", "1")
    shop.commit()
    shop.git("sparse-checkout", "set", "wanted")
    with worktrees(shop) as trees:
        (head,) = added(shop, trees, head="main")
        assert (head / "shop.py").read_text() == "second"
    assert not (shop.path / "unwanted").exists()
    assert list(temporary.iterdir()) == []


# What cannot be done


def test_a_repository_that_cannot_be_written(shop, temporary):
    (shop.path / ".git" / "wfperf").touch()
    with pytest.raises(UsageError, match=r"^cannot make worktrees: .*File exists"), worktrees(shop):
        pytest.fail("it began")
    assert list(temporary.iterdir()) == []


def test_a_temporary_folder_that_is_not_there(shop, temporary, unchanged):
    temporary.rmdir()
    with pytest.raises(UsageError, match=r"^cannot make worktrees: .*No such file or directory"), worktrees(shop):
        pytest.fail("it began")
    temporary.mkdir()
    assert unchanged()


# Whoever was killed

PROGRAM = """
import sys, time
from pathlib import Path
from wfperf.variants.repository import find_repository
from wfperf.variants.worktrees import Worktrees

repository = find_repository(Path(sys.argv[1]))
with Worktrees(repository) as trees:
    trees.add("base", repository.commit("first"))
    print(trees.folder, flush=True)
    sys.stdin.read()
"""


def running(repo, program=PROGRAM):
    """Return a process that has made worktrees, and where they are."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(repo.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return process, Path(process.stdout.readline().rstrip("\n"))


def killed(repo):
    """Return the folder that a killed process has left behind."""
    process, folder = running(repo)
    with process:
        process.kill()
    assert (folder / "base" / "shop.py").read_text() == "first"
    return folder


def test_what_a_killed_process_has_left_is_removed_by_the_next_one(shop, unchanged):
    folders = [killed(shop) for _ in range(3)]
    assert len({*folders}) == 3
    with worktrees(shop):
        assert not any(folder.exists() for folder in folders)
    assert unchanged()


def test_what_a_living_process_has_made_is_left_alone(shop, unchanged):
    process, folder = running(shop)
    with process:
        with worktrees(shop) as trees:
            added(shop, trees, base="main")
        assert Repo(folder / "base").git("status", "--porcelain") == ""
        assert "base" in shop.git("worktree", "list")
        process.stdin.close()
        assert process.wait() == 0
    assert unchanged()


@pytest.mark.parametrize("at", ["before its folder was named", "before its folder was made", "before git knew of it"])
def test_a_process_that_was_killed_early(shop, temporary, unchanged, at):
    claims = shop.path / ".git" / "wfperf"
    claims.mkdir()
    folder = temporary / "wfperf-00000000"
    (claims / folder.name).write_bytes(b"" if "named" in at else os.fsencode(folder))
    if "knew" in at:
        (folder / "base").mkdir(parents=True)
    with worktrees(shop):
        pass
    assert unchanged()


@pytest.mark.parametrize("kind", ["another folder", "a link"])
def test_a_claim_that_is_not_ours_removes_nothing(shop, temporary, tmp_path, kind):
    precious = tmp_path / "precious"
    precious.mkdir()
    claims = shop.path / ".git" / "wfperf"
    claims.mkdir()
    named = precious
    if kind == "a link":
        named = temporary / "wfperf-00000000"
        named.symlink_to(precious)
    (claims / "wfperf-00000000").write_bytes(os.fsencode(named))
    with worktrees(shop):
        pass
    assert precious.is_dir()
    assert not claims.exists()


def test_a_copy_of_a_repository_does_not_remove_the_trees_of_the_other(shop, tmp_path, unchanged):
    """A claim that was copied is unlocked, although its process lives."""
    process, folder = running(shop)
    with process:
        copied = Repo(Path(shutil.copytree(shop.path, tmp_path / "copy")))
        with worktrees(copied) as trees:
            added(copied, trees, base="main")
        assert (folder / "base" / "shop.py").read_text() == "first"
        process.stdin.close()
        assert process.wait() == 0
    assert unchanged()


def test_git_that_outlives_a_killed_process_keeps_the_next_one_from_removing_what_it_writes(
    shop, unchanged, git_that, tmp_path
):
    with git_that(f'case "$*" in *reset*) echo $$ > {tmp_path}/pid; sleep 1000;; esac'):
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(shop.path)], env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        with process:
            until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
            process.kill()
    pid = int((tmp_path / "pid").read_text())
    (claim,) = (shop.path / ".git" / "wfperf").iterdir()
    with worktrees(shop):
        assert Path(claim.read_text()).is_dir()
    os.killpg(os.getpgid(pid), signal.SIGKILL)
    assert have_ended(pid)
    until(lambda: with_worktrees(shop) and not claim.exists())
    assert unchanged()


def with_worktrees(repo):
    with worktrees(repo):
        return True


# Interrupts


@pytest.mark.parametrize("command", ["worktree add", "reset", "ls-files", "worktree remove"])
def test_an_interrupt_during_any_command_of_git_leaves_nothing(shop, unchanged, git_that, command, tmp_path):
    once = f'test -e {tmp_path}/once || case "$*" in *"{command}"*) touch {tmp_path}/once; kill -INT $PPID;; esac'
    with git_that(once), pytest.raises(KeyboardInterrupt), worktrees(shop) as trees:
        added(shop, trees, base="first", head="main")
    assert (tmp_path / "once").exists()
    assert unchanged()


@pytest.mark.parametrize("command", ["worktree add", "worktree remove"])
def test_any_number_of_interrupts_leave_nothing(shop, unchanged, git_that, command):
    script = f'case "$*" in *"{command}"*) kill -INT $PPID;; esac'
    with git_that(script), pytest.raises(KeyboardInterrupt), worktrees(shop) as trees:
        added(shop, trees, base="first", head="main")
    assert unchanged()


# Several at once

LOOP = """
import sys
from pathlib import Path
from wfperf.variants.repository import find_repository
from wfperf.variants.worktrees import Worktrees

repository = find_repository(Path(sys.argv[1]))
commit = repository.commit("first")
for _ in range(int(sys.argv[2])):
    with Worktrees(repository) as trees:
        for name in ("base", "head"):
            assert (trees.add(name, commit) / "shop.py").read_text() == "first"
"""


def test_several_at_once_do_not_get_into_each_others_way(shop, unchanged):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", LOOP, str(shop.path), "15"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(5)
    ]
    for process in processes:
        _, said = process.communicate()
        assert process.returncode == 0, said
    assert unchanged()


def test_a_partial_clone_gets_what_it_lacks(shop, temporary, tmp_path):
    shop.git("config", "uploadpack.allowFilter", "true")
    partial = clone(shop, tmp_path / "partial", "--filter=blob:none")
    with worktrees(partial) as trees:
        (base,) = added(partial, trees, base="first")
        assert (base / "shop.py").read_text() == "first"
    assert list(temporary.iterdir()) == []
