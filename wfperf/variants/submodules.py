"""Fill the submodules of a tree from those of the user's checkout: nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from wfperf.errors import UsageError
from wfperf.variants.repository import Repository, find_repository
from wfperf.variants.snapshot import INDEX, snapshot

LINK = "160000"
"""The mode under which git lists a submodule."""


def fill_submodules(repository: Repository, tree: Path, scratch: Path, *, as_it_stands: bool) -> None:
    """Check out into a tree all submodules that the user's own working tree has; others stay empty, as they are there.

    Args:
        repository: the user's.
        tree: a working tree of it.
        scratch: a folder for git's temporary files.
        as_it_stands: take submodules with their uncommitted changes.

    Raises:
        UsageError: a submodule lacks the commit that a tree names.
    """
    for commit, path in _links(repository.run("ls-files", "--stage", "-z", at=tree)):
        _fill(repository, path, commit, tree / path, scratch, as_it_stands=as_it_stands)


def _fill(outer: Repository, name: str, commit: str, target: Path, scratch: Path, *, as_it_stands: bool) -> None:
    source = outer.top / name
    found = find_repository(source) if source.is_dir() else None
    if found is None or found.top != source.resolve():
        return  # never initialized: git finds the repository around it
    submodule = replace(found, kept=outer.kept)
    if as_it_stands:
        commit = snapshot(submodule, scratch)
    try:
        commit = submodule.commit(commit)
    except UsageError as error:
        raise UsageError(
            f"the submodule {source} lacks commit {commit[:9]}; fetch it with: git -C {source} fetch"
        ) from error
    index = scratch / INDEX
    index.unlink(missing_ok=True)
    own = {"GIT_INDEX_FILE": str(index)}
    submodule.run("read-tree", commit, variables=own)
    submodule.run("checkout-index", "--all", "--force", f"--prefix={target}/", variables=own)
    for inner, path in list(_links(submodule.run("ls-files", "--stage", "-z", variables=own))):
        _fill(submodule, path, inner, target / path, scratch, as_it_stands=as_it_stands)


def _links(listed: str) -> Iterator[tuple[str, str]]:
    for entry in listed.split("\0"):
        head, _, path = entry.partition("\t")
        if head.startswith(f"{LINK} "):
            yield head.split()[1], path
