"""The gate between revisions, wherever a repository lies and whatever it is: it works, or says in one line why not."""

import os
import sys

import pytest
from processes import ROOT, wfperf
from repositories import (
    NO_SETTINGS,
    PLAN,
    SHOP,
    Repo,
    clone,
    empty_repository,
    path_without,
    shop_repository,
    state,
    with_submodule,
)

COUNTED = ("--only", "counters")
ODD_NAMES = ["a b", "bücher 店", "it's", 'say "hi"', "$HOME;ls", "-c", "100%20#?", "a:b", "two\nlines", "[x]*"]
MORE_WORK = ("sum(price(amount)", "sum(price(amount) + 0 * price(amount)")


@pytest.fixture
def gate(temporary):
    """A function that runs `wfperf gate`, and makes sure that it leaves the repository and the system as they were."""

    def gate(repo, *arguments, cwd=None, **environment):
        before = state(repo)
        done = wfperf(
            "gate", *arguments, cwd=cwd or repo.path, **{"TMPDIR": str(temporary), **NO_SETTINGS, **environment}
        )
        assert state(repo) == before
        assert list(temporary.iterdir()) == []
        assert not list(repo.path.rglob("wfperf-*"))
        assert not (repo.path / ".git" / "wfperf").exists()
        assert "Traceback" not in done.stderr
        return done

    return gate


@pytest.fixture
def shop(tmp_path):
    return shop_repository(tmp_path / "shop")


def passes(done):
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[1].startswith("PASS")


def fails(done):
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.splitlines()[1].startswith("FAIL")
    assert "function calls" in done.stdout


def refusal(done, code=2):
    """Return the one line of a refusal; what was under way may stand above it."""
    assert done.returncode == code, done.stdout + done.stderr
    assert all(line.startswith("Gating ") for line in done.stdout.splitlines()), done.stdout
    *steps, line = done.stderr.splitlines()
    assert all(step.endswith(" ...") for step in steps), steps
    assert line.startswith("wfperf: error: ")
    return line.removeprefix("wfperf: error: ")


# Where it lies


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_folder_of_an_odd_name(tmp_path, gate, name):
    repo = shop_repository(tmp_path / name / name)
    passes(gate(repo, "--base", "HEAD", *COUNTED))
    repo.replace("shop.py", *MORE_WORK)
    fails(gate(repo, "--base", "HEAD", "--head", ".", *COUNTED))


@pytest.mark.parametrize("name", ["a b", "bücher 店", 'it\'s "it"', "two\nlines"])
def test_a_temporary_folder_of_an_odd_name(shop, gate, tmp_path, name):
    (tmp_path / name).mkdir()
    setup = (sys.executable, "-c", '\'open("made", "w")\'')
    passes(gate(shop, "--base", "HEAD", *COUNTED, "--tree-setup", " ".join(setup), TMPDIR=str(tmp_path / name)))
    assert list((tmp_path / name).iterdir()) == []


def test_a_temporary_folder_inside_the_working_tree(shop, gate):
    shop.write(".gitignore", "__pycache__/\n/temporary/\n")
    shop.commit()
    (shop.path / "temporary").mkdir()
    shop.replace("shop.py", *MORE_WORK)
    fails(gate(shop, "--base", "HEAD", "--head", ".", *COUNTED, TMPDIR="temporary"))
    assert list((shop.path / "temporary").iterdir()) == []


def test_a_folder_that_is_reached_by_a_link(shop, gate, tmp_path):
    (tmp_path / "link").symlink_to(shop.path)
    passes(gate(shop, "--base", "HEAD", *COUNTED, cwd=tmp_path / "link"))
    plan = str(tmp_path / "link" / "pyproject.toml")
    passes(gate(shop, "--base", "HEAD", *COUNTED, "--plan", plan))


