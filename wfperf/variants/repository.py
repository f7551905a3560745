"""A git repository, used by git's own command."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from wfperf.errors import NothingMeasuredError, UsageError
from wfperf.variants.running import running

LOCAL_VARIABLES = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
"""Variables of git's hooks about their repository, which would be wrong in another tree.

Those of `git rev-parse --local-env-vars` that name a place."""

SETTINGS = (
    "core.hooksPath=/dev/null",  # none of the user's hooks
    "core.fsmonitor=false",  # no daemon that watches a tree of ours
    "core.safecrlf=false",  # our trees are temporary, so no line's end is lost
    "core.splitIndex=false",  # a second index would be left in the repository
    "gc.auto=0",  # no housekeeping
    "submodule.recurse=false",  # `submodules.py` fills them
)
"""Settings of every command of ours, whatever the user has set."""

VARIABLES = {
    "LC_ALL": "C",  # we read its messages
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",  # no index of the user's is refreshed
}


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository with a working tree.

    Args:
        top: the working tree's root.
        common: the folder that git keeps for all working trees of the repository.
        kept: open files that every command keeps open, even if it outlives us.
    """

    top: Path
    common: Path
    kept: tuple[int, ...] = ()

    def run(
        self,
        *arguments: str,
        at: Path | None = None,
        variables: Mapping[str, str] | None = None,
        expected: Collection[int] = (0,),
    ) -> str:
        """Run a git command, and return its output.

        Args:
            arguments: the command's.
            at: where it runs; at the root by default.
            variables: more environment variables.
            expected: exit codes that are no error.

        Raises:
            UsageError: it exits with another code; contains git's message.
        """
        done = _git(arguments, at or self.top, variables or {}, self.kept)
        if done.returncode not in expected:
            raise UsageError(f"git {' '.join(arguments[:2])} has failed: {_said(done)}")
        return done.stdout

    def commit(self, ref: str) -> str:
        """Return the full id of the commit that a reference names.

        Raises:
            UsageError: there is none, or a range of several; suggests what to give instead.
        """
        found = self._resolved(ref)
        if "\n" not in found and found.isalnum():
            return found
        first, dots, last = ref.partition("..")
        if dots:
            ends = f"--base {first or 'HEAD'} --head {last.lstrip('.') or 'HEAD'}"
            raise UsageError(f"{ref!r} is a range of commits, and one is needed; give its ends apart, such as {ends}")
        if not self._resolved("HEAD"):
            raise UsageError(f"the repository {self.top} has no commit yet, so there is no {ref!r} to compare with")
        raise UsageError(f"no commit {ref!r} in {self.top}{self._hint(ref)}")

    def references(self) -> list[str]:
        """Return the short names of all branches and tags, also of other repositories."""
        return self.run("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes").split()

    def files(self, path: Path) -> list[Path]:
        """Return the files in a path of the working tree, also those that git does not know, but not ignored ones."""
        listed = self.run("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", str(path), at=self.top)
        return [file for name in listed.split("\0") if name and (file := self.top / name).is_file()]

    def _resolved(self, ref: str) -> str:
        if not ref or ref.startswith("-"):
            return ""
        return _git(("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"), self.top).stdout.strip()

    def _hint(self, ref: str) -> str:
        if self.run("rev-parse", "--is-shallow-repository").strip() == "true":
            return (
                ": it is a shallow clone without the whole history; fetch it (git fetch --unshallow, or fetch-depth: 0 "
                "of actions/checkout)"
            )
        names = self.references()
        near = [name for name in names if name.endswith(f"/{ref}")] or get_close_matches(ref, names, n=1)
        return f"; did you mean {near[0]!r}?" if near else "; name a branch, a tag or a commit of it"


def find_repository(folder: Path, *others: Path) -> Repository:
    """Return the repository whose working tree a folder lies in; if there is none, that of the next folder.

    Raises:
        UsageError: all lie in none, or git refuses it.
        NothingMeasuredError: git is not installed.
    """
    done = _git(("rev-parse", "--show-toplevel"), folder)
    if done.returncode:
        said = _said(done)
        if "not a git repository" in said:
            for other in others:
                with suppress(UsageError):
                    return find_repository(other)
            raise UsageError(f"{folder.absolute()} is not in a git repository; a comparison of revisions needs one")
        if "must be run in a work tree" in said:
            raise UsageError(f"{folder.absolute()} is a bare repository; run this in a checkout of it")
        raise UsageError(f"git cannot use {folder.absolute()}: {said}")
    top = Path(done.stdout.removesuffix("\n"))
    return Repository(top, top / _git(("rev-parse", "--git-common-dir"), top).stdout.removesuffix("\n"))


def outer_environment() -> dict[str, str]:
    """Return the environment without git's variables about the repository that a hook runs for."""
    return {name: value for name, value in os.environ.items() if name not in LOCAL_VARIABLES}


def _git(
    arguments: tuple[str, ...], at: Path, variables: Mapping[str, str] | None = None, kept: tuple[int, ...] = ()
) -> subprocess.CompletedProcess[str]:
    git = shutil.which("git")
    if git is None:
        raise NothingMeasuredError("git is not installed; a comparison of revisions needs it")
    settings = [word for setting in SETTINGS for word in ("-c", setting)]
    with running(
        [git, *settings, *arguments],
        cwd=at,
        env={**outer_environment(), **VARIABLES, **(variables or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="surrogateescape",
        pass_fds=kept,
    ) as process:
        printed, said = process.communicate()
    return subprocess.CompletedProcess(arguments, process.returncode, printed, said)


def _said(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return " ".join(lines[-3:]).removeprefix("fatal: ") or f"it ended with {done.returncode}"
