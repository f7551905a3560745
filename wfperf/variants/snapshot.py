"""The working tree, with uncommitted changes and new files, as a commit on no branch."""

from __future__ import annotations

import shutil
from pathlib import Path

from wfperf.variants.repository import Repository

INDEX = "index"

NOBODY = {
    f"GIT_{role}_{field}": value
    for role in ("AUTHOR", "COMMITTER")
    for field, value in (("NAME", "wfperf"), ("EMAIL", "wfperf@localhost"), ("DATE", "1970-01-01T00:00:00Z"))
}
"""Author of the commit: the user needs no name, and the same tree gives the same commit."""


def snapshot(repository: Repository, scratch: Path) -> str:
    """Return the id of a commit that holds the working tree; that of HEAD if nothing has changed.

    Files that git ignores are left out. Neither the working tree nor its index is touched: the commit is made with a
    separate index, and git will collect it as garbage.

    Args:
        repository: its working tree is committed.
        scratch: a folder for that index.

    Raises:
        UsageError: there is no commit yet, or git fails.
    """
    head = repository.commit("HEAD")
    index = scratch / INDEX
    index.unlink(missing_ok=True)
    theirs = repository.top / repository.run("rev-parse", "--git-path", "index").removesuffix("\n")
    if theirs.exists():  # with its flags for files left out on purpose
        shutil.copy2(theirs, index)  # keeps its time: git looks into files that are as new
    own = {"GIT_INDEX_FILE": str(index)}
    repository.run("add", "--all", variables=own)
    tree = repository.run("write-tree", variables=own).strip()
    if tree == repository.run("rev-parse", f"{head}^{{tree}}").strip():
        return head
    return repository.run("commit-tree", tree, "-p", head, "-m", "working tree", variables=NOBODY).strip()
