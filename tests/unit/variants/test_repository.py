import os

import pytest
from processes import have_ended
from repositories import clone, empty_repository, shop_repository, with_submodule

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.variants.repository import LOCAL_VARIABLES, Repository, find_repository, outer_environment

AS_ROOT = pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")


def refusal(folder):
    with pytest.raises(UsageError) as caught:
        find_repository(folder)
    return str(caught.value)


def not_found(repo, ref):
    with pytest.raises(UsageError) as caught:
        find_repository(repo.path).commit(ref)
    return str(caught.value)


# Where it is


@pytest.mark.parametrize("name", ["a shop", "bücher-店", 'it\'s "quoted"', "two\nlines", "-c", "tab\there", "\\u0041"])
def test_a_repository_is_found_from_any_folder_of_it(tmp_path, name):
    repo = shop_repository(tmp_path / name)
    (repo.path / "deep" / "er").mkdir(parents=True)
    for folder in (repo.path, repo.path / "deep" / "er"):
        assert find_repository(folder) == Repository(repo.path, repo.path / ".git")


def test_a_repository_is_found_through_a_link(shop, tmp_path):
    (tmp_path / "link").symlink_to(shop.path)
    assert find_repository(tmp_path / "link").top == shop.path


def test_a_linked_worktree_has_its_own_root_and_the_common_folder(shop, tmp_path):
    shop.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    assert find_repository(tmp_path / "linked") == Repository(tmp_path / "linked", shop.path / ".git")


def test_a_submodule_is_a_repository_of_its_own(shop, tmp_path):
    with_submodule(shop, shop_repository(tmp_path / "module"), "inner")
    found = find_repository(shop.path / "inner")
    assert found.top == shop.path / "inner"
    assert found.common.resolve() == shop.path / ".git" / "modules" / "inner"


def test_outside_of_any_repository(tmp_path):
    assert refusal(tmp_path) == f"{tmp_path} is not in a git repository; a comparison of revisions needs one"


def test_a_bare_repository(shop, tmp_path):
    bare = clone(shop, tmp_path / "bare.git", "--bare")
    assert refusal(bare.path) == f"{bare.path} is a bare repository; run this in a checkout of it"


@AS_ROOT
def test_a_repository_of_someone_elses_is_refused_in_git_s_own_words(shop):
    os.chown(shop.path, 12345, 12345)
    os.chown(shop.path / ".git", 12345, 12345)
    assert "dubious ownership" in (line := refusal(shop.path))
    assert line.startswith(f"git cannot use {shop.path}: ")
    assert "safe.directory" in line


def test_without_git_nothing_can_be_measured(shop, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NothingMeasuredError, match=r"^git is not installed; a comparison of revisions needs it$"):
        find_repository(shop.path)


# What a reference names


def test_every_kind_of_name_is_a_full_commit_id(shop):
    first = shop.head
    second = shop.commit("second")
    shop.git("tag", "light", first)
    shop.git("tag", "--annotate", "--message", "a tag", "heavy", first)
    shop.git("branch", "feature/x", first)
    repository = find_repository(shop.path)
    for ref in ("HEAD~1", "HEAD^", "light", "heavy", "feature/x", "refs/tags/heavy", first, first[:8], "@{1}"):
        assert repository.commit(ref) == first, ref
    for ref in ("HEAD", "main", "@", second):
        assert repository.commit(ref) == second, ref


@pytest.mark.parametrize(
    "ref", ["absent", "", "-", "--all", "-h", "--output=x", "HEAD:shop.py", "HEAD^{tree}", "HEAD~9"]
)
def test_what_names_no_commit_is_refused(shop, ref):
    assert not_found(shop, ref) == f"no commit {ref!r} in {shop.path}; name a branch, a tag or a commit of it"
    assert [path.name for path in shop.path.iterdir() if path.name == "x"] == []


@pytest.mark.parametrize(("ref", "near"), [("mian", "main"), ("v1.O", "v1.0"), ("feature-login", "feature/login")])
def test_a_name_that_is_near_is_suggested(shop, ref, near):
    shop.git("tag", "v1.0")
    shop.git("branch", "feature/login")
    assert not_found(shop, ref) == f"no commit {ref!r} in {shop.path}; did you mean {near!r}?"


