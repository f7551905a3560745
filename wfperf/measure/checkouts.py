"""Check revisions out with the same benchmarks in all of them, and prepare them to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from wfperf.measure.benchmark_files import benchmark_files
from wfperf.measure.executor import Executor
from wfperf.measure.revisions import BASE, Role, Tree, VariantBuilder
from wfperf.plan import Plan
from wfperf.results.revision import WORKING_TREE, Revision
from wfperf.variants.preparation import parse_command, prepare
from wfperf.variants.repository import Repository
from wfperf.variants.snapshot import snapshot
from wfperf.variants.worktrees import Worktrees


@dataclass(frozen=True, slots=True)
class Benchmarks:
    """Which benchmarks run in two revisions.

    Args:
        plan: benchmarks and configurations, with paths in the user's own working tree.
        folder: where in it the command runs.
        files: files of functions that are benchmarks, not the code that they are about.
        from_base: whether files of benchmarks are those of the base, not those of the working tree.
    """

    plan: Plan
    folder: Path
    files: tuple[Path, ...] = ()
    from_base: bool = False


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


class Checkouts:
    """Checks revisions out, the base first. The user's working tree is not touched.

    Args:
        worktrees: checks them out.
        benchmarks: what is run in them.
        executor: starts the workers of the plan's `prepare`.
        setup: commands that prepare each tree.
    """

    def __init__(
        self, worktrees: Worktrees, benchmarks: Benchmarks, executor: Executor, setup: Sequence[str] = ()
    ) -> None:
        self.worktrees = worktrees
        self._benchmarks = benchmarks
        self._executor = executor
        self._setup = [parse_command(each) for each in setup]
        self.builder = self._builder(worktrees.repository.top)

    def tree(self, role: Role, revision: Revision, commit: str) -> Tree:
        """Check a revision out, and return its tree, prepared to run.

        Args:
            role: base or head.
            revision: the revision.
            commit: its commit; for the working tree, a commit on no branch.

        Raises:
            UsageError: git fails, the tree does not hold what the plan names, or the plan's `prepare` fails.
            NothingMeasuredError: a setup command fails, the tree lacks the folder where the command runs, or the plan's
                `prepare` cannot be run.
        """
        folder = self.worktrees.add(role, commit, as_it_stands=revision.is_working_tree)
        if self._benchmarks.from_base and role is BASE:
            self.builder = self._builder(folder)
        changed = self.builder.benchmark_files.put_into(folder, self.worktrees.repository)
        prepare(self._setup, folder, str(revision))
        tree = Tree(role, folder, revision, tuple(changed))
        self.builder.check_folder(tree)
        scratch = Path(mkdtemp(prefix=f"{role}-", dir=self.worktrees.scratch))
        return self.builder.prepare(tree, scratch, self._executor)

    def _builder(self, top: Path) -> VariantBuilder:
        asked, repository = self._benchmarks, self.worktrees.repository
        files = benchmark_files(asked.plan, asked.files, repository, top)
        return VariantBuilder(asked.plan, repository, asked.folder, files)
