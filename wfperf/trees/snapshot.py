"""The working tree as it stands, uncommitted changes and new files included, as a commit that no branch knows."""

from __future__ import annotations

import shutil
from pathlib import Path

from wfperf.trees.repository import Repository

INDEX = "index"

NOBODY = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "wfperf"), ("EMAIL", "wfperf@localhost"), ("DATE", "1970-01-01T00:00:00Z"))
}
"""Who makes the commit: no name of the user's is needed, and the same tree is the same commit."""


def snapshot(repository: Repository, scratch: Path) -> str:
    """Return the id of a commit that holds the working tree; of HEAD where nothing has changed.

    Files that git ignores are left out. Neither the working tree nor its index is touched: the commit is made by an
    index of its own, and is garbage to git from the start.

    Args:
        repository: whose working tree.
        scratch: a folder for that index.

    Raises:
        UsageError: there is no commit yet, or git fails.
    """
    head = repository.commit("HEAD")
    index = scratch / INDEX
    index.unlink(missing_ok=True)
    theirs = repository.top / repository.run("rev-parse", "--git-path", "index").removesuffix("\n")
    if theirs.exists():  # with what it knows of files left out on purpose
        shutil.copy2(theirs, index)  # a file that is as new as the index is looked into by git
    own = {"GIT_INDEX_FILE": str(index)}
    repository.run("add", "--all", variables=own)
    tree = repository.run("write-tree", variables=own).strip()
    if tree == repository.run("rev-parse", f"{head}^{{tree}}").strip():
        return head
    return repository.run("commit-tree", tree, "-p", head, "-m", "working tree", variables=NOBODY).strip()
