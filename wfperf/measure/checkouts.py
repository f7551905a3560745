"""Check two revisions out, and prepare them to run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

from wfperf.measure.executor import Executor
from wfperf.measure.revisions import Role, Tree, VariantBuilder
from wfperf.results.revision import WORKING_TREE, Revision
from wfperf.variants.preparation import parse_command, prepare
from wfperf.variants.repository import Repository
from wfperf.variants.snapshot import snapshot
from wfperf.variants.worktrees import Worktrees


def commit_of(repository: Repository, ref: str, scratch: Path) -> str:
    """Return the commit that a reference names, or one of the working tree, made in a scratch folder.

    Raises:
        UsageError: there is none.
    """
    return snapshot(repository, scratch) if ref == WORKING_TREE else repository.commit(ref)


def revision_of(repository: Repository, ref: str, commit: str) -> Revision:
    """Return the revision that a reference names.

    Args:
        repository: its repository.
        ref: the reference, as given.
        commit: its commit, from `commit_of`.
    """
    if ref != WORKING_TREE:
        return Revision(ref, commit)
    checked_out = repository.commit("HEAD")
    return Revision(ref, checked_out, dirty=commit != checked_out)


def checked_out(
    worktrees: Worktrees,
    builder: VariantBuilder,
    role: Role,
    revision: Revision,
    commit: str,
    *,
    setup: Sequence[str] = (),
    executor: Executor,
) -> Tree:
    """Check out a revision, and return its tree, prepared to run.

    Args:
        worktrees: checks it out.
        builder: builds its variants.
        role: base or head.
        revision: the revision.
        commit: its commit; for the working tree, a commit on no branch.
        setup: commands that prepare it.
        executor: starts the workers of the plan's `prepare`.

    Raises:
        UsageError: git fails, the tree does not hold what the plan names, or the plan's `prepare` fails.
        NothingMeasuredError: a setup command fails, or the plan's `prepare` cannot be run.
    """
    folder, shown = worktrees.add(role, commit, as_it_stands=revision.is_working_tree), str(revision)
    prepare([parse_command(each) for each in setup], folder, shown)
    scratch = Path(mkdtemp(prefix=f"{role}-", dir=worktrees.scratch))
    return builder.prepare(Tree(role, folder, revision), scratch, executor)