def test_a_subfolder_that_has_the_plan(tmp_path, gate):
    repo = empty_repository(tmp_path / "many")
    repo.write("packages/shop/src/shop.py", SHOP)
    repo.write("packages/shop/pyproject.toml", PLAN.replace('["."]', '["src"]'))
    repo.commit()
    inner = repo.path / "packages" / "shop"
    passes(gate(repo, "--base", "HEAD", *COUNTED, cwd=inner))
    repo.replace("packages/shop/src/shop.py", *MORE_WORK)
    fails(gate(repo, "--base", "HEAD", "--head", ".", *COUNTED, cwd=inner))
    fails(gate(repo, "--base", "HEAD", "--head", ".", *COUNTED, "--plan", "packages/shop/pyproject.toml"))


def test_a_subfolder_that_the_base_does_not_have_yet(shop, gate):
    shop.write("packages/shop/shop.py", SHOP)
    shop.write("packages/shop/pyproject.toml", PLAN)
    shop.commit()
    line = refusal(gate(shop, "--base", "HEAD~1", *COUNTED, cwd=shop.path / "packages" / "shop"), code=5)
    commit = shop.git("rev-parse", "--short=9", "HEAD~1")
    assert line == f"HEAD~1 ({commit}) has no folder packages/shop, where everything would run"


def test_a_file_is_found_where_the_workload_opens_it_by_a_relative_name(shop, gate):
    shop.replace("shop.py", "def configurations():\n", "def configurations():\n    int(open('size').read())\n")
    shop.write("size", "1")
    shop.commit()
    shop.write("size", "none")  # the working tree's own is not read
    passes(gate(shop, "--base", "HEAD", *COUNTED))


# What it is


def test_submodules_that_hold_the_workload(tmp_path, gate):
    module = empty_repository(tmp_path / "module")
    module.write("shop.py", SHOP)
    module.commit()
    outer = empty_repository(tmp_path / "outer")
    outer.write("pyproject.toml", PLAN.replace('["."]', '["vendored"]'))
    outer.write(".gitignore", "__pycache__/\n")
    with_submodule(outer, module, "vendored")
    outer.commit()
    inner = Repo(outer.path / "vendored")
    inner.write(".gitignore", "__pycache__/\n")
    inner.replace("shop.py", *MORE_WORK)
    inner.commit()
    outer.commit()
    passes(gate(outer, "--base", "HEAD", *COUNTED))
    fails(gate(outer, "--base", "HEAD~1", *COUNTED))
    inner.replace("shop.py", "+ 0 * price(amount)", "+ 0 * price(amount) + 0 * price(amount)")
    before = state(inner)
    fails(gate(outer, "--base", "HEAD", "--head", ".", *COUNTED))
    assert state(inner) == before

    plain = clone(outer, tmp_path / "plain")
    assert "No module named 'shop'" in refusal(gate(plain, "--base", "HEAD", *COUNTED), code=5)
    plain.git("config", "submodule.vendored.url", str(module.path))
    with pytest.raises(AssertionError, match="did not contain"):
        plain.git("submodule", "--quiet", "update", "--init")
    line = refusal(gate(plain, "--base", "HEAD", *COUNTED))
    assert f"the submodule {plain.path / 'vendored'} lacks commit {inner.head[:9]}; fetch it with: git -C " in line


def test_a_shallow_clone(shop, gate, tmp_path):
    shop.replace("shop.py", *MORE_WORK)
    shop.commit()
    shallow = clone(shop, tmp_path / "shallow", "--depth", "1")
    passes(gate(shallow, "--base", "HEAD", *COUNTED))
    line = refusal(gate(shallow, "--base", "HEAD~1", *COUNTED))
    assert line.startswith(f"no commit 'HEAD~1' in {shallow.path}: it is a shallow clone without the whole history;")
    shallow.git("fetch", "--quiet", "--unshallow")
    fails(gate(shallow, "--base", "HEAD~1", *COUNTED))


def test_a_detached_head(shop, gate):
    shop.replace("shop.py", *MORE_WORK)
    shop.git("checkout", "--quiet", "--detach")
    shop.commit()
    fails(gate(shop, "--base", "main", *COUNTED))


def test_a_worktree_of_the_users(shop, gate, tmp_path):
    shop.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    variant = Repo(tmp_path / "side")
    variant.replace("shop.py", *MORE_WORK)
    fails(gate(variant, "--base", "main", "--head", ".", *COUNTED))
    variant.commit()
    fails(gate(variant, "--base", "main", *COUNTED))
    passes(gate(shop, "--base", "main", *COUNTED))
    fails(gate(shop, "--base", "main", "--head", "side", *COUNTED))