def test_a_branch_that_only_the_remote_has_is_suggested(shop, tmp_path):
    shop.git("branch", "stable")
    assert not_found(clone(shop, tmp_path / "clone"), "stable").endswith("; did you mean 'origin/stable'?")


def test_a_shallow_clone_says_how_to_get_the_rest(shop, tmp_path):
    shop.commit("second")
    shallow = clone(shop, tmp_path / "clone", "--depth", "1")
    line = not_found(shallow, "HEAD~1")
    assert "it is a shallow clone without the whole history; fetch it (git fetch --unshallow, or fetch-depth: 0" in line
    assert find_repository(shallow.path).commit("HEAD") == shop.head


def test_a_repository_without_a_commit(tmp_path):
    repo = empty_repository(tmp_path / "new")
    assert (
        not_found(repo, "main")
        == f"the repository {repo.path} has no commit yet, so there is no 'main' to compare with"
    )


# How git is asked


def test_the_variables_that_a_hook_is_given_change_nothing(shop, tmp_path, monkeypatch):
    other = shop_repository(tmp_path / "other")
    other.commit("only there")
    places = {
        "GIT_DIR": other.path / ".git",
        "GIT_COMMON_DIR": other.path / ".git",
        "GIT_WORK_TREE": other.path,
        "GIT_OBJECT_DIRECTORY": other.path / ".git" / "objects",
        "GIT_INDEX_FILE": other.path / ".git" / "index",
        "GIT_NAMESPACE": "elsewhere",
        "GIT_PREFIX": "elsewhere/",
    }
    for name in LOCAL_VARIABLES:
        monkeypatch.setenv(name, str(places.get(name, "nowhere")))
    found = find_repository(shop.path)
    assert found.top == shop.path
    assert found.commit("main") == shop.head != other.head
    assert not LOCAL_VARIABLES & outer_environment().keys()


def test_every_variable_of_git_s_that_names_a_place_is_known(shop):
    named = set(shop.git("rev-parse", "--local-env-vars").split())
    settings = {"GIT_CONFIG", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT", "GIT_NO_REPLACE_OBJECTS"}
    assert named - settings <= LOCAL_VARIABLES


def test_a_repository_is_found_inside_a_hook(shop, tmp_path):
    """Where git itself sets the variables: of the repository that is committed to."""
    other = shop_repository(tmp_path / "other")
    told = tmp_path / "told"
    hook = other.write(".git/hooks/pre-commit", f"#!/bin/sh\ncd '{shop.path}' && env > '{told}'\n")
    hook.chmod(0o755)
    other.commit()
    given = dict(line.split("=", 1) for line in told.read_text().splitlines() if line.startswith("GIT_"))
    assert "GIT_INDEX_FILE" in given
    with pytest.MonkeyPatch.context() as environment:
        for name, value in given.items():
            environment.setenv(name, value)
        assert find_repository(shop.path).commit("HEAD") == shop.head


@pytest.mark.parametrize("language", ["de_DE.UTF-8", "C", "xx"])
def test_the_language_of_messages_does_not_matter(tmp_path, monkeypatch, language):
    monkeypatch.setenv("LANG", language)
    monkeypatch.setenv("LANGUAGE", language)
    monkeypatch.setenv("LC_ALL", language)
    assert "is not in a git repository" in refusal(tmp_path)


def test_what_git_says_when_it_fails_is_told(shop):
    with pytest.raises(UsageError, match=r"^git show --nonsense has failed: unrecognized argument: --nonsense$"):
        find_repository(shop.path).run("show", "--nonsense")
    with pytest.raises(UsageError, match=r"^git diff --quiet has failed: it ended with 1$"):
        find_repository(changed(shop).path).run("diff", "--quiet")
    assert find_repository(shop.path).run("diff", "--quiet", expected=(0, 1)) == ""


def changed(shop):
    shop.write("shop.py", "")
    return shop


def test_an_interrupt_ends_git_and_what_it_has_started(shop, tmp_path, git_that):
    repository = find_repository(shop.path)
    script = f"sleep 1000 & echo $! > '{tmp_path}/pid'; kill -INT $PPID; wait"
    with git_that(script), pytest.raises(KeyboardInterrupt):
        repository.run("log")
    assert have_ended(int((tmp_path / "pid").read_text()))
