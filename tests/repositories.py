"""Scratch repositories of git for the tests, independent of whoever runs them."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

SHOP = """\
def price(amount):
    return amount * 119 // 100


def work(orders):
    return sum(price(amount) for amount in range(orders))


def fast(orders):
    return sum([amount * 119 // 100 for amount in range(orders)])


def configurations():
    return {"original": lambda: work(100), "fast": lambda: fast(100)}
"""

PLAN = """\
[tool.wfperf]
workload = "shop:configurations"
path = ["."]
packages = ["shop"]

[[tool.wfperf.benchmark]]
name = "call"

[[tool.wfperf.configuration]]
name = "original"

[[tool.wfperf.configuration]]
name = "fast"
"""

NO_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "file"}
"""Environment variables that keep the settings of the user and the machine out; for wfperf's processes, too."""


@dataclass(frozen=True)
class Repo:
    """A repository and its working tree."""

    path: Path

    def git(self, *arguments: str, **environment: str) -> str:
        """Return what a git command prints in the working tree; it must succeed."""
        done = subprocess.run(
            ["git", "-c", "user.name=Test", "-c", "user.email=test@localhost", *arguments],  # noqa: S607 - from PATH
            cwd=self.path,
            env={**scrubbed_environment(), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"git {arguments}: {done.stdout}{done.stderr}"
        return done.stdout.strip()

    def write(self, name: str, text: str) -> Path:
        """Write a file, and the folders it lies in."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    def replace(self, name: str, old: str, new: str) -> None:
        """Put a text in the only place of another in a file."""
        text = (self.path / name).read_text()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def commit(self, message: str = "a change") -> str:
        """Commit everything, even where nothing has changed; return the commit's full id."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head

    @property
    def head(self) -> str:
        """The full id of the commit that is checked out."""
        return self.git("rev-parse", "HEAD")


def scrubbed_environment() -> dict[str, str]:
    """Return the environment with no word on git but that no settings count: a test may run inside a hook itself."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | NO_SETTINGS


def empty_repository(path: Path, *options: str) -> Repo:
    """Return a new repository without a commit, on the branch `main`; options as of `git init`."""
    path.mkdir(parents=True, exist_ok=True)
    repo = Repo(path)
    repo.git("init", "--quiet", "--initial-branch=main", *options)
    return repo


def shop_repository(path: Path, *options: str) -> Repo:
    """Return a new repository with one commit: a workload `shop:configurations` and a plan in pyproject.toml.

    Its one benchmark is `call`; its configurations `original` and `fast` return the same in tens of microseconds.
    """
    repo = empty_repository(path, *options)
    repo.write("shop.py", SHOP)
    repo.write("pyproject.toml", PLAN)
    repo.write(".gitignore", "__pycache__/\n")
    repo.commit("a shop")
    return repo


def clone(of: Repo, path: Path, *options: str) -> Repo:
    """Return a clone of a repository's current state; by file://, so that `--depth` counts."""
    of.git("clone", "--quiet", *options, of.path.as_uri(), str(path))
    return Repo(path)


def with_submodule(repo: Repo, module: Repo, name: str) -> None:
    """Add a repository to another as a submodule of a name, initialized; not yet committed."""
    repo.git("submodule", "--quiet", "add", str(module.path), name)


def state(repo: Repo) -> dict[str, str]:
    """Return what a gate must leave alone, by what it is called; the numbers that it keeps are left out."""
    asked = {
        "status": ("status", "--porcelain", "--ignored"),
        "worktrees": ("worktree", "list", "--porcelain"),
        "refs": ("for-each-ref",),
        "head": ("rev-parse", "--symbolic-full-name", "HEAD"),
        "stashes": ("stash", "list"),
        "settings": ("config", "--local", "--list"),
    }
    told = {name: repo.git("--no-optional-locks", *arguments) for name, arguments in asked.items()}
    kept = [line for line in told["status"].splitlines() if not line.endswith(".wfperf/")]
    return told | {"status": "\n".join(kept)}


def path_without(path: Path, *names: str) -> str:
    """Return a PATH on which no program of these names is found, made of links in a folder."""
    path.mkdir()
    for folder in os.get_exec_path():
        for program in Path(folder).glob("*") if Path(folder).is_dir() else ():
            if program.name not in names and not (path / program.name).exists() and shutil.which(program):
                (path / program.name).symlink_to(program)
    return str(path)