def test_a_worktree_of_a_bare_repository(shop, gate, tmp_path):
    bare = clone(shop, tmp_path / "bare.git", "--bare")
    bare.git("worktree", "add", "--quiet", str(tmp_path / "side"), "main")
    variant = Repo(tmp_path / "side")
    variant.replace("shop.py", *MORE_WORK)
    fails(gate(variant, "--base", "HEAD", "--head", ".", *COUNTED))


def test_a_repository_whose_folder_lies_elsewhere(shop, gate, tmp_path):
    shop.git("init", "--quiet", "--separate-git-dir", str(tmp_path / "elsewhere"))
    shop.replace("shop.py", *MORE_WORK)
    fails(gate(shop, "--base", "HEAD", "--head", ".", *COUNTED))
    assert not (tmp_path / "elsewhere" / "wfperf").exists()


def test_a_repository_with_long_ids(tmp_path, gate):
    repo = shop_repository(tmp_path / "long", "--object-format=sha256")
    assert len(repo.head) == 64
    passes(gate(repo, "--base", repo.head[:12], *COUNTED))


# What stands in it


def test_the_working_tree_with_a_deleted_and_a_new_file(shop, gate):
    shop.write("rates.py", "RATE = 119\n")
    shop.replace(
        "shop.py",
        "def price(amount):\n    return amount * 119",
        "import rates\n\n\ndef price(amount):\n    return amount * rates.RATE",
    )
    shop.commit()
    passes(gate(shop, "--base", "HEAD~1", *COUNTED))
    (shop.path / "rates.py").rename(shop.path / "taxes.py")
    line = refusal(gate(shop, "--base", "HEAD", "--head", ".", *COUNTED), code=5)
    assert "No module named 'rates'" in line
    shop.replace("shop.py", "import rates\n", "import taxes as rates\n")
    passes(gate(shop, "--base", "HEAD", "--head", ".", *COUNTED))
    fails(gate(more_work(shop), "--base", "HEAD", "--head", ".", *COUNTED))


def more_work(repo):
    repo.replace("shop.py", *MORE_WORK)
    return repo


def test_a_merge_that_is_under_way(shop, gate):
    shop.git("checkout", "--quiet", "-b", "side")
    shop.write("notes", "theirs")
    shop.commit()
    shop.git("checkout", "--quiet", "main")
    shop.write("notes", "ours")
    shop.commit()
    with pytest.raises(AssertionError, match="CONFLICT"):
        shop.git("merge", "side")
    passes(gate(shop, "--base", "HEAD", "--head", ".", *COUNTED))
    passes(gate(shop, "--base", "side", *COUNTED))


def test_inside_a_hook_of_git_s(shop, temporary):
    """The hook is told of the commit under way; the gate judges the working tree."""
    command = f"'{sys.executable}' -m wfperf gate --base HEAD --head . --only counters"
    hook = shop.write(".git/hooks/pre-commit", f"#!/bin/sh\nexec {command} >&2\n")
    hook.chmod(0o755)
    environment = {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)}
    shop.git("commit", "--quiet", "--allow-empty", "--message", "nothing", **environment)
    first = shop.head
    more_work(shop)
    with pytest.raises(AssertionError, match="FAIL"):
        shop.git("commit", "--all", "--message", "more work", **environment)
    assert shop.head == first
    assert shop.git("status", "--porcelain") == "M shop.py"
    assert list(temporary.iterdir()) == []
    assert not (shop.path / ".git" / "wfperf").exists()


def test_variables_that_point_at_another_repository(shop, gate, tmp_path):
    other = shop_repository(tmp_path / "other")
    more_work(other).commit()
    environment = {"GIT_DIR": str(other.path / ".git"), "GIT_WORK_TREE": str(other.path)}
    passes(gate(shop, "--base", "HEAD", *COUNTED, **environment))
    assert "no commit 'HEAD~1'" in refusal(gate(shop, "--base", "HEAD~1", *COUNTED, **environment))


# What is refused


def test_a_repository_without_a_commit(tmp_path):
    repo = empty_repository(tmp_path / "new")
    repo.write("shop.py", SHOP)
    repo.write("pyproject.toml", PLAN)
    for head in ("HEAD", "."):
        done = wfperf("gate", "--base", "main", "--head", head, cwd=repo.path, **NO_SETTINGS)
        assert refusal(done) == f"the repository {repo.path} has no commit yet, so there is no 'main' to compare with"
    assert not (repo.path / ".git" / "wfperf").exists()


def test_a_folder_in_no_repository(tmp_path):
    (tmp_path / "shop.py").write_text(SHOP)
    (tmp_path / "pyproject.toml").write_text(PLAN)
    done = wfperf("gate", "--base", "HEAD", cwd=tmp_path, **NO_SETTINGS)
    assert refusal(done) == f"{tmp_path} is not in a git repository; a comparison of revisions needs one"


def test_a_bare_repository(shop, tmp_path):
    bare = clone(shop, tmp_path / "bare.git", "--bare")
    (bare.path / "pyproject.toml").write_text(PLAN)
    done = wfperf("gate", "--base", "HEAD", cwd=bare.path, **NO_SETTINGS)
    assert refusal(done) == f"{bare.path} is a bare repository; run this in a checkout of it"


def test_a_system_without_git(shop, gate, tmp_path):
    path = path_without(tmp_path / "programs", "git")
    line = refusal(gate(shop, "--base", "HEAD", PATH=path), code=5)
    assert line == "git is not installed; a comparison of revisions needs it"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_repository_of_someone_elses(shop):
    for path in (shop.path, shop.path / ".git"):
        os.chown(path, 12345, 12345)
    done = wfperf("gate", "--base", "HEAD", cwd=shop.path, **NO_SETTINGS)
    assert "dubious ownership" in refusal(done)


@pytest.mark.parametrize(
    ("base", "head", "message"),
    [
        ("mian", "HEAD", "no commit 'mian' in {}; did you mean 'main'?"),
        ("HEAD", "mian", "no commit 'mian' in {}; did you mean 'main'?"),
        ("", "HEAD", "no commit '' in {}; name a branch, a tag or a commit of it"),
        ("HEAD", "", "no commit '' in {}; name a branch, a tag or a commit of it"),
        ("--all", "HEAD", "no commit '--all' in {}; name a branch, a tag or a commit of it"),
    ],
)
def test_a_revision_that_is_not_there(shop, gate, base, head, message):
    assert refusal(gate(shop, f"--base={base}", f"--head={head}")) == message.format(shop.path)


def test_a_repository_without_a_workload(tmp_path, gate):
    repo = empty_repository(tmp_path / "none")
    repo.commit()
    line = refusal(gate(repo, "--base", "HEAD"))
    assert "does not contain wfperf's built-in engine" in line


def test_a_workload_that_lies_outside(shop, gate, tmp_path):
    """Both trees would run the same code, and the gate would pass whatever has changed."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "shop.py").write_text(SHOP)
    shop.write("pyproject.toml", PLAN.replace('["."]', '["../outside"]'))
    shop.commit()
    line = refusal(gate(shop, "--base", "HEAD", *COUNTED))
    assert line.startswith(
        f"shop:configurations was imported from {tmp_path / 'outside' / 'shop.py'}, not from the tree"
    )


def test_a_setup_command_that_fails(shop, gate):
    line = refusal(gate(shop, "--base", "HEAD", "--tree-setup", f"{sys.executable} -c 'exit(\"no network\")'"), code=5)
    assert line.startswith("cannot prepare HEAD (")
    assert line.endswith("ended with 1: no network")


def test_what_a_setup_command_makes_is_made_in_each_tree(shop, gate):
    shop.replace("shop.py", "def price", "import made\n\n\ndef price")
    shop.commit()
    make = f"""{sys.executable} -c "open('made.py', 'w').close()" """
    passes(gate(shop, "--base", "HEAD", *COUNTED, "--tree-setup", make))
    assert not (shop.path / "made.py").exists()
